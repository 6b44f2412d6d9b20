"""Inference for a stranger's game: nothing but the contracts, no players and no fast path."""

import itertools
import math
import random
from typing import Any, ClassVar

import pytest
from attrs import frozen

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.families.beliefs import Listed, listed
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.spaces import Space, declared_space
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv

NUM_DOORS = 6
TRIES = 2


@frozen(kw_only=True)
class Door:
    number: int


@frozen(kw_only=True)
class Doors(CoreEnv[Door, tuple[Door, int]]):
    """Name the open door; two tries."""

    task_type: ClassVar[type] = Door
    solving_reveals: ClassVar[bool] = True
    lists: bool = True

    def rules(self, task):
        return "Name the open door."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return (task, 0), "Which door?"

    def step(self, state, reply):
        task, tries = state
        valid = reply.isdecimal()
        if valid and int(reply) == task.number:
            return state, StepResult("Open.", True, 1 - tries / 4, True, {"kind": "open"})
        kind = "higher" if valid and int(reply) < task.number else "lower" if valid else "what"
        tries += 1
        return (task, tries), StepResult(kind, tries == TRIES, 0.0, False, {"kind": kind})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return f"It was {task.number}."

    def legal_replies(self, visible, turns):
        return map(str, range(NUM_DOORS)) if self.lists else ()


@frozen(kw_only=True)
class RollingDoors(Doors):
    uses_chance: ClassVar[bool] = True


@frozen(kw_only=True)
class Pair(Latent[tuple[int, int]]):
    """The door is one of two."""

    family: ClassVar[str] = "pair"
    z_type: ClassVar[Any] = tuple[int, int]
    uses_history: ClassVar[bool] = False
    lists: bool = True

    def values(self):
        return list(itertools.combinations(range(NUM_DOORS), 2))

    def draw(self, core_envs, rng):
        return rng.choice(self.values())

    def task(self, z, context, rng):
        return Door(number=rng.choice(z))

    def describe(self, z):
        return f"The open door is one of {z}."

    def support(self, core_envs, visible):
        if not self.lists:
            return None
        return [(z, -math.log(len(self.values()))) for z in self.values()]

    def num_values(self, core_envs, visible):
        return len(self.values())

    def task_support(self, z, context):
        return [(Door(number=n), -math.log(2)) for n in z] if self.lists else None

    def log_prob(self, task, z, context):
        return -math.log(2) if task.number in z else -math.inf


@frozen(kw_only=True)
class Shuffled(Latent[int]):
    """The doors z, z+1, z+2 (mod 6) in random order, each once, then again."""

    family: ClassVar[str] = "shuffled"
    z_type: ClassVar[Any] = int

    def draw(self, core_envs, rng):
        return rng.randrange(NUM_DOORS)

    def left(self, z, history):
        members = [(z + i) % NUM_DOORS for i in range(3)]
        used = {task.number for task in history[len(history) // 3 * 3 :]}
        return [n for n in members if n not in used]

    def task(self, z, context, rng):
        return Door(number=rng.choice(self.left(z, context.history)))

    def describe(self, z):
        return f"The open door is one of three from {z}."

    def support(self, core_envs, visible):
        return [(z, -math.log(NUM_DOORS)) for z in range(NUM_DOORS)]

    def task_support(self, z, context):
        left = self.left(z, context.history)
        return [(Door(number=n), -math.log(len(left))) for n in left]

    def log_prob(self, task, z, context):
        left = self.left(z, context.history)
        return -math.log(len(left)) if task.number in left else -math.inf


class StrangersPlugin:
    @staticmethod
    @hookimpl
    def latentgym_register_core_envs():
        yield CoreEnvSpec(name="doors", factory=Doors, default_latent="pair")
        yield CoreEnvSpec(name="rolling", factory=RollingDoors, default_latent="pair")

    @staticmethod
    @hookimpl
    def latentgym_register_latents():
        both = ("doors", "rolling")
        yield LatentSpec(name="pair", core_envs=both, factory=Pair)
        yield LatentSpec(name="shuffled", core_envs=both, factory=Shuffled)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, StrangersPlugin])


def play(registry, env_id, replies, seed=0):
    """A trajectory of replies that are used over and over."""
    environment = build_environment(registry.complete(env_id), registry)
    env = SequenceEnv(environment)
    env.reset(seed)
    endless = itertools.cycle(replies)
    while not env.done:
        env.step(next(endless))
    return env.trajectory


def analysed(registry, trajectory, space=None):
    return analyse(trajectory, setting_for(trajectory, registry, space or Space()))


def brute_force(trajectory, values, histories_of):
    """P(z | all answers), by listing every way in which the tasks may have been."""
    game = Doors()
    replies: dict[int, list[str]] = {}
    answers: dict[int, list[str]] = {}
    for turn in trajectory.turns:
        replies.setdefault(turn.task_index, []).append(turn.reply)
        answers.setdefault(turn.task_index, []).append(turn.event.observation)

    def explains(task, index):
        state, _ = game.start(task, 0)
        said = []
        for reply in replies[index]:
            state, result = game.step(state, reply)
            said.append(result.observation)
        return said == answers[index]

    weights = {
        z: sum(
            probability
            for tasks, probability in histories_of(z, len(trajectory.tasks))
            if all(explains(task, index) for index, task in enumerate(tasks))
        )
        for z in values
    }
    total = sum(weights.values())
    return {z: weight / total for z, weight in weights.items()}


def histories(latent):
    """All histories of a latent with their probabilities."""

    def of(z, num_tasks):
        found = [((), 1.0)]
        for index in range(num_tasks):
            found = [
                ((*tasks, task), p * math.exp(log))
                for tasks, p in found
                for task, log in latent.task_support(z, context_of(index, tasks))
            ]
        return found

    return of


def context_of(index, tasks):
    from latentgym_core.contract.latent import TaskContext

    return TaskContext(Doors(), "doors", index, 4, tasks)


@pytest.mark.parametrize(("name", "latent"), [("pair", Pair()), ("shuffled", Shuffled())])
@pytest.mark.parametrize("replies", [["0", "3"], ["5", "nonsense"], ["2", "1"]])
def test_the_general_path_is_exact(registry, name, latent, replies):
    for seed in range(6):
        trajectory = play(registry, f"doors/{name}/no_info/standard/ep4", replies, seed)
        values = [z for z, _ in latent.support((), {})]
        truth = brute_force(trajectory, values, histories(latent))
        entropy = -sum(p * math.log2(p) for p in truth.values() if p)
        found = analysed(registry, trajectory)
        assert found.method == "exact"
        assert found.prior_entropy == pytest.approx(math.log2(len(values)))
        assert found.tasks[-1].entropy_after == pytest.approx(entropy, abs=1e-9)
        z = latent.z_from_data(trajectory.z)
        assert 2 ** found.tasks[-1].log2_prob_z == pytest.approx(truth[z], abs=1e-9)
        assert found.turns[-1].entropy == pytest.approx(entropy, abs=1e-9)


def test_information_adds_up_where_nothing_is_forgotten(registry):
    for seed in range(8):
        trajectory = play(registry, "doors/pair/no_info/information/ep5", ["x"], seed)
        found = analysed(registry, trajectory)
        # Every pair that is left is equally likely, so bits gained and bits left add up.
        for task in found.tasks:
            assert task.information == pytest.approx(task.entropy_before - task.entropy_after)
            assert 0 <= task.information <= found.prior_entropy + 1e-9


def test_values_that_cannot_be_listed_are_drawn(registry):
    trajectory = play(registry, "doors/pair/no_info/standard/ep4", ["0", "3"], 3)
    exact = analysed(registry, trajectory)
    drawn_id = trajectory.env_id + "?env.lists=false&latent.lists=false"
    sampled = analysed(registry, play(registry, drawn_id, ["0", "3"], 3))
    again = play(registry, drawn_id, ["0", "3"], 3)
    assert sampled == analysed(registry, again)  # drawn, yet the same every time
    assert sampled.method == "sampled"
    assert sampled.tasks[-1].effective_sample_size > 20
    if again.tasks == trajectory.tasks:
        assert sampled.tasks[-1].entropy_after == pytest.approx(
            exact.tasks[-1].entropy_after, abs=0.3
        )


def test_chance_without_beliefs_is_refused_in_words(registry):
    found = analysed(registry, play(registry, "rolling/pair/no_info/standard/ep3", ["0", "3"]))
    assert (found.method, found.prior_entropy) == ("none", None)
    assert "chance" in found.reason
    assert "beliefs" in found.reason


def test_general_players_stand_in_for_missing_ones(registry):
    gaps = []
    for seed in range(12):
        trajectory = play(registry, "doors/pair/no_info/information/ep5", ["2", "4"], seed)
        found = analysed(registry, trajectory)
        for task in found.tasks:
            assert task.oracle is None  # nobody is told z
            assert task.blind is not None
            assert task.exploitation_gap == pytest.approx(task.bayes - task.reward)
        gaps.append(found.tasks[-1].bayes - found.tasks[-1].blind)
        assert len(found.bayes_tails) == 5
    assert sum(gaps) > 0  # knowing the pair helps


def test_a_game_without_replies_has_bits_but_no_players(registry):
    env_id = "doors/pair/no_info/standard/ep3?env.lists=false"
    found = analysed(registry, play(registry, env_id, ["0", "3"]))
    assert found.method == "exact"
    assert found.prior_entropy == pytest.approx(math.log2(15))
    assert all(task.bayes is None and task.blind is None for task in found.tasks)
    assert found.bayes_tails is None
    assert found.history_use is None


def test_a_declared_set_weighs_families_by_what_they_explain(registry):
    space = declared_space(("doors",), registry)
    assert {each.family for each in space.latents} == {"pair", "shuffled"}
    trajectory = play(registry, "doors/shuffled/no_info/information/ep6", ["x"], 1)
    found = analysed(registry, trajectory, space)
    # Three doors in a row of three: no pair explains that.
    assert found.tasks[2].log2_prob_z == pytest.approx(0, abs=1e-9)
    assert found.tasks[2].entropy_after == pytest.approx(0, abs=1e-9)
    prior = 1 + (math.log2(15) + math.log2(6)) / 2
    assert found.prior_entropy == pytest.approx(prior)


def test_truncated_trajectories_are_analysed_as_far_as_they_go(registry):
    environment = build_environment(registry.complete("doors/pair/no_info/standard/ep4"), registry)
    env = SequenceEnv(environment)
    env.reset(0)
    env.step("x")
    env.step("x")
    env.step("x")
    env.truncate("turns")
    found = analysed(registry, env.trajectory)
    assert len(found.tasks) == 1
    assert found.bayes_tails is None


# ---- beliefs


def test_listed_beliefs_against_sums():
    rng = random.Random(1)
    for _ in range(20):
        weights = [rng.random() * (rng.random() > 0.3) for _ in range(6)]
        more = [weight * rng.random() for weight in weights]
        if not sum(more):
            continue
        before, after = listed(range(6), weights), listed(range(6), more)
        p = [w / sum(more) for w in more]
        q = [w / sum(weights) for w in weights]
        assert after.entropy == pytest.approx(-sum(x * math.log2(x) for x in p if x), abs=1e-12)
        expected = sum(x * math.log2(x / y) for x, y in zip(p, q, strict=True) if x)
        assert after.information_since(before) == pytest.approx(expected, abs=1e-12)
        assert after.log_evidence == pytest.approx(math.log(sum(more)))


def test_refuted_beliefs_are_refuted_and_finite():
    nothing = listed(range(3), [0, 0, 0])
    assert nothing.refuted
    assert nothing.entropy == 0
    assert nothing.log2_prob(1) == -math.inf
    empty = listed((), ())
    assert empty.log_evidence == -math.inf
    assert isinstance(empty, Listed)
