"""The core env `hangman`."""

import random
from collections.abc import Iterator
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import in_, instance_of

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_envs.common.published import RecordedGame, Recordings
from latentgym_envs.hangman import texts
from latentgym_envs.hangman.action import Pick, parse_guess
from latentgym_envs.hangman.board import HIDDEN, reveal_letter, revealed_share
from latentgym_envs.hangman.published import RECORDINGS
from latentgym_envs.hangman.task import LIVES, LONGEST_WORD, MAX_TURNS, Task
from latentgym_envs.words import words

Kind = Literal["hit", "miss", "correct", "wrong_word", "repeat", "format"]
FREQUENT_FIRST = "etaoinshrdlcumwfgypbvkjxqz"


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        board: The word with `_` for what is hidden.
        lives: Lives left.
        turns: Replies so far.
        guessed: Letters guessed, in order.
    """

    task: Task
    board: str
    lives: int
    turns: int = 0
    guessed: str = ""

    @property
    def solved(self) -> bool:
        """Whether the whole word is on the board."""
        return HIDDEN not in self.board


@frozen(kw_only=True)
class Hangman(RecordedGame[Task, State]):
    """Find a hidden word letter by letter.

    Rules:
        A guessed letter that the word holds is revealed in all its places. Any other letter, and
        a wrong word, cost one life. A letter guessed before and a reply without a guess cost
        none. Every reply costs one turn.
    Actions:
        A letter or a word in square brackets: `[E]`, `[APPLE]`. See `action` for the exact
        grammar.
    Observations:
        What the guess was, the board, the lives left and the letters guessed; see `shows`.
    Reward:
        max(0, share - turn_penalty * (turns - 1)), range [0, 1]. The share is 1 for a win; for a
        loss it is the share of places revealed, or 0 (see `partial`).
    End:
        The board is complete, the word is named, the lives are used up, or `max_turns` replies
        are used (see `turn_cap`), in this order.
    Parameters:
        See Attributes.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        lives: Wrong guesses that end a task a latent draws. Published: 6 or 10.
        max_turns: Replies T of such a task. Published: the same number as lives, which leaves
            words with more than T different letters out of reach of single letters.
        turn_cap: Whether `max_turns` ends a task. Published: true, but false for `frontier`
            recordings, where repeating a letter goes on for ever.
        pool: Which words are candidates: `basic` (850, published) or `common` (40,039 words of 3
            to 15 letters).
        turn_penalty: Reward that every reply but the first costs, from 0 to 1.
        partial: What a loss is worth: `board` (published) or `none`.
        word_guesses: Whether the whole word may be guessed (published); if not, a word is no guess.
        shows: What an answer tells: `all`, or the bare `board` (published), from which the rest
            must be concluded.
        pick: Which guess of a reply counts, `last` or `first` (published).
    """

    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True
    solving_reveals: ClassVar[bool] = True

    lives: int = field(default=LIVES, validator=whole_number(1))
    max_turns: int = field(default=MAX_TURNS, validator=whole_number(1))
    turn_cap: bool = field(default=True, validator=instance_of(bool))
    pool: Literal["basic", "common"] = field(default="basic", validator=in_(("basic", "common")))
    turn_penalty: float = field(default=0.0, validator=fraction)
    partial: Literal["board", "none"] = field(default="board", validator=in_(("board", "none")))
    word_guesses: bool = field(default=True, validator=instance_of(bool))
    shows: Literal["all", "board"] = field(default="all", validator=in_(("all", "board")))
    pick: Pick = field(default="last", validator=in_(("last", "first")))

    def candidates(self) -> tuple[str, ...]:
        """The words of the pool, in the list's order."""
        return words(self.pool)

    def rules(self, task: Task) -> str:
        """The aim, the costs and the format; they are the same for every task."""
        del task
        return texts.rules(
            word_guesses=self.word_guesses,
            partial=self.partial == "board",
            costly=self.turn_penalty > 0,
        )

    def visible(self, task: Task) -> Facts:
        """Length of the word, lives, and turns (None without a cap)."""
        return {
            "length": len(task.target_word),
            "lives": task.lives,
            "max_turns": task.max_turns if self.turn_cap else None,
        }

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Show the masked board; there is no chance in this game."""
        del rng_key
        board = HIDDEN * len(task.target_word)
        limit = task.max_turns if self.turn_cap else None
        state = State(task=task, board=board, lives=task.lives)
        return state, texts.opening(board, task.lives, limit)

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Read a guess and look for it in the word."""
        guess = self._read(reply)
        kind = _kind(state, guess)
        after = _after(state, kind, guess)
        solved = after.solved
        done = solved or after.lives == 0 or self._spent(after)
        facts = {
            "kind": kind,
            "valid": kind not in ("repeat", "format"),
            "guess": guess if guess is not None and len(guess) <= LONGEST_WORD else None,
            "board": after.board,
            "lives": after.lives,
        }
        said = texts.answer(
            kind,
            guess,
            after.board,
            after.lives,
            after.guessed,
            status=self.shows == "all",
            word_guesses=self.word_guesses,
        )
        return after, StepResult(said, done, self._reward(after) if done else 0.0, solved, facts)

    def outcome_facts(self, state: State) -> Facts:
        """How the task ended; a lost word is told by `reveal` alone."""
        return {
            "solved": state.solved,
            "reward": self._reward(state),
            "turns": state.turns,
            "lives": state.lives,
            "board": state.board,
            "guessed": sorted(state.guessed),
        }

    def recap(self, facts: Facts) -> str:
        """The final board and the letters guessed."""
        return texts.final(facts["board"], facts["guessed"])

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
        return Task(target_word=word, lives=self.lives, max_turns=self.max_turns)

    def sample_task(self, rng: random.Random) -> Task:
        """Any word of the pool."""
        return self.task(rng.choice(self.candidates()))

    def answer_text(self, task: Task) -> str:
        """The word."""
        return task.target_word

    def demonstrate(self, task: Task) -> Iterator[str]:
        """Try the letters of the alphabet, the most frequent in English first."""
        state, _ = self.start(task, 0)
        for letter in FREQUENT_FIRST:
            yield f"[{letter.upper()}]"
            state, result = self.step(state, f"[{letter}]")
            if result.done:
                return

    def _read(self, reply: str) -> str | None:
        guess = parse_guess(reply, self.pick)
        return None if guess and len(guess) > 1 and not self.word_guesses else guess

    def _spent(self, state: State) -> bool:
        return self.turn_cap and state.turns >= state.task.max_turns

    def _reward(self, state: State) -> float:
        if state.solved:
            share = 1.0
        else:
            share = revealed_share(state.board) if self.partial == "board" else 0.0
        return max(0.0, share - self.turn_penalty * (state.turns - 1))


def _kind(state: State, guess: str | None) -> Kind:
    if guess is None:
        return "format"
    if len(guess) > 1:
        return "correct" if guess == state.task.target_word else "wrong_word"
    if guess in state.guessed:
        return "repeat"
    return "hit" if guess in state.task.target_word else "miss"


def _after(state: State, kind: Kind, guess: str | None) -> State:
    board, word, letter = state.board, state.task.target_word, ""
    if kind == "correct":
        board = word
    elif kind in ("hit", "miss"):
        letter = guess or ""
        board = reveal_letter(board, word, letter) if kind == "hit" else board
    return State(
        task=state.task,
        board=board,
        lives=state.lives - (kind in ("miss", "wrong_word")),
        turns=state.turns + 1,
        guessed=state.guessed + letter,
    )
