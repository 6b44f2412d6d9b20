"""Exact beliefs about the law of a sequence.

Start and target are told, and given z they determine the task. With n_z pairs that may come, the
pairs of a sequence are drawn without replacement until they are used up, so

    P(tasks | z)  =  prod_t [pair t fits z, as do its judged moves and its solution] / left_z(t),

with left_z(t) = n_z - t while t < n_z, then n_z.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Protocol

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.families.beliefs import FloatArray, Listed
from latentgym_core.keeping import kept
from latentgym_envs.wordladder.clues import Seen, memory_after, seen_of
from latentgym_envs.wordladder.env import WordLadder, as_word_ladder
from latentgym_envs.wordladder.graph import Pair, Path
from latentgym_envs.wordladder.laws import Law as Rule
from latentgym_envs.wordladder.laws import read_law
from latentgym_envs.wordladder.task import Task

Fits = NDArray[np.bool_]
Secret = tuple[str, Path]
"""What a task hides: its rule, empty where moves are free, and its solution."""
NUM_FAMILIES = 64
NUM_CLUES = 4096  # moves change with every turn, so this serves a few sequences


class Family(Protocol):
    """What beliefs ask of a family, see `PairLatent`."""

    family: ClassVar[str]

    def __hash__(self) -> int:
        """Families with equal hyperparameters are one."""

    def hypotheses(
        self, core_envs: tuple[WordLadder, ...]
    ) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """The values that are held possible, and the natural logs of their prior."""

    def law(self, z: str) -> str:
        """The law in writing."""

    def members(self, core_env: WordLadder, value: str) -> Sequence[Task]:
        """The tasks of a law."""


def law_beliefs(
    latent: Family, core_envs: Mapping[str, Any], finished: tuple[FinishedTask, ...]
) -> Listed:
    """The posterior over the laws of a family, after tasks of word ladder."""
    (game,) = (as_word_ladder(each, latent.family) for each in core_envs.values())
    catalogue = _catalogue(latent, game)
    history = [_relevant(seen_of(task), game) for task in finished]
    with np.errstate(divide="ignore"):
        steps = [
            catalogue.log_step(task.index, history[place], history[:place])
            for place, task in enumerate(finished)
        ]
    likelihood = sum(steps, np.zeros(len(catalogue.values)))
    return Listed(catalogue.values, catalogue.log_prior, likelihood)


def law_of_secret(
    latent: Family,
    core_envs: Mapping[str, Any],
    upcoming: Upcoming,
    finished: tuple[FinishedTask, ...],
    z: str | None,
) -> Law:
    """The law of a task's hidden rule and solution, given its pair and the tasks before.

    Args:
        latent: The family.
        core_envs: Name to game.
        upcoming: The task.
        finished: The tasks before.
        z: The value, for whoever is told.
    """
    (game,) = (as_word_ladder(each, latent.family) for each in core_envs.values())
    catalogue, task = _catalogue(latent, game), _relevant(seen_of(upcoming.as_told), game)
    history = [_relevant(seen_of(each), game) for each in finished]
    if z is not None:
        solution = _solutions(latent, game, z).get(_pair(task))
        return Law.collected(
            {} if solution is None else {_secret(game, latent.law(z), solution): 1.0}
        )
    with np.errstate(divide="ignore"):
        step = np.exp(catalogue.log_step(upcoming.index, task, history))
    weights = law_beliefs(latent, core_envs, finished).probabilities * step
    shares: dict[Secret, float] = {}
    for place in np.flatnonzero(weights):
        solution = catalogue.solutions[place][_pair(task)]
        secret = _secret(game, latent.law(catalogue.values[place]), solution)
        shares[secret] = shares.get(secret, 0.0) + float(weights[place])
    return Law.collected(shares)


@frozen(eq=False)
class Catalogue:
    """The tasks of every value of a family.

    Attributes:
        values: See `FilterLatent.hypotheses`.
        log_prior: Natural log of their prior, shape [V].
        laws: What each says.
        solutions: For each value the pairs that may come, with their solutions.
    """

    values: tuple[str, ...]
    log_prior: FloatArray
    laws: tuple[Rule, ...]
    solutions: tuple[Mapping[Pair, Path], ...]
    sizes: FloatArray = field(init=False, repr=False)

    @sizes.default
    def _count(self) -> FloatArray:
        return np.array([len(each) for each in self.solutions], dtype=np.float64)

    def log_step(self, index: int, task: Seen, before: list[Seen]) -> FloatArray:
        """Natural log of the probability of task `index`; shape [V].

        Args:
            index: Its place, which tells whether all pairs have come.
            task: What was seen of it.
            before: The same of those before that are remembered; the others are as if they came
                after this one.
        """
        more = self.sizes > index
        left = np.where(more, self.sizes - len(before), self.sizes)
        used = _pair(task) in map(_pair, before)
        possible = self.fits(task) & ~(more & used)
        return np.asarray(np.log(possible) - np.log(np.maximum(left, 1)))

    @kept(NUM_CLUES)
    def fits(self, task: Seen) -> Fits:
        """Whether each value has the pair, would have judged the moves so, and solves it so."""
        pair = _pair(task)
        return np.array(
            [
                pair in solutions
                and task.solution in (None, solutions[pair])
                and memory_after(law, task) is not None
                for law, solutions in zip(self.laws, self.solutions, strict=True)
            ],
            dtype=bool,
        )


@lru_cache(NUM_FAMILIES)
def _catalogue(latent: Family, game: WordLadder) -> Catalogue:
    values, log_prior = latent.hypotheses((game,))
    return Catalogue(
        values=values,
        log_prior=np.array(log_prior),
        laws=tuple(read_law(latent.law(value)) for value in values),
        solutions=tuple(_solutions(latent, game, value) for value in values),
    )


def _solutions(latent: Family, game: WordLadder, z: str) -> dict[Pair, Path]:
    return {
        (task.start_word, task.target_word): task.optimal_path for task in latent.members(game, z)
    }


def _secret(game: WordLadder, law: str, solution: Path) -> Secret:
    return (law if game.moves == "lawful" else "", solution)


def _pair(task: Seen) -> Pair:
    return task.start, task.target


def _relevant(task: Seen, game: WordLadder) -> Seen:
    """Without the moves where no hidden rule judges them."""
    return task if game.moves == "lawful" else evolve(task, moves=())
