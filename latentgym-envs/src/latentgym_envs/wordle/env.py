"""The core env `wordle`."""

import random
from collections.abc import Iterator
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.errors import SpecError
from latentgym_envs.common.published import RecordedGame, Recordings
from latentgym_envs.wordle import texts
from latentgym_envs.wordle.action import Pick, parse_guess
from latentgym_envs.wordle.marks import credit, mark
from latentgym_envs.wordle.pools import POOLS, Pool, pool_words
from latentgym_envs.wordle.published import RECORDINGS
from latentgym_envs.wordle.task import LONGEST_WORD, MAX_TURNS, WORD_LENGTH, Task
from latentgym_envs.words import dictionary

Kind = Literal["scored", "empty", "format", "length", "repeat", "word"]
Dictionary = Literal["open", "replay", "any"]
Partial = Literal["best", "last", "none"]


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        turns: Replies so far.
        scored: The guesses that were marked.
        marks: Their marks.
    """

    task: Task
    turns: int = 0
    scored: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether the last scored guess is the hidden word."""
        return bool(self.scored) and self.scored[-1] == self.task.target_word


@frozen(kw_only=True)
class Wordle(RecordedGame[Task, State]):
    """Find a hidden word from marks on the letters of each guess.

    Rules:
        A guess is a word with as many letters as the hidden one. Every reply costs one turn,
        scored or not.
    Actions:
        A word in square brackets: `[crane]`. See `action` for the exact grammar.
    Observations:
        One mark for each letter: `G` right place, `Y` other place, `X` neither; see `marks`. A
        reply that is empty, holds no guess, one of the wrong length, one scored before in this
        task, or one that is not in the dictionary (the first of these that applies) is told so
        and learns nothing else.
    Reward:
        max(0, 1 - turn_penalty * (turns - 1)) for finding the word, else the partial credit
        (G + Y / 2) / letters of a scored guess, 0 if there is none; range [0, 1]. Partial credit
        never reaches what a word found on the last turn is worth.
    End:
        The word is found, or `max_turns` replies are used.
    Parameters:
        See Attributes.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        word_length: Letters L of the words a latent draws. Published: 5.
        max_turns: Guesses T of every task that a latent draws. Published: 6 in every recording.
        turn_penalty: Reward that every guess but the first costs, p, from 0 to 1. Published: 0,
            where a late win is worth as much as an early one, so that knowing z hardly pays;
            0.1 to 0.2 (with partial=none) makes it pay.
        pool: Which words can be targets: `published` (156 of five letters), `basic` (850 of all
            lengths, 192 of five letters), `common` (40,039; 3,568) or `open` (259,706; 11,167).
        dictionary: Which guesses are words: `open`, `replay` (published, as far as recordings
            show) or `any` sequence of letters.
        pick: Which guess of a reply counts, `last` or `first` (published).
        partial: Which scored guess gives credit for a word that is not found: `best`, `last`
            (published) or `none`.
    """

    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True
    solving_reveals: ClassVar[bool] = True

    word_length: int = field(default=WORD_LENGTH, validator=whole_number(2))
    max_turns: int = field(default=MAX_TURNS, validator=whole_number(1))
    turn_penalty: float = field(default=0.0, validator=fraction)
    pool: Pool = field(default="published", validator=in_(POOLS))
    dictionary: Dictionary = field(default="open", validator=in_(("open", "replay", "any")))
    pick: Pick = field(default="last", validator=in_(("last", "first")))
    partial: Partial = field(default="best", validator=in_(("best", "last", "none")))

    def __attrs_post_init__(self) -> None:
        lost = self.turn_penalty * (self.max_turns - 1)
        if self.partial != "none" and lost >= 1 / self.word_length:
            raise SpecError(
                f"With turn_penalty={self.turn_penalty} and max_turns={self.max_turns} a word "
                f"found on the last turn may be worth less than partial credit; keep "
                f"turn_penalty * (max_turns - 1) below 1/{self.word_length}, or set partial=none."
            )
        if not self.candidates():
            raise SpecError(
                f"The pool {self.pool!r} has no words of {self.word_length} letters; `basic`, "
                f"`common` and `open` have words of 2 to {LONGEST_WORD}."
            )

    def candidates(self) -> tuple[str, ...]:
        """The words that can be targets, in a fixed order."""
        return pool_words(self.pool, self.word_length)

    def is_word(self, guess: str) -> bool:
        """Whether the dictionary holds a guess, in lower case."""
        if self.dictionary == "any":
            return guess.isalpha()
        return guess in dictionary(self.dictionary, len(guess))

    def rules(self, task: Task) -> str:
        """The aim, the marks, what a task is worth, and the format."""
        return texts.rules(
            len(task.target_word), task.max_turns, task.turn_penalty, self.partial, self.pick
        )

    def visible(self, task: Task) -> Facts:
        """Number of letters and guesses, and what a guess costs."""
        return {
            "word_length": len(task.target_word),
            "max_turns": task.max_turns,
            "turn_penalty": task.turn_penalty,
        }

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Announce number of letters and guesses; there is no chance in this game."""
        del rng_key
        return State(task=task), texts.opening(len(task.target_word), task.max_turns)

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Read a guess and mark its letters."""
        task, turns = state.task, state.turns + 1
        kind, guess = self._read(state, reply)
        left = task.max_turns - turns
        if kind == "scored" and guess is not None:
            marks = mark(guess, task.target_word)
            after = State(
                task=task,
                turns=turns,
                scored=(*state.scored, guess),
                marks=(*state.marks, marks),
            )
            said = texts.scored(guess, marks, left, solved=after.solved)
            facts = {"kind": kind, "valid": True, "guess": guess, "marks": marks}
        else:
            after = State(task=task, turns=turns, scored=state.scored, marks=state.marks)
            said = texts.rejected(kind, guess, len(task.target_word), left)
            facts = {"kind": kind, "valid": False, "guess": guess, "marks": None}
        done = after.solved or not left
        reward = self._reward(after) if done else 0.0
        return after, StepResult(said, done, reward, after.solved, facts)

    def outcome_facts(self, state: State) -> Facts:
        """How the task ended; the word is told by `reveal` alone, unless it was found."""
        return {
            "solved": state.solved,
            "reward": self._reward(state),
            "turns": state.turns,
            "max_turns": state.task.max_turns,
            "last_guess": state.scored[-1] if state.scored else None,
            "last_marks": state.marks[-1] if state.marks else None,
        }

    def recap(self, facts: Facts) -> str:
        """The last scored guess and its marks."""
        return texts.last_scored(facts["last_guess"], facts["last_marks"])

    def revealed(self, task: Task) -> Facts:
        """The word."""
        return {"word": task.target_word}

    def secret(self, task: Task) -> str:
        """The word."""
        return task.target_word

    def reveal(self, task: Task) -> str:
        """The word."""
        return f"The hidden word was {task.target_word.upper()}."

    def task(self, word: str) -> Task:
        """The task that hides a word, under these rules."""
        return Task(target_word=word, max_turns=self.max_turns, turn_penalty=self.turn_penalty)

    def sample_task(self, rng: random.Random) -> Task:
        """Any word of the pool."""
        return self.task(rng.choice(self.candidates()))

    def answer_text(self, task: Task) -> str:
        """The word."""
        return task.target_word

    def demonstrate(self, task: Task) -> Iterator[str]:
        """Guess the first common word that fits all marks so far, until it is the right one."""
        length = len(task.target_word)
        left = dict.fromkeys((*pool_words("common", length), *pool_words(self.pool, length)))
        fitting = list(left) or [task.target_word]
        for _ in range(task.max_turns):
            guess = fitting[len(fitting) // 2]
            yield f"[{guess}]"
            answer = mark(guess, task.target_word)
            fitting = [word for word in fitting if word != guess and mark(guess, word) == answer]
            if not fitting:
                return

    def _read(self, state: State, reply: str) -> tuple[Kind, str | None]:
        """What becomes of a reply, and its guess if that has the right length."""
        guess = parse_guess(reply, self.pick)
        if guess is None:
            return ("format" if reply.strip() else "empty"), None
        if len(guess) != len(state.task.target_word):
            return "length", None
        if guess in state.scored:
            return "repeat", guess
        # A given task may hide a word that is in no list.
        known = guess == state.task.target_word or self.is_word(guess)
        return ("scored" if known else "word"), guess

    def _reward(self, state: State) -> float:
        if state.solved:
            return max(0.0, 1.0 - state.task.turn_penalty * (state.turns - 1))
        if not state.marks or self.partial == "none":
            return 0.0
        if self.partial == "last":
            return credit(state.marks[-1])
        return max(map(credit, state.marks))
