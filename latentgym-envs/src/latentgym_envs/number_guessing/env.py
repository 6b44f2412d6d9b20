"""The core env `number_guessing`."""

import random
from collections.abc import Iterator
from typing import ClassVar, Literal

from attrs import field, frozen

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_envs.common.published import RecordedGame, Recordings
from latentgym_envs.number_guessing.action import parse_guess
from latentgym_envs.number_guessing.published import RECORDINGS
from latentgym_envs.number_guessing.task import HIGH, LOW, MAX_TURNS, Task

Kind = Literal["higher", "lower", "correct", "out_of_range", "unparsable"]
LARGEST_FACT = 2**53  # readers of JSON may lose digits of anything larger


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        turns: Replies so far.
        solved: Whether the last one was the target.
    """

    task: Task
    turns: int = 0
    solved: bool = False


@frozen(kw_only=True)
class NumberGuessing(RecordedGame[Task, State]):
    """Find a hidden whole number.

    Rules:
        A target lies in a visible range, ends included. Every reply costs one turn.
    Actions:
        A whole number, best in square brackets: `[42]`. See `action` for the exact grammar.
    Observations:
        The target is greater or less than the guess, or it is found. A reply without a number,
        or with one outside the range, is told so and learns nothing else.
    Reward:
        max(0, 1 - decay * n) for finding the target with reply n, else 0; range [0, 1].
    End:
        The target is found, or `max_turns` replies are used.
    Parameters:
        See Attributes; the visible range belongs to the latent.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        max_turns: Guesses T of every task that a latent draws. Published: 30, or 10.
        decay: Reward lost with every reply, from 0 to 1.
    """

    solving_reveals: ClassVar[bool] = True
    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True

    max_turns: int = field(default=MAX_TURNS, validator=whole_number(1))
    decay: float = field(default=0.02, validator=fraction)

    def rules(self, task: Task) -> str:
        """The aim, the answers and the format; neither the reward formula nor T is told here."""
        example = (task.low + task.high) // 2
        return (
            f"Find a hidden whole number. It lies between {task.low} and {task.high}, both "
            f"included. Each guess is answered with whether the hidden number is greater than, "
            f"less than or equal to it. Use as few guesses as you can.\n"
            f"Write your guess as a whole number in square brackets, for example [{example}]."
        )

    def visible(self, task: Task) -> Facts:
        """Range and number of guesses."""
        return {"low": task.low, "high": task.high, "max_turns": task.max_turns}

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Announce range and number of guesses; there is no chance in this game."""
        del rng_key
        guesses = "1 guess" if task.max_turns == 1 else f"{task.max_turns} guesses"
        return State(task=task), (
            f"The hidden number is between {task.low} and {task.high}, both included. "
            f"You have {guesses}. What is your guess?"
        )

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Read a guess and compare it with the target."""
        task, turns = state.task, state.turns + 1
        guess, parse = parse_guess(reply)
        kind = _kind(task, guess, readable=parse is not None)
        solved = kind == "correct"
        facts = {
            "guess": guess if guess is not None and guess < LARGEST_FACT else None,
            "kind": kind,
            "valid": kind not in ("out_of_range", "unparsable"),
            "parse": parse,
        }
        result = StepResult(
            _observation(task, guess, kind, turns),
            solved or turns >= task.max_turns,
            self._reward(turns) if solved else 0.0,
            solved,
            facts,
        )
        return State(task=task, turns=turns, solved=solved), result

    def outcome_facts(self, state: State) -> Facts:
        """How the task ended; the target is told by `reveal` alone."""
        return {
            "solved": state.solved,
            "reward": self._reward(state.turns) if state.solved else 0.0,
            "turns": state.turns,
            "max_turns": state.task.max_turns,
        }

    def answer_text(self, task: Task) -> str:
        """The target."""
        return str(task.target)

    def revealed(self, task: Task) -> Facts:
        """The target."""
        return {"target": task.target}

    def secret(self, task: Task) -> int:
        """The target."""
        return task.target

    def reveal(self, task: Task) -> str:
        """The target."""
        return f"The hidden number was {task.target}."

    def sample_task(self, rng: random.Random) -> Task:
        """Any target in the usual range."""
        return Task(target=rng.randint(LOW, HIGH), low=LOW, high=HIGH, max_turns=self.max_turns)

    def practice_task(self, rng: random.Random, visible: Facts) -> Task:
        """Any target in the range that is about to be played."""
        low, high = visible["low"], visible["high"]
        return Task(target=rng.randint(low, high), low=low, high=high, max_turns=self.max_turns)

    def demonstrate(self, task: Task) -> Iterator[str]:
        """Halve the range until the target is found."""
        low, high = task.low, task.high
        for _ in range(task.max_turns):
            guess = (low + high) // 2
            yield f"[{guess}]"
            if guess == task.target:
                return
            low, high = (guess + 1, high) if guess < task.target else (low, guess - 1)

    def _reward(self, turns: int) -> float:
        return max(0.0, 1.0 - self.decay * turns)


def _kind(task: Task, guess: int | None, *, readable: bool) -> Kind:
    if not readable:
        return "unparsable"
    if guess is None or not task.low <= guess <= task.high:
        return "out_of_range"
    if guess == task.target:
        return "correct"
    return "higher" if task.target > guess else "lower"


def _observation(task: Task, guess: int | None, kind: Kind, turns: int) -> str:
    if kind == "correct":
        used = "1 guess" if turns == 1 else f"{turns} guesses"
        return f"Correct: the hidden number is {guess}. You used {used}."
    if kind == "unparsable":
        return (
            f"There is no number in that reply. Write your guess in square brackets, for example "
            f"[{task.low}]: a whole number from {task.low} to {task.high}."
        )
    if kind == "out_of_range":
        return (
            f"That guess is out of range. Try again with a whole number from {task.low} to "
            f"{task.high}."
        )
    relation = "greater" if kind == "higher" else "less"
    spent = " Your guesses are used up." if turns >= task.max_turns else ""
    return f"The hidden number is {relation} than {guess}.{spent}"
