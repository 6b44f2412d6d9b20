"""Scripted players, which read facts instead of text."""

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import frozen

from latentgym_core.contract.player import Appraisal, Player, appraisals
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_maze.exploring import Sketch, explore
from latentgym_maze.grid import EXITS, Cell, exit_cell, neighbour
from latentgym_maze.latents import ExitPlan, WanderingExit
from latentgym_maze.maze import read_move


@frozen(kw_only=True)
class Blind(Player):
    """Explores depth first; every maze is its first."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next move of the search."""
        del truth, rng
        return f"[{explore(view.visible, view.turns)}]"

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the probability to get nearer to the exit, wherever that lies."""
        del truth
        weights = dict.fromkeys(_exits_left(view), 1.0)
        own = explore(view.visible, view.turns)
        return _appraise(view, weights, own, replies)


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
        return f"[{_towards_exit(view)}]"

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the probability to get nearer to the exit."""
        del truth
        return _appraise(view, _exit_weights(view), _towards_exit(view), replies)


def _towards_exit(view: SequenceView) -> str:
    paths = Sketch.of(view.visible, view.turns).hoped_paths()
    value = {cell: weight / len(paths[cell]) for cell, weight in _exit_weights(view).items()}
    return paths[max(value, key=value.__getitem__)][0]


def _appraise(
    view: SequenceView,
    weights: Mapping[Cell, float],
    own: str,
    replies: Sequence[str],
) -> list[Appraisal | None]:
    """Judge moves: each scores the probability that it lies on a shortest hoped path to the exit.

    Args:
        view: The public side of the sequence.
        weights: Where the exit may lie.
        own: What the player would do.
        replies: What may be replied.
    """
    sketch = Sketch.of(view.visible, view.turns)
    ways = sketch.ways[sketch.here]
    moves = [read_move(reply) for reply in replies]
    scored = [_score(move, sketch, weights) if move in ways else None for move in moves]
    return appraisals(scored, _score(own, sketch, weights))


def _score(move: str, sketch: Sketch, weights: Mapping[Cell, float]) -> Appraisal:
    there, total = neighbour(sketch.here, move), sum(weights.values())
    now, then = sketch.hoped_paths(), sketch.hoped_paths(there)
    nearer = sum(weight for cell, weight in weights.items() if len(then[cell]) < len(now[cell]))
    return Appraisal(nearer / total, weights.get(there, 0.0) / total)


def _exits_left(view: SequenceView) -> list[Cell]:
    """Where an exit may lie and the player was not yet."""
    seen = Sketch.of(view.visible, view.turns).ways
    exits = (exit_cell(place, view.visible["size"]) for place in EXITS)
    return [cell for cell in exits if cell not in seen]


def _exit_weights(view: SequenceView) -> dict[Cell, float]:
    """Where the current exit may lie, with weights, given the finished mazes and this one.

    Under a latent of another family, and where nothing explains the mazes, every place has the
    same weight.
    """
    latent, size, left = view.latent, view.visible["size"], _exits_left(view)
    weights: dict[Cell, float] = defaultdict(float)
    if isinstance(latent, WanderingExit):
        for z, log_prior in latent.support((view.core_env,), view.visible):
            cell = exit_cell(latent.exit_at(z, view.index), size)
            if cell in left and _explains(latent, z, view):
                weights[cell] += math.exp(log_prior)
    return weights or dict.fromkeys(left, 1.0)


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
