"""Play a sequence: N tasks that share one latent, one reply at a time; `make` begins with an id."""

import copy
from collections.abc import Mapping
from typing import Any, Self

from attrs import Attribute, field, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.feedback import TaskReport
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import EnvError, SpecError, WrongTypeError
from latentgym_core.records.trajectory import (
    Carried,
    ErrorRecord,
    Event,
    TaskOutcome,
    Trajectory,
    TurnRecord,
    Usage,
)
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence import briefing
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_core.sequence.rewards import check_reward_type, pay
from latentgym_core.wording import one_line


def _positive(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and (type(value) is not int or value < 1):
        raise SpecError(
            f"{attribute.name} is {value!r}; it is a whole number from 1, or None for no limit."
        )


@frozen(kw_only=True)
class Budget:
    """Limits on a whole sequence; None is no limit. Reaching one truncates the sequence.

    Attributes:
        max_turns: Replies.
        max_tokens: Output tokens, where the agent reports them.
    """

    max_turns: int | None = field(default=None, validator=_positive)
    max_tokens: int | None = field(default=None, validator=_positive)


@frozen
class StepReturn:
    """What one reply led to.

    Attributes:
        message: The user message that answers it; None if there is nothing to say.
        event: Its parts.
        reward: What this turn pays under the reward type.
        done: Whether the sequence is over.
        truncated: Why it ended early, else None.
        facts: The core env's facts of this turn.
        task_reward: Reward of the task that this turn ended, else None.
        raw_reward: The same in the core env's own unit, which is another one where rewards are
            normalised.
    """

    message: dict[str, str] | None
    event: Event
    reward: float
    done: bool
    truncated: str | None
    facts: Facts
    task_reward: float | None
    raw_reward: float | None

    def __repr__(self) -> str:
        told = one_line(self.event.text)
        task = "" if self.task_reward is None else f", task reward {self.task_reward:.3f}"
        over = f", cut off: {self.truncated}" if self.truncated else ", over" if self.done else ""
        return f"StepReturn({told!r}, reward {self.reward:.3f}{task}{over})"


class SequenceEnv:
    """A sequence being played. Forking is cheap: all parts are immutable and shared.

    Args:
        environment: What is played.
        reward_type: How it pays, see `rewards`.
        budget: Limits on the whole sequence.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        reward_type: str = "cumulative",
        budget: Budget | None = None,
    ) -> None:
        _check_type("An environment comes from build_environment", environment, Environment)
        _check_type("A budget is a Budget", budget, Budget | None)
        self.environment = environment
        self.reward_type = check_reward_type(reward_type)
        self.budget = budget or Budget()
        self._sequence: TaskSequence | None = None
        self._state: Any = None

    def __repr__(self) -> str:
        return f"SequenceEnv({self.environment.id}, {self._position()})"

    # ---- playing

    def reset(self, seed: int = 0, split: str = "test") -> tuple[dict[str, str], ...]:
        """Draw the sequence of a seed and begin it; returns the opening messages."""
        return self.load(self.environment.sequence(seed, split))

    def load(self, sequence: TaskSequence) -> tuple[dict[str, str], ...]:
        """Begin a given sequence; returns the opening messages."""
        _check_type("A sequence comes from Environment.sequence", sequence, TaskSequence)
        self._sequence = sequence
        self._turns: tuple[TurnRecord, ...] = ()
        self._task_facts: tuple[Facts, ...] = ()
        self._outcomes: tuple[TaskOutcome, ...] = ()
        self._history: tuple[FinishedTask, ...] = ()
        self._tokens = 0
        self.done = False
        self.truncated: str | None = None
        self.error: ErrorRecord | None = None
        observation = self._start(0)
        self.opening = briefing.opening_messages(self.environment, sequence, observation)
        return self.opening

    def step(
        self,
        reply: str,
        *,
        agent: str = "",
        reasoning: str | None = None,
        usage: Usage | None = None,
        privileged: bool = False,
        carried: Carried | None = None,
    ) -> StepReturn:
        """Play one reply.

        Args:
            reply: The agent's visible text.
            agent: Who replied, for the record.
            reasoning: Its reasoning, for the record.
            usage: What it cost; output tokens count against the budget.
            privileged: Whether it had been told the hidden latent, for the record.
            carried: What its scaffold let it see of the past, for the record.

        Raises:
            EnvError: The sequence is not begun or already over.
            WrongTypeError: The reply is no text.
        """
        sequence = self._playing()
        if not isinstance(reply, str):
            raise _no_text(reply, self._game)
        task_index, turn_index = self.task_index, len(self._task_facts)
        self._state, result = self._game.step(self._state, reply)
        self._task_facts += (result.facts,)
        self._task_replies += (reply,)
        self._tokens += (usage and usage.output_tokens) or 0
        ended = self._end_task(sequence, result.reward, result.solved, agent) if result.done else {}
        paid = self._outcomes[-1].reward if result.done else None
        raw = result.reward if result.done else None
        event = Event(observation=result.observation, **ended)
        turn = TurnRecord(
            task_index=task_index,
            turn_index=turn_index,
            agent=agent,
            reply=reply,
            reasoning=reasoning,
            usage=usage,
            facts=result.facts,
            event=event,
            privileged=privileged,
            carried=carried,
        )
        self._turns += (turn,)
        if not self.done and (spent := self._spent()):
            self._cut(spent)
        return self._return(event, result.facts, paid, raw)

    def repeat(self, turn: TurnRecord) -> StepReturn:
        """Play a recorded reply again, with all that the record says of it."""
        return self.step(
            turn.reply,
            agent=turn.agent,
            reasoning=turn.reasoning,
            usage=turn.usage,
            privileged=turn.privileged,
            carried=turn.carried,
        )

    def truncate(self, reason: str) -> float:
        """End the sequence early; finished tasks keep their reward. Returns what it pays."""
        self._playing()
        self._cut(reason)
        return pay(self.reward_type, self.rewards, task_reward=None, done=True)

    def fail(self, error: ErrorRecord) -> None:
        """End the sequence because no reply could be had; the failure is kept in the record."""
        self._playing()
        self.error = error
        self._cut(None)

    def fork(self) -> Self:
        """An independent copy at the same position."""
        return copy.copy(self)

    # ---- looking

    @property
    def sequence(self) -> TaskSequence:
        """The drawn sequence: ground truth, for evaluators."""
        if self._sequence is None:
            raise EnvError("The sequence is not begun: call reset(seed) first.")
        return self._sequence

    @property
    def task_index(self) -> int:
        """Index of the current task, from 0; N when all are over."""
        return len(self._history)

    @property
    def is_begun(self) -> bool:
        """Whether there is a sequence, perhaps a finished one."""
        return self._sequence is not None

    @property
    def turns(self) -> tuple[TurnRecord, ...]:
        """Every reply so far."""
        return self._turns

    @property
    def rules(self) -> str:
        """The rules of the current game, which every player has been told."""
        return self._game.rules(self._playing().tasks[self.task_index])

    @property
    def history(self) -> tuple[FinishedTask, ...]:
        """The tasks that are over, as players see them."""
        return self._history

    @property
    def rewards(self) -> tuple[float, ...]:
        """r_1 .. r_N so far; tasks not finished count 0."""
        played = tuple(outcome.reward for outcome in self._outcomes)
        return played + (0.0,) * (self.environment.num_tasks - len(played))

    @property
    def messages(self) -> tuple[dict[str, str], ...]:
        """The conversation so far."""
        return self.trajectory.messages

    @property
    def view(self) -> SequenceView:
        """The public side, for scripted players."""
        index, sequence = self.task_index, self._playing()
        return SequenceView(
            latent=self.environment.latent,
            core_env_name=sequence.core_env_names[index],
            core_env=self._game,
            num_tasks=self.environment.num_tasks,
            index=index,
            visible=self._game.visible(sequence.tasks[index]),
            turns=self._task_facts,
            history=self._history,
            replies=self._task_replies,
            core_envs=self.environment.core_envs,
        )

    @property
    def truth(self) -> Truth:
        """The ground truth, for privileged players."""
        return Truth(self.sequence.z, self._playing().tasks[self.task_index])

    @property
    def trajectory(self) -> Trajectory:
        """The record so far."""
        from latentgym_core.sequence.recording import record

        return record(
            self.environment,
            self.sequence,
            reward_type=self.reward_type,
            opening=self.opening,
            turns=self._turns,
            outcomes=self._outcomes,
            truncated=self.truncated,
            error=self.error,
        )

    # ---- inside

    def _position(self) -> str:
        """Where the sequence stands, in words."""
        if self._sequence is None:
            return "not begun"
        begun = f"seed {self._sequence.seed} of {self._sequence.split}"
        if self.done:
            return f"{begun}, over, sum of rewards {sum(self.rewards):.3f}"
        return (
            f"{begun}, task {self.task_index + 1} of {self.environment.num_tasks}, "
            f"turn {len(self._task_facts) + 1}"
        )

    def _playing(self) -> TaskSequence:
        if self._sequence is None or self.done:
            state = "over" if self._sequence else "not begun"
            raise EnvError(f"The sequence is {state}: call reset(seed) to begin one.")
        return self._sequence

    def _start(self, index: int) -> str:
        sequence = self.sequence
        self._game = self.environment.core_envs[sequence.core_env_names[index]]
        self._state, observation = self._game.start(
            sequence.tasks[index], sequence.task_keys[index]
        )
        self._task_facts = ()
        self._task_replies: tuple[str, ...] = ()
        return observation

    def _end_task(
        self, sequence: TaskSequence, reward: float, solved: bool, agent: str
    ) -> dict[str, str]:
        """Record the outcome, begin the next task; returns the parts of the event."""
        index = self.task_index
        task, game = sequence.tasks[index], self._game
        facts = game.outcome_facts(self._state)
        report = TaskReport(game, task, index, self.environment.num_tasks, reward, solved, facts)
        feedback = self.environment.feedback
        self._outcomes += (self._outcome(reward, solved, truncated=False, agent=agent),)
        self._history += (
            FinishedTask(
                sequence.core_env_names[index],
                game.visible(task),
                self._task_facts,
                solved,
                game.revealed(task) if feedback.reveals else None,
                self._task_replies,
                index,
                report.score,
            ),
        )
        parts = {"task_feedback": feedback.report(report)}
        if self.task_index == self.environment.num_tasks:
            self.done = True
            return parts
        opening = briefing.next_opening(
            self.environment, sequence, self.task_index, self._start(self.task_index)
        )
        step = briefing.transition(self.environment, sequence, self.task_index)
        return {**parts, "transition": step, "opening": opening}

    def _outcome(self, reward: float, solved: bool, *, truncated: bool, agent: str) -> TaskOutcome:
        name = self.sequence.core_env_names[self.task_index]
        scale = self.environment.reward_scales.get(name)
        return TaskOutcome(
            core_env=name,
            reward=reward if scale is None else reward / scale,
            solved=solved,
            turns=len(self._task_facts),
            truncated=truncated,
            agent=agent,
            facts={} if truncated else self._game.outcome_facts(self._state),
            raw_reward=None if scale is None else reward,
        )

    def _spent(self) -> str | None:
        budget = self.budget
        if budget.max_turns is not None and len(self._turns) >= budget.max_turns:
            return "turns"
        if budget.max_tokens is not None and self._tokens >= budget.max_tokens:
            return "tokens"
        return None

    def _cut(self, reason: str | None) -> None:
        """End now; a task that was begun is recorded as cut off, worth 0."""
        agent = self._turns[-1].agent if self._turns else ""
        self._outcomes += (self._outcome(0.0, solved=False, truncated=True, agent=agent),)
        self.truncated, self.done = reason, True

    def _return(
        self, event: Event, facts: Facts, task_reward: float | None, raw_reward: float | None
    ) -> StepReturn:
        text = event.text
        return StepReturn(
            message={"role": "user", "content": text} if text else None,
            event=event,
            reward=pay(self.reward_type, self.rewards, task_reward=task_reward, done=self.done),
            done=self.done,
            truncated=self.truncated,
            facts=facts,
            task_reward=task_reward,
            raw_reward=raw_reward,
        )


def _check_type(what: str, given: object, kind: Any) -> None:
    if not isinstance(given, kind):
        raise WrongTypeError(what, given)


def _no_text(reply: object, game: AnyCoreEnv) -> WrongTypeError:
    """What to say of a reply that is no text, and what was probably meant."""
    hint = ""
    if isinstance(reply, int | float) and not isinstance(reply, bool):
        hint = f'write step("{game.typed(str(reply))}")'
    elif isinstance(reply, Mapping) and "content" in reply:
        hint = 'pass its "content"'
    elif isinstance(getattr(reply, "text", None), str):
        hint = "pass its .text"
    return WrongTypeError("A reply is text", reply, hint)


def make(
    env_id: str,
    *,
    reward_type: str = "cumulative",
    budget: Budget | None = None,
    registry: Registry | None = None,
) -> SequenceEnv:
    """Make a sequence env; call `reset(seed)` to begin.

    Args:
        env_id: `core_env[/latent[/prompt[/feedback[/epN]]]][?parameters]`; parts left out take
            the core env's defaults.
        reward_type: `cumulative`, `terminal`, `improvement` or `per_task`.
        budget: Limits on the whole sequence.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: A name is not registered.
        SpecError: The id or a parameter is malformed.
    """
    registry = registry or load_registry()
    environment = build_environment(registry.complete(env_id), registry)
    return SequenceEnv(environment, reward_type=reward_type, budget=budget)
