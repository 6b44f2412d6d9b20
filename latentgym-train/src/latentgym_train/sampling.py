"""Sample replies for many conversations at once; the attention cache is kept from turn to turn.

A conversation only ever grows: each call appends one block of tokens to some rows and samples their
replies. Rows are ragged. A block is padded on its left, and the columns of padding stay behind as
holes in the cache that no token attends to; positions count real tokens only, so every token sees
exactly what it would see in one forward pass over its own row.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import torch
from attrs import frozen
from transformers import DynamicCache

from latentgym_core.errors import SpecError

Tokens = Sequence[int]
LIVE_SHARE = 0.75  # rows that are over are dropped once fewer than this share is left


@frozen
class SampledReply:
    """What was sampled for one row.

    Attributes:
        tokens: Token ids, the one that ended the reply included.
        log_probs: Log-probability of each when it was sampled.
        ended: Whether a stop token ended it, not its length.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    ended: bool


class Sampler(Protocol):
    """Tokens in, tokens out. A server of a model can stand in for the model itself."""

    def begin(self, num_rows: int) -> None:
        """Forget everything and open so many empty conversations."""

    def extend(self, blocks: dict[int, Tokens]) -> dict[int, SampledReply]:
        """Append a block to some rows and sample their replies; rows left out are over.

        Args:
            blocks: Row to the tokens it reads, at least one.
        """

    def fits(self, row: int, block: Tokens) -> bool:
        """Whether the row can read a block and write its longest reply."""


@frozen(kw_only=True)
class SamplingSettings:
    """How replies are drawn.

    Attributes:
        stop_tokens: Token ids that end a reply.
        max_new_tokens: Longest reply, its end included.
        context: Most tokens of a conversation; None is no limit.
        temperature: 0 takes the likeliest token.
    """

    stop_tokens: frozenset[int]
    max_new_tokens: int
    context: int | None = None
    temperature: float = 1.0


class CachedSampler:
    """A model in this process.

    Args:
        scorer: A `Scorer`, perhaps wrapped; its layers all attend to the whole past.
        settings: See there.
        generator: Where all chance comes from.
        any_rank: Whether a condition holds in any process; models that are sharded over processes
            need all of them to run the same number of forward passes.
    """

    def __init__(
        self,
        scorer: Any,
        settings: SamplingSettings,
        generator: torch.Generator,
        any_rank: Callable[[bool], bool] = bool,
    ) -> None:
        self.scorer = scorer
        self._device = next(scorer.parameters()).device
        self.settings = settings
        self.generator = generator
        self.any_rank = any_rank
        self.tokens_read = 0
        self.begin(0)

    def begin(self, num_rows: int) -> None:
        """Forget everything and open so many empty conversations."""
        device = self._device
        self._cache = DynamicCache()
        self._rows = list(range(num_rows))
        self._mask = torch.zeros(num_rows, 0, dtype=torch.long, device=device)  # [rows, columns]
        self._lengths = torch.zeros(num_rows, dtype=torch.long, device=device)  # real tokens
        self._unread: dict[int, tuple[int, ...]] = dict.fromkeys(self._rows, ())

    def fits(self, row: int, block: Tokens) -> bool:
        """Whether the row can read a block and write its longest reply."""
        if self.settings.context is None:
            return True
        place = self._rows.index(row) if len(self._rows) <= row or self._rows[row] != row else row
        ahead = len(self._unread[row]) + len(block) + self.settings.max_new_tokens
        return int(self._lengths[place]) + ahead <= self.settings.context

    @torch.no_grad()
    def extend(self, blocks: dict[int, Tokens]) -> dict[int, SampledReply]:
        """Append a block to some rows and sample their replies; rows left out are over."""
        self._drop_rows(blocks)
        replies: dict[int, tuple[list[int], list[float]]] = {row: ([], []) for row in blocks}
        feed = {row: (*self._unread[row], *block) for row, block in blocks.items()}
        while self.any_rank(bool(feed)):
            logits = self._read(feed)
            tokens, log_probs = self._draw(logits)
            next_feed: dict[int, tuple[int, ...]] = {}
            for place, row in enumerate(self._rows):
                if row in feed:
                    token = tokens[place]
                    replies[row][0].append(token)
                    replies[row][1].append(log_probs[place])
                    self._unread[row] = (token,)
                    if not self._is_over(replies[row][0]):
                        next_feed[row] = (token,)
            feed = next_feed
        return {
            row: SampledReply(tuple(ids), tuple(logs), ids[-1] in self.settings.stop_tokens)
            for row, (ids, logs) in replies.items()
        }

    def _is_over(self, reply: list[int]) -> bool:
        ended = reply[-1] in self.settings.stop_tokens
        return ended or len(reply) >= self.settings.max_new_tokens

    def _read(self, feed: Mapping[int, Tokens]) -> torch.Tensor:
        """Let the model read on; returns logits after the last token, shape [rows, vocabulary]."""
        device = self._mask.device
        width = max(map(len, feed.values()), default=1)
        padded = [[0] * (width - len(ids)) + list(ids) for ids in self._blocks(feed)]
        real = [[0] * (width - len(ids)) + [1] * len(ids) for ids in self._blocks(feed)]
        new = torch.tensor(real, device=device).reshape(-1, width)
        positions = (self._lengths[:, None] + new.cumsum(-1) - 1).clamp(min=0)
        self._mask = torch.cat([self._mask, new], dim=1)
        self._lengths = self._lengths + new.sum(-1)
        self.tokens_read += sum(map(len, feed.values()))
        tokens = torch.tensor(padded, device=device).reshape(-1, width)
        logits: torch.Tensor = self.scorer(
            tokens, self._mask, positions=positions, cache=self._cache
        )
        return logits

    def _blocks(self, feed: Mapping[int, Tokens]) -> list[Tokens]:
        return [feed.get(row, ()) for row in self._rows]

    def _draw(self, logits: torch.Tensor) -> tuple[list[int], list[float]]:
        """Draw one token a row; logits have shape [rows, vocabulary]."""
        temperature = self.settings.temperature
        log_probs = torch.log_softmax(logits / (temperature or 1.0), dim=-1)
        if temperature == 0:
            tokens = log_probs.argmax(-1)
        else:
            tokens = torch.multinomial(log_probs.exp(), 1, generator=self.generator)[:, 0]
        chosen = log_probs.gather(-1, tokens[:, None])[:, 0]
        return tokens.tolist(), chosen.tolist()

    def _drop_rows(self, wanted: dict[int, Tokens]) -> None:
        """Give up rows that are over and close the holes, once it is worth copying the cache."""
        if not wanted or len(wanted) > LIVE_SHARE * len(self._rows) or not self._mask.shape[1]:
            return
        places = [place for place, row in enumerate(self._rows) if row in wanted]
        index = torch.tensor(places, device=self._mask.device)
        mask = self._mask[index]
        # Holes to the left, tokens to the right in their order; then all-hole columns go.
        order = mask.argsort(dim=1, stable=True)[:, -int(mask.sum(1).max()) :]
        for layer in self._cache.layers:
            heads, size = layer.keys.shape[1], layer.keys.shape[3]
            columns = order[:, None, :, None].expand(-1, heads, -1, size)
            layer.keys = layer.keys[index].gather(2, columns)
            layer.values = layer.values[index].gather(2, columns)
        self._mask = mask.gather(1, order)
        self._lengths = self._lengths[index]
        self._rows = [self._rows[place] for place in places]


def check_layers(config: Any) -> None:
    """Check that a cache of keys and values with holes is enough for a model.

    Raises:
        SpecError: It has sliding-window or recurrent layers.
    """
    kinds = set(getattr(config, "layer_types", None) or ())
    if odd := kinds - {"full_attention"}:
        raise SpecError(
            f"The policy has layers of the kind {', '.join(sorted(odd))}; ragged sampling with a "
            f"kept cache takes models that attend to the whole past in every layer."
        )
