import asyncio
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from latentgym_core.agents.replay import ReplayAgent
from latentgym_core.contract.agent import AgentContext
from latentgym_core.errors import AgentError, SpecError, TrajectoryError
from latentgym_core.records.jsonl import TRAJECTORIES, write_trajectories
from latentgym_core.records.trajectory import Event, Trajectory, TurnRecord, Usage

OPENING = ({"role": "system", "content": "Rules."}, {"role": "user", "content": "Guess."})


@frozen
class Family:
    """What is read of a latent."""

    family: ClassVar[str] = "family"
    sizes: tuple[int, ...] = (2, 3)


@frozen
class View:
    """What is read of a view."""

    latent: Family


def played(replies=("1", "2", "3"), *, seed=0, agent="a", latent=Family(), answer="more"):
    """A recording in which every reply but the last is answered."""
    turns = tuple(
        TurnRecord(
            task_index=0,
            turn_index=index,
            reply=reply,
            reasoning=f"why {reply}",
            usage=Usage(output_tokens=int(reply)),
            event=Event(observation=f"{answer} than {reply}"),
        )
        for index, reply in enumerate(replies)
    )
    return Trajectory(
        env_id="game/z/no_info/standard/ep1",
        split="test",
        seed=seed,
        agent=agent,
        latent={"family": latent.family, "params": {"sizes": list(latent.sizes)}},
        core_envs=("game",),
        tasks=({},),
        opening=OPENING,
        turns=turns,
    )


@pytest.fixture
def file(tmp_path):
    def write(*trajectories):
        write_trajectories(tmp_path / TRAJECTORIES, trajectories)
        return str(tmp_path)

    return write


def reply(agent, course, num_replies, latent=Family()):
    """What the agent says after the first replies of a course."""
    messages = list(course.messages[: len(OPENING) + 2 * num_replies])
    context = AgentContext(session="s", seed=course.seed, view=View(latent))
    return asyncio.run(agent.reply(messages, context))


def test_replies_are_given_again_with_all_that_was_recorded(file):
    one, other = played(seed=0), played(("7",), seed=1)
    agent = ReplayAgent(file(one, other))
    assert [reply(agent, one, number).text for number in range(3)] == ["1", "2", "3"]
    assert reply(agent, other, 0).text == "7"
    assert reply(agent, one, 2).reasoning == "why 3"
    assert reply(agent, one, 2).usage.output_tokens == 3


def test_the_latent_tells_sequences_with_the_same_words_apart(file):
    larger = Family((4, 5))
    one, other = played(), played(("9",), latent=larger)
    agent = ReplayAgent(file(one, other))
    assert reply(agent, one, 0).text == "1"
    assert reply(agent, other, 0, latent=larger).text == "9"


def test_of_several_plays_the_first_that_agrees_is_taken(file):
    up, down, longer = played(), played(("1", "5"), answer="less"), played(("1", "2", "3", "4"))
    agent = ReplayAgent(file(up, down, longer))
    assert reply(agent, up, 1).text == "2"
    assert reply(agent, down, 1).text == "5"
    assert reply(agent, longer, 3).text == "4"


def test_of_several_agents_one_is_chosen(file):
    one, other = played(agent="a"), played(("9",), agent="b")
    both = file(one, other)
    assert reply(ReplayAgent(both, agent="b"), other, 0).text == "9"
    with pytest.raises(SpecError, match=r"plays of a, b; choose one with agent=NAME"):
        ReplayAgent(both)
    with pytest.raises(SpecError, match=r"no play of 'c'; it holds a, b"):
        ReplayAgent(both, agent="c")


@pytest.mark.parametrize(
    ("course", "num_replies", "missing"),
    [
        (played(seed=5), 0, r"no play of this sequence \(seed 5, at reply 1\)"),
        (played(answer="less"), 1, r"no such course of this sequence \(seed 0, at reply 2\)"),
        (played(), 3, r"no further reply \(seed 0, at reply 4\)"),
    ],
)
def test_what_was_not_recorded_is_said(file, course, num_replies, missing):
    agent = ReplayAgent(file(played()))
    with pytest.raises(AgentError, match=missing):
        reply(agent, course, num_replies)


def test_a_file_that_is_not_there_is_said_when_the_agent_is_made(tmp_path):
    with pytest.raises(TrajectoryError, match="There is no file"):
        ReplayAgent(str(tmp_path / "nothing.jsonl"))


def test_a_file_without_plays_is_refused(file):
    with pytest.raises(SpecError, match="plays of nobody"):
        ReplayAgent(file())


def test_a_recording_without_agent_names_is_one_agent(file):
    course = evolve(played(), agent="")
    assert reply(ReplayAgent(file(course)), course, 0).text == "1"
