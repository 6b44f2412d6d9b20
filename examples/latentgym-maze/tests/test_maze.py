"""The contract of LatentGym, and what it cannot know about this game."""

import asyncio
import random

import pytest

from latentgym_core import SequenceEnv, build_environment, load_registry, make_agent, play
from latentgym_core.testing import check_core_env
from latentgym_maze.feedback import draw
from latentgym_maze.grid import EXITS, exit_cell
from latentgym_maze.latents import ExitPlan, WanderingExit
from latentgym_maze.maze import Maze, MazeTask

OPEN_3 = MazeTask(
    size=3,
    place="north-east",
    ways=(
        ("east", "south"),
        ("east", "south", "west"),
        ("south", "west"),
        ("north", "east", "south"),
        ("north", "east", "south", "west"),
        ("north", "south", "west"),
        ("north", "east"),
        ("north", "east", "west"),
        ("north", "west"),
    ),
)
"""Nine rooms without a wall between them."""


def test_contract() -> None:
    """Everything that holds for every core env."""
    assert [result for result in check_core_env("maze") if result.failed] == []


def test_walk_to_the_exit() -> None:
    """A wall and a reply without a move cost turns; the reward is shortest path over turns."""
    game = Maze(size=3)
    state, seen = game.start(OPEN_3, 0)
    assert seen == "You are in row 2, column 2. Open ways: north, east, south, west."
    for reply, cell, is_valid in (
        ("no idea", [2, 2], False),
        ("[south] or rather [NORTH]", [1, 2], True),
        ("[north]", [1, 2], False),
    ):
        state, result = game.step(state, reply)
        assert (result.facts["cell"], result.facts["valid"]) == (cell, is_valid)
        assert not result.done
    state, result = game.step(state, "[east]")
    assert (result.done, result.solved, result.reward) == (True, True, 2 / 4)
    assert result.observation == "You go east and step out of the maze."


def test_turns_run_out() -> None:
    """The last turn ends the task without a reward."""
    game = Maze(size=3, max_turns=2)
    state, _ = game.start(OPEN_3, 0)
    state, _ = game.step(state, "[south]")
    _, result = game.step(state, "[north]")
    assert (result.done, result.solved, result.reward) == (True, False, 0.0)


@pytest.mark.parametrize("size", [3, 5, 9])
def test_every_room_can_be_reached(size: int) -> None:
    """Drawn mazes are valid tasks (the task checks it), with eight different exits."""
    for seed in range(20):
        for loops in (0.0, 0.5, 1.0):
            task = Maze(size=size, loops=loops).sample_task(random.Random(seed))
            assert len(task.ways) == size * size
    assert len({exit_cell(place, size) for place in EXITS}) == 8


def test_walled_off_room_is_no_maze() -> None:
    """A task with a room that no way leads to cannot be made."""
    ways = list(OPEN_3.ways)
    ways[1] = ways[3] = ("east", "south")
    with pytest.raises(ValueError, match="every room"):
        MazeTask(size=3, place="north", ways=tuple(ways))


@pytest.mark.parametrize("parameters", [{"size": 4}, {"size": 1}, {"max_turns": 0}, {"loops": 2}])
def test_bad_parameters(parameters: dict[str, int]) -> None:
    """Sizes without a middle, no turns, and no probabilities are refused."""
    with pytest.raises(ValueError, match=r"size|turn|loops"):
        Maze(**parameters)


def test_exits_go_round() -> None:
    """The plan wraps around the eight places."""
    family = WanderingExit(min_step=1, max_step=7)
    plan = ExitPlan(first="west", step=3)
    assert [family.exit_at(plan, i) for i in range(3)] == ["west", "north-east", "south"]
    assert len(list(family.support((), {}))) == 8 * 7
    with pytest.raises(ValueError, match="steps"):
        WanderingExit(min_step=3, max_step=2)


@pytest.mark.parametrize(
    ("latent", "feedback", "learned_after"),
    [("same_exit", "standard", 1), ("rotating_exit", "map", 2)],
)
def test_z_is_worth_something(latent: str, feedback: str, learned_after: int) -> None:
    """Bayes plays like the oracle as soon as z can be known, and earns more than blind before."""
    env_id = f"maze/{latent}/no_info/{feedback}/ep8"
    blind, bayes, oracle = (_rewards(env_id, name) for name in ("blind", "bayes", "oracle"))
    assert sum(map(sum, blind)) * 1.5 < sum(map(sum, bayes)) < sum(map(sum, oracle))
    for told, inferred in zip(oracle, bayes, strict=True):
        assert inferred[learned_after:] == told[learned_after:]


def _rewards(env_id: str, player: str) -> list[tuple[float, ...]]:
    """Rewards of 20 sequences, task by task."""
    agent = make_agent(f"scripted/{player}", ("maze",))
    env = SequenceEnv(build_environment(load_registry().complete(env_id)))
    rewards = []
    for seed in range(20):
        env.reset(seed)
        rewards.append(asyncio.run(play(env, agent, session=str(seed))).rewards)
    return rewards


def test_map() -> None:
    """Walls, start and exit of the open maze."""
    assert draw(OPEN_3).splitlines()[:4] == [
        "+--+--+--+",
        "|      E |",
        "+  +  +  +",
        "|   S    |",
    ]
