"""Scripted players: exact values where they exist, else the published simulated means."""

import math
import random
import statistics
from functools import cache

import numpy as np
import pytest
from attrs import evolve

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.number_guessing.clues import evidence, weighted_median
from latentgym_envs.number_guessing.env import NumberGuessing
from latentgym_envs.number_guessing.latents.m_ranges import MRanges
from latentgym_envs.number_guessing.latents.number_latent import uniform_law
from latentgym_envs.number_guessing.latents.ranges import FullRange, PlacedRange, Range
from latentgym_envs.number_guessing.latents.set_of_k import SetOfK
from latentgym_envs.number_guessing.players.outlook import median
from latentgym_envs.number_guessing.players.reference import (
    Bayes,
    Midpoint,
    Oracle,
    Random,
    RepeatAny,
    RepeatLast,
)
from latentgym_envs.number_guessing.task import Task

NAME = "number_guessing"
GAME = NumberGuessing()
NUM_SEQUENCES = 40
TABLE_SEQUENCES = 60  # the published means come from at least so many


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def view_of(latent, task, turns=(), history=()):
    visible = GAME.visible(task)
    return SequenceView(latent, NAME, GAME, 10, len(history), visible, tuple(turns), tuple(history))


def play_task(player, latent, task, z=None, history=()):
    """Reward and facts of one task."""
    state, _ = GAME.start(task, 0)
    turns = []
    while True:
        view = view_of(latent, task, turns, history)
        reply = player.act(view, Truth(z, task), random.Random(len(turns)))
        state, result = GAME.step(state, reply)
        turns.append(result.facts)
        if result.done:
            return result.reward, turns


def play_sequences(registry, player, env_id, num_sequences=NUM_SEQUENCES):
    """Task rewards of seeds 0, 1, …; shape [sequences, N]."""
    env = make(env_id, registry=registry)
    rewards = []
    for seed in range(num_sequences):
        env.reset(seed)
        while not env.done:
            env.step(player.act(env.view, env.truth, random.Random(seed)))
        rewards.append(env.rewards)
    return rewards


# ------------------------------------------------------------------ exact values


@cache
def search_turns(count):
    """Sum over `count` equally likely values of the guesses that balanced search needs."""
    if count == 0:
        return 0
    return count + search_turns((count - 1) // 2) + search_turns(count // 2)


@pytest.mark.parametrize(
    ("latent", "z", "mean_turns", "mean_reward"),
    [
        (SetOfK(k=1), (7,), 1, 0.98),
        (SetOfK(k=2), (7, 900), 1.5, 0.97),
        (SetOfK(k=3), (7, 8, 900), 1.667, 0.9667),
        (SetOfK(k=5), (1, 2, 3, 500, 1000), 2.2, 0.956),
        (SetOfK(k=10), tuple(range(3, 1000, 100)), 2.9, 0.942),
        (Range(size=101), PlacedRange(low=1, start=592), 5.81, 0.8838),
        (Range(size=1001, high=10000), PlacedRange(low=1, start=1), 8.99, 0.8202),
        (MRanges(), (2000, 7000), 8.99, 0.8202),
        (FullRange(), 1, 8.99, 0.8202),
    ],
    ids=lambda value: getattr(value, "family", None),
)
def test_the_oracle_searches_optimally(latent, z, mean_turns, mean_reward):
    low, high = latent.visible_range(z)
    targets = [value for block in latent.targets(z) for value in block]
    plays = [
        play_task(Oracle(), latent, Task(target=target, low=low, high=high), z)
        for target in targets
    ]
    turns = [len(facts) for _, facts in plays]
    assert sum(turns) == search_turns(len(targets))
    assert statistics.mean(turns) == pytest.approx(mean_turns, abs=0.006)
    assert statistics.mean(reward for reward, _ in plays) == pytest.approx(mean_reward, abs=6e-5)


@pytest.mark.parametrize(
    ("high", "max_turns", "solved", "mean_reward"),
    [(1000, 30, 1, 0.8203), (1000, 10, 1, 0.8203), (10000, 10, 0.1023, 0.0839)],
)
def test_the_blind_player_halves_the_range(high, max_turns, solved, mean_reward):
    tasks = [Task(target=t, high=high, max_turns=max_turns) for t in range(1, high + 1)]
    rewards = [play_task(Midpoint(), SetOfK(), task)[0] for task in tasks]
    assert statistics.mean(reward > 0 for reward in rewards) == solved
    assert statistics.mean(rewards) == pytest.approx(mean_reward, abs=6e-5)


def test_bayes_earns_its_exact_expectation_on_two_numbers(registry):
    """Sum of the stages: first number, then it alone, then the second, then both."""
    first = 1 - 0.02 * search_turns(1000) / 1000
    # A second number costs the guess at the first one, then a search on one side of it.
    sides = (search_turns(side) + search_turns(999 - side) for side in range(1000))
    second = 1 - 0.02 * (1 + sum(sides) / 1000 / 999)
    expected = first
    for seen in range(1, 10):  # tasks played before this one
        alone = 0.5 ** (seen - 1)  # chance that all of them hid the same number
        expected += alone * (0.5 * 0.98 + 0.5 * second) + (1 - alone) * 0.97
    assert expected == pytest.approx(9.405, abs=0.001)
    rewards = play_sequences(registry, Bayes(), f"{NAME}/set_of_2/no_info/information/ep10", 150)
    totals = [sum(each) for each in rewards]
    error = statistics.stdev(totals) / math.sqrt(len(totals))
    assert statistics.mean(totals) == pytest.approx(expected, abs=4 * error)


# ------------------------------------------------------------------ published simulated means


@pytest.mark.parametrize(
    ("latent", "blind", "oracle"),
    [
        ("set_of_2", 8.20, 9.70),
        ("set_of_3", 8.20, 9.67),
        ("range_100", 8.20, 8.84),
        ("range_1000", 7.53, 8.20),
        ("dynamic_range", 7.53, 8.20),
        ("two_ranges", 7.53, 8.20),
        ("dynamic_full_range", 8.20, 8.20),
    ],
)
def test_blind_and_oracle_earn_the_published_means(registry, latent, blind, oracle):
    env_id = f"{NAME}/{latent}/no_info/standard/ep10"
    for player, expected in ((Midpoint(), blind), (Oracle(), oracle)):
        totals = [sum(each) for each in play_sequences(registry, player, env_id)]
        error = statistics.stdev(totals) / math.sqrt(len(totals))
        assert statistics.mean(totals) == pytest.approx(expected, abs=4 * error + 0.005)


@pytest.mark.parametrize(
    ("latent", "parameters", "wide", "first", "last", "tight"),
    [
        # The published 9.37 for T=30 lies below the exact 9.405, see above.
        ("set_of_2", "", 9.405, 0.82, 0.97, 9.16),
        ("set_of_3", "", 9.22, 0.82, 0.96, 8.94),
        ("set_of_k", "latent.k=5", 8.93, 0.82, 0.93, 8.37),
        ("set_of_k", "latent.k=10", 8.59, 0.82, 0.90, 7.95),
        ("range_100", "", 8.72, 0.82, 0.88, 8.68),
        ("range_1000", "", 8.08, 0.76, 0.82, 6.50),
        ("dynamic_range", "", 8.07, 0.76, 0.82, 6.51),
        ("two_ranges", "", 7.97, 0.76, 0.81, 5.23),
    ],
)
def test_bayes_earns_the_published_means(registry, latent, parameters, wide, first, last, tight):
    for max_turns, expected in ((30, wide), (10, tight)):
        env_id = f"{NAME}/{latent}/no_info/information/ep10?env.max_turns={max_turns}"
        rewards = play_sequences(registry, Bayes(), f"{env_id}&{parameters}".rstrip("&"))
        assert_close_to_table([sum(each) for each in rewards], expected)
        if max_turns == 30:
            assert_close_to_table([each[0] for each in rewards], first)
            assert_close_to_table([each[-1] for each in rewards], last)


def assert_close_to_table(values, expected):
    """Both means are simulated; the table has two decimals."""
    error = statistics.stdev(values) * math.sqrt(1 / len(values) + 1 / TABLE_SEQUENCES)
    assert statistics.mean(values) == pytest.approx(expected, abs=4 * error + 0.005)


def test_players_keep_their_order(registry):
    env_id = f"{NAME}/set_of_2/no_info/standard/ep10"
    means = [
        statistics.mean(sum(each) for each in play_sequences(registry, player, env_id))
        for player in (Random(), Midpoint(), RepeatLast(), Oracle())
    ]
    assert means == sorted(means)
    assert means[0] < 1 < 8 < means[1] < 9.2 < means[2] < 9.6 < means[3]


# ------------------------------------------------------------------ what they look at


def finished(task, *replies, revealed=False):
    state, _ = GAME.start(task, 0)
    turns = []
    for reply in replies:
        state, result = GAME.step(state, reply)
        turns.append(result.facts)
    told = GAME.revealed(task) if revealed else None
    return FinishedTask(NAME, GAME.visible(task), tuple(turns), state.solved, told)


def test_evidence_is_what_the_answers_left():
    task = Task(target=50, low=1, high=100, max_turns=4)
    history = [
        finished(task, "[10]", "[90]", "no idea", "[500]"),
        finished(task, "[10]", "[50]"),
        finished(task, "[90]", revealed=True),
        finished(task, "?", "?", "?", "?"),
    ]
    assert evidence(history) == ((11, 89), (50, 50), (50, 50))


def test_bayes_learns_from_tasks_it_did_not_solve():
    task = Task(target=50, low=1, high=100, max_turns=1)
    history = (finished(task, "[40]"), finished(task, "[60]"))
    view = view_of(SetOfK(k=1, high=100), task, history=history)
    assert Bayes().act(view, None, random.Random(0)) == "[50]"


def test_bayes_passes_over_a_task_that_its_family_cannot_explain():
    task = Task(target=50, low=1, high=100)
    history = tuple(
        finished(Task(target=target, low=1, high=100), f"[{target}]") for target in (10, 20, 30)
    )
    latent = SetOfK(k=2, high=100)
    law = latent.foresee({NAME: GAME}, Upcoming(NAME, GAME.visible(task), 3, 10), history)
    assert law.refuted
    known, turns = view_of(latent, task, history=history), ({"kind": "higher", "guess": 10},)
    assert Bayes().act(known, None, random.Random(0)) == "[10]"
    assert Bayes().act(evolve(known, turns=turns), None, random.Random(0)) == "[20]"


def test_bayes_falls_back_on_halving_where_the_answers_refute_its_law():
    history = (finished(Task(target=10, low=1, high=100), "[10]"),)
    turns = ({"kind": "higher", "guess": 10},)
    view = view_of(SetOfK(k=1, high=100), Task(target=50, low=1, high=100), turns, history)
    assert Bayes().act(view, None, random.Random(0)) == "[55]"


def test_repeat_last_tries_the_latest_target_that_can_still_be_right():
    history = tuple(finished(Task(target=target), f"[{target}]") for target in (700, 300, 650))
    _, turns = play_task(RepeatLast(), SetOfK(), Task(target=701), history=history)
    assert [facts["guess"] for facts in turns[:3]] == [650, 700, 850]


def test_repeat_any_tries_every_target_that_can_still_be_right():
    history = tuple(finished(Task(target=target), f"[{target}]") for target in (700, 300, 650))
    view = view_of(SetOfK(), Task(target=701), history=history)
    first = {RepeatAny().act(view, None, random.Random(seed)) for seed in range(50)}
    assert first == {"[700]", "[300]", "[650]"}
    _, turns = play_task(RepeatAny(), SetOfK(), Task(target=701), history=history)
    asked = [facts["guess"] for facts in turns]
    assert asked.index(700) < asked.index(850)
    assert asked.count(300) <= 1  # refuted targets are not tried again


def test_the_random_player_keeps_to_the_range():
    task = Task(target=3, low=3, high=5, max_turns=50)
    _, turns = play_task(Random(), SetOfK(), task)
    assert all(facts["kind"] != "out_of_range" for facts in turns)


def test_an_oracle_without_the_truth_says_so():
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(view_of(SetOfK(), Task(target=3)), None, random.Random(0))


def test_an_oracle_without_z_knows_the_target():
    reward, _ = play_task(Oracle(), SetOfK(), Task(target=3), z=None)
    assert reward == 0.98


@pytest.mark.parametrize(
    ("latent", "last"),
    [
        ("alternating?latent.of=set_of_2+range_100", 8),
        ("progressive?latent.of=set_of_2+set_of_3", 4),
    ],
)
def test_players_follow_the_part_whose_turn_it_is(registry, latent, last):
    name, _, parameters = latent.partition("?")
    env_id = f"{NAME}/{name}/no_info/information/ep10?{parameters}"
    env = make(env_id, registry=registry)
    env.reset(0)
    oracle = play_sequences(registry, Oracle(), env_id, 20)
    bayes = play_sequences(registry, Bayes(), env_id, 20)
    blind = play_sequences(registry, Midpoint(), env_id, 20)
    mean = [statistics.mean(sum(each) for each in rewards) for rewards in (blind, bayes, oracle)]
    assert mean == sorted(mean)
    of_set = statistics.mean(each[last] for each in bayes)  # the last task that a set_of_2 made
    assert of_set > 0.93


def test_scripted_players_are_registered(registry):
    names = {"midpoint", "blind", "oracle", "bayes", "repeat_last", "repeat_any", "random"}
    specs = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in specs.items() if spec.privileged] == ["oracle"]
    players = {name: construct(spec, {}) for name, spec in specs.items()}
    assert players["blind"] == players["midpoint"] == Midpoint()


# ------------------------------------------------------------------ medians


def test_weighted_median():
    below = np.concatenate(([0.0], np.cumsum([0.1, 0.2, 0.0, 0.3, 0.4])))
    assert weighted_median(below, 10, (10, 14)) == 13
    assert weighted_median(below, 10, (10, 12)) == 11
    assert weighted_median(below, 10, (14, 14)) == 14
    assert weighted_median(below, 10, (12, 12)) is None


def test_the_median_of_numbers_that_are_equally_likely_is_the_lower_of_two():
    blocks = (range(3, 6), range(10, 11))
    law, visible = uniform_law(blocks, 0, 99), {"low": 0, "high": 99}
    assert median(law, (0, 99), visible) == 4
    assert median(law, (5, 99), visible) == 5
    assert median(law, (6, 99), visible) == 10
    assert median(law, (6, 9), visible) is None


@pytest.mark.parametrize("number", [3, 7, 49, 1000])
def test_no_rounding_decides_between_halves_of_equally_likely_numbers(number):
    law, visible = uniform_law((range(1, number + 1),), 1, number), {"low": 1, "high": number}
    for first in range(1, number + 1, 1 + number // 20):
        for last in range(first, number + 1, 1 + number // 30):
            assert median(law, (first, last), visible) == (first + last) // 2


def test_the_median_of_a_law_that_lists_a_few_numbers_only():
    law, visible = Law.of((9, 2, 5), [1, 1, 2]), {"low": 1, "high": 10}
    assert median(law, (1, 10), visible) == 5
    assert median(law, (1, 4), visible) == 2
    assert median(law, (6, 10), visible) == 9
    assert median(law, (3, 4), visible) is None
