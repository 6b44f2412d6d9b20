"""Read recordings published before LatentGym: the website's compact files and raw result files.

Both hold one played sequence as JSON; they differ in the names of some fields. "Episode" in a
field name of theirs means *task*; it is translated here and nowhere else. Their `success` counts
partial credit as a win and is not read: whether a task is solved is for the core env to say.
"""

from collections.abc import Mapping
from itertools import chain, repeat
from typing import Any

from attrs import field, frozen

from latentgym_core.env_id import EnvId
from latentgym_core.errors import SpecError, TrajectoryError
from latentgym_core.serial import from_data
from latentgym_core.trajectory import Event

ALIASES = ("benchmark_", "latentgym_")  # in front of a core env's name in older files
REWARD_TYPES = {"per_episode": "per_task"}
Messages = tuple[dict[str, str], ...]


@frozen(kw_only=True)
class RecordedTurn:
    """One recorded reply, and what the agent was told after it."""

    reply: str
    reasoning: str | None = None
    event: Event = field(factory=Event)


@frozen(kw_only=True)
class PublishedRecording:
    """A published sequence in our words.

    Attributes:
        where: The file, as its publisher names it if it does.
        variant: Which published experiment it belongs to; it decides the rule versions. Empty in
            raw result files.
        env_id: Its id, with the horizon that was really drawn and without rule parameters.
        seed: Its seed in the numbering of the publisher.
        reward_type: How it paid, in our words.
        agent: Who played: model and variant, as in `gpt-4o@frontier`.
        players: Who played each task, where that is not one agent; else empty.
        configurations: Each task as the publisher writes it, length N.
        rewards: Reward of each task that was finished.
        turn_counts: Replies used in each task that was finished.
        opening: The messages before the first reply.
        turns: Every reply.
        metadata: What else is worth keeping.
    """

    where: str
    variant: str
    env_id: EnvId
    seed: int
    reward_type: str
    agent: str
    players: tuple[str, ...]
    configurations: tuple[Mapping[str, Any], ...]
    rewards: tuple[float, ...]
    turn_counts: tuple[int, ...]
    opening: Messages
    turns: tuple[RecordedTurn, ...]
    metadata: Mapping[str, Any]


@frozen(kw_only=True)
class _Outcome:
    reward: float
    turns: int
    ground_truth: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class _Fields:
    """The fields of both formats that are read; each format lacks some."""

    seed: int
    conversation: tuple[dict[str, Any], ...]
    benchmark_id: str = ""
    variant: str = ""
    model: str = ""
    model_name: str = ""
    model_name_raw: str = ""
    reward_type: str = "cumulative"
    episode_outcomes: tuple[_Outcome, ...] = ()
    episode_configs: tuple[dict[str, Any], ...] = ()
    reasoning_trace: tuple[str | None, ...] = ()
    agent_assignments: tuple[str, ...] = ()
    file: str = ""


def is_published(data: Any) -> bool:
    """Whether JSON data look like a published recording (rather than an index or a manifest)."""
    return isinstance(data, Mapping) and {"conversation", "episode_outcomes"} <= data.keys()


def read_published(data: Mapping[str, Any], where: str, variant: str = "") -> PublishedRecording:
    """Translate one published recording.

    Args:
        data: The JSON object, either format.
        where: What to call it if it does not say so itself.
        variant: The variant of a recording that names none.

    Raises:
        TrajectoryError: A field is missing or malformed; the sentence names it.
    """
    given = {name: value for name, value in data.items() if value is not None}
    try:
        fields = from_data(_Fields, given)
        return _translate(fields, _env_id(fields, given), fields.file or where, variant)
    except SpecError as error:
        raise TrajectoryError(f"{where} is no readable recording: {error}") from error


def _translate(fields: _Fields, env_id: EnvId, where: str, variant: str) -> PublishedRecording:
    outcomes, variant = fields.episode_outcomes, fields.variant or variant
    model = fields.model or fields.model_name or "unknown"
    opening, turns = _split(fields)
    players = fields.agent_assignments
    several = len(set(players)) > 1
    return PublishedRecording(
        where=where,
        variant=variant,
        env_id=env_id,
        seed=fields.seed,
        reward_type=REWARD_TYPES.get(fields.reward_type, fields.reward_type),
        agent=_at(_handed_over(players) if several else model, variant),
        players=tuple(_at(player, variant) for player in players) if several else (),
        configurations=_configurations(fields),
        rewards=tuple(outcome.reward for outcome in outcomes),
        turn_counts=tuple(outcome.turns for outcome in outcomes),
        opening=opening,
        turns=turns,
        metadata={
            "file": where,
            "variant": variant,
            "model": fields.model_name_raw or model,
            "published_id": fields.benchmark_id,
            "recorded_rewards": [outcome.reward for outcome in outcomes],
            "recorded_turns": [outcome.turns for outcome in outcomes],
        },
    )


def _configurations(fields: _Fields) -> tuple[dict[str, Any], ...]:
    """Every task that was drawn; where no list is kept, the finished ones know their own."""
    return fields.episode_configs or tuple(each.ground_truth for each in fields.episode_outcomes)


def _env_id(fields: _Fields, data: Mapping[str, Any]) -> EnvId:
    """The id with the number of tasks that were drawn; some labels promise more.

    `env_name` of raw files is the name of a class, so the id is the first source.
    """
    parts = fields.benchmark_id.split("/")
    if len(parts) < 4:
        parts = [
            str(data.get(name) or data.get(f"{name}_id") or "")
            for name in ("env", "latent", "prompt", "feedback")
        ]
    core_env, latent, prompt, feedback = parts[:4]
    for alias in ALIASES:
        core_env = core_env.removeprefix(alias)
    num_tasks = len(_configurations(fields))
    if num_tasks == 0:
        raise SpecError("it holds no task, so there is nothing to replay.")
    return EnvId.parse(f"{core_env}/{latent}/{prompt}/{feedback}/ep{num_tasks}")


def _split(fields: _Fields) -> tuple[Messages, tuple[RecordedTurn, ...]]:
    """The messages before the first reply, and every reply with what was said after it."""
    messages: Messages = tuple(
        {"role": str(each.get("role")), "content": str(each.get("content") or "")}
        for each in fields.conversation
    )
    starts = [i for i, message in enumerate(messages) if message["role"] == "assistant"]
    ends = [*starts[1:], len(messages)]
    turns = tuple(
        RecordedTurn(
            reply=messages[start]["content"],
            reasoning=reasoning or None,
            event=Event(observation=_joined(messages[start + 1 : end])),
        )
        for start, end, reasoning in zip(
            starts, ends, chain(fields.reasoning_trace, repeat(None)), strict=False
        )
    )
    return messages[: starts[0]] if starts else messages, turns


def _joined(messages: Messages) -> str:
    return "\n\n".join(message["content"] for message in messages)


def _handed_over(players: tuple[str, ...]) -> str:
    """`A->B@ep3`: B took over at task 3, counted from 0."""
    switches = [i for i in range(1, len(players)) if players[i] != players[i - 1]]
    names = "->".join(players[i] for i in (0, *switches))
    return f"{names}@ep{'_'.join(map(str, switches))}"


def _at(name: str, variant: str) -> str:
    return f"{name}@{variant}" if variant else name
