import asyncio

import pytest
from attrs import evolve, frozen

from latentgym_core.agents.base import AgentContext
from latentgym_core.agents.replay import ReplayAgent
from latentgym_core.errors import AgentError, SpecError, TrajectoryError
from latentgym_core.jsonl import TRAJECTORIES, write_trajectories
from latentgym_core.trajectory import Trajectory, TurnRecord, Usage

OPENING = ({"role": "system", "content": "Rules."}, {"role": "user", "content": "Guess."})


@frozen
class View:
    """What is read of a view: the place in the sequence."""

    index: int
    turns: tuple[None, ...]


def played(seed=0, agent="a", replies=(("1", "2"), ("3",)), opening=OPENING):
    turns = tuple(
        TurnRecord(
            task_index=task,
            turn_index=turn,
            reply=reply,
            reasoning=f"why {reply}",
            usage=Usage(output_tokens=int(reply)),
        )
        for task, of_task in enumerate(replies)
        for turn, reply in enumerate(of_task)
    )
    tasks = ({},) * len(replies)
    return Trajectory(
        env_id="game/z/no_info/standard/ep2",
        split="test",
        seed=seed,
        agent=agent,
        core_envs=("game",) * len(replies),
        tasks=tasks,
        opening=opening,
        turns=turns,
    )


@pytest.fixture
def file(tmp_path):
    def write(*trajectories):
        write_trajectories(tmp_path / TRAJECTORIES, trajectories)
        return str(tmp_path)

    return write


def reply(agent, task, turn, seed=0, opening=OPENING):
    later = [{"role": "assistant", "content": "?"}, {"role": "user", "content": "!"}]
    context = AgentContext(session="s", seed=seed, view=View(task, (None,) * turn))
    return asyncio.run(agent.reply([*opening, *later * (task + turn)], context))


def test_replies_are_given_again_at_their_place(file):
    agent = ReplayAgent(file(played(seed=0), played(seed=1, replies=(("7",),))))
    assert [reply(agent, *place).text for place in [(0, 0), (0, 1), (1, 0)]] == ["1", "2", "3"]
    assert reply(agent, 0, 0, seed=1).text == "7"
    assert reply(agent, 1, 0).reasoning == "why 3"
    assert reply(agent, 1, 0).usage.output_tokens == 3


def test_the_opening_tells_environments_of_one_seed_apart(file):
    hinted = ({"role": "system", "content": "Rules and a hint."}, OPENING[1])
    agent = ReplayAgent(file(played(), played(opening=hinted, replies=(("9",),))))
    assert reply(agent, 0, 0).text == "1"
    assert reply(agent, 0, 0, opening=hinted).text == "9"


def test_of_several_plays_the_first_counts(file):
    agent = ReplayAgent(file(played(), played(replies=(("8",),))))
    assert reply(agent, 0, 0).text == "1"


def test_of_several_agents_one_is_chosen(file):
    both = file(played(agent="a"), played(agent="b", replies=(("9",),)))
    assert reply(ReplayAgent(both, agent="b"), 0, 0).text == "9"
    with pytest.raises(SpecError, match=r"plays of a, b; choose one with agent=NAME"):
        ReplayAgent(both)
    with pytest.raises(SpecError, match=r"no play of 'c'; it holds a, b"):
        ReplayAgent(both, agent="c")


def test_what_was_not_recorded_is_said(file):
    agent = ReplayAgent(file(played()))
    with pytest.raises(AgentError, match=r"no play of this sequence \(seed 5\)"):
        reply(agent, 0, 0, seed=5)
    with pytest.raises(AgentError, match=r"no reply for task 2, turn 2 .*only 3 replies"):
        reply(agent, 1, 1)


def test_a_file_that_is_not_there_is_said_when_the_agent_is_made(tmp_path):
    with pytest.raises(TrajectoryError, match="cannot be read"):
        ReplayAgent(str(tmp_path / "nothing.jsonl"))


def test_recordings_of_nobody_are_refused(file):
    with pytest.raises(SpecError, match="nobody"):
        ReplayAgent(file())


def test_a_recording_without_agent_names_is_one_agent(file):
    assert reply(ReplayAgent(file(evolve(played(), agent=""))), 0, 0).text == "1"
