"""Sample replies for many conversations at once; the attention cache is kept from turn to turn.

A conversation only ever grows: each call appends one block of tokens to some rows and samples their
replies. Rows are ragged, and so are blocks: those of like length are read together, padded on the
right. Every token sees exactly what it would see in one forward pass over its own row.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import torch
from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_train.learning.scoring import Reading
from latentgym_train.playing.ragged_cache import RaggedCache

Tokens = Sequence[int]
Feed = Mapping[int, Tokens]
"""Row to the tokens that it reads next."""
LIVE_SHARE = 0.75  # copying a part of the cache pays where no more than this share is left
PASS_TOKENS = {"cpu": 128, "other": 4096}
"""How many tokens could be read in the time that a forward pass takes at least, by device."""


@frozen
class SampledReply:
    """What was sampled for one row.

    Attributes:
        tokens: Token ids, the one that ended the reply included.
        log_probs: Log-probability of each when it was sampled.
        ended: Whether a stop token ended it, not its length.
        value: What the value head says of the state before the reply; None without one.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    ended: bool
    value: float | None = None


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
        self._cache = RaggedCache(num_rows)
        self._rows = list(range(num_rows))  # in the order of the cache
        self._lengths = dict.fromkeys(self._rows, 0)  # tokens that each row has read
        self._unread: dict[int, tuple[int, ...]] = dict.fromkeys(self._rows, ())

    def fits(self, row: int, block: Tokens) -> bool:
        """Whether the row can read a block and write its longest reply."""
        if self.settings.context is None:
            return True
        ahead = len(self._unread[row]) + len(block) + self.settings.max_new_tokens
        return self._lengths[row] + ahead <= self.settings.context

    @torch.no_grad()
    def extend(self, blocks: dict[int, Tokens]) -> dict[int, SampledReply]:
        """Append a block to some rows and sample their replies; rows left out are over."""
        self._drop_rows(blocks)
        replies: dict[int, tuple[list[int], list[float]]] = {row: ([], []) for row in blocks}
        feeds = self._divide({row: (*self._unread[row], *block) for row, block in blocks.items()})
        going: dict[int, Tokens] = {}
        before: dict[int, float] = {}
        while self.any_rank(bool(feeds or going)):
            if not feeds:
                feeds, going = [going], {}
            feed = feeds.pop(0)  # empty where only other processes have something to read
            logits, values = self._read(feed)
            for row, value in zip(feed, [] if values is None else values.tolist(), strict=False):
                before.setdefault(row, value)
            for row, token, log_prob in zip(feed, *self._draw(logits), strict=True):
                replies[row][0].append(token)
                replies[row][1].append(log_prob)
                self._unread[row] = (token,)
                if not self._is_over(replies[row][0]):
                    going[row] = (token,)
        return {
            row: SampledReply(
                tuple(ids), tuple(logs), ids[-1] in self.settings.stop_tokens, before.get(row)
            )
            for row, (ids, logs) in replies.items()
        }

    def _is_over(self, reply: list[int]) -> bool:
        ended = reply[-1] in self.settings.stop_tokens
        return ended or len(reply) >= self.settings.max_new_tokens

    def _divide(self, feed: Feed) -> list[Feed]:
        """Read short blocks before long ones where the padding saved is worth another pass."""
        if not feed:
            return []
        rows = sorted(feed, key=lambda row: len(feed[row]))
        lengths = [len(feed[row]) for row in rows]
        whole = len(rows) * lengths[-1]
        costs = [n * lengths[n - 1] + (len(rows) - n) * lengths[-1] for n in range(1, len(rows))]
        worth = PASS_TOKENS.get(self._device.type, PASS_TOKENS["other"])
        if not costs or whole - min(costs) < worth:
            return [feed]
        cut = costs.index(min(costs)) + 1
        parts = ({row: feed[row] for row in part} for part in (rows[:cut], rows[cut:]))
        return [smaller for part in parts for smaller in self._divide(part)]

    def _read(self, feed: Feed) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Let the model read on; see `Scorer._read`, with n = len(feed)."""
        device = self._device
        places = self._taking_part(feed)
        rows = [self._rows[place] for place in places]
        blocks = [feed.get(row, ()) for row in rows]
        counts = torch.tensor([len(ids) for ids in blocks], device=device)
        width = max(map(len, feed.values()), default=1)
        padded = [[*ids, *[0] * (width - len(ids))] for ids in blocks]
        tokens = torch.tensor(padded, device=device).reshape(-1, width)
        before = torch.tensor([self._lengths[row] for row in rows], device=device)[:, None]
        columns = before + torch.arange(width, device=device)
        # Padding stays at the position of the last token: the model may have no further one.
        positions = columns.minimum((before + counts[:, None] - 1).clamp(min=0))
        needed = max((self._lengths[row] for row in rows), default=0) + width
        for row, ids in feed.items():
            self._lengths[row] += len(ids)
        self.tokens_read += sum(map(len, feed.values()))
        seen = max((self._lengths[row] for row in rows), default=0) or 1
        visible = torch.arange(seen, device=device) <= positions[:, None, :, None]
        chosen = None if len(places) == len(self._rows) else torch.tensor(places, device=device)
        self._cache.aim(chosen, columns, seen, needed)
        number = {row: number for number, row in enumerate(rows)}
        fed = torch.tensor([number[row] for row in feed], dtype=torch.long, device=device)
        last = (fed, counts[fed] - 1)
        read: tuple[torch.Tensor, torch.Tensor | None] = self.scorer(
            tokens, reading=Reading(positions, visible, self._cache, last)
        )
        return read

    def _taking_part(self, feed: Feed) -> list[int]:
        """Places of the rows that a pass runs on; where most are fed, the others come along."""
        fed = [place for place, row in enumerate(self._rows) if row in feed]
        few = 0 < len(fed) <= LIVE_SHARE * len(self._rows)
        return fed if few else list(range(len(self._rows)))

    def _draw(self, logits: torch.Tensor) -> tuple[list[int], list[float]]:
        """Draw one token a row; logits have shape [rows, vocabulary]."""
        temperature = self.settings.temperature
        log_probs = torch.log_softmax(logits / (temperature or 1.0), dim=-1)
        if temperature == 0:
            tokens = log_probs.argmax(-1, keepdim=True)
        else:
            # One uniform number a row, in (0, 1], so that no token of probability 0 is drawn;
            # torch.multinomial takes one for every word of the vocabulary.
            below = log_probs.exp().cumsum(-1)
            uniform = 1 - torch.rand(len(logits), 1, generator=self.generator, device=logits.device)
            tokens = torch.searchsorted(below, uniform * below[:, -1:])
        chosen = log_probs.gather(-1, tokens)
        return tokens[:, 0].tolist(), chosen[:, 0].tolist()

    def _drop_rows(self, wanted: dict[int, Tokens]) -> None:
        """Give up rows that are over, once it is worth copying the cache."""
        if not wanted or len(wanted) > LIVE_SHARE * len(self._rows):
            return
        places = [place for place, row in enumerate(self._rows) if row in wanted]
        self._cache.keep(torch.tensor(places, device=self._device))
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
