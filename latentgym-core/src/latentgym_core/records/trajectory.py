"""The record of a played sequence: frozen records, one JSON line each."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from attrs import field, fields, frozen

from latentgym_core.wording import counted, one_line

SCHEMA_VERSION = 1


class Message(TypedDict):
    """One chat message, as model servers take it."""

    role: Literal["system", "user", "assistant"]
    content: str


@frozen(kw_only=True)
class Usage:
    """What one reply, or a sum of replies, cost. None: not reported."""

    input_tokens: int | None = None
    cached_tokens: int | None = None
    """Part of `input_tokens` that was read from a cache."""
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    """Part of `output_tokens` spent on reasoning."""
    latency_seconds: float | None = None
    """From the first attempt to the reply, waits between attempts included."""
    attempts: int | None = None
    """Calls made, 1 without a retry."""

    def plus(self, other: "Usage | None") -> "Usage":
        """The sum of both; what neither reports stays None."""
        if other is None:
            return self
        sums: dict[str, Any] = {}
        for name in (each.name for each in fields(Usage)):
            reported = [n for n in (getattr(self, name), getattr(other, name)) if n is not None]
            sums[name] = sum(reported) if reported else None
        return Usage(**sums)


@frozen(kw_only=True)
class Written:
    """What an agent wrote when it was asked for something else than a move.

    Attributes:
        agent: Who wrote it.
        request: What it was asked, after the parts that were shown to it.
        text: What it wrote.
        reasoning: Reasoning that the provider keeps apart.
        usage: What the call cost; also contained in the usage of the turn it was written for.
    """

    agent: str
    request: str
    text: str
    reasoning: str | None = None
    usage: Usage | None = None


@frozen(kw_only=True)
class Carried:
    """What an agent was shown of the past in one task, in place of the whole conversation.

    It stands between the first message, which is never cut, and the conversation of the task.

    Attributes:
        parts: In order: a number is the whole conversation of the task with that index, a text
            was said in the role of the user.
        written: What was written for it, if anything.
    """

    parts: tuple[int | str, ...] = ()
    written: Written | None = None


@frozen(kw_only=True)
class Event:
    """The parts of what an agent is told after a reply; a message is assembled from them last.

    Attributes:
        observation: The core env's answer to the reply.
        task_feedback: The feedback condition's text, when the task ended.
        transition: Which task comes next, and the prompt's reminder.
        opening: First observation of the next task (with its rules if the game changes).
    """

    observation: str = ""
    task_feedback: str = ""
    transition: str = ""
    opening: str = ""

    @property
    def text(self) -> str:
        """The parts in order, separated by blank lines; empty parts are left out."""
        parts = (self.observation, self.task_feedback, self.transition, self.opening)
        return "\n\n".join(part for part in parts if part)


@frozen(kw_only=True)
class TurnRecord:
    """One reply and the event that answered it.

    Attributes:
        task_index: From 0.
        turn_index: Within the task, from 0.
        agent: Who replied.
        reply: The visible text, as it was played.
        reasoning: Reasoning that the provider keeps apart from the reply.
        usage: Tokens, latency and attempts.
        facts: The core env's facts of this turn.
        event: What the agent was told.
        privileged: Whether whoever replied had been told the hidden latent.
        carried: What its scaffold let it see of the past, at its first turn in a task; None if it
            was shown the whole conversation.
    """

    task_index: int
    turn_index: int
    agent: str = ""
    reply: str
    reasoning: str | None = None
    usage: Usage | None = None
    facts: Mapping[str, Any] = field(factory=dict)
    event: Event = field(factory=Event)
    privileged: bool = False
    carried: Carried | None = None

    def __repr__(self) -> str:
        told = one_line(self.event.text)
        where = f"task {self.task_index + 1}, turn {self.turn_index + 1}"
        return f"TurnRecord({where}: {one_line(self.reply)!r} → {told!r})"


@frozen(kw_only=True)
class TaskOutcome:
    """How one task ended.

    Attributes:
        core_env: The game.
        reward: Reward of the task; 0.0 if it was cut off.
        solved: Whether it was solved.
        turns: Replies used, illegal ones included.
        truncated: Whether a budget or an error cut it off before it ended by itself.
        agent: Who played its last turn.
        facts: The core env's facts of the outcome.
        raw_reward: The core env's own reward, where another one is paid
            (`sequence.rewards=normalised`); else None.
    """

    core_env: str
    reward: float
    solved: bool
    turns: int
    truncated: bool = False
    agent: str = ""
    facts: Mapping[str, Any] = field(factory=dict)
    raw_reward: float | None = None


@frozen(kw_only=True)
class ErrorRecord:
    """Why a sequence could not be finished."""

    kind: str
    """Class of the error."""
    message: str
    status_code: int | None = None
    attempts: int | None = None


@frozen(kw_only=True)
class Trajectory:
    """A played sequence; self-describing, so that it can be replayed and analysed alone.

    Attributes:
        schema_version: Of this record.
        env_id: Full environment id with parameters.
        split: Stream of the sequence.
        seed: Its seed in that stream.
        reward_type: How the sequence pays (`rewards.REWARD_TYPES`).
        agent: Who played, in the words of the command line; `A->B@epK` for a hand-off.
        latent: The family and its resolved hyperparameters.
        z: The hidden latent as JSON data; None where it was not recorded.
        z_text: z in words.
        core_envs: The game of each task.
        tasks: The ground truth of each of the N tasks as JSON data.
        task_keys: Key of all chance inside each task.
        opening: The messages before the first reply.
        turns: Every reply, in order.
        outcomes: Every task that was begun, in order.
        truncated: Why the sequence ended early (`turns`, `tokens`, `context`), else None.
        error: The failure that ended it, else None.
        versions: Versions of every component and distribution.
        metadata: Anything else a producer wants to keep.
    """

    schema_version: int = SCHEMA_VERSION
    env_id: str
    split: str
    seed: int
    reward_type: str = "cumulative"
    agent: str = ""
    latent: Mapping[str, Any] = field(factory=dict)
    z: Any = None
    z_text: str = ""
    core_envs: tuple[str, ...]
    tasks: tuple[Mapping[str, Any], ...]
    task_keys: tuple[int, ...] = ()
    opening: tuple[dict[str, str], ...] = ()
    turns: tuple[TurnRecord, ...] = ()
    outcomes: tuple[TaskOutcome, ...] = ()
    truncated: str | None = None
    error: ErrorRecord | None = None
    versions: Mapping[str, str] = field(factory=dict)
    metadata: Mapping[str, Any] = field(factory=dict)

    def __repr__(self) -> str:
        by = f" by {self.agent}" if self.agent else ""
        ended = f", cut off: {self.truncated}" if self.truncated else ""
        failed = f", failed: {one_line(self.error.message)}" if self.error else ""
        turns = counted(len(self.turns), "turn")
        return (
            f"Trajectory({self.env_id}, seed {self.seed} of {self.split}{by}: {turns}, "
            f"reward {sum(self.rewards):.3f}{ended}{failed})"
        )

    @property
    def num_tasks(self) -> int:
        """Horizon N."""
        return len(self.tasks)

    @property
    def rewards(self) -> tuple[float, ...]:
        """r_1 .. r_N; a task that was cut off or never begun counts 0."""
        played = tuple(outcome.reward for outcome in self.outcomes)
        return played + (0.0,) * (self.num_tasks - len(played))

    @property
    def privileged(self) -> bool:
        """Whether anybody who replied had been told the hidden latent."""
        return any(turn.privileged for turn in self.turns)

    @property
    def messages(self) -> tuple[dict[str, str], ...]:
        """The whole conversation; what a scaffold left of it is in `scaffolds.sending`."""
        told: list[dict[str, str]] = list(self.opening)
        for turn in self.turns:
            told.append({"role": "assistant", "content": turn.reply})
            if turn.event.text:
                told.append({"role": "user", "content": turn.event.text})
        return tuple(told)
