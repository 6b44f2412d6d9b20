"""The core-env contract: a within-task game as pure functions over an immutable state.

Because nothing here mutates, a position can be forked (hand-off, search), replayed, and asked
"would this task have answered so?" (inference about the latent).
"""

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

from attrs import frozen

from latentgym_core.errors import EnvError

TaskT = TypeVar("TaskT")
StateT = TypeVar("StateT")
Facts = Mapping[str, Any]
PLAIN = re.compile(r"[\w-]+( +[\w-]+)*")


@frozen
class StepResult:
    """What one reply led to.

    Attributes:
        observation: Text for the agent; may be empty on a turn that ends the task.
        done: Whether this reply ended the task.
        reward: Reward of the task if `done`, else 0.0. Range is the core env's own, at most 1.
        solved: Whether the task is solved; True only together with `done`.
        facts: JSON-able facts of this turn (parsed action, validity, kind of answer). They may
            hold only what the observation tells, because agents are shown them.
    """

    observation: str
    done: bool
    reward: float
    solved: bool
    facts: Facts


class CoreEnv(ABC, Generic[TaskT, StateT]):
    """A game. Subclasses are `attrs.frozen(kw_only=True)`; their fields are the rule parameters.

    Chance inside a task must be a pure function of `rng_key` and the turn (`seeding.chance`), so
    that replaying the same replies gives the same text.
    """

    task_type: ClassVar[type]
    """`attrs.frozen` record of one task: the whole ground truth, validated, JSON-able fields."""
    unbounded: ClassVar[bool] = False
    """Whether a task may last for ever; the contract kit otherwise asks for a bound on turns."""
    solving_reveals: ClassVar[bool] = False
    """Whether whoever solved a task knows all of it that has to do with a latent."""
    reveals_all: ClassVar[bool] = True
    """Whether feedback that reveals a task tells all of it that has to do with a latent."""
    bracketed: ClassVar[bool] = False
    """Whether a move is written in square brackets, which a person who types may leave out."""
    uses_chance: ClassVar[bool] = False
    """Whether answers depend on `rng_key`. Inference then needs the latent's own `beliefs`."""

    @abstractmethod
    def rules(self, task: TaskT) -> str:
        """Everything any player is told about the game, without the ground truth of `task`."""

    @abstractmethod
    def visible(self, task: TaskT) -> Facts:
        """The part of `task` that every player is told, as JSON-able facts."""

    def start(self, task: TaskT, rng_key: int) -> tuple[StateT, str]:
        """Begin a task. By default the task is the first state, and nothing more is said.

        Args:
            task: The ground truth.
            rng_key: 64-bit key of all chance inside this task.

        Returns:
            The first state and the first observation.
        """
        del rng_key
        return cast("StateT", task), ""

    @abstractmethod
    def step(self, state: StateT, reply: str) -> tuple[StateT, StepResult]:
        """Play one reply; never raises, whatever the reply: an illegal one is an observation."""

    def outcome_facts(self, state: StateT) -> Facts:
        """JSON-able facts of a finished task that an end-of-task feedback may use; none by default.

        `score`, if it is among them, is told instead of the task's reward.
        """
        del state
        return {}

    def reveal(self, task: TaskT) -> str:
        """The ground truth in words, for feedback that tells it; by default its answer."""
        return f"The answer was {self.answer_text(task)}."

    def typed(self, line: str) -> str:
        """The reply that a person means by a line: brackets are added where they were left out.

        Args:
            line: What was typed. Only words, numbers and blanks are plainly a move.
        """
        move = line.strip()
        return f"[{move}]" if self.bracketed and PLAIN.fullmatch(move) else line

    def revealed(self, task: TaskT) -> Facts:
        """What `reveal` tells, as JSON-able facts: all that players get of a revealed task.

        Nothing else may be in it; the task itself may hold z. By default the answer, as the text
        has it (`answer_text`).
        """
        answer = self.answer_text(task)
        return {"answer": answer} if answer else {}

    def secret(self, task: TaskT) -> Hashable:
        """What players of this game look for in a task: a number, a word, a button.

        Laws of the next task (`Latent.foresee`) are over secrets; two tasks that look alike and
        hide the same secret must answer alike. By default the task itself.
        """
        secret: Hashable = task
        return secret

    def hides(self, task: TaskT, secret: Any) -> bool:
        """Whether a task can be one that hides a secret; by default whether it is its own.

        For games whose secrets are laws themselves (a best button with the rates of all).
        """
        return bool(secret == self.secret(task))

    def recap(self, facts: Facts) -> str:
        """How a finished task stood at its end, for feedback that tells the ground truth.

        The last guess, say, or the final board; by default nothing.

        Args:
            facts: Its `outcome_facts`.
        """
        del facts
        return ""

    def sample_task(self, rng: random.Random) -> TaskT:
        """Draw a task that no latent shaped, for worked examples and contract checks."""
        del rng
        raise EnvError(f"{type(self).__name__} draws no tasks of its own: define sample_task.")

    def practice_task(self, rng: random.Random, visible: Facts) -> TaskT:
        """Draw a task for worked examples that looks like the one about to be played.

        Args:
            rng: Stream of the draw.
            visible: Public facts of that task (its range, its length); nothing else is known of
                it. By default they are not used.
        """
        del visible
        return self.sample_task(rng)

    def demonstrate(self, task: TaskT) -> Iterable[str]:
        """Well-formed replies of a sensible player who knows nothing of any latent.

        They show the action format to small models (`?examples=K`); they may use `task` only to
        know what the observations will be.
        """
        del task
        raise EnvError(f"{type(self).__name__} shows no worked turns: define demonstrate.")

    def answer_text(self, task: TaskT) -> str:
        """What a player would call the answer of a task (`137`, `crane`), to find it in a text.

        By default the secret, if it is a word or a whole number; empty where there is no answer.
        """
        secret = self.secret(task)
        return str(secret) if isinstance(secret, str | int) else ""

    def legal_replies(self, visible: Facts, turns: Sequence[Facts]) -> Iterable[str]:
        """Every reply worth thinking about in a position, for the general one-step player.

        Args:
            visible: Public facts of the task.
            turns: Facts of its turns so far.
        """
        del visible, turns
        return ()

    # ---- optional, for reading published recordings

    def published_task(self, config: Mapping[str, Any], variant: str) -> TaskT:
        """Read a published task configuration.

        Args:
            config: The configuration as recorded.
            variant: Name of the recording's variant (`frontier`, `qwen-base`, …).
        """
        del config, variant
        raise EnvError(f"{type(self).__name__} reads no published tasks: define published_task.")

    @classmethod
    def published_rules(cls, variant: str) -> Mapping[str, Any]:
        """Rule parameters that a recording variant was played under."""
        del variant
        return {}

    @classmethod
    def published_seed(cls, variant: str, seed: int) -> int | None:
        """Seed of split `published` that regenerates a recorded sequence; None if none does."""
        del variant, seed
        return None
