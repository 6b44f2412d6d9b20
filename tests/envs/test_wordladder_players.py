"""Scripted players: what they plan, what they infer, and what knowing z is worth."""

import math
import random
import statistics
from collections import defaultdict

import pytest
from attrs import evolve

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.errors import AgentError
from latentgym_core.families.foresight import foresee
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordladder.graph import graph_of
from latentgym_envs.wordladder.latents.hub import HubWord
from latentgym_envs.wordladder.latents.worded import PlaceOrder
from latentgym_envs.wordladder.laws import read_law
from latentgym_envs.wordladder.players.planning import Quest, shortest_ladder
from latentgym_envs.wordladder.players.reference import (
    Bayes,
    Blind,
    ChainLister,
    Greedy,
    Oracle,
    SmallGraph,
)
from latentgym_envs.wordladder.task import Task

NAME = "wordladder"
LAWFUL = WordLadder(moves="lawful")
NUM_SEQUENCES = 30


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def totals(registry, player, latent, query="env.moves=lawful", feedback="standard"):
    env = make(f"{NAME}/{latent}/no_info/{feedback}/ep10?{query}", registry=registry)
    earned = []
    for seed in range(NUM_SEQUENCES):
        env.reset(seed)
        while not env.done:
            env.step(player.act(env.view, env.truth, random.Random(seed)))
        earned.append(sum(env.rewards))
    return earned


def gains(better, worse):
    return [b - w for b, w in zip(better, worse, strict=True)]


def lower_end(values):
    """Of the 95 % interval of the mean."""
    return statistics.mean(values) - 1.96 * statistics.stdev(values) / len(values) ** 0.5


# ------------------------------------------------------------------ planning


def distances(list_name, start, target):
    return shortest_ladder(graph_of(list_name, len(start)).neighbours, Quest(start, target))


def test_ladders_are_as_short_as_breadth_first_search_finds_them():
    rng = random.Random(0)
    graph = graph_of("common", 4)
    words = sorted(word for word, near in graph.neighbours.items() if near)
    for _ in range(40):
        start, target = rng.sample(words, 2)
        found, known = distances("common", start, target), graph.shortest_path(start, target)
        assert (found is None) == (known is None)
        if found and known:
            assert (len(found), found[0], found[-1]) == (len(known), start, target)


@pytest.mark.parametrize(
    ("law", "start", "target"),
    [
        ("hub card", "cord", "hand"),
        ("order right_to_left", "cord", "hand"),
        ("subs consonant_swaps", "cord", "worm"),
        ("ends d", "cord", "hand"),
    ],
)
def test_ladders_obey_and_avoid_refused_moves(law, start, target):
    neighbours, read = graph_of("open", 4).neighbours, read_law(law)
    ladder = shortest_ladder(neighbours, Quest(start, target, read, read.begin))
    assert read.obeyed_by(ladder)
    refused = frozenset([ladder[:2]])
    other = shortest_ladder(neighbours, Quest(start, target, read, read.begin, refused))
    assert read.obeyed_by(other)
    assert other[:2] != ladder[:2]
    assert len(other) >= len(ladder)


def test_there_may_be_no_lawful_ladder():
    law = read_law("subs consonant_swaps")
    assert shortest_ladder(graph_of("open", 4).neighbours, Quest("cord", "hand", law)) is None


# ------------------------------------------------------------------ inference


def law_of(latent, game, task, turns=(), finished=()):
    """What is expected of a task, given its pair and moves."""
    visible = game.visible(task)
    upcoming = Upcoming(NAME, visible, len(finished), 10, tuple(turns))
    return dict(foresee(latent, {NAME: game}, upcoming, tuple(finished)).items())


def rules_of(law):
    shares = defaultdict(float)
    for (rule, _), share in law.items():
        shares[rule] += share
    return dict(shares)


def test_a_pair_leaves_the_hubs_that_lie_on_its_shortest_ladders():
    latent = HubWord(length=4)
    task = latent.members(LAWFUL, "card")[0]
    pair = (task.start_word, task.target_word)
    sizes = {z: len(latent.members(LAWFUL, z)) for z, _ in latent.support((LAWFUL,), {})}
    holding = {
        z
        for z in sizes
        if any((each.start_word, each.target_word) == pair for each in latent.members(LAWFUL, z))
    }
    normal = sum(1 / sizes[z] for z in holding)
    expected = {f"hub {z}": 1 / sizes[z] / normal for z in holding}
    assert rules_of(law_of(latent, LAWFUL, task)) == pytest.approx(expected)


def test_pairs_come_again_when_all_have_also_if_they_are_forgotten():
    latent = HubWord(length=4)
    tasks = latent.members(LAWFUL, "card")
    number = len(tasks)

    def likelihood(**places):
        finished = tuple(
            FinishedTask(NAME, LAWFUL.visible(tasks[int(which[-1])]), (), False, None, index=index)
            for which, index in places.items()
        )
        held = latent.beliefs({NAME: LAWFUL}, {}, finished)
        return math.exp(held.log_likelihood[list(held.values).index("card")])

    assert likelihood(task_0=2, task_1=number - 1) == pytest.approx(1 / number / (number - 1))
    assert likelihood(task_0=2, task_1=number) == pytest.approx(1 / number**2)
    assert likelihood(task_0=number, again_0=number + 1) == pytest.approx(1 / number**2)
    assert likelihood(task_0=1, again_0=2) == 0


def turns_of(task, path):
    """Facts of a task's moves, as the game tells them."""
    state, _ = LAWFUL.start(task, 0)
    for word in path[1:]:
        state, result = LAWFUL.step(state, f"[{word}]")
        yield result.facts


def refusable(task):
    """Whether the other order has the same pair, and would refuse the last of two moves."""
    pairs = {
        (each.start_word, each.target_word)
        for each in PlaceOrder().members(LAWFUL, "left_to_right")
    }
    path = task.optimal_path
    lawful = read_law("order left_to_right").obeyed_by(path)
    return len(path) == 3 and (path[0], path[-1]) in pairs and not lawful


def test_refusals_and_solutions_are_evidence():
    latent = PlaceOrder()
    task = latent.members(LAWFUL, "left_to_right")[0]
    allowed = tuple(turns_of(task, task.optimal_path))
    seen_moves = FinishedTask(NAME, LAWFUL.visible(task), allowed, True, None)
    following = latent.members(LAWFUL, "left_to_right")[1]
    assert "order left_to_right" in rules_of(law_of(latent, LAWFUL, following, (), (seen_moves,)))
    backwards = next(back for back in latent.members(LAWFUL, "right_to_left") if refusable(back))
    *before, last = turns_of(backwards, backwards.optimal_path)
    said = {**last, "valid": False, "kind": "law", "current": before[-1]["current"]}
    refused = FinishedTask(NAME, LAWFUL.visible(backwards), (*before, said), False, None)
    left = rules_of(law_of(latent, LAWFUL, following, (), (refused,)))
    assert "order left_to_right" in left
    assert "order right_to_left" not in left
    wrong = {"path": [task.start_word, task.target_word]}
    told = FinishedTask(NAME, LAWFUL.visible(task), (), False, wrong)
    assert latent.foresee(
        {NAME: LAWFUL}, Upcoming(NAME, LAWFUL.visible(following), 1, 10), (told,)
    ).refuted


def test_a_preset_hides_which_value_it_fixes():
    task = PlaceOrder().members(LAWFUL, "left_to_right")[0]
    open_family = law_of(PlaceOrder(), LAWFUL, task)
    assert law_of(PlaceOrder(value="left_to_right"), LAWFUL, task) == open_family
    assert len(PlaceOrder().support((LAWFUL,), {})) == 4


# ------------------------------------------------------------------ what z is worth


@pytest.mark.parametrize(
    "latent",
    [
        "hub_word_3letter",
        "hub_word_4letter",
        "restricted_vocab_3letter",
        "restricted_vocab_4letter",
        "order_right_to_left",
    ],
)
def test_bayes_gains_fifteen_percent_where_moves_are_lawful(registry, latent):
    blind, bayes, oracle = (
        totals(registry, player, latent) for player in (Blind(), Bayes(), Oracle())
    )
    assert lower_end(gains(bayes, [1.15 * total for total in blind])) > 0
    assert lower_end(gains(oracle, bayes)) > -0.05
    assert statistics.mean(oracle) > 9.9


@pytest.mark.parametrize("latent", ["order", "subs", "family_ends", "family_pattern_cvcv"])
def test_players_keep_their_order(registry, latent):
    query = "env.moves=lawful&env.decay=0.1"
    blind, bayes, oracle = (
        totals(registry, player, latent, query, "information")
        for player in (Blind(), Bayes(), Oracle())
    )
    assert lower_end(gains(bayes, blind)) > -0.05
    assert lower_end(gains(oracle, bayes)) > -0.05


def test_z_is_worth_nothing_where_moves_are_free(registry):
    for player in (Blind(), Bayes(), Oracle()):
        assert set(totals(registry, player, "hub_word_4letter", "env.decay=0.1")) == {10.0}


def test_the_other_players(registry):
    small, greedy = (totals(registry, p, "hub_word_4letter", "") for p in (SmallGraph(), Greedy()))
    assert set(small) == {10.0}
    assert 3 < statistics.mean(greedy) < 9.9
    last, first = (
        totals(registry, ChainLister(), "hub_word_4letter", f"env.pick={pick}")
        for pick in ("last", "first-new")
    )
    assert set(first) == {10.0}
    assert statistics.mean(last) < 5


def test_players_follow_the_part_whose_turn_it_is(registry):
    query = "latent.of=hub_word_3letter+restricted_vocab_4letter&env.moves=lawful"
    blind, bayes, oracle = (
        totals(registry, player, "alternating", query) for player in (Blind(), Bayes(), Oracle())
    )
    assert statistics.mean(blind) < 8 < 9.9 < statistics.mean(bayes)
    assert statistics.mean(oracle) == pytest.approx(10)


def test_an_oracle_without_the_truth_says_so(registry):
    env = make(f"{NAME}/hub_word_3letter/no_info/standard/ep1", registry=registry)
    env.reset(0)
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(env.view, None, random.Random(0))


def test_players_answer_where_there_is_no_ladder(registry):
    lonely = Task(
        start_word="zyxw", target_word="cold", optimal_path=("zyxw", "cold"), optimal_steps=1
    )
    env = make(f"{NAME}/hub_word_4letter/no_info/standard/ep1", registry=registry)
    sequence = env.environment.sequence(0)
    env.load(evolve(sequence, tasks=(lonely,)))
    for player in (Blind(), Bayes(), Oracle(), SmallGraph(), Greedy(), ChainLister()):
        assert player.act(env.view, env.truth, random.Random(0)) == "[cold]"


def test_scripted_players_are_registered(registry):
    names = ("blind", "oracle", "bayes", "small_graph", "greedy", "chain_lister")
    specs = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in specs.items() if spec.privileged] == ["oracle"]
    assert construct(specs["bayes"], {}) == Bayes()
