"""What players of word ladder think of moves: probability that the target stays as near as planned.

With L steps on the ladder that a player would climb, a move scores the probability that the hidden
rule allows it and that L - 1 lawful steps lead on to the target from there.
"""

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve, frozen

from latentgym_core.contract.player import Appraisal, appraisals
from latentgym_envs.wordladder.action import parse_word
from latentgym_envs.wordladder.clues import Seen, memory_after
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordladder.graph import Path, graph_of
from latentgym_envs.wordladder.laws import Law

Planner = Callable[[WordLadder, Seen, Law], Path | None]
"""A shortest ladder from the current word on that a law allows."""


@frozen(eq=False)
class Prospect:
    """What a player expects of the moves in a position.

    Attributes:
        game: The game.
        task: What it saw of the task.
        own: The ladder it would climb, from the current word to the target.
        laws: The hidden rules it holds possible, with their probabilities.
        plan: How it looks for ladders.
    """

    game: WordLadder
    task: Seen
    own: Path
    laws: Mapping[Law, float]
    plan: Planner

    def appraise(self, replies: Sequence[str]) -> list[Appraisal | None]:
        """Judge replies; see `appraisals`."""
        words = (parse_word(reply, self.task.current, self.game.pick) for reply in replies)
        scored = [self._score(word) if self._may_try(word) else None for word in words]
        return appraisals(scored, self._score(self.own[1]))

    def _may_try(self, word: str | None) -> bool:
        """Whether a word is one step away, and was not refused here before."""
        here = self.task.current
        near = graph_of(self.game.dictionary, len(self.task.target)).neighbours.get(here, ())
        return word in near and (here, word, False) not in self.task.moves

    def _score(self, word: str | None) -> Appraisal:
        assert word is not None
        moved = evolve(self.task, moves=(*self.task.moves, (self.task.current, word, True)))
        allowing = {
            law: weight for law, weight in self.laws.items() if memory_after(law, moved) is not None
        }
        if word == self.task.target:
            chance = sum(allowing.values())
            return Appraisal(chance, chance)
        score = sum(weight for law, weight in allowing.items() if self._is_near(moved, law))
        return Appraisal(score, 0.0)

    def _is_near(self, moved: Seen, law: Law) -> bool:
        ladder = self.plan(self.game, moved, law)
        return ladder is not None and len(ladder) < len(self.own)
