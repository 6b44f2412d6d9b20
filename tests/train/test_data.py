from collections import Counter

import pytest

from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.registry.registry import load_registry
from latentgym_train.config.config import Config, HoldoutConfig
from latentgym_train.config.config_build import build
from latentgym_train.config.config_file import load_config
from latentgym_train.sequences.data import (
    check_evaluations,
    evaluation_ids,
    evaluation_starts,
    horizons,
    lessons_for,
    training_stream,
)
from latentgym_train.sequences.streams import Streams, allowed_buckets, bucket

ENV = "number_guessing/set_of_2/no_info/information/ep4?latent.high=16&env.max_turns=3"
OTHER = "number_guessing/range_100/no_info/information/ep3"
HOLDOUT = HoldoutConfig(modulus=5, validation=(1,), test=(0,))


@pytest.fixture(scope="module")
def streams():
    return Streams(load_registry(), HOLDOUT)


def data(**changes):
    return build(Config, {"data": {"train": [{"env": ENV}], "pool": 50, **changes}}, "test").data


def stored_sources(path):
    return [{"folder": str(path / "folder")}]


@pytest.mark.parametrize(
    ("z", "expected"),
    [((3, 9), 2), ([3, [9, None]], 2), ({"a": 1, "b": 4}, 0), ("ab", 0), (2.5, 0), (True, 1)],
)
def test_the_bucket_of_a_value_is_the_sum_of_its_numbers(z, expected):
    assert bucket(z, 5) == expected


def test_every_bucket_belongs_to_one_split():
    parts = [allowed_buckets(HOLDOUT, split) for split in ("train", "validation", "test")]
    assert [set(part) for part in parts] == [{2, 3, 4}, {1}, {0}]
    assert allowed_buckets(HoldoutConfig(), "train") is None


def test_no_z_of_one_split_is_seen_in_another(streams):
    seen = {
        split: {streams.environment(ENV).sequence(seed, split).z for seed in seeds}
        for split, seeds in (
            (split, streams.seeds(ENV, split, 100)) for split in ("train", "validation", "test")
        )
    }
    assert not seen["train"] & seen["validation"]
    assert not seen["train"] & seen["test"]
    assert not seen["validation"] & seen["test"]


def test_the_held_out_split_of_the_recipe_is_balanced_in_the_numbers():
    recipe = load_config("tiny-number-guessing").data
    (source,) = recipe.train
    drawn = Streams(load_registry(), recipe.holdout)
    seeds = drawn.seeds(source.env, "test", 300)
    pairs = {frozenset(drawn.environment(source.env).sequence(seed, "test").z) for seed in seeds}
    counts = Counter(number for pair in pairs for number in pair)
    assert counts == dict.fromkeys(range(1, 17), 2)


def test_a_latent_whose_z_does_not_vary_cannot_be_held_out():
    streams = Streams(load_registry(), HOLDOUT)
    only = bucket(streams.environment("hangman/starts_with_S").sequence(0).z, 5)
    absent = "train" if only in (0, 1) else "test"
    with pytest.raises(SpecError, match=r"leave out data\.holdout"):
        streams.seeds("hangman/starts_with_S", absent, 3)


def test_unrelated_tasks_have_each_their_own_z(streams):
    unrelated = Streams(streams.registry, HOLDOUT, "unrelated")
    row = {"env_id": ENV, "split": "train", "seed": 5}
    one, again = unrelated.start(row).sequence, unrelated.start(row).sequence
    assert one == again
    assert len(one.tasks) == 4
    targets = {
        task.target
        for seed in range(40)
        for task in unrelated.start({**row, "seed": seed}).sequence.tasks
    }
    assert len(targets) > 12
    distinct = [
        len({task.target for task in unrelated.start({**row, "seed": seed}).sequence.tasks})
        for seed in range(40)
    ]
    assert max(distinct) == 4  # related tasks have two targets at most


def test_what_stands_at_a_position_does_not_depend_on_what_was_read_before(streams):
    stream = training_stream(data(), streams, 3)
    assert stream.rows(60, 5) == training_stream(data(), streams, 3).rows(40, 30)[20:25]
    assert stream.rows(0, 50) != training_stream(data(), streams, 4).rows(0, 50)


def test_every_sequence_comes_once_an_epoch(streams):
    stream = training_stream(data(), streams, 3)
    seeds = [row["seed"] for row in stream.rows(0, 100)]
    assert sorted(seeds[:50]) == sorted(seeds[50:])
    assert len(set(seeds)) == 50


def test_a_mixture_keeps_its_weights():
    streams = Streams(load_registry(), HoldoutConfig())
    mixed = data(train=[{"env": ENV, "weight": 3.0}, {"env": OTHER, "weight": 1.0}], pool=400)
    rows = training_stream(mixed, streams, 0).rows(0, 600)
    share = sum(row["env_id"].startswith("number_guessing/set_of_2") for row in rows) / 600
    assert share == pytest.approx(0.75, abs=0.06)


def test_single_tasks_are_sequences_of_one(streams):
    stream = training_stream(data(tasks="single"), streams, 0)
    starts = [streams.start(row) for row in stream.rows(0, 5)]
    assert all(len(start.sequence.tasks) == 1 for start in starts)


def test_imitation_sees_whole_sequences_where_reinforcement_plays_single_tasks(streams):
    single, plain = data(tasks="single"), data()
    stream = training_stream(single, streams, 3)
    whole = training_stream(plain, streams, 3)
    assert lessons_for(stream, single, streams).rows(0, 9) == whole.rows(0, 9) != stream.rows(0, 9)
    assert lessons_for(whole, plain, streams) is whole
    assert horizons(stream, streams.registry) == [1]


@pytest.mark.parametrize(
    "changes",
    [
        {"evaluation": ["number_guessing/nothing"]},
        {"ood_latents": ["number_guessing/nothing"]},
        {"ood_envs": ["nothing"]},
        {"evaluation": ["hangman/starts_with_S"]},  # no z to hold out
    ],
)
def test_what_is_evaluated_can_be_drawn(changes, streams):
    check_evaluations(data(ood_latents=["hangman/starts_with_S"]), streams, ["validation", "test"])
    with pytest.raises(LatentGymError):
        check_evaluations(data(**changes), streams, ["validation", "test"])


def test_a_folder_of_latentgym_data_is_trained_on(tmp_path):
    from latentgym_core.dataset.folder import write_dataset

    streams = Streams(load_registry(), HoldoutConfig())
    write_dataset(tmp_path / "folder", streams.environment(ENV), 6, split="train")
    stored = data(train=stored_sources(tmp_path))
    stream = training_stream(stored, streams, 0)
    drawn = {streams.start(row).sequence.tasks for row in stream.rows(0, 6)}
    assert drawn == {streams.environment(ENV).sequence(seed, "train").tasks for seed in range(6)}
    assert evaluation_ids(stored) == (str(streams.registry.complete(ENV)),)
    mixed = training_stream(data(train=[*stored_sources(tmp_path), {"env": OTHER}]), streams, 0)
    assert horizons(mixed, streams.registry) == [3, 4]
    twin = data(train=[{"folder": str(tmp_path / "folder")}], tasks="unrelated")
    with pytest.raises(SpecError, match="name the environment"):
        training_stream(twin, streams, 0)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path, streams):
    missing = data(train=[{"folder": str(tmp_path / "nothing")}], holdout={})
    with pytest.raises(SpecError, match="cannot be read"):
        training_stream(missing, Streams(streams.registry, HoldoutConfig()), 0)


def test_evaluations_are_paired_and_held_out(streams):
    unrelated = Streams(streams.registry, HOLDOUT, "unrelated")
    left = evaluation_starts(ENV, "test", 8, streams)
    right = evaluation_starts(ENV, "test", 8, unrelated)
    assert [start.sequence for start in left] == [start.sequence for start in right]
    assert all(bucket(start.sequence.z, 5) == 0 for start in left)
