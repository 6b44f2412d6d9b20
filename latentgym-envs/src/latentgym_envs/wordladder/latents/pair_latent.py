"""What all latents of word ladder have in common: pairs of words whose solutions obey a law."""

import math
import random
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.validators import whole_number
from latentgym_core.families.filters import MANY_VALUES, FilterLatent
from latentgym_core.keeping import kept
from latentgym_core.wording import counted
from latentgym_envs.wordladder.env import LENGTHS, WordLadder, as_word_ladder
from latentgym_envs.wordladder.graph import Pair, Path, WordGraph, find_ladders, thinned
from latentgym_envs.wordladder.laws import Law as Rule
from latentgym_envs.wordladder.laws import read_law
from latentgym_envs.wordladder.task import Task

if TYPE_CHECKING:
    from latentgym_core.families.beliefs import Listed

ANY_LENGTH = 0
Candidate = tuple[Path, ...]
"""The shortest ladders from one word to another."""


@frozen(kw_only=True)
class PairLatent(FilterLatent[str]):
    """z is a law of ladders; tasks are pairs of words that have a shortest ladder under it.

    A pair comes once in a sequence, in one direction, until all were used.

    Attributes:
        value: The law, as the family writes it; None: drawn once per sequence.
        min_pool: Fewest pairs a law may leave, at least 1.
        length: Letters of each word, 3 to 5; 0: the length that has most pairs, as published.
        min_steps: Fewest steps between start and target, from 1.
        paths: Whether `some` shortest ladder of a pair has to obey (published), or `all` of them.
    """

    z_type: ClassVar[Any] = str
    replacement: ClassVar[bool] = False
    kind: ClassVar[str]
    """How its laws begin, see `laws`."""
    alphabetical: ClassVar[bool] = False
    """Whether the start always comes before the target in the alphabet."""

    value: str | None = None
    min_pool: int = field(default=10, validator=whole_number(1))
    length: int = field(default=ANY_LENGTH, validator=in_((ANY_LENGTH, *LENGTHS)))
    min_steps: int = field(default=2, validator=whole_number(1))
    paths: str = field(default="some", validator=in_(("some", "all")))

    def __attrs_post_init__(self) -> None:
        if self.value is not None:
            read_law(self.law(self.value))

    @abstractmethod
    def values_in(self, game: WordLadder) -> Iterable[str]:
        """The laws that an open family may draw, each as often as it is likely."""

    def law(self, z: str) -> str:
        """The law in writing, see `laws`."""
        return f"{self.kind} {z}"

    def solution(self, candidate: Candidate, z: str, game: WordLadder) -> Path:
        """The solution of a task.

        The first shortest ladder that breadth-first search finds, as published; where moves have
        to obey, the first of those that do.
        """
        if game.moves == "free":
            return candidate[0]
        law = read_law(self.law(z))
        return next(path for path in candidate if law.obeyed_by(path))

    def pool(self, core_env: AnyCoreEnv) -> Sequence[Candidate]:
        """All pairs of a game that are far enough apart, in both directions."""
        game = as_word_ladder(core_env, self.family)
        return [
            paths
            for length in self._lengths()
            for paths in game.ladders(length).paths.values()
            if len(paths[0]) > self.min_steps
        ]

    def ladders(self, game: WordLadder, z: str, length: int) -> Mapping[Pair, Candidate]:
        """The ladders that are looked at for a law, by start and target.

        In a large graph, those between words that a lawful ladder of two steps joins to others.
        """
        known = game.ladders(length)
        if not known.graph.is_large:
            return known.paths
        ends = _joined(known.graph, read_law(self.law(z)))
        return find_ladders(
            known.graph, thinned(ends.intersection(game.words(length)), known.graph)
        )

    def accepts(self, candidate: Candidate, value: str) -> bool:
        """Whether the ladders obey, some of them or all."""
        obeyed_by = read_law(self.law(value)).obeyed_by
        quantifier = any if self.paths == "some" else all
        return quantifier(map(obeyed_by, candidate))

    def make_task(self, candidate: Any, core_env: AnyCoreEnv) -> Task:
        """Members are tasks already."""
        del core_env
        task: Task = candidate
        return task

    def candidate(self, task: Task) -> Task:
        """Members are tasks already."""
        return task

    @kept(MANY_VALUES)
    def members(self, core_env: AnyCoreEnv, value: str) -> tuple[Task, ...]:
        """The tasks of a law: those of the length that has most."""
        game = as_word_ladder(core_env, self.family)
        found = (tuple(self._tasks(game, value, length)) for length in self._lengths())
        return max(found, key=len)

    def task(self, z: str, context: TaskContext, rng: random.Random) -> Task:
        """Any task that the sequence has not had; any at all when they are used up."""
        tasks, used = self.members(context.core_env, z), set(context.history)
        if used.issuperset(tasks):
            return rng.choice(tasks)
        while (task := rng.choice(tasks)) in used:  # quicker than to list what is left
            pass
        return task

    def support(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> list[tuple[str, float]]:
        """Every usable law with its log prior."""
        del visible
        usable = self._usable(core_envs)
        return [(z, math.log(usable.count(z) / len(usable))) for z in dict.fromkeys(usable)]

    def opened(self) -> FilterLatent[str]:
        """The family that draws its law."""
        return self if self.value is None else self._opened

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> "Listed":
        """Exact, by looking up the pairs and judging the moves."""
        from latentgym_envs.wordladder.latents.beliefs import law_beliefs

        del visible
        return law_beliefs(self, core_envs, finished)

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: str | None = None,
    ) -> Law:
        """The hidden rule and the solution of a task, by the same posterior and by its pair."""
        from latentgym_envs.wordladder.latents.beliefs import law_of_secret

        return law_of_secret(self, core_envs, upcoming, finished, z)

    def hint(self) -> str:
        """That solutions may be alike."""
        return "The solutions of the ladders may have something in common."

    def _usable(self, core_envs: tuple[AnyCoreEnv, ...]) -> list[str]:
        games = [as_word_ladder(game, self.family) for game in core_envs]
        return [
            value
            for value in self._wanted(games[0])
            if all(len(self.members(game, value)) >= self.min_pool for game in games)
        ]

    def _shortage(self, core_envs: tuple[AnyCoreEnv, ...]) -> str:
        game = as_word_ladder(core_envs[0], self.family)
        most = max((len(self.members(game, z)) for z in self._wanted(game)), default=0)
        wider = "another latent" if game.pool == "common" else "?env.pool=common"
        repeated = f", or ?latent.min_pool={most} to repeat pairs" if most else ""
        return (
            f"{self.family} leaves {counted(most, 'pair')} of words, fewer than the "
            f"{self.min_pool} it needs; use {wider}{repeated}."
        )

    def _wanted(self, game: WordLadder) -> Iterable[str]:
        return self.values_in(game) if self.value is None else [self.value]

    def _lengths(self) -> tuple[int, ...]:
        return LENGTHS if self.length == ANY_LENGTH else (self.length,)

    def _tasks(self, game: WordLadder, z: str, length: int) -> Iterator[Task]:
        """The tasks of one length; of two directions that fit, the alphabetical one counts."""
        law = self.law(z)
        taken: set[tuple[str, str]] = set()
        for (start, target), candidate in self.ladders(game, z, length).items():
            # Pairs come start by start, so the alphabetical direction was looked at before.
            redundant = start > target and (self.alphabetical or (target, start) in taken)
            far_enough = len(candidate[0]) > self.min_steps
            if far_enough and not redundant and self.accepts(candidate, z):
                taken.add((start, target))
                yield game.task(self.solution(candidate, z, game), law)


def _joined(graph: WordGraph, law: Rule) -> set[str]:
    """Both ends of lawful ladders of two steps, of one for each start."""
    found: set[str] = set()
    for start in graph.neighbours:
        end = next(_two_steps_away(start, graph, law), None)
        if end is not None:
            found |= {start, end}
    return found


def _two_steps_away(start: str, graph: WordGraph, law: Rule) -> Iterator[str]:
    near = graph.neighbours[start]
    for middle in near:
        memory = law.after(law.begin, start, middle, last=False)
        if memory is not None:
            for end in graph.neighbours[middle]:
                apart = end != start and end not in near
                if apart and law.after(memory, middle, end, last=True) is not None:
                    yield end
