"""What is known about the law of a sequence: pairs, and moves allowed or refused."""

import math
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordladder.graph import Path
from latentgym_envs.wordladder.latents.pair_latent import PairLatent
from latentgym_envs.wordladder.laws import Law, Memory, read_law

Move = tuple[str, str, bool]
"""The word before, the word wanted, and whether the hidden rule allowed it."""
Beliefs = Mapping[str, float]
"""Probability of each value of z that is still possible."""


@frozen
class Seen:
    """What a player saw of a task.

    Attributes:
        start: Its start word.
        target: Its target.
        moves: The moves that the hidden rule judged, in order.
        solution: Its solution if the feedback told it.
    """

    start: str
    target: str
    moves: tuple[Move, ...]
    solution: Path | None = None

    @property
    def current(self) -> str:
        """The word that the player stands on."""
        return next((new for _, new, allowed in reversed(self.moves) if allowed), self.start)


def seen(visible: Facts, turns: Iterable[Facts], solution: Path | None = None) -> Seen:
    """Read the facts of a task."""
    moves: list[Move] = []
    here = visible["start"]
    for facts in turns:
        if facts["valid"] or facts["kind"] == "law":
            moves.append((here, facts["word"], facts["valid"]))
        here = facts["current"]
    return Seen(visible["start"], visible["target"], tuple(moves), solution)


def seen_of(task: FinishedTask) -> Seen:
    """The same of a finished task."""
    solution = task.revealed.optimal_path if task.revealed is not None else None
    return seen(task.visible, task.turns, solution)


def memory_after(law: Law, task: Seen) -> Memory | None:
    """What a law remembers after the moves of a task; None if it would have judged otherwise."""
    memory: Memory = law.begin
    for old, new, allowed in task.moves:
        after = law.after(memory, old, new, last=new == task.target)
        if (after is not None) != allowed:
            return None
        memory = after if after is not None else memory
    return memory


def prior(latent: PairLatent, game: WordLadder) -> Beliefs:
    """What a player believes who is told the family but not z, so not which value a preset fixes.

    A fixed value outside the family's own list is not foreseen.
    """
    return {z: math.exp(p) for z, p in evolve(latent, value=None).support((game,), {})}


def believe(
    latent: PairLatent, game: WordLadder, beliefs: Beliefs, history: tuple[Seen, ...]
) -> Beliefs:
    """Exact posterior of z after the pairs, judgements and solutions of some tasks."""
    weights = {z: weight * _likelihood(latent, game, z, history) for z, weight in beliefs.items()}
    total = sum(weights.values())
    return {z: weight / total for z, weight in weights.items() if weight > 0}


def _likelihood(latent: PairLatent, game: WordLadder, z: str, history: tuple[Seen, ...]) -> float:
    """Probability of the pairs; 0 if z would have judged a move or solved a task otherwise."""
    law, drawn = read_law(latent.law(z)), latent.members(game, z)
    tasks = {(task.start_word, task.target_word): task for task in drawn}
    likelihood = 1.0
    for index, task in enumerate(history):
        made = tasks.get((task.start, task.target))
        if made is None or task.solution not in (None, made.optimal_path):
            return 0.0
        if memory_after(law, task) is None:
            return 0.0
        # Pairs come without replacement until they are used up.
        likelihood /= len(tasks) - index if index < len(tasks) else len(tasks)
    return likelihood
