"""Played sequences as padded tensors."""

from collections.abc import Sequence

import torch
from attrs import fields, frozen

from latentgym_train.learning.play_record import TokenPlay


@frozen(kw_only=True)
class Batch:
    """B sequences, padded on the right to T tokens. Position t predicts token t + 1.

    Attributes:
        tokens: Token ids, shape [B, T], int64.
        attention: 1 for real tokens, shape [B, T], int64.
        actions: True where the next token was sampled, shape [B, T - 1].
        log_probs: Log-probability of the next token when it was sampled, 0 elsewhere,
            shape [B, T - 1].
        turn_index: Turn (from 0, over the sequence) of the next token where it was sampled, 0
            elsewhere, shape [B, T - 1].
    """

    tokens: torch.Tensor
    attention: torch.Tensor
    actions: torch.Tensor
    log_probs: torch.Tensor
    turn_index: torch.Tensor

    def to(self, device: torch.device | str) -> "Batch":
        """The same on a device."""
        return Batch(**{each.name: getattr(self, each.name).to(device) for each in fields(Batch)})


def make_batch(plays: Sequence[TokenPlay], pad_token: int) -> Batch:
    """Pad plays on the right.

    Args:
        plays: At least one.
        pad_token: What fills the rest; nothing attends to it.
    """
    size, width = len(plays), max(len(play.tokens) for play in plays)
    tokens = torch.full((size, width), pad_token, dtype=torch.long)
    attention = torch.zeros(size, width, dtype=torch.long)
    log_probs = torch.zeros(size, width)
    actions = torch.zeros(size, width, dtype=torch.bool)
    turn_index = torch.zeros(size, width, dtype=torch.long)
    for row, play in enumerate(plays):
        length = len(play.tokens)
        tokens[row, :length] = torch.tensor(play.tokens)
        attention[row, :length] = 1
        log_probs[row, :length] = torch.tensor(play.log_probs)
        for number, turn in enumerate(play.turns):
            actions[row, turn.start : turn.stop] = True
            turn_index[row, turn.start : turn.stop] = number
    return Batch(
        tokens=tokens,
        attention=attention,
        actions=actions[:, 1:],
        log_probs=log_probs[:, 1:],
        turn_index=turn_index[:, 1:],
    )
