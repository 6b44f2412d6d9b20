"""Worked turns before the first task: what the wrapped agent sees, and what is recorded."""

import asyncio
import itertools
import random
from collections.abc import Iterable
from typing import Any

import pytest
from attrs import evolve, frozen

from latentgym_core.agents.examples import OPENED_ABOVE, PRACTICE_OVER, ExamplesAgent, worked_turns
from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.contract.core_env import CoreEnv, Facts, StepResult
from latentgym_core.contract.feedback import Standard
from latentgym_core.contract.prompt import NoInfo
from latentgym_core.errors import EnvError
from latentgym_core.families.combinators import FixedList
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.rollout import play
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv


@frozen(kw_only=True)
class Count:
    """Count from 1 up to `target`, one reply each."""

    target: int


@frozen(kw_only=True)
class Counting(CoreEnv[Count, Any]):
    """The state is the task and the number said last."""

    task_type = Count
    title: str = "counting"

    def rules(self, task: Count) -> str:
        return "Count."

    def visible(self, task: Count) -> Facts:
        return {}

    def start(self, task: Count, rng_key: int) -> tuple[Any, str]:
        return (task, 0), f"Start {self.title}."

    def step(self, state: Any, reply: str) -> tuple[Any, StepResult]:
        task, said = state
        done = said + 1 == task.target
        told = f"Heard {reply}{', done' if done else ''}."
        return (task, said + 1), StepResult(told, done, float(done), done, {})

    def outcome_facts(self, state: Any) -> Facts:
        return {}

    def reveal(self, task: Count) -> str:
        return str(task.target)

    def sample_task(self, rng: random.Random) -> Count:
        return Count(target=rng.randint(2, 4))

    def demonstrate(self, task: Count) -> Iterable[str]:
        return [f"{self.title} {i + 1}" for i in range(task.target)]


@frozen(kw_only=True)
class Undemonstrated(Counting):
    """Has tasks of its own but shows nobody how to play them."""

    def demonstrate(self, task: Count) -> Iterable[str]:
        return ()


class Recorder(Agent):
    """Keeps what it was shown, says `ok`."""

    name = "recorder"
    privileged = True

    def __init__(self) -> None:
        self.seen: list[list[dict[str, str]]] = []
        self.finished: list[str] = []
        self.closed = False

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        self.seen.append([dict(message) for message in messages])
        return Reply(text="ok")

    async def finish(self, session: str) -> None:
        self.finished.append(session)

    async def close(self) -> None:
        self.closed = True


def environment(
    targets: tuple[int, ...] = (2, 3), packing: str = "chat", **games: Counting
) -> Environment:
    games = games or {"counting": Counting()}
    return Environment(
        id=EnvId.parse(f"{'+'.join(games)}/fixed_list/no_info/standard/ep{len(targets)}"),
        core_envs=games,
        latent=FixedList(tasks=[{"target": target} for target in targets]),
        prompt=NoInfo(),
        feedback=Standard(),
        packing=packing,
    )


def played(agent: Agent, environment: Environment, seed: int = 0) -> Trajectory:
    env = SequenceEnv(environment)
    env.reset(seed)
    return asyncio.run(play(env, agent, session=f"session {seed}"))


def shown(environment: Environment, num_examples: int, seed: int = 0) -> list[list[dict[str, str]]]:
    recorder = Recorder()
    played(ExamplesAgent(recorder, num_examples), environment, seed)
    return recorder.seen


def test_worked_turns_stand_between_the_system_message_and_the_first_task() -> None:
    first = shown(environment(), 3)[0]
    plain = Recorder()
    played(plain, environment())
    system, opening = plain.seen[0]
    assert [message["role"] for message in first] == ["system", *["user", "assistant"] * 3, "user"]
    assert first[0] == system
    assert first[1]["content"] == "Practice task 1\nStart counting."
    assert first[2]["content"] == "counting 1"
    assert first[3]["content"] == "Heard counting 1."
    assert first[-1]["content"].endswith(f"\n\n{PRACTICE_OVER}\n\n{opening['content']}")


def test_the_record_is_that_of_the_agent_alone() -> None:
    assert played(ExamplesAgent(Recorder(), 5), environment()) == played(Recorder(), environment())


@pytest.mark.parametrize("num_examples", [1, 2, 7, 30])
def test_as_many_practice_tasks_as_fill_the_turns(num_examples: int) -> None:
    turns = worked_turns(Counting(), {}, 0, num_examples)
    roles = [message["role"] for message in turns]
    assert roles == [*["user", "assistant"] * num_examples, "user"]
    openings = [turn for turn in turns if "Practice task" in turn["content"]]
    assert all(f"Practice task {i + 1}\n" in each["content"] for i, each in enumerate(openings))
    assert len(openings) >= num_examples / 4  # no task is longer than four turns
    replies = [turn["content"] for turn in turns if turn["role"] == "assistant"]
    assert replies[0] == "counting 1"
    assert replies.count("counting 1") == len(openings)


def test_a_practice_task_that_ended_is_answered_before_the_next_opens() -> None:
    turns = worked_turns(Counting(), {}, 0, 30)
    second = next(turn["content"] for turn in turns if "Practice task 2" in turn["content"])
    assert ", done.\n\nPractice task 2\nStart counting." in second


def test_worked_turns_follow_from_the_seed_alone() -> None:
    def head(seed: int, *targets: int) -> list[dict[str, str]]:
        return shown(environment(targets), 9, seed)[0][1:-1]

    assert head(0, 2, 3) == head(0, 9, 9, 9)
    assert len({str(head(seed, 2)) for seed in range(10)}) > 1


def test_the_conversation_only_ever_grows() -> None:
    calls = shown(environment((3, 4, 2)), 4)
    assert len(calls) == 9
    for earlier, later in itertools.pairwise(calls):
        assert later[: len(earlier)] == earlier


def test_a_single_system_message_stays_first_and_is_pointed_back_to() -> None:
    calls = shown(environment(packing="upstream"), 2)
    roles = [message["role"] for message in calls[1]]
    assert roles == ["system", *["user", "assistant"] * 2, "user", "assistant", "user"]
    assert "Start counting." in calls[0][0]["content"]
    assert calls[0][-1]["content"].endswith(f"{PRACTICE_OVER}\n\n{OPENED_ABOVE}")
    assert calls[1][: len(calls[0])] == calls[0]


def test_a_mixed_sequence_keeps_the_worked_turns_of_its_first_game() -> None:
    mixed = environment((2, 2, 2), counting=Counting(), chanting=Counting(title="chanting"))
    calls = shown(mixed, 3)
    assert {call[2]["content"] for call in calls} == {"counting 1"}
    assert "Start chanting." in str(calls[-1])


def test_an_agent_that_takes_over_sees_the_same_head() -> None:
    first, second = Recorder(), Recorder()
    env = SequenceEnv(environment((2, 2, 2)))
    env.reset(4)
    cast = [ExamplesAgent(first, 3), ExamplesAgent(second, 3)]
    asyncio.run(play(env, lambda index: cast[min(index, 1)], session="shared"))
    assert second.seen[0][: len(first.seen[-1])] == first.seen[-1]


def test_a_forked_sequence_sees_the_same_head() -> None:
    recorder = Recorder()
    agent = ExamplesAgent(recorder, 3)
    env = SequenceEnv(environment((2, 2)))
    env.reset(1)
    env.step("ok")
    fork = env.fork()
    asyncio.run(play(env, agent, session="one"))
    asyncio.run(play(fork, agent, session="two"))
    assert recorder.seen[:3] == recorder.seen[3:]


@pytest.mark.parametrize("game", [Undemonstrated(), Counting()])
def test_a_game_without_worked_turns_costs_the_sequence_and_says_why(
    game: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    if type(game) is Counting:
        monkeypatch.setattr(Counting, "sample_task", CoreEnv.sample_task)
    trajectory = played(ExamplesAgent(Recorder(), 1), environment(counting=game))
    assert trajectory.error is not None
    assert trajectory.error.kind == "AgentError"
    assert type(game).__name__ in trajectory.error.message
    with pytest.raises(EnvError):
        worked_turns(game, {}, 0, 1)


def test_everything_else_is_the_wrapped_agents() -> None:
    recorder = Recorder()
    agent = ExamplesAgent(recorder, 1)
    played(agent, environment(), seed=7)
    asyncio.run(agent.close())
    assert (agent.name, agent.privileged) == ("recorder", True)
    assert recorder.finished == ["session 7"]
    assert recorder.closed


def test_worked_turns_are_made_anew_after_finish() -> None:
    recorder = Recorder()
    agent = ExamplesAgent(recorder, 2)
    counting = environment((2,))
    played(agent, counting)
    played(agent, evolve(counting, core_envs={"counting": Counting(title="chanting")}))
    assert recorder.seen[-1][2]["content"] == "chanting 1"
