"""The core env `mastermind`."""

import random
from collections.abc import Iterator
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import in_, instance_of

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.errors import SpecError
from latentgym_envs.common.published import RecordedGame, Recordings
from latentgym_envs.mastermind import texts
from latentgym_envs.mastermind.action import TOO_LARGE, Pick, parse_guess, read_number
from latentgym_envs.mastermind.codes import Code, all_codes, check_codes, count_codes, count_pegs
from latentgym_envs.mastermind.published import RECORDINGS
from latentgym_envs.mastermind.task import CODE_LENGTH, MAX_TURNS, NUM_NUMBERS, Task

Partial = Literal["best", "last", "none"]
Kind = Literal["scored", "correct", "empty", "format", "length", "range", "duplicates", "repeat"]
Pegs = tuple[int, int]


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        turns: Replies so far.
        scored: The guesses that were scored, in order.
        pegs: Black and white pegs of each.
    """

    task: Task
    turns: int = 0
    scored: tuple[Code, ...] = ()
    pegs: tuple[Pegs, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether the last scored guess is the code."""
        return bool(self.scored) and self.scored[-1] == self.task.secret_code


@frozen(kw_only=True)
class Mastermind(RecordedGame[Task, State]):
    """Find a secret code from black and white pegs.

    Rules:
        A code has n digits from 1 to k, without repeated digits unless they are allowed. Every
        reply costs one turn, scored or not.
    Actions:
        The digits separated by blanks, in square brackets: `[1 2 3 4]`. See `action` for the
        exact grammar.
    Observations:
        Black pegs (right digit, right place) and white pegs (right digit, other place). A reply
        that holds no guess, a guess of the wrong length, with a number out of range, with a
        forbidden repetition, or scored before in this task (the first of these that applies) is
        told so and learns nothing else.
    Reward:
        max(0, 1 - turn_penalty * (turns - 1)) for finding the code, else the partial credit
        (black + white / 2) / n of a scored guess, 0 if there is none; range [0, 1]. Partial
        credit never reaches what a code found on the last turn is worth.
    End:
        The code is found, or `max_turns` replies are used.
    Parameters:
        See Attributes.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        code_length: Digits n of a code. Published: 4.
        num_numbers: Digits go from 1 to this, k. Published: 6.
        duplicates_allowed: Whether codes and guesses may repeat a digit. Published: false.
        max_turns: Guesses T of every task that a latent draws. Published: 10.
        turn_penalty: Reward that every guess but the first costs, p, from 0 to 1.
        pick: Which guess of a reply counts, `last` or `first` (published: `first`).
        partial: Which scored guess gives credit for a code that is not found: `best`, `last`
            (published) or `none`.
    """

    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True
    solving_reveals: ClassVar[bool] = True

    code_length: int = field(default=CODE_LENGTH, validator=whole_number(1))
    num_numbers: int = field(default=NUM_NUMBERS, validator=whole_number(1))
    duplicates_allowed: bool = field(default=False, validator=instance_of(bool))
    max_turns: int = field(default=MAX_TURNS, validator=whole_number(1))
    turn_penalty: float = field(default=0.0, validator=fraction)
    pick: Pick = field(default="last", validator=in_(("last", "first")))
    partial: Partial = field(default="best", validator=in_(("best", "last", "none")))

    def __attrs_post_init__(self) -> None:
        check_codes(self.code_length, self.num_numbers, duplicates_allowed=self.duplicates_allowed)
        lost = self.turn_penalty * (self.max_turns - 1)
        if self.partial != "none" and lost >= 1 / self.code_length:
            raise SpecError(
                f"With turn_penalty={self.turn_penalty} and max_turns={self.max_turns} a code "
                f"found on the last turn may be worth less than partial credit; keep "
                f"turn_penalty * (max_turns - 1) below 1/{self.code_length}, or set partial=none."
            )

    def rules(self, task: Task) -> str:
        """The aim, the answers and the format."""
        return texts.rules(
            len(task.secret_code),
            task.num_numbers,
            duplicates_allowed=task.duplicates_allowed,
            pays_early=task.turn_penalty > 0,
        )

    def visible(self, task: Task) -> Facts:
        """Shape of the codes, number of guesses, and whether fewer of them are worth more."""
        return {
            "code_length": len(task.secret_code),
            "num_numbers": task.num_numbers,
            "duplicates_allowed": task.duplicates_allowed,
            "max_turns": task.max_turns,
            "pays_early": task.turn_penalty > 0,
        }

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Announce shape and number of guesses; there is no chance in this game."""
        del rng_key
        return State(task=task), texts.opening(
            len(task.secret_code),
            task.num_numbers,
            task.max_turns,
            duplicates_allowed=task.duplicates_allowed,
        )

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Read a guess and count its pegs."""
        task, turns = state.task, state.turns + 1
        kind, guess = self._read(state, reply)
        if guess is None or kind != "scored":
            after = State(task=task, turns=turns, scored=state.scored, pegs=state.pegs)
            said = texts.rejected(kind, len(task.secret_code), task.num_numbers)
            return after, self._result(after, said, _facts(kind, guess, None, None))
        black, white = count_pegs(guess, task.secret_code)
        after = State(
            task=task,
            turns=turns,
            scored=(*state.scored, guess),
            pegs=(*state.pegs, (black, white)),
        )
        found = after.solved
        said = texts.scored(guess, black, white, found=found, spent=turns >= task.max_turns)
        facts = _facts("correct" if found else "scored", guess, black, white)
        return after, self._result(after, said, facts)

    def outcome_facts(self, state: State) -> Facts:
        """How the task ended; the code is told by `reveal` alone."""
        black, white = state.pegs[-1] if state.pegs else (0, 0)
        return {
            "solved": state.solved,
            "reward": self._reward(state),
            "turns": state.turns,
            "max_turns": state.task.max_turns,
            "last_guess": list(state.scored[-1]) if state.scored else [],
            "black": black,
            "white": white,
        }

    def recap(self, facts: Facts) -> str:
        """The last scored guess and its pegs."""
        return texts.last_scored(facts["last_guess"], facts["black"], facts["white"])

    def revealed(self, task: Task) -> Facts:
        """The code."""
        return {"code": list(task.secret_code)}

    def secret(self, task: Task) -> Code:
        """The code."""
        return task.secret_code

    def reveal(self, task: Task) -> str:
        """The code."""
        return f"The secret code was {texts.written(task.secret_code)}."

    def codes(self) -> Iterator[Code]:
        """Every code of this game, in lexicographic order."""
        return all_codes(
            self.code_length, self.num_numbers, duplicates_allowed=self.duplicates_allowed
        )

    @property
    def num_codes(self) -> int:
        """How many there are."""
        return count_codes(
            self.code_length, self.num_numbers, duplicates_allowed=self.duplicates_allowed
        )

    def task(self, code: Code) -> Task:
        """The task that hides a code, under these rules."""
        return Task(
            secret_code=code,
            num_numbers=self.num_numbers,
            duplicates_allowed=self.duplicates_allowed,
            max_turns=self.max_turns,
            turn_penalty=self.turn_penalty,
        )

    def sample_task(self, rng: random.Random) -> Task:
        """Any code."""
        digits = range(1, self.num_numbers + 1)
        if self.duplicates_allowed:
            return self.task(tuple(rng.choices(digits, k=self.code_length)))
        return self.task(tuple(rng.sample(digits, self.code_length)))

    def answer_text(self, task: Task) -> str:
        """The digits."""
        return " ".join(map(str, task.secret_code))

    def demonstrate(self, task: Task) -> Iterator[str]:
        """Guess the first code that fits all answers so far, until it is the right one."""
        left = list(
            all_codes(
                len(task.secret_code),
                task.num_numbers,
                duplicates_allowed=task.duplicates_allowed,
            )
        )
        for _ in range(task.max_turns):
            guess = left[0]
            yield texts.written(guess)
            answer = count_pegs(guess, task.secret_code)
            left = [code for code in left[1:] if count_pegs(guess, code) == answer]
            if not left:
                return

    def _read(self, state: State, reply: str) -> tuple[Kind, Code | None]:
        """What becomes of a reply, and its guess if that has the right length."""
        task = state.task
        numbers = parse_guess(reply, self.pick)
        if numbers is None:
            return ("format" if reply.strip() else "empty"), None
        if len(numbers) != len(task.secret_code):
            return "length", None
        guess = tuple(map(read_number, numbers))
        if min(guess) < 1 or max(guess) > task.num_numbers:
            return "range", guess
        if not task.duplicates_allowed and len(set(guess)) < len(guess):
            return "duplicates", guess
        return ("repeat" if guess in state.scored else "scored"), guess

    def _result(self, after: State, said: str, facts: Facts) -> StepResult:
        solved = after.solved
        done = solved or after.turns >= after.task.max_turns
        return StepResult(said, done, self._reward(after) if done else 0.0, solved, facts)

    def _reward(self, state: State) -> float:
        if state.solved:
            return max(0.0, 1.0 - state.task.turn_penalty * (state.turns - 1))
        if not state.pegs or self.partial == "none":
            return 0.0
        points = [black + 0.5 * white for black, white in state.pegs]
        best = max(points) if self.partial == "best" else points[-1]
        return best / len(state.task.secret_code)


def _facts(kind: Kind, guess: Code | None, black: int | None, white: int | None) -> Facts:
    """Facts of a turn; a guess with numbers that readers of JSON may change is left out."""
    return {
        "kind": kind,
        "valid": black is not None,
        "guess": None if guess is None or max(guess) >= TOO_LARGE else list(guess),
        "black": black,
        "white": white,
    }
