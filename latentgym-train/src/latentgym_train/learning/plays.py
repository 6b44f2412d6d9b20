"""A played sequence as tokens, and several as padded tensors.

Legend: B plays, T tokens of the longest, K turns of the longest, N tasks of the longest.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

import torch
from attrs import asdict, evolve, frozen
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from latentgym_core.records.trajectory import Trajectory

READ = -1  # in the place of a turn, for tokens that no turn has sampled


@frozen(kw_only=True)
class Turn:
    """One reply of a play."""

    start: int  # position of its first token
    stop: int  # position after its last
    task_index: int  # task it was played in, from 0
    value: float = 0.0  # what the value head said of the state before it; 0 without a head


@frozen(kw_only=True)
class TokenPlay:
    """A played sequence: exactly the ids that were read and sampled."""

    tokens: tuple[int, ...]  # all ids, length L; the last reply ends them
    log_probs: tuple[float, ...]  # of each when it was sampled, 0.0 where it was read, length L
    turns: tuple[Turn, ...]  # the replies, in order; everything outside them was read
    trajectory: Trajectory  # the record of the play

    @property
    def group(self) -> tuple[str, str, int]:
        """The same for plays of the same drawn sequence, which are compared with each other."""
        return self.trajectory.env_id, self.trajectory.split, self.trajectory.seed


@frozen
class Tensors:
    """A record of tensors whose first dimension is the plays."""

    def __getitem__(self, index: Tensor) -> Self:
        return self._changed(lambda tensor: tensor[index])

    def to(self, device: torch.device) -> Self:
        """The same on a device."""
        return self._changed(lambda tensor: tensor.to(device))

    def _changed(self, change: Callable[[Any], Any]) -> Self:
        fields = asdict(self, recurse=False)
        return evolve(self, **{name: change(tensor) for name, tensor in fields.items()})


@frozen(kw_only=True)
class Batch(Tensors):
    """B plays by tokens, padded on the right. Place t of T - 1 speaks of token t + 1."""

    tokens: Tensor  # ids, [B, T]
    actions: Tensor  # whether the token was sampled, [B, T - 1]
    log_probs: Tensor  # of the token when it was sampled, else 0, [B, T - 1]
    turn_index: Tensor  # its turn where it was sampled, else 0, [B, T - 1]


@frozen(kw_only=True)
class Turns(Tensors):
    """B plays by turns, filled up with 0."""

    present: Tensor  # 1.0 where a turn was played, [B, K]
    before: Tensor  # place of its first token among T - 1, [B, K]
    lengths: Tensor  # its sampled tokens, [B, K]
    task_index: Tensor  # its task, [B, K]
    ends_task: Tensor  # 1.0 where the next turn is of another task, or there is none, [B, K]
    values: Tensor  # what the value head said of the state before it, [B, K]
    rewards: Tensor  # of every task, [B, N]
    groups: Tensor  # number of the group, [B]


def make_batch(plays: Sequence[TokenPlay], pad_token: int) -> Batch:
    """Lay out at least one play by tokens; nothing attends to what `pad_token` fills."""
    turn_index = _padded(map(_turn_of_tokens, plays), torch.long, READ)[:, 1:]
    return Batch(
        tokens=_padded((play.tokens for play in plays), torch.long, pad_token),
        actions=turn_index != READ,
        log_probs=_padded(play.log_probs for play in plays)[:, 1:],
        turn_index=turn_index.clamp(min=0),
    )


def make_turns(plays: Sequence[TokenPlay]) -> Turns:
    """Lay out plays by turns; every play has one."""
    every = [play.turns for play in plays]
    tasks = [[turn.task_index for turn in turns] for turns in every]
    numbers: dict[object, int] = {}
    return Turns(
        present=_padded([1.0] * len(turns) for turns in every),
        before=_padded(([turn.start - 1 for turn in turns] for turns in every), torch.long),
        lengths=_padded([turn.stop - turn.start for turn in turns] for turns in every),
        task_index=_padded(tasks, torch.long),
        ends_task=_padded([here != then for here, then in pairwise([*own, READ])] for own in tasks),
        values=_padded([turn.value for turn in turns] for turns in every),
        rewards=_padded(play.trajectory.rewards for play in plays),
        groups=torch.tensor([numbers.setdefault(play.group, len(numbers)) for play in plays]),
    )


def _turn_of_tokens(play: TokenPlay) -> list[int]:
    """Which turn sampled each token of a play."""
    turn_of = [READ] * len(play.tokens)
    for number, turn in enumerate(play.turns):
        turn_of[turn.start : turn.stop] = [number] * (turn.stop - turn.start)
    return turn_of


def _padded(
    rows: Iterable[Sequence[float]], dtype: torch.dtype = torch.float32, fill: int = 0
) -> Tensor:
    """One row for each play."""
    return pad_sequence([torch.tensor(row, dtype=dtype) for row in rows], True, fill)
