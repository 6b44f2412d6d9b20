"""How the word games use the word that a shared latent speaks of, and what they tell about it."""

import random
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError
from latentgym_core.families.shared import Weights
from latentgym_envs.hangman.clues import learned
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.lexicon import lexicon as hangman_lexicon
from latentgym_envs.shared.words import ladders
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordle.clues import known_moves
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.lexicon import lexicon as wordle_lexicon


class WordGame(ABC):
    """One game."""

    name: ClassVar[str]

    @abstractmethod
    def words(self, game: Any) -> Sequence[str]:
        """The words that it can be played with, in a fixed order."""

    @abstractmethod
    def tasks(self, game: Any, word: str) -> Iterable[Any]:
        """Every task with a word; they are equally likely."""

    def draw_task(self, game: Any, word: str, rng: random.Random) -> Any:
        """One of them."""
        return rng.choice(tuple(self.tasks(game, word)))

    def chance(self, game: Any, task: Any) -> float:
        """P(task | its word)."""
        tasks = tuple(self.tasks(game, task.target_word))
        return tasks.count(task) / len(tasks)

    def secret(self, game: Any, word: str, visible: Facts) -> Hashable:
        """The word as the game's players look for it."""
        del game, visible
        return word

    @abstractmethod
    def clue(self, told: FinishedTask) -> Hashable:
        """What a task told about its word."""

    @abstractmethod
    def likelihood(self, game: Any, clue: Any) -> Weights:
        """P(clue | word), for every word of the pool that can have led to it."""


class InHangman(WordGame):
    """The word that is to be found letter by letter."""

    name: ClassVar[str] = "hangman"

    def words(self, game: Hangman) -> Sequence[str]:
        """Those of the pool."""
        return game.candidates()

    def tasks(self, game: Hangman, word: str) -> Iterable[Any]:
        """The one that hides it."""
        return (game.task(word),)

    def clue(self, told: FinishedTask) -> Hashable:
        """Board, absent letters and wrong words."""
        return learned(told)

    def likelihood(self, game: Hangman, clue: Any) -> Weights:
        """1 for words that fit the board."""
        listed = hangman_lexicon(game.pool, len(clue.board))
        return {listed.words[index]: 1.0 for index in listed.fitting(clue)}


class InWordle(WordGame):
    """The word that is to be found by guesses."""

    name: ClassVar[str] = "wordle"

    def words(self, game: Wordle) -> Sequence[str]:
        """Those of the pool that have the game's length."""
        return game.candidates()

    def tasks(self, game: Wordle, word: str) -> Iterable[Any]:
        """The one that hides it."""
        return (game.task(word),)

    def clue(self, told: FinishedTask) -> Hashable:
        """Guesses and their marks."""
        return known_moves(told)

    def likelihood(self, game: Wordle, clue: Any) -> Weights:
        """1 for words that would have been marked so."""
        listed = wordle_lexicon(game.pool, game.word_length)
        return {listed.guesses[index]: 1.0 for index in listed.consistent(clue)}


class InWordLadder(WordGame):
    """The word that is to be reached; which start it is reached from has nothing to do with z."""

    name: ClassVar[str] = "wordladder"

    def words(self, game: WordLadder) -> Sequence[str]:
        """Those of the pool that a ladder can lead to.

        Raises:
            EnvError: Moves have to obey a hidden rule, of which a shared latent knows nothing.
        """
        if game.moves != "free":
            raise EnvError(
                f"Under a latent that several games share, word ladder has no hidden rule of its "
                f"own; use moves=free, not moves={game.moves}."
            )
        return ladders.targets(game)

    def tasks(self, game: WordLadder, word: str) -> Iterable[Any]:
        """One for each start."""
        return (
            game.task(ladders.ladder(game, start, word)) for start in ladders.starts(game, word)
        )

    def draw_task(self, game: WordLadder, word: str, rng: random.Random) -> Any:
        """From any start."""
        return game.task(ladders.ladder(game, rng.choice(ladders.starts(game, word)), word))

    def chance(self, game: WordLadder, task: Any) -> float:
        """The same for every start."""
        start, word = task.start_word, task.target_word
        begins = ladders.starts(game, word)
        known = start in begins and task == game.task(ladders.ladder(game, start, word))
        return 1 / len(begins) if known else 0.0

    def secret(self, game: WordLadder, word: str, visible: Facts) -> Hashable:
        """The ladder to it, without a hidden rule."""
        return "", ladders.ladder(game, visible["start"], word)

    def clue(self, told: FinishedTask) -> Hashable:
        """Start and target, which everybody is told."""
        return told.visible["start"], told.visible["target"]

    def likelihood(self, game: WordLadder, clue: Any) -> Weights:
        """The probability of the start, for the target alone."""
        start, target = clue
        begins = ladders.starts(game, target)
        return {target: 1 / len(begins)} if start in begins else {}


_USES: tuple[tuple[type, WordGame], ...] = (
    (Hangman, InHangman()),
    (Wordle, InWordle()),
    (WordLadder, InWordLadder()),
)


def use_of(core_env: AnyCoreEnv) -> WordGame:
    """How a game uses the word.

    Raises:
        EnvError: It is no word game.
    """
    for kind, use in _USES:
        if isinstance(core_env, kind):
            return use
    known = ", ".join(use.name for _, use in _USES)
    raise EnvError(f"Shared words make tasks for {known}, not for {type(core_env).__name__}.")
