"""Exact beliefs about hidden numbers: against the general path, brute force and closed forms."""

import itertools
import math
import random
from functools import cache

import numpy as np
import pytest

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.spaces import Space, declared_space
from latentgym_core.registry.registry import Registry
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.number_guessing.env import NumberGuessing
from latentgym_envs.number_guessing.latents.block_beliefs import pair_beliefs
from latentgym_envs.number_guessing.latents.m_ranges import MRanges
from latentgym_envs.number_guessing.latents.ranges import FullRange
from latentgym_envs.number_guessing.latents.set_beliefs import SetBeliefs
from latentgym_envs.number_guessing.latents.set_of_k import SetOfK
from latentgym_envs.number_guessing.players.reference import OneStep
from latentgym_envs.number_guessing.task import Task

SMALL = "env.max_turns=4&latent.high=14"
IDS = (
    f"number_guessing/set_of_2/no_info/standard/ep5?{SMALL}",
    f"number_guessing/set_of_3/no_info/information/ep5?{SMALL}",
    f"number_guessing/range/no_info/standard/ep5?{SMALL}&latent.size=4",
    "number_guessing/cyclic/no_info/standard/ep6?latent.of=range_100+dynamic_range",
)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def played(registry, env_id, agents, num_sequences=4):
    run = RunConfig(
        environments=(RunEnvironment(id=env_id, num_sequences=num_sequences),), agents=agents
    )
    return evaluate_sync(run, registry)


def numbers(analysis):
    """Everything the posterior says, in one flat list."""
    found = [analysis.prior_entropy]
    for task in analysis.tasks:
        found += [task.entropy_before, task.entropy_after, task.information, task.log2_prob_z]
    for turn in analysis.turns:
        found += [turn.entropy, turn.log2_prob_z]
    return found


@pytest.mark.parametrize("env_id", IDS[:3])
def test_the_fast_and_the_general_path_agree(registry, env_id):
    for trajectory in played(registry, env_id, ("scripted/random", "scripted/midpoint")):
        fast = analyse(trajectory, setting_for(trajectory, registry, Space()))
        general = analyse(trajectory, setting_for(trajectory, registry, Space(general=True)))
        assert (fast.method, general.method) == ("exact", "exact")
        assert numbers(fast) == pytest.approx(numbers(general), abs=1e-9)
        assert (fast.identified_at, fast.tasks) != (None, ())


def test_set_beliefs_equal_brute_force():
    rng = random.Random(0)
    low, high, k = 1, 12, 3
    for _ in range(30):
        intervals = tuple(tuple(sorted(rng.choices(range(low, high + 1), k=2))) for _ in range(4))
        before, after = SetBeliefs(k, low, high, intervals[:3]), SetBeliefs(k, low, high, intervals)
        weights = []
        for evidence in (intervals[:3], intervals):
            found = {
                z: math.prod(sum(a <= v <= b for v in z) / k for a, b in evidence)
                for z in itertools.combinations(range(low, high + 1), k)
            }
            weights.append(found)
        totals = [sum(each.values()) for each in weights]
        if not totals[1]:
            continue
        posts = [{z: w / t for z, w in e.items()} for e, t in zip(weights, totals, strict=True)]
        entropy = -sum(p * math.log2(p) for p in posts[1].values() if p)
        gained = sum(p * math.log2(p / posts[0][z]) for z, p in posts[1].items() if p)
        assert after.entropy == pytest.approx(entropy, abs=1e-9)
        assert after.information_since(before) == pytest.approx(gained, abs=1e-9)
        assert after.log_evidence == pytest.approx(math.log(totals[1] / math.comb(12, k)), abs=1e-9)
        for z, p in posts[1].items():
            assert 2 ** after.log2_prob(z) == pytest.approx(p, abs=1e-12)


def test_pair_beliefs_are_exact_where_the_grid_holds_every_pair():
    latent = MRanges(m=2, size=3, gap=4, low=1, high=24)
    prior = dict(latent.support((), {"low": 1, "high": 24}))
    evidence = ((2, 6), (15, 15), (9, 20))
    likelihood = {
        z: math.exp(weight)
        * math.prod(sum(max(0, min(b, s + 2) - max(a, s) + 1) for s in z) / 6 for a, b in evidence)
        for z, weight in prior.items()
    }
    total = sum(likelihood.values())
    posterior = {z: w / total for z, w in likelihood.items()}
    beliefs = pair_beliefs(evidence, latent.chain)
    assert beliefs.step == 1
    assert beliefs.entropy == pytest.approx(
        -sum(p * math.log2(p) for p in posterior.values() if p), abs=1e-9
    )
    assert beliefs.log_evidence == pytest.approx(math.log(total), abs=1e-9)
    for z, p in posterior.items():
        assert 2 ** beliefs.log2_prob(z) == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize(
    ("preset", "bits"),
    [("set_of_2", 18.93), ("set_of_3", 27.31), ("range_100", 9.81), ("dynamic_range", 13.14)],
)
def test_prior_entropies_are_the_published_ones(registry, preset, bits):
    env = SequenceEnv(build_environment(registry.complete(f"number_guessing/{preset}"), registry))
    env.reset(0)
    latent, visible = env.environment.latent, env.view.visible
    beliefs = latent.beliefs(env.environment.core_envs, visible, ())
    assert beliefs.entropy == pytest.approx(bits, abs=0.006)


def test_a_first_found_number_is_worth_its_closed_form():
    known = SetBeliefs(3, 1, 1000, ((500, 500),))
    gained = known.information_since(SetBeliefs(3, 1, 1000, ()))
    assert gained == pytest.approx(math.log2(1000 / 3), abs=1e-9)
    assert gained == pytest.approx(8.381, abs=5e-4)


def test_combinators_track_their_parts(registry):
    trajectories = played(registry, IDS[3], ("scripted/midpoint",), 2)
    found = [analyse(each, setting_for(each, registry, Space())) for each in trajectories]
    for analysis in found:
        assert analysis.method == "exact"
        assert analysis.prior_entropy == pytest.approx(math.log2(900) + math.log2(9001), abs=1e-9)
        left = analysis.tasks[-1].entropy_after
        assert 0 < left < analysis.prior_entropy
        assert all(task.information >= 0 for task in analysis.tasks)


def test_a_declared_set_finds_the_family_too(registry):
    env_id = f"number_guessing/set_of_2/no_info/standard/ep8?{SMALL}"
    space = declared_space(("number_guessing",), registry)
    assert len(space.latents) > 3
    for trajectory in played(registry, env_id, ("scripted/midpoint",), 3):
        wide = analyse(trajectory, setting_for(trajectory, registry, space))
        narrow = analyse(trajectory, setting_for(trajectory, registry, Space()))
        assert wide.space == "declared"
        assert wide.tasks[-1].log2_prob_z <= narrow.tasks[-1].log2_prob_z + 1e-9
        assert wide.tasks[-1].log2_prob_z > wide.tasks[0].log2_prob_z


# ---- the one-step player


def mean_reward(num_values, max_turns):
    """Mean reward of the one-step player over all targets of a uniform range, exactly.

    What is left is always a uniform range, so its length and the turns used say everything.
    """
    player = OneStep()

    @cache
    def total(length, used):
        """Rewards of all targets of a range of so many numbers, summed."""
        if length == 0 or used == max_turns:
            return 0.0
        game = NumberGuessing(max_turns=max_turns - used)
        task = Task(target=1, low=1, high=length, max_turns=max_turns - used)
        latent = FullRange(low=1, high=length)
        view = SequenceView(latent, "number_guessing", game, 1, 0, game.visible(task), (), ())
        guess = int(player.act(view, Truth(None, None), random.Random(0)).strip("[]"))
        hit = 1 - 0.02 * (used + 1)
        return hit + total(guess - 1, used + 1) + total(length - guess, used + 1)

    return total(num_values, 0) / num_values


@pytest.mark.parametrize(
    ("num_values", "max_turns", "reward"),
    [
        *((2, 30, 0.97), (3, 30, 0.9667), (101, 30, 0.8838), (1000, 30, 0.8203)),
        *((1001, 30, 0.8202), (10_000, 30, 0.7527), (10_000, 10, 0.0839)),
    ],
)
def test_ideal_search_values(num_values, max_turns, reward):
    assert mean_reward(num_values, max_turns) == pytest.approx(reward, abs=6e-5)


def test_its_own_reply_scores_highest():
    latent = SetOfK(k=2, low=1, high=30)
    game = NumberGuessing(max_turns=6)
    task = Task(target=9, low=1, high=30, max_turns=6)
    finished = FinishedTask(
        "number_guessing", game.visible(task), ({"kind": "correct", "guess": 9},), True, None
    )
    view = SequenceView(latent, "number_guessing", game, 4, 1, game.visible(task), (), (finished,))
    player = OneStep()
    replies = [f"[{guess}]" for guess in range(1, 31)]
    judged = [each.score for each in player.appraise(view, None, replies)]
    own = player.act(view, None, random.Random(0))
    assert judged[replies.index(own)] == pytest.approx(max(judged))
    assert player.appraise(view, None, ["[31]", "no number", ""]) == [None, None, None]
    assert np.argmax([each.chance for each in player.appraise(view, None, replies)]) == 8
