"""Make the fixtures of tests/integration/test_yesterday.py: what version 0.1 wrote.

    python tools/yesterday.py            # in the environment of the tests, inside a git clone

The packages are installed from the commit below into a temporary folder, whose command then writes
a run, a hand-off, a dataset, a training run and a plugin. Runs are cut as a kill would leave them.
What is written is the same each time but for clock times and what other packages stamp on files.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMIT = "3d7e1c713e52b12d6da57614a66d3c577b79676c"
FIXTURES = ROOT / "tests/fixtures/v0_1"
CORE = "latentgym_core"
MAZE = "examples/latentgym-maze"
DISTRIBUTIONS = ("latentgym-core", "latentgym-envs", "latentgym-train", "latentgym-viz")

NUMBERS = "number_guessing/set_of_2/no_info/standard/ep3?env.max_turns=3&latent.high=16"
BANDITS = "bandits/fixed_index/some_info/information/ep3?env.buttons=3&env.max_turns=5"
PLAYERS = ("--agent", "scripted/blind", "--agent", "scripted/bayes")
FORGETFUL = ("--agent", "scripted/bayes?scaffold=last_k&scaffold.k=1")
COMMANDS = (
    ("eval", NUMBERS, BANDITS, *PLAYERS, *FORGETFUL, "-n", "2", "--out", "evaluation"),
    ("handoff", NUMBERS, *PLAYERS, "-n", "2", "--out", "handoff"),
    ("data", NUMBERS, "-n", "3", "--out", "dataset"),
    ("train", "training.toml", "--out", "training"),
    ("new", "doors", "--out", "plugins/doors"),
)
WHOLE = {
    "evaluation": ("metrics", "evaluation", "--json"),
    "comparison": ("compare", "evaluation", "--json"),
    "handoff": ("handoff", "--resume", "handoff", "--json", "--quiet"),
}
"""Asked before the runs are cut: what each of them printed."""
CUT = {"inference": ("metrics", "evaluation", "--inference", "--json")}
"""Asked after: it also writes evaluation/inference.jsonl."""
LINES_KEPT = {"evaluation": 8, "handoff": 2}
NEVER_WRITTEN = (
    *("evaluation/summary.json", "handoff/summary.json", "handoff/handoff.json"),
    *("training/policy", "training/evaluation.json", "training/trajectories.jsonl"),
    "training/.lock",
)
CHECKPOINT = "rl-000002"


def main() -> None:
    """Install, write, ask, cut, ask, and put it all where the tests look."""
    with tempfile.TemporaryDirectory() as folder:
        source, site, made = (Path(folder, each) for each in ("source", "site", "made"))
        check_out(source)
        install(source, site)
        package = shutil.ignore_patterns("tests")
        shutil.copytree(source / MAZE, made / "plugins/latentgym-maze", ignore=package)
        (made / "expected").mkdir()
        keep(made, "imports", imports(source))
        shutil.copy(FIXTURES / "training.toml", made)
        for command in COMMANDS:
            latentgym(site, made, *command)
        ask(site, made, WHOLE)
        keep_training(made)
        cut(made)
        ask(site, made, CUT)
        put(made)


def check_out(source: Path) -> None:
    """The files of the commit."""
    packed = subprocess.run(["git", "archive", COMMIT], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(source, filter="data")


def install(source: Path, site: Path) -> None:
    """The four distributions, without what they depend on: that is here already."""
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(site))
    folders = [str(source / each) for each in DISTRIBUTIONS]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, *folders], check=True)


def latentgym(site: Path, made: Path, *arguments: str) -> str:
    """What the old command prints."""
    code = "from latentgym_core.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(site), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=made, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def ask(site: Path, made: Path, questions: dict[str, tuple[str, ...]]) -> None:
    """Keep what the old command answers."""
    for name, command in questions.items():
        keep(made, name, json.loads(latentgym(site, made, *command)))


def imports(source: Path) -> dict[str, list[str]]:
    """Every module of core that something outside it imported, and the names taken from it."""
    found: dict[str, set[str]] = {}
    for folder in (*DISTRIBUTIONS[1:], "examples"):
        for path in (source / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith(CORE):
                    names = {alias.name for alias in node.names}
                    found.setdefault(str(node.module), set()).update(names)
    return {module: sorted(found[module]) for module in sorted(found)}


def keep(made: Path, name: str, what: object) -> None:
    """Write what the tests expect."""
    text = json.dumps(what, ensure_ascii=False)
    (made / "expected" / f"{name}.json").write_text(text + "\n", "utf-8")


def keep_training(made: Path) -> None:
    """What the whole training run logged and measured, but for how long it took."""
    lines = (made / "training/log.jsonl").read_text("utf-8").splitlines()
    log = [
        {key: value for key, value in json.loads(line).items() if not key.startswith("seconds")}
        for line in lines
    ]
    evaluation = json.loads((made / "training/evaluation.json").read_text("utf-8"))
    keep(made, "training", {"log": log, "evaluation": evaluation})


def cut(made: Path) -> None:
    """Leave what a kill would: some lines and half a line, one checkpoint, no summaries."""
    for name, number in LINES_KEPT.items():
        path = made / name / "trajectories.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:number]) + lines[number][: len(lines[number]) // 2])
    for name in NEVER_WRITTEN:
        remove(made / name)
    for path in (made / "training/checkpoints").iterdir():
        if path.name != CHECKPOINT:
            remove(path)


def remove(path: Path) -> None:
    """A file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put(made: Path) -> None:
    """Replace the fixtures, all but what people wrote there."""
    for path in made.iterdir():
        if path.is_dir():
            remove(FIXTURES / path.name)
            shutil.copytree(path, FIXTURES / path.name)


if __name__ == "__main__":
    main()
