"""A played sequence as tokens: what the policy read, what it sampled, and what it earned."""

from attrs import frozen

from latentgym_core.records.trajectory import Trajectory


@frozen(kw_only=True)
class Turn:
    """The tokens of one reply.

    Attributes:
        start: Position of its first token.
        stop: Position after its last.
        task_index: Task it was played in, from 0.
        value: What the value head said of the state before it; None without one.
    """

    start: int
    stop: int
    task_index: int
    value: float | None = None


@frozen(kw_only=True)
class TokenPlay:
    """A played sequence as tokens; exactly the ids that were read and sampled.

    Attributes:
        tokens: All token ids, length L; ends with the last reply.
        log_probs: Log-probability of every sampled token when it was sampled (0.0 for tokens that
            were read), length L.
        turns: The replies, in order; everything outside them was read.
        rewards: r_1 .. r_N; unfinished tasks count 0.
        group: Sequences of the same group were drawn alike (same environment and seed).
        trajectory: The record of the play.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    turns: tuple[Turn, ...]
    rewards: tuple[float, ...]
    group: str
    trajectory: Trajectory

    @property
    def task_spans(self) -> tuple[tuple[int, int], ...]:
        """First and last-but-one position of every begun task: what was told of it, and replies."""
        last = {turn.task_index: turn.stop for turn in self.turns}
        stops = [last[index] for index in sorted(last)]
        return tuple(zip([0, *stops[:-1]], stops, strict=True))

    @property
    def truncated(self) -> bool:
        """Whether a budget ended the sequence early."""
        return self.trajectory.truncated is not None
