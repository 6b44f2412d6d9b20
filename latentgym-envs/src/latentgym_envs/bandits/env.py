"""The core env `bandits`."""

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from attrs import evolve, field, frozen, validators

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.errors import SpecError
from latentgym_core.sequence.seeding import chance
from latentgym_envs.bandits import texts
from latentgym_envs.bandits.action import (
    Action,
    first_word_in_brackets,
    read_lenient,
    read_published,
)
from latentgym_envs.bandits.buttons import NUM_BUTTONS, button_names, check_buttons
from latentgym_envs.bandits.published import RECORDINGS
from latentgym_envs.bandits.rates import DECIMALS, Payoffs, Rates, density, draw_best_first
from latentgym_envs.bandits.task import MAX_TURNS, Task
from latentgym_envs.common.published import RecordedGame, Recordings


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        key: Key of all chance inside the task.
        turns: Replies so far.
        choice: Name of the final choice; None before it, and if it is no button.
        solved: Whether the final choice is the best button.
    """

    task: Task
    key: int
    turns: int = 0
    choice: str | None = None
    solved: bool = False


@frozen(kw_only=True)
class Bandits(RecordedGame[Task, State]):
    """Find the button that pays most often, and choose it early.

    Rules:
        Every button pays 1 with a hidden probability of its own, else 0. Every reply costs one
        turn. A selection is the final choice and ends the task at any turn; a press on the last
        turn is a final choice, too.
    Actions:
        A press, `[red]`, or a selection, `[select red]`. See `action` for the exact grammars.
    Observations:
        What a press paid, or what is wrong with a reply, or how the final choice turned out. One
        turn before the last it is said that a choice is due.
    Reward:
        max(0, 1 - decay * n) for choosing the best button with reply n, else 0; range [0, 1].
    End:
        A selection, or the last turn; with `budget_end=open` a selection alone, unless the button
        pressed on the last turn ends it.
    Parameters:
        See Attributes. The published example environment `bandit_generator_example` is
        `?env.final_press_only=true&env.decay=0&env.max_turns=20&env.best_low=0.7&env.best_high=0.7`
        `&env.other_low=0.2&env.other_high=0.4` with a latent `loyal_favorite_0` to `_4`,
        `clockwise_rotation` or `ping_pong`; here a last turn without a press ends it, too.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        buttons: Names joined by `+`, or how many of the usual names, 2 to 12.
        max_turns: Turns T of every task that a latent draws, at least 1.
        decay: Reward lost with every reply, from 0 to 1.
        best_low: Lower end of the best button's success probability.
        best_high: Its upper end.
        other_low: Lower end of the other buttons' success probabilities.
        other_high: Their upper end, below `best_low`.
        budget_end: What a reply on turn T means that is neither press nor selection. `forced`:
            the first bracket with one word in it counts as the final choice, and without one the
            task ends. `open`: nothing; from then on only a selection ends the task (older
            published rules, and those of the recordings).
        budget_notice: On turn T - 1, the notice that a choice is due `adds` to the answer, or
            `replaces` it (published).
        unknown_selection: A selection that names no button is `invalid`, or `ends` the task as
            wrong (published).
        parsing: `lenient`, or the `published` grammar.
        final_press_only: Whether there are no selections, only the press on turn T.
    """

    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True
    uses_chance: ClassVar[bool] = True

    buttons: tuple[str, ...] = field(
        default=NUM_BUTTONS, converter=button_names, validator=check_buttons
    )
    max_turns: int = field(default=MAX_TURNS, validator=whole_number(1))
    decay: float = field(default=0.015, validator=fraction)
    best_low: float = field(default=0.7, validator=fraction)
    best_high: float = field(default=0.8, validator=fraction)
    other_low: float = field(default=0.25, validator=fraction)
    other_high: float = field(default=0.45, validator=fraction)
    budget_end: Literal["forced", "open"] = field(
        default="forced", validator=validators.in_(("forced", "open"))
    )
    budget_notice: Literal["adds", "replaces"] = field(
        default="adds", validator=validators.in_(("adds", "replaces"))
    )
    unknown_selection: Literal["invalid", "ends"] = field(
        default="invalid", validator=validators.in_(("invalid", "ends"))
    )
    parsing: Literal["lenient", "published"] = field(
        default="lenient", validator=validators.in_(("lenient", "published"))
    )
    final_press_only: bool = field(default=False, validator=validators.instance_of(bool))

    def __attrs_post_init__(self) -> None:
        if not self.other_low <= self.other_high < self.best_low <= self.best_high:
            raise SpecError(
                f"The ranges must keep their order, other_low <= other_high < best_low <= "
                f"best_high; they are {self.other_low}, {self.other_high}, {self.best_low} and "
                f"{self.best_high}."
            )

    def rates(self, best: int) -> Rates:
        """The usual law of the success probabilities, given which button is the best."""
        usual = [(self.other_low, self.other_high)] * len(self.buttons)
        usual[best] = (self.best_low, self.best_high)
        return tuple(usual)

    def rules(self, task: Task) -> str:
        """Buttons, aim and format; the decay of the reward is not told."""
        return texts.rules(
            task.buttons, can_select=not self.final_press_only, pays_early=self.decay > 0
        )

    def visible(self, task: Task) -> Facts:
        """Names of the buttons and number of turns."""
        return {"buttons": list(task.buttons), "max_turns": task.max_turns}

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Announce buttons and turns."""
        state = State(task=task, key=rng_key)
        can_select = not self.final_press_only
        return state, texts.opening(task.buttons, task.max_turns, can_select=can_select)

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Read a press or a selection and answer it."""
        task, turns = state.task, state.turns + 1
        kind, button = self._read(reply, task, turns)
        if kind == "select":
            return self._choose(state, button)
        after = evolve(state, turns=turns)
        if turns >= task.max_turns and self.budget_end == "forced":
            observation = texts.no_choice(kind)
            return after, StepResult(observation, True, 0.0, False, _facts(kind))
        if turns == task.max_turns - 1 and self.budget_notice == "replaces":
            return after, StepResult(texts.NOTICE, False, 0.0, False, _facts("unanswered"))
        if kind == "press" and button is not None:
            outcome = int(chance(state.key, turns) < task.probabilities[task.buttons.index(button)])
            observation, facts = texts.pressed(button, outcome), _facts(kind, button, outcome)
        else:
            observation, facts = texts.invalid(kind, task.buttons), _facts(kind)
        if turns == task.max_turns - 1:
            observation = f"{observation} {texts.NOTICE}"
        return after, StepResult(observation, False, 0.0, False, facts)

    def outcome_facts(self, state: State) -> Facts:
        """How the task ended; the probabilities are told by `reveal` alone."""
        return {
            "solved": state.solved,
            "reward": self._reward(state.turns) if state.solved else 0.0,
            "turns": state.turns,
            "max_turns": state.task.max_turns,
            "choice": state.choice,
        }

    def answer_text(self, task: Task) -> str:
        """The best button."""
        return task.buttons[task.best]

    def revealed(self, task: Task) -> Facts:
        """The best button, and all probabilities as they are told."""
        return {
            "best": task.best,
            "probabilities": [round(p, DECIMALS) for p in task.probabilities],
        }

    def secret(self, task: Task) -> Payoffs:
        """The best button, and what each pays."""
        return Payoffs(task.best, tuple((p, p) for p in task.probabilities))

    def hides(self, task: Task, secret: Payoffs) -> bool:
        """Whether its best button and all its probabilities are those of a law."""
        pairs = zip(task.probabilities, secret.rates, strict=True)
        return secret.best == task.best and all(density(*pair) > 0 for pair in pairs)

    def reveal(self, task: Task) -> str:
        """The best button and all probabilities."""
        return texts.revealed(task.buttons, task.probabilities)

    def sample_task(self, rng: random.Random) -> Task:
        """Any button may be the best."""
        best = rng.randrange(len(self.buttons))
        return self.task(draw_best_first(best, self.rates(best), rng))

    def task(self, probabilities: Iterable[float]) -> Task:
        """A task with this game's buttons and turns."""
        return Task(
            probabilities=tuple(probabilities), buttons=self.buttons, max_turns=self.max_turns
        )

    def demonstrate(self, task: Task) -> Iterator[str]:
        """Press every button once, then choose the one that most likely paid."""
        best = task.buttons[task.best]
        if self.final_press_only:
            names = itertools.cycle(task.buttons)
            yield from (f"[{name}]" for name in itertools.islice(names, task.max_turns - 1))
            yield f"[{best}]"
        else:
            yield from (f"[{name}]" for name in task.buttons[: task.max_turns - 1])
            yield f"[select {best}]"

    def _read(self, reply: str, task: Task, turns: int) -> Action:
        """What a reply means on its turn: the last one turns a press into a choice."""
        read = read_published if self.parsing == "published" else read_lenient
        kind, name = read(reply, task.buttons, can_select=not self.final_press_only)
        if kind == "select" and name not in task.buttons and self.unknown_selection == "invalid":
            kind = "bad_button"
        if turns != task.max_turns or kind == "select":
            return kind, name
        if kind == "press":
            return "select", name
        if self.budget_end == "forced" and not self.final_press_only:
            word = first_word_in_brackets(reply)
            if word in task.buttons or (word is not None and self.unknown_selection == "ends"):
                return "select", word
        return kind, name

    def _choose(self, state: State, name: str | None) -> tuple[State, StepResult]:
        task, turns = state.task, state.turns + 1
        choice = name if name in task.buttons else None
        solved = choice == task.buttons[task.best]
        observation = texts.chosen(choice, turns, correct=solved)
        reward = self._reward(turns) if solved else 0.0
        after = evolve(state, turns=turns, choice=choice, solved=solved)
        facts = _facts("select", choice, correct=solved)
        return after, StepResult(observation, True, reward, solved, facts)

    def _reward(self, turns: int) -> float:
        return max(0.0, 1.0 - self.decay * turns)


def _facts(
    kind: str, button: str | None = None, outcome: int | None = None, correct: bool | None = None
) -> Facts:
    valid = None if kind == "unanswered" else kind in ("press", "select")
    return {
        "kind": kind,
        "button": button,
        "outcome": outcome,
        "correct": correct,
        "valid": valid,
    }
