"""The core env `secretary`."""

import random
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from attrs import Attribute, evolve, field, frozen
from attrs.validators import in_

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.errors import SpecError
from latentgym_core.wording import choices
from latentgym_envs.common.ordinals import ordinal
from latentgym_envs.common.published import RecordedGame, Recordings
from latentgym_envs.secretary import texts
from latentgym_envs.secretary.action import PARSINGS, Parsing, parse_action
from latentgym_envs.secretary.classic import is_record, passed_over
from latentgym_envs.secretary.placing import Greatest
from latentgym_envs.secretary.published import RECORDINGS
from latentgym_envs.secretary.task import NUM_VALUES, Task


def _known_parsing(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if value not in PARSINGS:
        raise SpecError(f"{attribute.name} is {value!r}; allowed are {choices(value, PARSINGS)}")


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        place: Place of the value on offer, from 0; after the end, of the accepted one.
        turns: Replies so far.
        done: Whether a value was accepted.
    """

    task: Task
    place: int = 0
    turns: int = 0
    done: bool = False


@frozen(kw_only=True)
class Secretary(RecordedGame[Task, State]):
    """Stop at the greatest of a row of values.

    Rules:
        Values are shown one after the other. Each is accepted, which ends the task, or passed
        over for good. The last one has to be accepted.
    Actions:
        `[accept]` or `[continue]`. See `action` for the exact grammar.
    Observations:
        The value on offer, four decimals, and its place; at the end the accepted one. An invalid
        reply is told so. Under `lenient` it counts as `[continue]`; under `strict` it costs a
        turn and the value stays on offer, so that a task has no last turn.
    Reward:
        1 for the greatest value M, `partial` * value / M for any other; range [0, 1].
        Without a value above 0 nothing can be earned.
    End:
        A value is accepted.
    Parameters:
        See Attributes.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        num_values: Values N of every task that a latent draws; at most as many turns if `lenient`.
        parsing: How replies are read. Published: `lenient`, and `strict` in older recordings.
        partial: Most that a value other than the greatest can earn, from 0 to 1.
        told_score: What players are told of their score: the `reward`, or its `wins` alone, which
            is 0 for every value other than the greatest (published, though such values are paid).
    """

    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True

    num_values: int = field(default=NUM_VALUES, validator=whole_number(2))
    parsing: Parsing = field(default="lenient", validator=_known_parsing)
    partial: float = field(default=0.5, validator=fraction)
    told_score: Literal["reward", "wins"] = field(
        default="reward", validator=in_(("reward", "wins"))
    )

    def rules(self, task: Task) -> str:
        """The aim, the two moves and what they earn."""
        return texts.rules(len(task.values), self.parsing, self.partial)

    def visible(self, task: Task) -> Facts:
        """How many values there are, and the first one."""
        return {"num_values": len(task.values), "value": task.shown(0)}

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Offer the first value; there is no chance in this game."""
        del rng_key
        return State(task=task), texts.offer(task, 0)

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Accept the value on offer, or pass it over."""
        action = parse_action(reply, self.parsing)
        if action is None and self.parsing == "strict":
            state = evolve(state, turns=state.turns + 1)
            return state, StepResult(texts.INVALID, False, 0.0, False, _facts(state, None))
        done = action == "accept" or state.place == len(state.task.values) - 1
        state = State(
            task=state.task,
            place=state.place + (not done),
            turns=state.turns + 1,
            done=done,
        )
        reward = self._reward(state) if done else 0.0
        facts = _facts(state, action, shown=state.task.shown(state.place))
        return state, StepResult(_observation(state, action), done, reward, _solved(state), facts)

    def outcome_facts(self, state: State) -> Facts:
        """What was accepted; the greatest value is told by `reveal` alone."""
        solved = _solved(state)
        reward = self._reward(state) if state.done else 0.0
        return {
            "solved": solved,
            "reward": reward,
            "score": float(solved) if self.told_score == "wins" else reward,
            "turns": state.turns,
            "place": state.place,
            "value": state.task.shown(state.place),
        }

    def answer_text(self, task: Task) -> str:
        """The place of the greatest value, as in `4th`."""
        return ordinal(task.best)

    def revealed(self, task: Task) -> Facts:
        """All values, and the place of the greatest."""
        return {"values": list(task.all_shown), "best": task.best}

    def secret(self, task: Task) -> Greatest:
        """Where the greatest value stands."""
        return Greatest(task.best)

    def hides(self, task: Task, secret: Greatest) -> bool:
        """Whether its greatest value stands there; how it got there cannot be seen."""
        return secret.place == task.best

    def reveal(self, task: Task) -> str:
        """The greatest value, its place, and all values."""
        return texts.reveal(task)

    def sample_task(self, rng: random.Random) -> Task:
        """Independent uniform values."""
        return Task(values=tuple(rng.random() for _ in range(self.num_values)))

    def demonstrate(self, task: Task) -> Iterator[str]:
        """Let the first values pass, then accept the first one that beats them all."""
        shown: list[float] = []
        for place in range(len(task.values)):
            shown.append(task.shown(place))
            if is_record(shown, passed_over(len(task.values))):
                break
            if place < len(task.values) - 1:
                yield "[continue]"
        yield "[accept]"

    def _reward(self, state: State) -> float:
        if _solved(state):
            return 1.0
        values = state.task.values
        greatest = max(values)
        return self.partial * values[state.place] / greatest if greatest > 0 else 0.0


def _solved(state: State) -> bool:
    values = state.task.values
    return state.done and values[state.place] == max(values) > 0


def _facts(state: State, action: str | None, shown: float | None = None) -> Facts:
    """Facts of a turn; `place` and `value` are those the observation tells."""
    return {
        "action": action,
        "valid": action is not None,
        "place": None if shown is None else state.place,
        "value": shown,
    }


def _observation(state: State, action: str | None) -> str:
    note = "" if action else f"{texts.TAKEN_AS_CONTINUE} "
    if state.done:
        return f"{note}{texts.accepted(state.task, state.place, forced=action != 'accept')}"
    return f"{note}{texts.offer(state.task, state.place)}"
