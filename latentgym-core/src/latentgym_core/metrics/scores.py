"""The few numbers of a trajectory that the measures need; all else can be forgotten."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

from latentgym_core.records.trajectory import Trajectory, Usage
from latentgym_core.registry.env_id import EnvId

TOKENS: Mapping[str, Callable[[Usage], int | None]] = MappingProxyType(
    {
        "input": lambda usage: usage.input_tokens,
        "cached": lambda usage: usage.cached_tokens,
        "output": lambda usage: usage.output_tokens,
        "reasoning": lambda usage: usage.reasoning_tokens,
    }
)


@frozen(kw_only=True)
class Score:
    """The few numbers of a trajectory that the measures need.

    Attributes:
        env_id: The environment.
        split: Stream of the sequence.
        seed: Its seed in that stream.
        agent: Who played.
        failed: Whether an error ended it.
        truncated: Whether a budget ended it.
        rewards: r_1 .. r_N; 0 for a task that did not end by itself.
        solved: Whether each of the N tasks was solved.
        turns: Turns of each of the N tasks; None for a task that did not end by itself.
        num_replies: All replies.
        num_invalid: Replies whose facts say `valid: false`.
        tokens: Kind of token to its sum; None where no reply reported it.
    """

    env_id: EnvId
    split: str
    seed: int
    agent: str
    failed: bool
    truncated: bool
    rewards: tuple[float, ...]
    solved: tuple[bool, ...]
    turns: tuple[int | None, ...]
    num_replies: int
    num_invalid: int
    tokens: Mapping[str, int | None]

    @property
    def sequence_key(self) -> tuple[str, str, str, str, int]:
        """See the function."""
        return sequence_key(self.env_id, self.split, self.seed)

    @property
    def pair_key(self) -> tuple[str, str, int]:
        """What two agents must share to be compared on it."""
        return (str(self.env_id), self.split, self.seed)


def score(trajectory: Trajectory) -> Score:
    """Reduce a trajectory to what the measures need.

    Raises:
        SpecError: Its environment id is malformed.
    """
    ended = [None if each.truncated else each for each in trajectory.outcomes]
    ended += [None] * (trajectory.num_tasks - len(ended))
    return Score(
        env_id=EnvId.parse(trajectory.env_id),
        split=trajectory.split,
        seed=trajectory.seed,
        agent=trajectory.agent,
        failed=trajectory.error is not None,
        truncated=trajectory.truncated is not None,
        rewards=trajectory.rewards,
        solved=tuple(each is not None and each.solved for each in ended),
        turns=tuple(each.turns if each else None for each in ended),
        num_replies=len(trajectory.turns),
        num_invalid=sum(turn.facts.get("valid") is False for turn in trajectory.turns),
        tokens=_tokens(tuple(turn.usage for turn in trajectory.turns if turn.usage)),
    )


def sequence_key(env_id: EnvId, split: str, seed: int) -> tuple[str, str, str, str, int]:
    """Names the drawn sequence; prompt and feedback do not enter a draw."""
    drawn = {
        key: value
        for key, value in env_id.parameters.items()
        if not key.startswith(("prompt.", "feedback."))
    }
    return "+".join(env_id.core_envs), env_id.latent, repr(drawn), split, seed


def _tokens(usages: tuple[Usage, ...]) -> dict[str, int | None]:
    return {kind: total(map(read, usages)) for kind, read in TOKENS.items()}


def total(counts: Iterable[int | None]) -> int | None:
    """Sum of what was reported; None if nothing was."""
    reported = [count for count in counts if count is not None]
    return sum(reported) if reported else None
