"""The table of a comparison, made of scripted players in place of trained policies."""

import statistics

import pytest

from latentgym_core.jsonl import write_trajectories
from latentgym_core.registry import load_registry
from latentgym_train.compare import make_setting
from latentgym_train.comparison_table import play_player, tables
from latentgym_train.config_file import load_config
from latentgym_train.data import Streams, evaluation_starts

PLAYERS = {
    "base": "scripted/rest",
    "cross-task": "scripted/any_word",
    "own-task": "scripted/rest",
}


@pytest.fixture
def setting(tmp_path, registry, toy_data, make_config, rooms):
    """A setting whose arms are finished."""
    compare = {
        "players": ["scripted/rest"],
        "arms": ["base", "cross-task"],
        "variants": {"own-task": {"rl": {"returns": "single_task"}}},
        "curves": ["reward", "turns"],
    }
    config = make_config({**toy_data, "compare": compare})
    made = make_setting("toy", config, tmp_path, registry)
    streams = Streams(registry, config.data.holdout)
    starts = evaluation_starts(rooms.ENV, "test", config.data.num_evaluation, streams)
    for arm, player in PLAYERS.items():
        made.run(arm).path.mkdir()
        file = made.run(arm).path / "trajectories.jsonl"
        write_trajectories(file, play_player(player, starts, registry))
    return made


def test_variants_have_rows_and_paired_notes(setting, registry, rooms):
    (table,) = tables(setting, registry)
    assert "held-out sequences" in table.title  # z is one of two sides: none can be held out
    assert table.header == ("", "cumulative", "gain", "r1", "r2", "t1", "t2", "turns")
    assert [row[0] for row in table.rows] == ["scripted/rest", *PLAYERS]
    assert table.rows[-1][3:7] == ("0.10", "0.10", "1.00", "1.00")
    notes = dict(note.split(": ", 1) for note in table.notes if ": " in note)
    assert list(notes) == ["cross-task / base", "cross-task / own-task", "cross-task - own-task"]
    mean = float(table.rows[2][1].split()[0])
    ratio, ahead = (_numbers(notes[f"cross-task {sign} own-task"]) for sign in "/-")
    assert ratio[0] == pytest.approx(mean / (2 * rooms.RESTING), abs=0.03)
    assert ahead[0] == pytest.approx(mean - 2 * rooms.RESTING, abs=0.006)
    assert ahead[1] < ahead[0] < ahead[2]


def test_in_tiny_bandits_exploring_costs_the_own_task_and_pays_for_the_sequence():
    registry, config = load_registry(), load_config("tiny-bandits")
    (source,) = config.data.train
    streams = Streams(registry, config.data.holdout)
    starts = evaluation_starts(source.env, "validation", 100, streams)
    own, far = (
        [each.rewards for each in play_player(f"scripted/{name}", starts, registry)]
        for name in ("bayes", "thorough")
    )
    assert statistics.mean(r[0] for r in far) < statistics.mean(r[0] for r in own)
    assert statistics.mean(map(sum, far)) > 1.4 * statistics.mean(map(sum, own))


def _numbers(cell):
    return [float(part.strip("[],")) for part in cell.split()]
