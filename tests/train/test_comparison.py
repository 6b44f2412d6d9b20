"""A comparison: what is refused, what goes on, and its table, of scripted players."""

import runpy
import statistics
from pathlib import Path
from types import SimpleNamespace

import pytest
from attrs import evolve
from click.testing import CliRunner

import latentgym_core.plugin
import latentgym_train.plugin
from latentgym_core.cli import cli
from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.metrics.records import Estimate
from latentgym_core.metrics.rendering.tables import as_markdown
from latentgym_core.records.jsonl import write_trajectories
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv
from latentgym_train.comparison import comparing as compare
from latentgym_train.comparison import table as comparison_table
from latentgym_train.comparison.checks import check_settings
from latentgym_train.comparison.comparing import make_setting, make_settings, train_arms
from latentgym_train.comparison.progress import Watcher
from latentgym_train.comparison.table import play_player, tables
from latentgym_train.config.config import BatchConfig
from latentgym_train.config.config_file import format_config, load_config
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.sequences.data import evaluation_starts
from latentgym_train.sequences.streams import Streams

SCRIPTS = Path(__file__).parents[2] / "latentgym-train" / "scripts"
PLAYERS = {
    "base": "scripted/rest",
    "cross-task": "scripted/any_word",
    "own-task": "scripted/rest",
}


@pytest.fixture
def toy_compared(toy_data):
    """The toy with three arms, as plain data."""
    compare = {
        "players": ["scripted/rest"],
        "arms": ["base", "cross-task"],
        "variants": {"own-task": {"rl": {"returns": "single_task"}}},
        "curves": ["reward", "turns"],
    }
    return {**toy_data, "compare": compare}


@pytest.fixture
def setting(tmp_path, registry, toy_compared, make_config, rooms):
    """A setting whose arms are finished."""
    config = make_config(toy_compared)
    made = make_setting("toy", config, tmp_path / "out" / "toy", registry)
    streams = Streams(registry, config.data.holdout)
    starts = evaluation_starts(rooms.ENV, "test", config.data.num_evaluation, streams)
    for arm in made.arms:
        run = made.run(arm.name)
        run.begin(arm.config)
        played = play_player(PLAYERS[arm.name], starts, registry)
        write_trajectories(run.path / "trajectories.jsonl", played)
        (run.path / "evaluation.json").write_text("{}", "utf-8")
    return made


@pytest.fixture
def latentgym(setting, tmp_path, rooms):
    """The command that made `setting`, with further words."""
    plugins = Registry.from_plugins([latentgym_core.plugin, latentgym_train.plugin, rooms])
    (tmp_path / "toy.toml").write_text(format_config(setting.config), "utf-8")
    words = ["train", str(tmp_path / "toy.toml"), "--compare", "--out", str(tmp_path / "out")]
    return lambda *more: CliRunner().invoke(cli, [*words, *more], obj=plugins)


@pytest.mark.parametrize(
    "words",
    [(), ("--set", "batch.micro=3"), ("--set", 'compare.curves=["solved"]'), ("--jobs", "1")],
)
def test_a_finished_comparison_is_shown_again(words, latentgym):
    shown = latentgym(*words)
    assert shown.exit_code == 0, shown.output
    assert all(arm in shown.stdout for arm in PLAYERS)


@pytest.mark.parametrize(
    ("words", "arm", "keys"),
    [
        (("--seed", "1"), "base", "seed"),
        (("--set", "policy.source='smollm2'"), "base", "policy.source"),
        (("--set", "rl.iterations=9", "--set", "rl.kl=0.1"), "cross-task", "rl.iterations, rl.kl"),
        (("--set", "compare.variants.own-task.rl.epochs=5"), "own-task", "rl.epochs"),
    ],
)
def test_a_comparison_of_another_configuration_is_refused(words, arm, keys, latentgym, setting):
    refused = latentgym(*words)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert f"{setting.run(arm).path} was begun with another {keys}; take" in refused.stderr
    assert "--out" in refused.stderr


def test_arms_that_were_begun_go_on_from_another_place(setting, tmp_path, registry, monkeypatch):
    (setting.run("cross-task").path / "evaluation.json").unlink()
    moved = setting.folder.rename(tmp_path / "moved")
    config = evolve(setting.config, batch=BatchConfig(micro=3))
    again = make_setting("toy", config, moved, registry)
    check_settings([again], registry)
    started = []

    class Finished:
        returncode = 0

        def __init__(self, words, **_):
            started.append(words[3:])

        def poll(self):
            return self.returncode

    monkeypatch.setattr(compare.subprocess, "Popen", Finished)
    monkeypatch.setattr(compare, "POLL_SECONDS", 0)
    train_arms([again], 2, Watcher(quiet=True))
    assert started == [["--resume", str(moved / "cross-task")]]
    assert again.run("cross-task").config() == again.arms[1].config


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"compare": {"players": ["scripted/nobody"]}}, "scripted/nobody"),
        ({"compare": {"players": ["scripted/rest?examples=1"]}}, "is no scripted player"),
        ({"data__ood_envs": ["room/treasure"]}, "did you mean rooms"),
        ({"data__ood_latents": ["rooms"]}, "but the latent treasure is trained on; take another"),
        ({"data__ood_envs": ["rooms"]}, "but the core env rooms is trained on; take another"),
    ],
)
def test_what_the_table_cannot_show_is_refused_first(
    changes, sentence, toy_compared, make_config, tmp_path, registry
):
    made = make_setting("toy", make_config(toy_compared, **changes), tmp_path / "toy", registry)
    with pytest.raises(LatentGymError, match=sentence) as caught:
        check_settings([made], registry)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("also", ["../other/second.toml", "{tmp_path}/other/second.toml"])
def test_files_that_are_compared_too_have_folders_of_their_own(
    also, toy_compared, make_config, tmp_path, registry
):
    for folder in ("mine", "other"):
        (tmp_path / folder).mkdir()
    second = format_config(make_config(toy_compared, name="second"))
    (tmp_path / "other" / "second.toml").write_text(second, "utf-8")
    toy = make_config(toy_compared, compare__also=[also.format(tmp_path=tmp_path)])
    (tmp_path / "mine" / "toy.toml").write_text(format_config(toy), "utf-8")
    name, out = str(tmp_path / "mine" / "toy.toml"), tmp_path / "out"
    made = make_settings(name, load_config(name), out, {"seed": 5}, registry)
    assert [(each.folder, each.config.name) for each in made] == [
        (out / "toy", "toy"),
        (out / "second", "second"),
    ]
    assert made[1].config.seed == 5


def test_two_settings_of_one_folder_are_refused(toy_compared, make_config, tmp_path, registry):
    (tmp_path / "toy.toml").write_text(format_config(make_config(toy_compared)), "utf-8")
    config = make_config(toy_compared, compare__also=[str(tmp_path / "toy.toml")])
    with pytest.raises(SpecError, match=r"Two recipes .* would lie in out/toy; "):
        make_settings("toy", config, Path("out"), {}, registry)


def test_variants_have_rows_and_paired_notes(setting, registry, rooms):
    (table,) = tables(setting, registry)
    assert "held-out sequences" in table.title  # z is one of two sides: none can be held out
    assert table.header == ("", "cumulative", "gain", "r1", "r2", "t1", "t2", "turns")
    assert [row[0] for row in table.rows] == ["scripted/rest", *PLAYERS]
    assert table.rows[-1][3:7] == ("0.10 ±0.00", "0.10 ±0.00", "1.00 ±0.00", "1.00 ±0.00")
    assert "± half of its width are 95 % bootstrap intervals over sequences." in table.notes[0]
    notes = dict(note.split(": ", 1) for note in table.notes if ": " in note)
    assert list(notes) == ["cross-task / base", "cross-task / own-task", "cross-task - own-task"]
    mean = float(table.rows[2][1].split()[0])
    ratio, ahead = (_numbers(notes[f"cross-task {sign} own-task"]) for sign in "/-")
    assert ratio[0] == pytest.approx(mean / (2 * rooms.RESTING), abs=0.03)
    assert ahead[0] == pytest.approx(mean - 2 * rooms.RESTING, abs=0.006)
    assert ahead[1] < ahead[0] < ahead[2]


def test_per_task_cells_have_intervals_that_shrink_with_sequences(setting, registry):
    (table,) = tables(setting, registry)
    value, half = _numbers(table.rows[2][4].replace("±", ""))
    # right in 1 of 4 of 64 sequences by chance, and looking pays in some more
    spread = (value * (1 - value) / 64) ** 0.5
    assert half == pytest.approx(1.96 * spread, rel=0.35)


@pytest.mark.parametrize(
    ("estimate", "cell"),
    [
        (Estimate(value=0.43, low=0.40, high=0.44), "0.43 ±0.02"),
        (Estimate(value=0.43), "0.43"),
        (Estimate(value=None), "–"),
    ],
)
def test_a_cell_of_a_task(estimate, cell):
    assert comparison_table._cell(estimate) == cell


def test_tasks_that_nobody_played_keep_their_columns(setting, registry, rooms):
    environment = build_environment(registry.complete(rooms.ENV), registry)
    played = []
    for seed in range(3):
        env = SequenceEnv(environment, budget=Budget(max_turns=1))
        env.reset(seed, "test")
        env.step("rest", agent="cut off")
        played.append(env.trajectory)
    row = comparison_table._row("cut off", played, setting.config.compare)
    (table,) = tables(setting, registry)
    assert dict(zip(table.header, row, strict=True))["t2"] == "–"


def test_the_script_for_several_seeds_sums_up_every_row(setting, registry, tmp_path):
    script = runpy.run_path(str(SCRIPTS / "report_seeds.py"))
    (table,) = tables(setting, registry)
    text = "\n\n".join([as_markdown(table), as_markdown(evolve(table, title="other"))])
    (tmp_path / "comparison.md").write_text(text, "utf-8")
    found = [script["Comparison"](tmp_path, seed) for seed in (3, 4)]
    summary = "\n".join(script["summary"](found))
    for title in (table.title, "other"):
        assert f"**{title}**: cumulative" in summary
    for name, total, gain, *_ in table.rows:
        cell = f"{total.partition(' ')[0]} ({gain.partition(' ')[0]})"
        assert summary.count(f"| {name} | {cell} | {cell} |") == 2


def test_the_script_for_curves_averages_over_a_window(tmp_path):
    script = runpy.run_path(str(SCRIPTS / "draw_curves.py"))
    for arm in ("base", "cross-task"):
        folder = TrainingFolder(tmp_path / "seed0" / "toy" / arm)
        folder.path.mkdir(parents=True)
        for step in range(1, 8):
            folder.append_log({"stage": "rl", "step": step, "reward": step**2})
    rows = list(script["rows"](tmp_path / "seed0", {"cross-task": "whole"}))
    assert [(row["iteration"], row["reward"]) for row in rows] == [(5, 11), (6, 18), (7, 27)]
    assert {row["arm"] for row in rows} == {"whole"}
    assert script["figure"](rows).to_dict()["layer"]


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


def test_reuse_is_of_first_guesses_and_only_where_tasks_have_the_field():
    def turn(task_index, guess):
        return SimpleNamespace(turn_index=0, task_index=task_index, facts={"guess": guess})

    tasks = [{"target": 3}, {"target": 4}, {"target": 3}]
    turns = [turn(0, 3), turn(1, 3), turn(2, 8)]
    played = [SimpleNamespace(seed=seed, tasks=tasks, turns=turns) for seed in range(4)]
    assert comparison_table.reuse_share(played, "guess", "target").value == 0.5
    assert comparison_table.reuse_share(played, "guess", "button").value is None
