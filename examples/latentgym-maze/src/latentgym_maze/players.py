"""Scripted players, which read facts instead of text."""

import math
import random
from collections import defaultdict

from attrs import frozen

from latentgym_core.agents.base import Player
from latentgym_core.view import FinishedTask, SequenceView, Truth
from latentgym_maze.exploring import Sketch, explore
from latentgym_maze.grid import EXITS, Cell, exit_cell
from latentgym_maze.latents import ExitPlan, WanderingExit


@frozen(kw_only=True)
class Blind(Player):
    """Explores depth first; every maze is its first."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next move of the search."""
        del truth, rng
        return f"[{explore(view.visible, view.turns)}]"


@frozen(kw_only=True)
class Oracle(Player):
    """Knows where the exit lies and goes there as straight as the walls allow."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The first move of the shortest path through the walls seen so far."""
        del rng
        assert truth is not None
        # z decides the exit and nothing else, so reading it off the task is knowing z; the
        # task's walls, which z does not decide, stay unread.
        sketch = Sketch.of(view.visible, view.turns)
        return f"[{sketch.hoped_paths()[truth.task.goal][0]}]"


@frozen(kw_only=True)
class Bayes(Player):
    """Keeps a posterior over z and heads for the exit that is likely and near."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The first move towards the place with the most probability per step."""
        del truth, rng
        sketch = Sketch.of(view.visible, view.turns)
        paths = sketch.hoped_paths()
        value = {
            cell: weight / len(paths[cell])
            for cell, weight in _exit_weights(view).items()
            if cell not in sketch.ways
        }
        return f"[{paths[max(value, key=value.__getitem__)][0]}]"


def _exit_weights(view: SequenceView) -> dict[Cell, float]:
    """Where the current exit may lie, with weights, given the finished mazes.

    Under a latent of another family every place has the same weight.
    """
    latent, size = view.latent, view.visible["size"]
    if not isinstance(latent, WanderingExit):
        return {exit_cell(place, size): 1.0 for place in EXITS}
    weights: dict[Cell, float] = defaultdict(float)
    for z, log_prior in latent.support((view.core_env,), view.visible):
        if _explains(latent, z, view):
            weights[exit_cell(latent.exit_at(z, view.index), size)] += math.exp(log_prior)
    return weights


def _explains(latent: WanderingExit, z: ExitPlan, view: SequenceView) -> bool:
    """Whether every finished maze could have gone as it did with its exit where z puts it."""
    return all(
        _fits(finished, exit_cell(latent.exit_at(z, index), finished.visible["size"]))
        for index, finished in enumerate(view.history)
    )


def _fits(finished: FinishedTask, goal: Cell) -> bool:
    if finished.revealed is not None:
        return bool(finished.revealed.goal == goal)
    sketch = Sketch.of(finished.visible, finished.turns)
    return sketch.here == goal if finished.solved else goal not in sketch.ways
