"""`sequence.rewards=normalised`: what is paid, what is recorded, and what is told."""

import json
from typing import Any, ClassVar

import pytest
from attrs import frozen

from latentgym_core import make
from latentgym_core import plugin as core_plugin
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.errors import SpecError
from latentgym_core.metrics.scores import score
from latentgym_core.recordings.replay import replay
from latentgym_core.records.jsonl import to_line
from latentgym_core.records.serial import from_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec
from latentgym_core.sequence.sequence_env import Budget

NORMALISED = "?sequence.rewards=normalised"


@frozen(kw_only=True)
class Wager:
    stake: float


@frozen(kw_only=True)
class Betting(CoreEnv[Wager, Wager]):
    """Any reply earns the stake."""

    task_type: ClassVar[type] = Wager

    def rules(self, task):
        return "Reply."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, "Well?"

    def step(self, state, reply):
        return state, StepResult("Done.", True, state.stake, True, {"valid": True})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return f"The stake was {task.stake}."


@frozen(kw_only=True)
class Stakes(Latent[None]):
    """0.2, 0.4, 0.6, …"""

    family: ClassVar[str] = "stakes"
    z_type: ClassVar[Any] = type(None)

    def draw(self, core_envs, rng):
        return None

    def task(self, z, context, rng):
        return Wager(stake=0.2 * (context.index + 1))

    def describe(self, z):
        return "Stakes rise."


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self):
        yield CoreEnvSpec(name="poor", factory=Betting, reward_scale=0.5)
        yield CoreEnvSpec(name="rich", factory=Betting)

    @hookimpl
    def latentgym_register_latents(self):
        yield LatentSpec(name="stakes", core_envs=("poor", "rich"), factory=Stakes)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, Plugin()])


def played(registry, tail, replies=4, **settings):
    env = make(f"poor+rich/stakes/no_info/standard/ep4{tail}", registry=registry, **settings)
    env.reset(0)
    return env, [env.step("bet") for _ in range(replies)]


def test_rewards_are_divided_by_the_constant_of_their_game(registry):
    env, answers = played(registry, NORMALISED, reward_type="per_task")
    assert env.rewards == pytest.approx((0.4, 0.4, 1.2, 0.8))
    assert [each.task_reward for each in answers] == list(env.rewards)
    assert [each.reward for each in answers] == list(env.rewards)
    assert [each.raw_reward for each in answers] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    raw = [outcome.raw_reward for outcome in env.trajectory.outcomes]
    assert raw == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_the_sequence_pays_the_sum_of_what_is_paid(registry):
    _, answers = played(registry, NORMALISED)
    assert answers[-1].reward == pytest.approx(2.8)


def test_an_agent_is_told_the_same(registry):
    raw, normalised = (played(registry, tail)[0] for tail in ("", NORMALISED))
    assert normalised.messages == raw.messages
    assert "score 0.600" in raw.messages[-2]["content"] + raw.messages[-3]["content"]


def test_a_task_that_is_cut_off_stays_worth_nothing(registry):
    env, _ = played(registry, NORMALISED, 1, budget=Budget(max_turns=1))
    assert env.rewards == pytest.approx((0.4, 0.0, 0.0, 0.0))
    assert [outcome.raw_reward for outcome in env.trajectory.outcomes] == [0.2, 0.0]


def test_without_the_setting_nothing_changes(registry):
    plain = played(registry, "")[0].trajectory
    said = played(registry, "?sequence.rewards=raw")[0].trajectory
    assert plain.rewards == pytest.approx((0.2, 0.4, 0.6, 0.8))
    assert "raw_reward" not in to_line(plain)
    assert to_line(said) == to_line(plain).replace("/ep4", "/ep4?sequence.rewards=raw")


def test_records_read_back_are_measured_and_replayed(registry):
    trajectory = played(registry, NORMALISED)[0].trajectory
    again = from_data(Trajectory, json.loads(to_line(trajectory)))
    assert again == trajectory
    assert score(again).rewards == trajectory.rewards
    assert replay(again, registry).mismatches == ()


def test_unknown_settings_are_refused(registry):
    with pytest.raises(SpecError, match=r"sequence\.rewards is 'halved'; allowed are raw, norm"):
        played(registry, "?sequence.rewards=halved")
    with pytest.raises(SpecError, match=r"no sequence\.reward; there is .*sequence\.rewards"):
        played(registry, "?sequence.reward=raw")


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_scale_is_positive(scale):
    with pytest.raises(SpecError, match="reward_scale"):
        CoreEnvSpec(name="poor", factory=Betting, reward_scale=scale)
