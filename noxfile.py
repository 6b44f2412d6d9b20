"""Sessions: lint, types, tests and adapters by default; isolated, plugin, build on request."""

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "tests", "skyrl", "trl"]

CORE = "latentgym-core"
ENVS = "latentgym-envs"
TRAIN = "latentgym-train"
VIZ = "latentgym-viz"
DISTRIBUTIONS = (CORE, ENVS, TRAIN, VIZ)
MAZE = "examples/latentgym-maze"
TEST_TOOLS = ["pytest>=8", "pytest-xdist>=3.5", "hypothesis>=6.100"]
BROWSER_TOOLS = ["playwright>=1.50", "axe-playwright-python>=0.1.4"]
BUILD_TOOLS = ["hatchling>=1.27", "editables>=0.5"]
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def editable(session: nox.Session, *more: str) -> None:
    """Install our distributions in place, core first, in one pip command."""
    session.install(
        *("-c", "constraints.txt", "-e", f"./{CORE}[data,local]", "-e", f"./{ENVS}"),
        *("-e", f"./{TRAIN}[lora]", "-e", f"./{VIZ}", *more),
    )


def editable_only(session: nox.Session, *more: str) -> None:
    """Core and envs in place, with test tools and whatever a session is about."""
    ours = ("-e", f"./{CORE}", "-e", f"./{ENVS}")
    session.install("-c", "constraints.txt", *ours, *TEST_TOOLS, *more)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff, as linter and as formatter."""
    session.install("ruff>=0.15")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy in strict mode over all packages."""
    editable(session, "mypy>=1.15", "pytest>=8")
    session.run("mypy", *(f"{name}/src" for name in (*DISTRIBUTIONS, MAZE)))


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, in parallel; `nox -R -s tests -- -k name` for the edit loop.

    Tests of the explorer drive the Chromium that is installed, and skip without one.
    """
    editable(session, *TEST_TOOLS, *BROWSER_TOOLS, *BUILD_TOOLS)
    session.run("pytest", *(session.posargs or ["-n", "2"]), env=OFFLINE)


@nox.session
def skyrl(session: nox.Session) -> None:
    """The SkyRL adapter, in a venv without torch: it needs none."""
    editable_only(session, "skyrl-gym>=0.4,<0.5", "pyarrow>=16", "click>=8.1")
    session.install("--no-deps", "-e", f"./{TRAIN}")
    session.run("pytest", "tests/adapters/test_skyrl.py", env=OFFLINE)


@nox.session
def trl(session: nox.Session) -> None:
    """The TRL adapter: two GRPO steps on a CPU."""
    editable_only(session, "-e", f"./{TRAIN}[trl]")
    session.run("pytest", "tests/adapters/test_trl.py", env=OFFLINE)


@nox.session(default=False)
def isolated(session: nox.Session) -> None:
    """Core alone, then core with envs: catches undeclared dependencies."""
    session.install("-c", "constraints.txt", f"./{CORE}")
    session.run("latentgym", "list")
    session.install("-c", "constraints.txt", f"./{CORE}", f"./{ENVS}")
    session.run("latentgym", "list", "latents", "--env", "number_guessing")
    session.run("latentgym", "check", "number_guessing")


@nox.session(default=False)
def plugin(session: nox.Session) -> None:
    """A stranger's plugin, found after pip install alone."""
    session.install("-c", "constraints.txt", f"./{CORE}", f"./{MAZE}")
    session.run("latentgym", "list", "core-envs")
    session.run("latentgym", "check", "maze")
    session.run(
        *("latentgym", "eval", "maze", "--agent", "scripted/blind", "-n", "2"),
        *("--out", str(session.create_tmp() + "/run")),
    )


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Wheels and sdists, with their metadata checked."""
    session.install("build", "twine", *BUILD_TOOLS)
    for distribution in DISTRIBUTIONS:
        session.run("python", "-m", "build", "--outdir", "dist", distribution)
    session.run("twine", "check", "--strict", "dist/*", external=False)
