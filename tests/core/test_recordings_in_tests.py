"""Where tests find the published recordings, and what they say where something is missing."""

import ast
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from latentgym_core.recordings.files import find_recordings

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "latentgym-core" / "scripts" / "gather_recordings.py"
RECORDING = {
    "variant": "frontier",
    "model": "some-model",
    "latent": "set_of_2",
    "seed": 42,
    "reward_type": "cumulative",
    "episode_outcomes": [{"reward": 1.0, "turns": 1}],
    "episode_configs": [{"target_number": 5, "min_range": 1, "max_range": 10}],
    "conversation": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "[5]"}],
}
SKIPS = {"skip", "skipif", "importorskip"}


def gather(folder, out):
    done = subprocess.run(
        [sys.executable, SCRIPT, folder, out], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_downloaded_files_become_one_file_for_each_core_env(tmp_path):
    site, out = tmp_path / "site", tmp_path / "out"
    for env, seeds in (("number_guessing", (43, 42)), ("bandits", (42,))):
        for seed in seeds:
            path = site / "trajectories" / "frontier" / env / f"some-model__s{seed}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            labels = {"env": env, "benchmark_id": f"{env}/set_of_2/no_info/standard/ep1"}
            path.write_text(json.dumps({**RECORDING, **labels, "seed": seed}), "utf-8")
    (site / "index.json").write_text(json.dumps({"trajectories": []}), "utf-8")

    said = "1 recordings of bandits\n2 recordings of number_guessing\n"
    assert gather(site, out) == (0, said, "")
    assert sorted(each.name for each in out.iterdir()) == [
        "bandits.jsonl.gz",
        "number_guessing.jsonl.gz",
    ]
    found = [each.record for each in find_recordings([out / "number_guessing.jsonl.gz"])]
    assert [(each.seed, each.variant) for each in found] == [(42, "frontier"), (43, "frontier")]
    assert found[0].where == "trajectories/frontier/number_guessing/some-model__s42.json"

    empty = gather(out, tmp_path / "none")
    assert empty[0] == 1
    assert empty[2] == f"There is no recording in {out}.\n"
    assert gather(tmp_path / "nowhere", out)[0] == 1


TEST = """
def test_it(recorded, recorded_data):
    assert recorded("bandits").name == "bandits.jsonl.gz"
    assert list(recorded_data("bandits")) == [{"seed": 1}]
"""


@pytest.mark.parametrize("present", [True, False])
def test_tests_look_in_one_place_and_say_how_to_fill_it(tmp_path, present):
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    (tmp_path / "test_it.py").write_text(TEST)
    if present:
        with gzip.open(tmp_path / "bandits.jsonl.gz", "wt") as file:
            file.write('{"seed": 1}\n')
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", str(tmp_path)],
        env={**os.environ, "LATENTGYM_RECORDINGS": str(tmp_path), "COLUMNS": "500"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert ("1 passed" in done.stdout) is present
    advice = f"the published recordings are not in {tmp_path}; put the trajectory files of the"
    assert (advice in done.stdout) is not present
    assert ("LATENTGYM_RECORDINGS=recordings" in done.stdout) is not present


def skips(path):
    """Line, function and reason of every skip in a test file; None for a reason that is absent."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = {
        target.id: ast.unparse(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in SKIPS and ast.unparse(node.func).startswith("pytest."):
            keywords = {each.arg: each.value for each in node.keywords}
            given = keywords.get("reason") or (node.args[0] if node.func.attr == "skip" else None)
            text = ast.unparse(given) if given else None
            yield node.lineno, node.func.attr, texts.get((text or "").partition(".")[0], text)


def test_the_reason_of_every_skip_says_what_to_do():
    """A command in backticks, an environment variable, or a system to run on."""
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("examples/**/tests/*.py")]
    found = [(path, *skip) for path in files for skip in skips(path)]
    assert len(found) > 10
    for path, line, _, reason in found:
        assert reason, f"{path}:{line} gives no reason"
        assert "`" in reason or "not Windows" in reason, f"{path}:{line}: {reason}"
