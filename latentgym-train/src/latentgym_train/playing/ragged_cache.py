"""Attention keys and values of ragged rows, written in place."""

from typing import Any

import torch
from torch import Tensor
from transformers import Cache

GROWTH = 256  # columns; a layer is copied once in so many tokens


class RaggedCache(Cache):  # type: ignore[misc]
    """What many rows have read; the token at position p of a row stands in its column p.

    No column is a hole, whatever the rows read together. Columns behind the end of a row hold
    leftovers of padding: nothing may attend to them, and the row's next token replaces them.

    Args:
        num_rows: How many rows there are.
    """

    def __init__(self, num_rows: int) -> None:
        super().__init__(layers=[])
        self.num_rows = num_rows
        self._states: dict[tuple[str, int], Tensor] = {}  # [rows, heads, columns, size] each

    def aim(self, rows: Tensor | None, columns: Tensor, seen: int, needed: int) -> None:
        """Say where the next forward pass writes, and what it sees.

        Args:
            rows: The n rows that take part; None is all of them, which spares a copy.
            columns: Where their tokens are written, [n, tokens].
            seen: How many columns the pass attends to.
            needed: How many columns there have to be.
        """
        self._rows, self._columns, self._seen, self._needed = rows, columns, seen, needed

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Write a layer, [n, heads, tokens, size] each; returns [n, heads, seen, size] each."""
        keys = self._write(("keys", layer_idx), key_states)
        return keys, self._write(("values", layer_idx), value_states)

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """How many columns there are; rows are shorter."""
        keys = self._states.get(("keys", layer_idx))
        return 0 if keys is None else keys.shape[2]

    def keep(self, rows: Tensor) -> None:
        """Give up all rows but these, which are numbered anew."""
        self.num_rows = len(rows)
        self._states = {name: states[rows] for name, states in self._states.items()}

    def _write(self, name: tuple[str, int], new: Tensor) -> Tensor:
        _, heads, _, size = new.shape
        states = self._states.get(name, new.new_zeros(self.num_rows, heads, 0, size))
        if states.shape[2] < self._needed:  # zeros, because masked garbage may still be NaN
            columns = -(-self._needed // GROWTH) * GROWTH
            states = torch.nn.functional.pad(states, (0, 0, 0, columns - states.shape[2]))
        self._states[name] = states
        rows = torch.arange(self.num_rows, device=new.device) if self._rows is None else self._rows
        states[rows[:, None], :, self._columns] = new.transpose(1, 2)
        seen = states[:, :, : self._seen]
        return seen if self._rows is None else seen[rows]
