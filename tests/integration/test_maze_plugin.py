"""Strangers' plugins are found after `pip install` alone: the maze, and the skeleton."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from latentgym_core.skeleton import skeleton

REPOSITORY = Path(__file__).parents[2]
MAZE = REPOSITORY / "examples" / "latentgym-maze"
SKELETON = "pip_doors"
COMMAND = "from latentgym_core.cli import main; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that pip installed both plugins into."""
    for tool in ("pip", "hatchling"):
        if importlib.util.find_spec(tool) is None:
            pytest.skip(f"no plugin can be built offline without {tool}; `pip install {tool}`")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for path, text in skeleton(SKELETON).items():
        (source / path).parent.mkdir(exist_ok=True)
        (source / path).write_text(text, encoding="utf-8")
    _run(
        *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--no-build-isolation", "--no-index", "--target", str(target), str(MAZE), str(source)),
    )
    return target


def _run(*arguments: str, path: Path | None = None) -> str:
    """What Python writes to stdout, with the plugins of a folder installed."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(path or ""), "LATENTGYM_STRICT_PLUGINS": "1"},
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_both_are_listed(installed: Path) -> None:
    games = _listed("core-envs", installed)
    assert games["maze"]["distribution"] == "latentgym-maze"
    assert games[SKELETON]["distribution"] == "latentgym-pip-doors"
    latents = _listed("latents", installed)
    names = ("same_exit", "rotating_exit", "wandering_exit")
    assert [latents[name]["preset"] for name in names] == [True, True, False]
    assert _listed("feedbacks", installed)["map"]["core_envs"] == ["maze"]
    assert _listed("suites", installed)["mazes"]["sequences"] == 40


def _listed(kind: str, path: Path) -> dict[str, dict[str, Any]]:
    """Name to what `latentgym list KIND --json` says of it."""
    listed = json.loads(_run("-c", COMMAND, "list", kind, "--json", path=path))
    return {each["name"]: each for each in listed}


@pytest.mark.parametrize("name", ["maze", SKELETON])
def test_both_keep_the_contract(installed: Path, name: str) -> None:
    results = json.loads(_run("-c", COMMAND, "check", name, "--json", path=installed))
    assert {each["status"] for each in results} == {"ok", "skipped"}
    shipped = {each["name"] for each in results} & {"worth table", "named suite"}
    assert shipped == ({"worth table", "named suite"} if name == "maze" else set())
    skipped = {each["name"] for each in results if each["status"] == "skipped"}
    assert "construction" in skipped  # of core's fixed lists, which need a file
    of_parts = {"support holds z", "task support is the law"}  # combinators' are looked at alone
    assert skipped <= {"construction", "prefix property", "worked examples", *of_parts}
    earned = {
        each["subject"]: each["sentence"]
        for each in results
        if each["name"] == "knowing more earns no less"
    }
    assert len(earned) > 3
    for said in earned.values():  # combinators included, the oracle wins and Bayes is between
        oracle, bayes, blind = (
            float(each) for each in re.findall(r"(?:oracle|bayes|blind) ([0-9.]+)", said)
        )
        assert oracle > bayes > blind


def test_the_mazes_own_tests_pass(installed: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-k", "not contract")  # that ran above
    said = _run("-m", "pytest", *options, str(MAZE), path=installed)
    assert " passed" in said


def test_importing_the_plugin_is_cheap(installed: Path) -> None:
    script = f"import sys, latentgym_maze.plugin, latentgym_{SKELETON}; print(*sys.modules)"
    loaded = set(_run("-c", script, path=installed).split())
    assert not loaded & {"numpy", "rich", "openai", "datasets", "torch", "latentgym_maze.maze"}
