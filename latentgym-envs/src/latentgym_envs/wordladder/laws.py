"""Hidden rules of ladders: what a latent says about the moves of a solution.

A law reads a ladder move by move and remembers what it must of the moves before, so that the same
few lines tell whether a known path obeys, whether a move may be made, and how to plan a way.
A law is written `kind value`, as in `hub card` or `order left_to_right`.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from functools import cached_property, lru_cache
from itertools import pairwise

from attrs import define, frozen

from latentgym_core.errors import SpecError
from latentgym_envs.words.letters import VOWELS, outline

LIKE_SOUNDS = ("bpdt", "fvsz", "mnlr")
ORDERS = ("left_to_right", "right_to_left", "outside_in", "outside_in_centred")
SUBSTITUTIONS = ("vowel_swaps", "consonant_swaps", "alternating", "phonetic_group")
Memory = Hashable


class Law(ABC):
    """A hidden rule; memory is None where it is broken."""

    begin: Memory = ()
    """Memory before the first move."""

    @abstractmethod
    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Memory after a move, given that before it.

        Args:
            memory: Not None.
            old: The word before the move.
            new: The word after it, one letter different.
            last: Whether `new` is the target.
        """

    def steps_left(self, memory: Memory, word: str, target: str) -> int:
        """A lower bound of the steps from a word to the target."""
        del memory
        return places_apart(word, target)

    def obeyed_by(self, path: tuple[str, ...]) -> bool:
        """Whether a whole ladder obeys."""
        memory: Memory | None = self.begin
        for old, new in pairwise(path):
            memory = self.after(memory, old, new, last=new == path[-1])
            if memory is None:
                return False
        return True


@frozen
class Order(Law):
    """The places of the changed letters follow an order.

    `left_to_right` and `right_to_left`: never back. `outside_in`: never farther from the middle,
    which is half the largest place that is changed at all (places count from 0), as published;
    `outside_in_centred` measures from the middle of the word.
    """

    value: str

    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Compare the place with those before."""
        place, end = changed_place(old, new), len(old) - 1
        if self.value == "outside_in":
            return _outside_in(memory, place, end, last=last)
        rank = {
            "left_to_right": place,
            "right_to_left": end - place,
            "outside_in_centred": -abs(2 * place - end),
        }[self.value]
        return None if memory != () and rank < memory else rank  # type: ignore[operator]


@frozen
class Substitution(Law):
    """Which letters are replaced by which.

    `vowel_swaps`, `consonant_swaps`: both letters of every step. `alternating`: replaced letters
    are a vowel and a consonant in turn. `phonetic_group`: both letters of a step sound alike, or
    one of them is a vowel.
    """

    value: str

    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Look at the letter before and after."""
        del last
        place = changed_place(old, new)
        letters = {old[place], new[place]}
        if self.value == "alternating":
            vowel = old[place] in VOWELS
            return None if vowel == memory else vowel
        allowed = {
            "vowel_swaps": letters <= VOWELS,
            "consonant_swaps": not letters & VOWELS,
            "phonetic_group": bool(letters & VOWELS)
            or any(letters <= set(group) for group in LIKE_SOUNDS),
        }[self.value]
        return () if allowed else None


@frozen
class Between(Law):
    """All words between start and target look alike: `contains or`, `ends e`, `pattern cvcc`."""

    kind: str
    value: str

    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Look at the new word unless it is the target."""
        del memory, old
        return () if last or self._holds(new) else None

    def _holds(self, word: str) -> bool:
        if self.kind == "contains":
            return self.value in word
        return word.endswith(self.value) if self.kind == "ends" else outline(word) == self.value


@frozen
class Hub(Law):
    """The ladder passes through one word before it reaches the target."""

    hub: str
    begin = False

    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Remember whether the hub was seen."""
        del old
        if last:
            return True if memory else None
        return bool(memory) or new == self.hub

    def steps_left(self, memory: Memory, word: str, target: str) -> int:
        """By way of the hub if it was not seen yet."""
        if memory:
            return places_apart(word, target)
        return places_apart(word, self.hub) + places_apart(self.hub, target)


@define(frozen=True, slots=False)
class Vocabulary(Law):
    """All words belong to a set, which is written with blanks between them."""

    words: str

    @cached_property
    def members(self) -> frozenset[str]:
        """The set."""
        return frozenset(self.words.split())

    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Look both words up."""
        del memory, last
        return () if old in self.members and new in self.members else None


@lru_cache(1024)
def read_law(law: str) -> Law:
    """The law that is written `kind value`.

    Raises:
        SpecError: There is no such kind or value.
    """
    kind, _, value = law.partition(" ")
    if kind == "order" and value in ORDERS:
        return Order(value)
    if kind == "subs" and value in SUBSTITUTIONS:
        return Substitution(value)
    if kind in ("contains", "ends", "pattern") and value:
        return Between(kind, value)
    if kind == "hub" and value:
        return Hub(value)
    if kind == "vocabulary" and value:
        return Vocabulary(value)
    raise SpecError(f"There is no word-ladder law {law!r}.")


def changed_place(old: str, new: str) -> int:
    """First place, from 0, where two words of one length differ."""
    return next(place for place, letter in enumerate(old) if letter != new[place])


def places_apart(one: str, other: str) -> int:
    """In how many places two words of one length differ."""
    return sum(map(str.__ne__, one, other))


def _outside_in(memory: Memory, place: int, end: int, *, last: bool) -> Memory | None:
    """The largest place so far, and for each end result of it the last distance from the middle.

    Distances are doubled; -1 marks an end result that the moves so far rule out.
    """
    before: tuple[int, tuple[int, ...]] = memory or (0, (end + 1,) * (end + 1))  # type: ignore[assignment]
    farthest = max(before[0], place)
    limits = tuple(_within(place, largest, limit) for largest, limit in enumerate(before[1]))
    possible = limits[farthest] >= 0 if last else max(limits) >= 0
    return (farthest, limits) if possible else None


def _within(place: int, largest: int, limit: int) -> int:
    distance = abs(2 * place - largest)
    return distance if place <= largest and distance <= limit else -1
