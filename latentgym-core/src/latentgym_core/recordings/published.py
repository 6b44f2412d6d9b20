"""Read recordings published before LatentGym: the website's compact files and raw result files.

Both hold one played sequence as JSON; they differ in the names of some fields. "Episode" in a
field name of theirs means *task*; it is translated here and nowhere else. Their `success` counts
partial credit as a win and is not read: whether a task is solved is for the core env to say.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, count, repeat
from typing import Any

from attrs import field, frozen

from latentgym_core.errors import SpecError, TrajectoryError
from latentgym_core.records.serial import from_data
from latentgym_core.records.trajectory import Event, TurnRecord
from latentgym_core.registry.env_id import EnvId

ALIASES = ("benchmark_", "latentgym_")  # in front of a core env's name in older files
REWARD_TYPES = {"per_episode": "per_task"}
Messages = tuple[dict[str, str], ...]


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
        configurations: Each task as the publisher writes it, length N.
        rewards: Reward of each task that was finished.
        turn_counts: Replies used in each task that was finished.
        opening: The messages before the first reply.
        turns: Every reply, and in `event.observation` all that was said after it; without facts.
        metadata: What else is worth keeping.
    """

    where: str
    variant: str
    env_id: EnvId
    seed: int
    reward_type: str
    agent: str
    configurations: tuple[Mapping[str, Any], ...]
    rewards: tuple[float, ...]
    turn_counts: tuple[int, ...]
    opening: Messages
    turns: tuple[TurnRecord, ...]
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


def _translate(
    fields: _Fields, env_id: EnvId, where: str, given_variant: str
) -> PublishedRecording:
    outcomes, variant = fields.episode_outcomes, fields.variant or given_variant
    model = fields.model or fields.model_name or "unknown"
    messages = _messages(fields)
    first = next((i for i, each in enumerate(messages) if _is_reply(each)), len(messages))
    players = tuple(_at(player, variant) for player in fields.agent_assignments)
    if len(set(players)) < 2:
        players = (_at(model, variant),)
    return PublishedRecording(
        where=where,
        variant=variant,
        env_id=env_id,
        seed=fields.seed,
        reward_type=REWARD_TYPES.get(fields.reward_type, fields.reward_type),
        agent=_hand_off(players),
        configurations=_configurations(fields),
        rewards=tuple(outcome.reward for outcome in outcomes),
        turn_counts=tuple(outcome.turns for outcome in outcomes),
        opening=messages[:first],
        turns=_turns(fields, messages[first:], players),
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


def _messages(fields: _Fields) -> Messages:
    return tuple(
        {"role": str(each.get("role")), "content": str(each.get("content") or "")}
        for each in fields.conversation
    )


def _is_reply(message: Mapping[str, str]) -> bool:
    return message["role"] == "assistant"


def _turns(fields: _Fields, messages: Messages, players: tuple[str, ...]) -> tuple[TurnRecord, ...]:
    positions = _positions(fields.episode_outcomes)
    reasonings = chain(fields.reasoning_trace, repeat(None))
    return tuple(
        TurnRecord(
            task_index=task_index,
            turn_index=turn_index,
            agent=players[min(task_index, len(players) - 1)],
            reply=reply,
            reasoning=reasoning or None,
            event=Event(observation=answer),
        )
        for (reply, answer), (task_index, turn_index), reasoning in zip(
            _exchanges(messages), positions, reasonings, strict=False
        )
    )


def _exchanges(messages: Messages) -> Iterator[tuple[str, str]]:
    """Every reply with all that was said until the next one."""
    starts = [i for i, message in enumerate(messages) if _is_reply(message)]
    for start, end in zip(starts, [*starts[1:], len(messages)], strict=True):
        answers = (message["content"] for message in messages[start + 1 : end])
        yield messages[start]["content"], "\n\n".join(answers)


def _positions(outcomes: tuple[_Outcome, ...]) -> Iterator[tuple[int, int]]:
    """Task and turn of every reply, without end: the rest belongs to a task never finished."""
    for task_index, outcome in enumerate(outcomes):
        yield from ((task_index, turn_index) for turn_index in range(outcome.turns))
    yield from ((len(outcomes), turn_index) for turn_index in count())


def _hand_off(players: tuple[str, ...]) -> str:
    """The one player, or `A->B@ep3`: B took over at task 3, counted from 0."""
    switches = [i for i in range(1, len(players)) if players[i] != players[i - 1]]
    names = "->".join(players[i] for i in (0, *switches))
    return f"{names}@ep{'_'.join(map(str, switches))}" if switches else names


def _at(name: str, variant: str) -> str:
    return f"{name}@{variant}" if variant else name
