"""A stranger's latent for a shipped game, with nothing but `support`, `task_support`, `log_prob`.

z is one of three rules by which the number moves from task to task. Bayes infers it, gains over
blind as the exact player must, and the report's references agree with a computation by hand.
"""

import asyncio
import math
import random
import statistics

import pytest
from attrs import frozen

import latentgym_core as lg
from latentgym_core import plugin as core_plugin
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.spaces import Space
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.number_guessing.task import Task

LOW, HIGH, TURNS = 1, 100, 8
RULES = {
    "squares": lambda index: (index + 1) ** 2,
    "tens": lambda index: 10 * (index + 1) - 1,
    "backwards": lambda index: 100 - 7 * index,
}
ENV = "number_guessing/moving/no_info/standard/ep5"


@frozen(kw_only=True)
class Moving(lg.Latent):
    """In every task one number in three, by a rule and its neighbours: mostly the rule's own."""

    family, z_type = "stranger-moving", str

    def draw(self, core_envs, rng):
        return rng.choice(tuple(RULES))

    def task(self, z, context, rng):
        return rng.choice([task for task, _ in self.task_support(z, context)])

    def describe(self, z):
        return f"The numbers are {z}."

    @property
    def uses_history(self):
        return False

    def support(self, core_envs, visible):
        return [(z, -math.log(len(RULES))) for z in RULES]

    def task_support(self, z, context):
        numbers = [min(HIGH, max(LOW, RULES[z](context.index) + step)) for step in (0, 1, -1)]
        tasks = [Task(target=each, low=LOW, high=HIGH, max_turns=TURNS) for each in numbers]
        different = dict.fromkeys(tasks)
        return [(each, math.log(tasks.count(each) / 3)) for each in different]

    def log_prob(self, task, z, context):
        return dict(self.task_support(z, context)).get(task, -math.inf)


class Stranger:
    @hookimpl
    def latentgym_register_latents(self):
        yield lg.LatentSpec(
            name="moving", core_envs=("number_guessing",), factory=Moving, structure="index_driven"
        )


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin, Stranger()])


def totals(registry, player, count=40):
    env = lg.make(ENV, registry=registry)
    agent = lg.make_agent(f"scripted/{player}", ("number_guessing",), registry)
    return [sum(played(env, agent, seed).rewards) for seed in range(count)]


def played(env, agent, seed):
    env.reset(seed)
    return asyncio.run(lg.play(env, agent, session="test"))


def by_hand(history):
    """Posterior over the rules, and the law of the next number, by Bayes' theorem."""
    weights = dict.fromkeys(RULES, 1.0)
    for index, task in enumerate(history):
        for z in RULES:
            target = task.turns[-1]["guess"] if task.solved else None
            allowed = near(z, index)
            weights[z] *= allowed.count(target) / 3 if task.solved else 1.0
    total = sum(weights.values())
    law = {}
    for z, weight in weights.items():
        for number in near(z, len(history)):
            law[number] = law.get(number, 0.0) + weight / total / 3
    return {z: weight / total for z, weight in weights.items()}, law


def near(z, index):
    return [min(HIGH, max(LOW, RULES[z](index) + step)) for step in (0, 1, -1)]


def test_the_law_is_that_of_bayes_theorem(registry):
    env = lg.make(ENV, registry=registry)
    for seed in range(10):
        env.reset(seed)
        while not env.done:
            if not env.view.turns and all(task.solved for task in env.history):
                law = dict(lg.current_strand(env.view).foresee().items())
                expected = {n: p for n, p in by_hand(env.history)[1].items() if p > 0}
                assert law == pytest.approx(expected, abs=1e-12)
            env.step(f"[{env.sequence.tasks[env.task_index].target}]")


def test_bayes_gains_and_the_oracle_wins(registry):
    blind, bayes, oracle = (totals(registry, name) for name in ("blind", "bayes", "oracle"))
    gains = [more - less for less, more in zip(blind, bayes, strict=True)]
    error = statistics.stdev(gains) / len(gains) ** 0.5
    assert statistics.mean(gains) > 0.2 + 3 * error
    assert statistics.mean(oracle) >= statistics.mean(bayes)
    # From the second task on one of at most three numbers is left, if the rules differ there.
    assert statistics.mean(bayes) > 5 * 0.96 - 0.12


def test_the_report_agrees_with_a_computation_by_hand(registry):
    env = lg.make(ENV, registry=registry)
    agent = lg.make_agent("scripted/blind", ("number_guessing",), registry)
    record = played(env, agent, 3)
    found = analyse(record, setting_for(record, registry, Space()))
    assert (found.method, found.reason) == ("exact", "")
    assert found.prior_entropy == pytest.approx(math.log2(3))
    posterior, _ = by_hand(env.history)
    assert found.tasks[-1].log2_prob_z == pytest.approx(math.log2(posterior[env.sequence.z]))
    replayed = lg.make(ENV, registry=registry)
    replayed.reset(3)
    bayes = lg.make_agent("scripted/bayes", ("number_guessing",), registry).players[
        "number_guessing"
    ]
    for index, turns in enumerate(turns_of(record)):
        fork = replayed.fork()
        while fork.task_index == index and not fork.done:
            fork.step(bayes.act(fork.view, None, random.Random(0)))
        assert found.tasks[index].bayes == pytest.approx(fork.rewards[index])
        for turn in turns:
            replayed.repeat(turn)


def turns_of(trajectory):
    grouped = {}
    for turn in trajectory.turns:
        grouped.setdefault(turn.task_index, []).append(turn)
    return grouped.values()
