import json
import math
import random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.number_guessing.env import NumberGuessing
from latentgym_envs.number_guessing.latents.m_ranges import MRanges
from latentgym_envs.number_guessing.latents.ranges import FullRange, PlacedRange, Range
from latentgym_envs.number_guessing.latents.set_of_k import SetOfK

GAME = NumberGuessing()
PRESETS = {
    "set_of_2": 499_500,
    "set_of_3": 166_167_000,
    "range_100": 900,
    "range_1000": 9_000,
    "dynamic_range": 9_001,
    "dynamic_full_range": 1,
    "two_ranges": 26_002_000,
}


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def environment(registry, latent, tail="ep10") -> Environment:
    env_id = f"number_guessing/{latent}/no_info/standard/{tail}"
    return make(env_id, registry=registry).environment


def sets():
    return st.builds(
        SetOfK, k=st.integers(1, 5), low=st.integers(0, 50), high=st.integers(60, 2000)
    )


def ranges():
    return st.builds(
        Range,
        size=st.integers(1, 40),
        low=st.integers(0, 20),
        high=st.integers(60, 300),
        shift=st.integers(0, 30),
    )


def full_ranges():
    return st.builds(
        FullRange, low=st.integers(0, 20), high=st.integers(20, 300), shift=st.integers(0, 30)
    )


@st.composite
def m_ranges(draw):
    m, size = draw(st.integers(2, 4)), draw(st.integers(1, 10))
    gap = draw(st.integers(size, 2 * size))
    high = draw(st.integers(m * (gap + 1), m * (gap + 1) + 50))
    return MRanges(m=m, size=size, gap=gap, low=1, high=high)


latents = st.one_of(sets(), ranges(), full_ranges(), m_ranges())


def context(index=0):
    return TaskContext(GAME, "number_guessing", index, 10, ())


# ------------------------------------------------------------------ laws


@given(latents, st.integers(0, 2**32))
def test_tasks_agree_with_z(latent, seed):
    rng = random.Random(seed)
    z = latent.draw((GAME,), rng)
    for index in range(4):
        task = latent.task(z, context(index), rng)
        assert any(task.target in block for block in latent.targets(z))
        assert (task.low, task.high) == latent.visible_range(z)
        assert task.max_turns == GAME.max_turns
        possible = sum(len(block) for block in latent.targets(z))
        assert latent.log_prob(task, z, context()) == pytest.approx(-math.log(possible))


@given(latents, st.integers(0, 2**32))
def test_the_likelihood_of_z_is_a_law(latent, seed):
    rng = random.Random(seed)
    z = latent.draw((GAME,), rng)
    task = latent.task(z, context(), rng)
    every = (evolve(task, target=target) for target in range(task.low, task.high + 1))
    total = math.fsum(math.exp(latent.log_prob(each, z, context())) for each in every)
    assert total == pytest.approx(1)
    elsewhere = evolve(task, high=task.high + 1)
    assert latent.log_prob(elsewhere, z, context()) == -math.inf


@given(st.one_of(ranges(), full_ranges(), m_ranges()), st.integers(0, 2**32))
def test_the_support_is_a_law_that_holds_every_draw(latent, seed):
    z = latent.draw((GAME,), random.Random(seed))
    low, high = latent.visible_range(z)
    support = latent.support((GAME,), {"low": low, "high": high})
    if support is None:
        return
    support = dict(support)
    assert z in support
    assert math.fsum(map(math.exp, support.values())) == pytest.approx(1)
    assert not dict(latent.support((GAME,), {"low": low, "high": high + 1}))


@given(latents, st.integers(0, 2**32))
def test_z_survives_json(latent, seed):
    z = latent.draw((GAME,), random.Random(seed))
    data = json.loads(json.dumps(to_data(z)))
    assert from_data(latent.z_type, data) == latent.z_from_data(data) == z


@given(latents, st.integers(0, 2**32))
def test_texts_tell_what_they_may(latent, seed):
    z = latent.draw((GAME,), random.Random(seed))
    ends = {str(block[0]) for block in latent.targets(z)}
    assert all(end in latent.describe(z) for end in ends)
    for text in (latent.describe(z), latent.disclosure(), latent.hint()):
        assert text[0].isupper()
        assert text.endswith(".")
    assert not any(character.isdigit() for character in latent.hint())


@pytest.mark.parametrize(
    ("latent", "told"),
    [
        (SetOfK(k=2), "2 numbers"),
        (SetOfK(k=1), "1 number."),
        (Range(size=101), "101 numbers"),
        (Range(size=1001, high=10000), "1001 numbers"),
        (MRanges(), "2 separate ranges of 501 numbers"),
        (FullRange(), "anywhere"),
    ],
)
def test_disclosures_tell_true_sizes(latent, told):
    assert told in latent.disclosure()


@pytest.mark.parametrize(
    ("make_latent", "sentence"),
    [
        (lambda: SetOfK(k=4, low=1, high=3), "k=4 .* there are 3"),
        (lambda: SetOfK(k=0), "k is 0"),
        (lambda: SetOfK(k=2.5), "k is 2.5"),
        (lambda: SetOfK(low=-1), "low is -1"),
        (lambda: SetOfK(low=5, high=4), "holds 0 numbers"),
        (lambda: SetOfK(high=10**9), "1000000000 numbers"),
        (lambda: Range(size=11, low=1, high=10), "size=11 .* 10 numbers"),
        (lambda: MRanges(m=1), "m is 1"),
        (lambda: MRanges(gap=500), "at least the size"),
        (lambda: MRanges(m=10), "less than 1000"),
        (lambda: FullRange(low=2, high=1), "holds 0 numbers"),
    ],
)
def test_hyperparameters_that_leave_nothing_are_refused(make_latent, sentence):
    with pytest.raises(SpecError, match=sentence):
        make_latent()


def test_other_games_are_refused():
    foreign = TaskContext(object(), "maze", 0, 1, ())
    with pytest.raises(EnvError, match="not for maze"):
        SetOfK().task((1, 2, 3), foreign, random.Random(0))


# ------------------------------------------------------------------ presets


@pytest.mark.parametrize(("name", "size"), PRESETS.items())
def test_presets_hide_what_they_should(registry, name, size):
    latent = environment(registry, name).latent
    low, high = latent.visible_range(latent.draw((GAME,), random.Random(0)))
    support = latent.support((GAME,), {"low": low, "high": high})
    if isinstance(latent, SetOfK):
        assert math.comb(high - low + 1, latent.k) == size
    elif isinstance(latent, MRanges):
        first, last = latent.chain.last_starts
        assert sum(last - (start + latent.gap) + 1 for start in range(1, first + 1)) == size
        assert support is None
    else:
        assert len(support) == size


def test_a_large_support_is_not_listed():
    visible = {"low": 1, "high": 1000}
    assert SetOfK(k=3).support((GAME,), visible) is None
    assert sum(1 for _ in SetOfK(k=2).support((GAME,), visible)) == 499_500


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("split", ["test", "published"])
def test_longer_sequences_begin_with_shorter_ones(registry, name, split):
    for seed in range(5):
        long = environment(registry, name).sequence(seed, split)
        short = environment(registry, name, "ep1").sequence(seed, split)
        assert long.tasks[:1] == short.tasks
        assert long.z == short.z


def test_equal_hyperparameters_give_equal_sequences(registry):
    preset = environment(registry, "set_of_2").sequence(3)
    family = environment(registry, "set_of_k", "ep10?latent.k=2").sequence(3)
    assert preset == family


@pytest.mark.parametrize(
    ("name", "seed", "z"),
    [
        ("set_of_3", 10000, (592, 781, 926)),
        ("range_100", 10000, PlacedRange(low=1, start=592)),
        ("set_of_2", 20000, (378, 448)),
    ],
)
def test_published_draws(registry, name, seed, z):
    assert environment(registry, name).sequence(seed, "published").z == z


def test_published_targets(registry):
    sequence = environment(registry, "dynamic_range").sequence(10000, "published")
    assert sequence.z.low == 592
    assert [task.target for task in sequence.tasks[:3]] == [6467, 5516, 6185]
    assert {(task.low, task.high) for task in sequence.tasks} == {(592, 10592)}


@pytest.fixture
def recordings(recorded_data):
    return recorded_data("number_guessing")


def test_recorded_tasks_are_drawn_again(registry, recordings):
    for recording in recordings:
        turns = recording["env_params"]["max_turns_per_episode"]
        tail = f"{recording['horizon']}?env.max_turns={turns}"
        seed = GAME.published_seed(recording["variant"], recording["seed"])
        drawn = environment(registry, recording["latent"], tail).sequence(seed, "published")
        recorded = tuple(
            GAME.published_task(config, recording["variant"])
            for config in recording["episode_configs"]
        )
        assert drawn.tasks == recorded, recording["file"]


def test_recorded_replies_earn_what_was_recorded(recordings):
    for recording in recordings:
        replies = iter(
            message["content"]
            for message in recording["conversation"]
            if message["role"] == "assistant"
        )
        outcomes = []
        for config in recording["episode_configs"]:
            state, _ = GAME.start(GAME.published_task(config, recording["variant"]), 0)
            done = False
            while not done:
                state, result = GAME.step(state, next(replies))
                done = result.done
            outcomes.append((state.turns, result.reward))
        assert next(replies, None) is None
        assert [turns for turns, _ in outcomes] == recording["episode_turns"]
        rewards = [reward for _, reward in outcomes]
        assert rewards == pytest.approx(recording["episode_rewards"], abs=1e-9)
