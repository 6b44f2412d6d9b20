"""Datasets of drawn sequences: complete, portable, playable, never short."""

import json
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import frozen
from click.testing import CliRunner

from latentgym_core import plugin as core_plugin
from latentgym_core.cli.commands.data import command
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.dataset.card import FIELDS, Part, render_card
from latentgym_core.dataset.folder import read_parts, write_dataset
from latentgym_core.dataset.rows import draw_rows, load_sequence, row_to_trajectory
from latentgym_core.errors import (
    EnvError,
    MissingDependencyError,
    SpecError,
    TrajectoryError,
    UnknownNameError,
)
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv


@frozen(kw_only=True)
class Coin:
    side: str


@frozen(kw_only=True)
class Coins(CoreEnv[Coin, Coin]):
    """Name the side."""

    task_type: ClassVar[type] = Coin

    def rules(self, task):
        return "Heads or tails?"

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, f"Coin {rng_key % 10}."

    def step(self, state, reply):
        solved = reply == state.side
        return state, StepResult("Seen.", True, float(solved), solved, {})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return task.side


@frozen(kw_only=True)
class Sides(Latent[tuple[str, ...]]):
    """Each task shows one of the sides of z; after `most` seeds there is nothing left."""

    family: ClassVar[str] = "sides"
    z_type: ClassVar[Any] = tuple[str, ...]
    barren: bool = False

    def draw(self, core_envs, rng):
        if self.barren and rng.random() < 0.2:
            raise EnvError("0 of 2 sides are left.")
        return tuple(rng.sample(["heads", "tails"], 2))

    def task(self, z, context, rng):
        return Coin(side=rng.choice(z))

    def describe(self, z):
        return f"The sides are {z}."


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self):
        yield CoreEnvSpec(name="coins", factory=Coins)

    @hookimpl
    def latentgym_register_latents(self):
        yield LatentSpec(name="sides", core_envs=("coins",), factory=Sides)


REGISTRY = Registry.from_plugins([core_plugin, Plugin()])


def coins(tail="sides/some_info/standard/ep6"):
    return build_environment(EnvId.parse(f"coins/{tail}"), REGISTRY)


def datasets_or_skip():
    needed = "needs datasets: `pip install './latentgym-core[data]'`"
    return pytest.importorskip("datasets", reason=needed)


# ---- rows


def test_a_row_plays_exactly_like_the_sequence_that_was_drawn():
    environment = coins()
    for row in draw_rows(environment, 5, split="test", seed=3):
        loaded, sequence = load_sequence(row, REGISTRY)
        drawn = environment.sequence(row["seed"], "test")
        assert sequence == drawn
        env = SequenceEnv(loaded)
        assert list(env.load(sequence)) == row["opening"]
        while not env.done:
            env.step("heads")
        again = SequenceEnv(environment)
        again.reset(row["seed"], "test")
        while not again.done:
            again.step("heads")
        assert env.trajectory == again.trajectory


@pytest.mark.parametrize(
    "tail",
    [
        "cyclic/oracle_info/information/ep4?latent.of=sides+sides",
        'fixed_list/no_info/standard/ep3?latent.tasks=[{"side":"heads"}]',
        "sides/no_info/standard/ep2?sequence.packing=upstream",
    ],
)
def test_every_kind_of_latent_survives_the_way_through_a_row(tail):
    environment = coins(tail)
    (row,) = draw_rows(environment, 1, seed=2)
    loaded, sequence = load_sequence(json.loads(json.dumps(row)), REGISTRY)
    assert sequence == environment.sequence(2, "train")
    assert loaded.id == environment.id


def test_a_row_can_be_played_without_its_latent_but_not_without_its_game():
    (row,) = draw_rows(coins(), 1)

    class Bare:
        @hookimpl
        def latentgym_register_core_envs(self):
            yield CoreEnvSpec(name="coins", factory=Coins)

    environment, sequence = load_sequence(row, Registry.from_plugins([core_plugin, Bare()]))
    assert sequence.tasks == coins().sequence(0, "train").tasks
    assert str(environment.id) == row["env_id"]
    with pytest.raises(UnknownNameError, match="coins"):
        load_sequence(row, Registry.from_plugins([core_plugin]))


@pytest.mark.parametrize(
    "change",
    [{"tasks": "[]"}, {"seed": None}, {"task_keys": [1] * 6}, {"z": "[]"}, {"key": "0"}],
)
def test_an_altered_row_is_refused(change):
    (row,) = draw_rows(coins(), 1)
    with pytest.raises(TrajectoryError):
        row_to_trajectory({**row, **change})
    with pytest.raises(TrajectoryError):
        row_to_trajectory({name: row[name] for name in row if name not in change})


def test_the_splits_share_no_sequence():
    keys = {
        split: {row["key"] for row in draw_rows(coins(), 50, split=split)}
        for split in ("train", "validation", "test")
    }
    assert [len(each) for each in keys.values()] == [50, 50, 50]
    assert len(set.union(*keys.values())) == 150
    task_keys = {
        split: {key for row in draw_rows(coins(), 50, split=split) for key in row["task_keys"]}
        for split in keys
    }
    assert sum(map(len, task_keys.values())) == len(set.union(*task_keys.values())) == 900


def test_distinct_passes_over_repeated_tasks_and_says_when_there_are_too_few():
    short = coins("sides/no_info/standard/ep3")  # 8 lists of tasks exist
    rows = draw_rows(short, 8, distinct=True)
    assert len({row["tasks"] for row in rows}) == 8
    assert [row["seed"] for row in rows] == sorted({row["seed"] for row in rows})
    with pytest.raises(EnvError, match="gave 8 distinct sequences in 180 seeds, not 9"):
        draw_rows(short, 9, distinct=True)


def test_a_latent_that_runs_dry_is_an_error_that_names_the_count():
    with pytest.raises(EnvError, match=r"gave \d+ of 100 sequences; seed \d+ gives none: 0 of 2"):
        draw_rows(coins("sides/no_info/standard/ep3?latent.barren=true"), 100)


def test_an_id_that_points_to_a_file_is_refused(tmp_path):
    file = tmp_path / "tasks.json"
    file.write_text('[{"side": "heads"}]')
    environment = coins(f"fixed_list/no_info/standard/ep2?latent.tasks={file}")
    with pytest.raises(SpecError, match="cannot take along"):
        draw_rows(environment, 1)


# ---- the card


def test_the_card_names_every_split_field_and_command():
    part = Part(
        split="train",
        env_id="coins/sides/no_info/standard/ep3?env.a=1",
        num_sequences=1500,
        seed=0,
        last_seed=1499,
        distinct=True,
        versions={"core_env:coins": "v1 x 0"},
    )
    other = Part(
        subset="more",
        split="test",
        env_id="coins/sides/no_info/standard/ep3",
        num_sequences=10,
        seed=5,
        last_seed=14,
        distinct=False,
        versions={"core_env:coins": "v2 x 0"},
    )
    card = render_card([part, other])
    head = card.split("---\n")[1]
    assert "license: mit" in head
    assert "- 1K<n<10K" in head
    assert '- config_name: "more"' in head
    assert 'path: "more/test-00000-of-00001.parquet"' in head
    assert all(f"`{name}`" in card for name, _ in FIELDS)
    assert "latentgym data 'coins/sides/no_info/standard/ep3?env.a=1' -n 1500" in card
    assert "| core_env:coins | v1 x 0, v2 x 0 |" in card


# ---- the folder, which needs datasets


def contents(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_load_dataset_reads_what_was_written(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = datasets_or_skip()
    folder, environment = tmp_path / "deep" / "coins", coins()
    write_dataset(folder, environment, 20, seed=5)
    write_dataset(folder, environment, 4, split="test")
    write_dataset(folder, coins("sides/full_info/standard/ep2"), 3, subset="short", distinct=True)
    assert contents(folder) == [
        "README.md",
        "data/test-00000-of-00001.parquet",
        "data/train-00000-of-00001.parquet",
        "latentgym.json",
        "short/train-00000-of-00001.parquet",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["coins"]
    cache = str(tmp_path / "cache")
    loaded = datasets.load_dataset(str(folder), cache_dir=cache)
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 20, "test": 4}
    assert list(loaded["train"]) == draw_rows(environment, 20, seed=5)
    assert max(max(row["task_keys"]) for row in loaded["train"]) > 2**63
    assert load_sequence(loaded["test"][1], REGISTRY)[1] == environment.sequence(1, "test")
    assert len(datasets.load_dataset(str(folder), "short", cache_dir=cache)["train"]) == 3
    assert tuple(loaded["train"].column_names) == tuple(name for name, _ in FIELDS)
    written = "".join(path.read_text("utf-8") for path in folder.glob("*.*"))
    assert str(tmp_path) not in written


def test_the_same_rows_are_the_same_bytes(tmp_path):
    datasets_or_skip()
    files = []
    for name in ("one", "two"):
        part = write_dataset(tmp_path / name, coins(), 10)
        files.append((tmp_path / name / part.file).read_bytes())
    assert files[0] == files[1]


def test_a_split_is_written_once_and_a_foreign_folder_is_left_alone(tmp_path):
    datasets_or_skip()
    folder = tmp_path / "coins"
    write_dataset(folder, coins(), 2)
    with pytest.raises(SpecError, match="already holds the split train of default"):
        write_dataset(folder, coins(), 3)
    assert [part.num_sequences for part in read_parts(folder)] == [2]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.tex").write_text("x")
    with pytest.raises(SpecError, match="something else"):
        write_dataset(foreign, coins(), 2)
    for bad in ("data", "a/b", ""):
        with pytest.raises(SpecError, match="no name for a subset"):
            write_dataset(folder, coins(), 2, subset=bad)


def test_a_shortfall_or_a_failing_write_leaves_nothing_behind(tmp_path, monkeypatch):
    datasets = datasets_or_skip()
    folder = tmp_path / "coins"
    with pytest.raises(EnvError, match="distinct"):
        write_dataset(folder, coins("sides/no_info/standard/ep1"), 3, distinct=True)
    assert list(tmp_path.iterdir()) == []
    write_dataset(folder, coins(), 2)
    before = {path: (folder / path).read_bytes() for path in contents(folder)}

    def full_disk(self, path):
        Path(path).write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(datasets.Dataset, "to_parquet", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_dataset(folder, coins(), 2, split="test")
    assert {path: (folder / path).read_bytes() for path in contents(folder)} == before
    assert list(tmp_path.iterdir()) == [folder]


def test_without_datasets_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingDependencyError, match="pip install datasets"):
        write_dataset(tmp_path / "coins", coins(), 2)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote(tmp_path):
    datasets_or_skip()
    arguments = ["coins/sides", "-n", "3", "--out", str(tmp_path / "coins"), "--json"]
    result = CliRunner().invoke(command, arguments, obj=REGISTRY)
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["num_sequences"], said["split"]) == (3, "train")
    assert said["env_id"] == "coins/sides/no_info/standard/ep10"
    assert "load_dataset" in result.stderr
