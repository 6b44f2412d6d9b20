"""Scripted players: exact values where they exist, else the published simulated means."""

import math
import random
import statistics

import pytest
from attrs import evolve

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.combinators import FixedList
from latentgym_core.families.strand import current_strand
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.secretary.classic import is_record, passed_over
from latentgym_envs.secretary.clues import seen_values, told_by
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.latents.positions import FixedPosition
from latentgym_envs.secretary.players.reference import (
    Bayes,
    Blind,
    Classic,
    Forgetful,
    Oracle,
    Shortcut,
)
from latentgym_envs.secretary.task import Task

NAME = "secretary"
GAME = Secretary()
ANYWHERE = "position_set?latent.value=0,1,2,3,4,5,6,7,8,9"
NUM_SEQUENCES = 12


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def env_id(latent, feedback="information", num_tasks=10):
    name, _, parameters = latent.partition("?")
    return f"{NAME}/{name}/no_info/{feedback}/ep{num_tasks}?{parameters}".rstrip("?")


def play(registry, player, full_id, num_sequences=NUM_SEQUENCES):
    """Task rewards of seeds 0, 1, …; shape [sequences, N]."""
    env = make(full_id, registry=registry)
    rewards = []
    for seed in range(num_sequences):
        env.reset(seed)
        while not env.done:
            env.step(player.act(env.view, env.truth, random.Random(seed)))
        rewards.append(env.rewards)
    return rewards


def totals(rewards):
    return [sum(each) for each in rewards]


# ------------------------------------------------------------------ published simulated means


@pytest.mark.parametrize(
    ("player", "latent", "reward", "solved"),
    [
        (Classic(), ANYWHERE, 0.597, 0.398),
        (Classic(), ANYWHERE + "&latent.top=raised", 0.605, 0.405),
        (Shortcut(), ANYWHERE + "&latent.top=raised", 0.806, 0.726),
        (Classic(), "first_half_bias", 0.524, 0.353),
        (Classic(), "second_half_bias", 0.700, 0.476),
        (Classic(), "best_at_even", 0.547, None),
        (Classic(), "best_at_odd", 0.657, None),
        (Classic(), "best_in_quarter_0", 0.259, None),
        (Classic(), "best_in_quarter_3", 0.696, None),
        (Classic(), "prime_positions", 0.675, 0.508),
        (Classic(), "fibonacci_positions", 0.529, 0.326),
        (Classic(), "early_decoy", 0.748, 0.530),
        (Classic(), "fixed_position_2", 0.252, 0.0),
        (Classic(), "best_is_last", 0.616, 0.326),
        (Classic(), "threshold_06", 0.584, 0.410),
        (Classic(), "step_function", 0.256, 0.0),
        (Classic(), "inverse_order", 0.091, 0.0),
        (Classic(), "sorted_order", 0.184, 0.0),
        (Classic(), "mountain_pattern", 0.358, 0.0),
    ],
)
def test_players_without_memory_earn_the_published_means(registry, player, latent, reward, solved):
    tasks = [each for row in play(registry, player, env_id(latent), 40) for each in row]
    error = statistics.stdev(tasks) / math.sqrt(len(tasks))
    assert statistics.mean(tasks) == pytest.approx(reward, abs=4 * error + 0.0006)
    if solved is not None:
        error = math.sqrt(solved * (1 - solved) / len(tasks))
        assert tasks.count(1.0) / len(tasks) == pytest.approx(solved, abs=4 * error + 0.0006)


@pytest.mark.parametrize(
    "latent",
    [
        *("best_is_first", "best_is_last", "fixed_position_2", "position_shift", "countdown"),
        *("increasing_position", "position_cycle_258", "mirror_episodes", "fixed_high"),
        *("threshold_05", "threshold_08", "step_function", "valley_pattern", "mountain_pattern"),
        *("ascending_spike", "inverse_order", "sorted_order", "fixed_position", "stride", "cycle"),
        *("mirror", "value_marker", "threshold", "shape"),
    ],
)
def test_the_oracle_takes_every_greatest_value(registry, latent):
    rewards = play(registry, Oracle(), env_id(latent, "standard"), 4)
    assert {reward for row in rewards for reward in row} == {1.0}


@pytest.mark.parametrize(
    ("latent", "published"),
    [
        ("first_half_bias", 8.14),
        ("second_half_bias", 8.70),
        ("best_at_odd", 8.52),
        ("best_in_quarter_0", 8.73),
        ("best_in_quarter_3", 9.60),
        ("prime_positions", 8.53),
        ("fibonacci_positions", 8.18),
        ("relative_jump", 8.78),
        ("early_decoy", 8.92),
        ("max_after_min", 8.36),
    ],
)
def test_the_oracle_earns_at_least_the_published_means(registry, latent, published):
    """The published oracles follow simple rules; ours weighs what is left."""
    earned = totals(play(registry, Oracle(), env_id(latent), 30))
    assert statistics.mean(earned) > published - 3 * statistics.stdev(earned) / math.sqrt(30)


# ------------------------------------------------------------------ order


SAMPLE = (
    *("best_is_first", "fixed_position_4", "second_half_bias", "best_in_quarter_1"),
    *("fibonacci_positions", "position_cycle_1379", "third_rotation", "random_walk_position"),
    *("same_position_streak", "fixed_high", "threshold_06", "valley_pattern", "relative_jump"),
    *("position_set", "stride", "region_cycle"),
)


@pytest.mark.parametrize(
    ("latent", "feedback"),
    [*((latent, "standard") for latent in SAMPLE), *((each, "information") for each in SAMPLE[:6])],
)
def test_players_keep_their_order(registry, latent, feedback):
    blind, bayes, oracle = (
        totals(play(registry, player, env_id(latent, feedback)))
        for player in (Blind(), Bayes(), Oracle())
    )
    for worse, better in ((blind, bayes), (bayes, oracle)):
        gains = [b - w for w, b in zip(worse, better, strict=True)]
        error = statistics.stdev(gains) / math.sqrt(len(gains))
        assert statistics.mean(gains) >= -3 * error


def test_one_place_suits_the_classic_rule(registry):
    full_id = env_id("fixed_position_3")
    assert set(totals(play(registry, Classic(), full_id))) == {10.0}
    rewards = play(registry, Bayes(), full_id)
    assert all(reward == 1.0 for row in rewards for reward in row[1:])  # only the first task costs


@pytest.mark.parametrize(
    "latent",
    ["fixed_position", "stride", "cycle", "mirror", "threshold"],
)
def test_learning_from_task_to_task_pays(registry, latent):
    """At least 15 % more than the same player without memory, where nothing gives it away."""
    forgetful, bayes = (
        totals(play(registry, player, env_id(latent))) for player in (Forgetful(), Bayes())
    )
    assert sum(bayes) >= 1.15 * sum(forgetful)


def test_the_first_task_is_played_without_memory(registry):
    for latent in ("fixed_position", "threshold", "relation"):
        one, other = (
            play(registry, player, env_id(latent, num_tasks=1), 20)
            for player in (Bayes(), Forgetful())
        )
        assert one == other


def test_bayes_plays_a_preset_like_its_family(registry):
    """It must not look at the fixed value: first tasks are played alike whatever it is."""
    env = make(env_id("fixed_position_2"), registry=registry)
    for seed in range(10):
        env.reset(seed)
        moves = {
            Bayes().act(evolve(env.view, latent=latent), None, random.Random(0))
            for latent in (FixedPosition(value=k, top="raised") for k in (None, 0, 5, -1))
        }
        assert len(moves) == 1


@pytest.mark.parametrize(
    "latent",
    [
        "alternating?latent.of=fixed_position+stride",
        "progressive?latent.of=fixed_position+threshold",
        "cyclic?latent.of=fixed_position+shape+mirror",
    ],
)
def test_players_follow_the_part_whose_turn_it_is(registry, latent):
    rewards = [play(registry, player, env_id(latent), 10) for player in (Bayes(), Oracle())]
    bayes, oracle = (statistics.mean(totals(each)) for each in rewards)
    assert oracle == 10
    assert bayes > 9
    assert statistics.mean(row[-1] for row in rewards[0]) > 0.9


# ------------------------------------------------------------------ details


def view_of(latent, task, turns=(), game=GAME):
    return SequenceView(latent, NAME, game, 10, 0, game.visible(task), tuple(turns), ())


def test_seen_values_leave_out_invalid_turns():
    game = Secretary(parsing="strict")
    state, _ = game.start(Task(values=(0.25, 0.5, 0.75)), 0)
    turns = []
    for reply in ("hm", "[continue]", "[Accept]", "[accept]"):
        state, result = game.step(state, reply)
        turns.append(result.facts)
    visible = game.visible(state.task)
    assert seen_values(visible, turns) == seen_values(visible, turns[:2]) == (0.25, 0.5)


def test_the_view_tells_what_finished_tasks_told(registry):
    env = make(env_id("fixed_position_2", "standard"), registry=registry)
    env.reset(0)
    for reply in ("[continue]", "[continue]", "[accept]", "[accept]"):
        env.step(reply)
    here = current_strand(env.view)
    won, lost = told_by(env.view.core_envs, here.tasks)
    assert told_by(env.view.core_envs, here.tasks[1:], 3) == (None, lost, None)
    assert won.possible == tuple(k == 2 for k in range(10))
    assert lost.possible == tuple(k != 0 for k in range(10))
    assert (len(won.seen), len(lost.seen)) == (3, 1)


def test_the_classic_rule():
    assert [passed_over(n) for n in (2, 3, 10, 20)] == [1, 1, 3, 7]
    assert not is_record((0.1, 0.2, 0.3), 3)
    assert is_record((0.1, 0.2, 0.3, 0.4), 3)
    assert not is_record((0.1, 0.2, 0.4, 0.4), 3)


def test_an_oracle_without_the_truth_says_so():
    task = Task(values=(0.2, 0.4))
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(view_of(FixedPosition(), task), None, random.Random(0))


def test_without_a_family_the_oracle_knows_the_place_and_bayes_says_so():
    task = Task(values=(0.2, 0.4, 0.9, 0.3))
    for latent, z in ((FixedList(tasks=({"values": task.values},)), 1), (FixedPosition(), None)):
        state, _ = GAME.start(task, 0)
        turns = []
        while not state.done:
            reply = Oracle().act(view_of(latent, task, turns), Truth(z, task), random.Random(0))
            state, result = GAME.step(state, reply)
            turns.append(result.facts)
        assert state.place == 2
    view = view_of(latent=FixedList(tasks=({"values": task.values},)), task=task)
    for player in (Bayes(), Forgetful()):
        with pytest.raises(AgentError, match="offers no exact law"):
            player.appraise(view, None, ("[accept]", "[continue]"))


def test_players_reply_in_words_both_parsings_know(registry):
    for parsing in ("lenient", "strict"):
        full_id = env_id(f"prime_positions?env.parsing={parsing}")
        assert totals(play(registry, Bayes(), full_id, 3)) == totals(
            play(registry, Bayes(), env_id("prime_positions"), 3)
        )


def test_scripted_players_are_registered(registry):
    names = {"classic", "blind", "shortcut", "forgetful", "oracle", "bayes"}
    found = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in found.items() if spec.privileged] == ["oracle"]
    players = {name: construct(spec, {}) for name, spec in found.items()}
    assert (players["blind"], players["classic"]) == (Blind(), Classic())
