"""Play the named suites and write all reference tables: docs/results/suites.md and the README.

    python latentgym-envs/scripts/measure_suites.py                    # everything there is
    python latentgym-envs/scripts/measure_suites.py quick smollm2      # these parts alone

Parts: `quick`, `standard` and `paper` are all scripted players of every game on a suite, `smollm2`
is SmolLM2-135M-Instruct on `quick`, `tiny` are the agents of latentgym-train where they were
trained. Every part is an ordinary run in a folder of its own below --runs; what is there already is
kept and what is missing is played, so that a run that was stopped goes on. A new --runs begins anew.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve
from reference_tables import replace_table
from suite_tables import players_table, score_table, tiny_table

import latentgym_core as lg
from latentgym_core.metrics import Report
from latentgym_core.records.jsonl import TRAJECTORIES
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.config import RunConfig
from latentgym_core.runs.named_suites import suite_config
from latentgym_core.runs.reporting import report_of_runs
from latentgym_core.runs.suite import CONFIG, format_config
from latentgym_core.worth.references import BAYES, BLIND, TOLD

ROOT = Path(__file__).parents[2]
PAGE, README = ROOT / "docs/results/suites.md", ROOT / "README.md"
SUITES = ("quick", "standard", "paper")
SMOLLM2 = "local/smollm2?examples=8"
TINY = tuple(f"local/tiny-{name}" for name in ("base", "single-task", "cross-task"))
TRAINED_ON = "number_guessing/set_of_2/no_info/information/ep4?env.max_turns=3&latent.high=16"
TINY_SEQUENCES = 200
LATENTGYM = "from latentgym_core.cli import main; main()"


def main() -> None:
    """Play the parts named on the command line, or all, and write their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join((*SUITES, "smollm2", "tiny")))
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/reference")
    given = parser.parse_args()
    parts = given.parts or (*SUITES, "smollm2", "tiny")
    for suite in [each for each in SUITES if each in parts]:
        _write(PAGE, f"scores of {suite}", score_table(_suite(suite, given.runs)))
        for game, report in _players(suite, given.runs):
            _write(PAGE, f"players of {game} on {suite}", players_table(report))
    if "smollm2" in parts or "quick" in parts:
        folders = [given.runs / "quick", given.runs / "smollm2"]
        if "smollm2" in parts:
            _play(folders[1], "--suite", "quick", "--agent", SMOLLM2)
        table = score_table(_report(each for each in folders if each.exists()))
        _write(PAGE, "models on quick", table)
        _write(README, "quick suite", table)
    if "tiny" in parts:
        _write(PAGE, "tiny agents", tiny_table(_tiny(given.runs / "tiny")))


def _suite(name: str, runs: Path) -> Report:
    _play(runs / name, "--suite", name)
    return _report([runs / name])


def _players(suite: str, runs: Path) -> Iterator[tuple[str, Report]]:
    """Each game of a suite, and what all its scripted players earn there."""
    registry = lg.load_registry()
    config = suite_config(registry.suite(suite).spec, registry)
    games = dict.fromkeys(EnvId.parse(each.id).core_envs[0] for each in config.environments)
    for game in games:
        others = [
            name
            for name in registry.agent_names((game,))
            if name.startswith("scripted/") and name not in (BLIND, BAYES, TOLD)
        ]
        folder = runs / f"{suite}--{game}"
        _play(folder, "--suite", str(_write_suite(folder, config, game, others)))
        yield game, _report([folder])


def _write_suite(folder: Path, config: RunConfig, game: str, others: list[str]) -> Path:
    """A suite file beside the folder: the environments of one game, and all its players."""
    chosen = tuple(e for e in config.environments if EnvId.parse(e.id).core_envs == (game,))
    agents = (BLIND, *others, BAYES, TOLD)
    path = folder.with_suffix(".toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        format_config(evolve(config, environments=chosen, agents=agents, suite=None)), "utf-8"
    )
    return path


def _tiny(folder: Path) -> Report:
    agents = (BLIND, *TINY, BAYES, TOLD)
    flags = [flag for agent in agents for flag in ("--agent", agent)]
    _play(folder, TRAINED_ON, *flags, "-n", str(TINY_SEQUENCES))
    return _report([folder])


def _play(folder: Path, *arguments: str) -> None:
    """Begin a run, or carry on with one that was begun."""
    begun = (folder / CONFIG).exists()
    how = ("--resume", str(folder)) if begun else (*arguments, "--out", str(folder))
    command = (sys.executable, "-c", LATENTGYM, "eval", *how)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _report(folders: Iterable[Path]) -> Report:
    return report_of_runs([folder / TRAJECTORIES for folder in folders])


def _write(path: Path, title: str, table: str) -> None:
    path.write_text(replace_table(path.read_text("utf-8"), title, table), "utf-8")


if __name__ == "__main__":
    main()
