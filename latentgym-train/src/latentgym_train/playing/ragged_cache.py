"""Attention keys and values of ragged rows, written in place."""

from typing import Any

import torch
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
        self._keys: dict[int, torch.Tensor] = {}  # of each layer, [rows, heads, columns, size]
        self._values: dict[int, torch.Tensor] = {}
        self._rows: torch.Tensor | None = None
        self._columns = torch.zeros(num_rows, 0, dtype=torch.long)
        self._seen = self._needed = 0

    def aim(self, rows: torch.Tensor | None, columns: torch.Tensor, seen: int, needed: int) -> None:
        """Say where the next forward pass writes, and what it sees.

        Args:
            rows: The n rows that take part; None is all of them, which spares a copy.
            columns: Where their tokens are written, shape [n, tokens].
            seen: How many columns the pass attends to.
            needed: How many columns there have to be.
        """
        self._rows, self._columns, self._seen, self._needed = rows, columns, seen, needed

    def update(
        self,
        key_states: torch.Tensor,
        value_states: torch.Tensor,
        layer_idx: int,
        *_: Any,
        **__: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write keys and values of a layer, and return those that the pass attends to.

        Args:
            key_states: Shape [n, heads, tokens, size].
            value_states: Shape [n, heads, tokens, size].
            layer_idx: Number of the layer.

        Returns:
            Both of shape [n, heads, seen, size].
        """
        return (
            self._write(self._keys, layer_idx, key_states),
            self._write(self._values, layer_idx, value_states),
        )

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """How many columns there are; rows are shorter."""
        return self._keys[layer_idx].shape[2] if layer_idx in self._keys else 0

    def keep(self, rows: torch.Tensor) -> None:
        """Give up all rows but these, which are numbered anew."""
        self.num_rows = len(rows)
        for held in (self._keys, self._values):
            for layer, states in held.items():
                held[layer] = states[rows]

    def _write(self, held: dict[int, torch.Tensor], layer: int, new: torch.Tensor) -> torch.Tensor:
        states = held[layer] = self._grown(held.get(layer), new)
        rows = self._rows
        if rows is None:
            rows = torch.arange(self.num_rows, device=new.device)
        states[rows[:, None], :, self._columns] = new.transpose(1, 2)
        seen = states[:, :, : self._seen]
        return seen if self._rows is None else seen[rows]

    def _grown(self, states: torch.Tensor | None, new: torch.Tensor) -> torch.Tensor:
        """Room for the columns of this pass; zeros, because masked garbage may still be NaN."""
        columns = -(-self._needed // GROWTH) * GROWTH
        _, heads, _, size = new.shape
        if states is None:
            return new.new_zeros(self.num_rows, heads, columns, size)
        if states.shape[2] >= self._needed:
            return states
        return torch.nn.functional.pad(states, (0, 0, 0, columns - states.shape[2]))
