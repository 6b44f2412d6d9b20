"""Hand-offs between players whose worth is known in advance."""

import asyncio
import re
from collections import Counter
from typing import Any, ClassVar

import pytest
from attrs import frozen

from latentgym_core.contract.agent import Agent, Reply
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.feedback import Standard
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.prompt import NoInfo
from latentgym_core.errors import AgentError
from latentgym_core.handoff import (
    HandOff,
    HandOffConfig,
    build_hand_off_report,
    parse_hand_off,
)
from latentgym_core.handoff.playing import play_hand_offs
from latentgym_core.metrics import summarise
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.config import Job, RunEnvironment
from latentgym_core.runs.evaluation import Stage
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv

NUM_TASKS = 5
ENV_ID = EnvId.parse(f"safe/one_code/no_info/standard/ep{NUM_TASKS}")


@frozen(kw_only=True)
class Combination:
    code: int
    prize: float


@frozen(kw_only=True)
class Safe(CoreEnv[Combination, Combination]):
    """One turn: a right code earns the prize, `peek` earns nothing and shows the code."""

    task_type: ClassVar[type] = Combination

    def rules(self, task):
        return "Say a code, or peek."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, "A safe."

    def step(self, task, reply):
        solved = reply == str(task.code)
        text = f"The code is {task.code}." if reply == "peek" else ""
        facts = {"valid": True, "reply": reply}
        return task, StepResult(text, True, task.prize if solved else 0.0, solved, facts)

    def outcome_facts(self, task):
        return {}

    def reveal(self, task):
        return str(task.code)


@frozen(kw_only=True)
class OneCode(Latent[int]):
    family: ClassVar[str] = "one_code"
    z_type: ClassVar[Any] = int

    def draw(self, core_envs, rng):
        return rng.randrange(10, 100)

    def task(self, z, context, rng):
        return Combination(code=z, prize=rng.randint(1, 9) / 10)

    def describe(self, z):
        return f"The code is always {z}."


class Burglar(Agent):
    """Peeks until it knows the code if it is curious; uses it in the tasks it is `awake` in."""

    def __init__(self, name, *, curious, awake=lambda _: True, fails=lambda _, __: False):
        self.name, self.curious, self.awake, self.fails = name, curious, awake, fails
        self.calls = Counter()

    async def reply(self, messages, context):
        seed, index = context.seed, context.view.index
        self.calls[seed, index] += 1
        if self.fails(seed, index):
            raise AgentError("out of order")
        seen = re.search(r"code is (\d+)", " ".join(each["content"] for each in messages[1:]))
        if seen and self.awake(index):
            return Reply(text=seen[1])
        return Reply(text="peek" if self.curious and not seen else "pass")


ENVIRONMENT = Environment(
    id=ENV_ID, core_envs={"safe": Safe()}, latent=OneCode(), prompt=NoInfo(), feedback=Standard()
)


def config_for(names="abc", **changes):
    a, b, c = names
    given = {
        "environments": (RunEnvironment(id=str(ENV_ID)),),
        "agents": tuple(dict.fromkeys(names)),
        "a": a,
        "b": b,
        "c": c,
        "boundaries": range(1, NUM_TASKS),
        "num_sequences": 6,
    }
    return HandOffConfig(**{**given, **changes})


def burglars():
    """A never looks and sleeps through odd tasks; B looks; C looks too."""
    return {
        "a": Burglar("a", curious=False, awake=lambda index: index % 2 == 0),
        "b": Burglar("b", curious=True),
        "c": Burglar("c", curious=True),
    }


def play_all(config, agents, finished=None):
    stage = Stage(config=config, environments={str(ENV_ID): ENVIRONMENT}, agents=agents)
    played = dict(finished or {})

    def keep(trajectory):
        assert Job.of(trajectory) not in played
        played[Job.of(trajectory)] = trajectory

    asyncio.run(play_hand_offs(stage, config, finished or {}, on_finish=keep))
    return [played[job] for job in config.jobs]


def prizes(config):
    """Prize of every task of every seed: what a player who knows the code earns."""
    return [
        [task.prize for task in ENVIRONMENT.sequence(seed).tasks]
        for seed in config.seeds(config.environments[0])
    ]


def by_boundary(report):
    """K, exploration and exploitation of B against A."""
    explored = [each for each in report.efficiencies if each.kind == "exploration"]
    exploited = [each for each in report.efficiencies if each.kind == "exploitation"]
    return [(one.boundary, one, other) for one, other in zip(explored, exploited, strict=True)]


def test_efficiencies_are_those_known_in_advance():
    config = config_for()
    report = build_hand_off_report(config, play_all(config, burglars()))
    for k, explored, exploited in by_boundary(report):
        known = sum(sum(prize[k:]) for prize in prizes(config))
        after_a = sum(sum(prize[k + 1 :]) for prize in prizes(config))  # C must look first
        asleep = sum(
            sum(prize[i] for i in range(k, NUM_TASKS) if i % 2 == 0) for prize in prizes(config)
        )
        assert (explored.baseline_total, explored.total) == (
            pytest.approx(after_a),
            pytest.approx(known),
        )
        assert (exploited.baseline_total, exploited.total) == (
            pytest.approx(asleep),
            pytest.approx(known),
        )
        assert exploited.estimate.value == pytest.approx((known - asleep) / asleep)
        assert (explored.num_sequences, explored.num_failed) == (6, 0)
        if k < NUM_TASKS - 1:
            assert exploited.estimate.low < exploited.estimate.value < exploited.estimate.high
            assert explored.estimate.value == pytest.approx((known - after_a) / after_a)
    _, last, _ = by_boundary(report)[-1]
    assert last.estimate.value is None
    assert "earned nothing" in last.undefined


def test_no_prefix_is_ever_played_again(monkeypatch):
    config, agents, steps = config_for(), burglars(), Counter()
    step = SequenceEnv.step

    def counted(env, reply, **kwargs):
        steps[env.sequence.seed] += 1
        return step(env, reply, **kwargs)

    monkeypatch.setattr(SequenceEnv, "step", counted)
    play_all(config, agents)
    tails = sum(NUM_TASKS - k for k in config.boundaries)
    assert set(steps.values()) == {3 * NUM_TASKS + 4 * tails}
    for name, continued in (("a", 1), ("b", 1), ("c", 2)):
        calls = agents[name].calls
        assert [calls[0, i] for i in range(NUM_TASKS)] == [
            1 + continued * i for i in range(NUM_TASKS)
        ]


def test_records_say_who_played_and_continue_the_same_prefix():
    config = config_for()
    played = {Job.of(each): each for each in play_all(config, burglars())}
    whole = played[Job(str(ENV_ID), "b", 3)]
    handed = played[Job(str(ENV_ID), "b→c@ep2", 3)]
    assert [each.agent for each in handed.outcomes] == ["b", "b", "c", "c", "c"]
    assert handed.turns[:2] == whole.turns[:2]
    assert (handed.tasks, handed.z, handed.opening) == (whole.tasks, whole.z, whole.opening)
    assert parse_hand_off(handed.agent) == HandOff("b", "c", 2)
    assert parse_hand_off(whole.agent) is None


def test_an_agent_may_be_its_own_reference():
    """C = B: B's own play is the cell where B explores and exploits."""
    config, agents = config_for("abb"), burglars()
    played = play_all(config, agents)
    assert {each.agent.partition("@")[0] for each in played} == {"a", "b", "a→b", "b→a"}
    report = build_hand_off_report(config, played)
    own = [each for each in played if each.agent == "b"]
    for k, explored, exploited in by_boundary(report):
        tail = sum(sum(one.rewards[k:]) for one in own)
        handed = [one for one in played if one.agent == f"a→b@ep{k}"]
        assert explored.total == pytest.approx(tail)
        assert exploited.total == pytest.approx(tail)
        assert explored.baseline_total == pytest.approx(sum(sum(e.rewards[k:]) for e in handed))


@pytest.mark.parametrize("kept", [0, 5, 18, 40, 80])
def test_resuming_gives_the_same_records_and_asks_nobody_twice(kept):
    config = config_for()
    whole = play_all(config, burglars())
    finished = {Job.of(each): each for each in whole[:kept]}
    agents = burglars()
    assert play_all(config, agents, finished) == whole
    asked = sum(sum(each.calls.values()) for each in agents.values())
    assert asked == sum(
        NUM_TASKS - (named.boundary if (named := parse_hand_off(each.agent)) else 0)
        for each in whole[kept:]
    )


def test_an_error_after_a_hand_off_costs_that_seed_and_boundary():
    agents = burglars()
    whole_plays = Counter()

    def fails(seed, index):
        """C breaks at its last task of seed 1 whenever it is not playing alone."""
        whole_plays[seed, index] += 1
        return seed == 1 and index == 3 and whole_plays[seed, index] == 2

    agents["c"].fails = fails
    config = config_for(concurrency=1)
    played = play_all(config, agents)
    failed = [each for each in played if each.error]
    assert len(failed) == 1
    broken = parse_hand_off(failed[0].agent)
    report = build_hand_off_report(config, played)
    assert failed[0].error.kind == "AgentError"
    for k, explored, exploited in by_boundary(report):
        hit = broken.boundary == k
        assert (explored.num_sequences, explored.num_failed) == (6 - hit, int(hit))
        assert exploited.num_failed == 0


def test_an_unexpected_error_costs_one_play_and_is_reported():
    agents, crashes = burglars(), []

    def fails(seed, index):
        if seed == 2 and index == 4:
            raise RuntimeError("bug")

    agents["a"].fails = fails
    config = config_for()
    stage = Stage(config=config, environments={str(ENV_ID): ENVIRONMENT}, agents=agents)
    played = []
    asyncio.run(
        play_hand_offs(
            stage,
            config,
            {},
            on_finish=played.append,
            on_crash=lambda job, text: crashes.append((job, text)),
        )
    )
    assert len(played) == len(config.jobs)
    assert {each.error.kind for each in played if each.error} == {"RuntimeError"}
    assert {each.seed for each in played if each.error} == {2}
    assert all("RuntimeError: bug" in text for _, text in crashes)
    # A's own play failed, so nobody carries on from it: A, A→C at 4 boundaries, C→A at 4.
    assert sum(each.error is not None for each in played) == 9


def test_tasks_are_announced_as_they_end():
    config, over = config_for(), []
    stage = Stage(config=config, environments={str(ENV_ID): ENVIRONMENT}, agents=burglars())
    asyncio.run(play_hand_offs(stage, config, {}, on_finish=lambda _: None, on_task=over.append))
    after = {str(hand_off): hand_off.boundary for hand_off in config.hand_offs}
    expected = {job: NUM_TASKS - 1 - after.get(job.agent, 0) for job in config.jobs}
    assert Counter(over) == Counter({job: count for job, count in expected.items() if count})


def test_what_a_budget_cuts_off_counts_0():
    config = config_for(max_turns=3)
    played = play_all(config, burglars())
    assert {each.truncated for each in played} == {"turns"}
    report = build_hand_off_report(config, played)
    (_, explored, exploited), *_, (_, last_explored, last_exploited) = by_boundary(report)
    assert exploited.total == pytest.approx(sum(sum(p[1:3]) for p in prizes(config)))
    assert explored.num_failed == last_explored.num_failed == 0
    assert (last_exploited.total, last_exploited.estimate.value) == (0.0, None)


def test_whole_plays_and_hand_offs_can_be_summarised():
    summaries = summarise(play_all(config_for(), burglars()))
    by_agent = {each.agent: each.measures["cumulative_reward"].value for each in summaries}
    assert by_agent["a"] == 0.0
    assert by_agent["b"] == by_agent["c"] > 0
