"""Scripted players, which read facts instead of text. They differ in the law of the exit alone."""

import random
from collections.abc import Mapping, Sequence

from attrs import frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.player import Appraisal, appraisals
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.families.law_player import LawPlayer
from latentgym_maze.exploring import Sketch, exits_left, explore
from latentgym_maze.grid import Cell, exit_cell, neighbour
from latentgym_maze.maze import read_move


@frozen(kw_only=True)
class Walker(LawPlayer):
    """Heads for the exit that is likely and near; who knows nothing explores depth first."""

    def law(self, view: SequenceView, truth: Truth | None) -> Law | None:
        """Where it expects the exit; None: anywhere."""
        law = super().law(view, truth)
        if law is None and self.knows == "z" and truth is not None:
            return Law.of((truth.task.place,), (1.0,))  # a given list of mazes has no z
        return law

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next move."""
        del rng
        return f"[{self._move(view, _weights(view, self.law(view, truth)))}]"

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the probability that a move lies on a shortest hoped path to the exit."""
        weights = _weights(view, self.law(view, truth))
        sketch = Sketch.of(view.visible, view.turns)
        ways = sketch.ways[sketch.here]
        moves = [read_move(reply) for reply in replies]
        scored = [_score(move, sketch, weights) if move in ways else None for move in moves]
        return appraisals(scored, _score(self._move(view, weights), sketch, weights))

    def _move(self, view: SequenceView, weights: Mapping[Cell, float]) -> str:
        """The first move towards the place with the most probability per step."""
        if self.knows == "nothing":
            return explore(view.visible, view.turns)
        paths = Sketch.of(view.visible, view.turns).hoped_paths()
        value = {cell: weight / len(paths[cell]) for cell, weight in weights.items()}
        return paths[max(value, key=value.__getitem__)][0]


def _weights(view: SequenceView, law: Law | None) -> dict[Cell, float]:
    """Where the exit may lie and the player was not yet; anywhere if the law speaks against it."""
    left = exits_left(view.visible, view.turns)
    shares = dict(law.items()) if law is not None else {}
    expected = {place: shares[place] for place in left if place in shares}
    size = view.visible["size"]
    weights = expected or dict.fromkeys(left, 1.0)
    return {exit_cell(place, size): weight for place, weight in weights.items()}


def _score(move: str, sketch: Sketch, weights: Mapping[Cell, float]) -> Appraisal:
    there, total = neighbour(sketch.here, move), sum(weights.values())
    now, then = sketch.hoped_paths(), sketch.hoped_paths(there)
    nearer = sum(weight for cell, weight in weights.items() if len(then[cell]) < len(now[cell]))
    return Appraisal(nearer / total, weights.get(there, 0.0) / total)
