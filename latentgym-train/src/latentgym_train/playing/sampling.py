"""Sample replies for many conversations at once; the attention cache is kept from turn to turn.

A conversation only ever grows: each call appends one block of tokens to some rows and samples their
replies. Rows are ragged, and so are blocks: those of like length are read together, padded on the
right. Every token sees exactly what it would see in one forward pass over its own row.
"""

from collections.abc import Callable
from functools import partial

import torch
from attrs import frozen
from torch import Tensor, nn

from latentgym_core.agents.weights.kv_cache import cache_argument
from latentgym_train.learning.scoring import Scorer
from latentgym_train.playing.playing import Blocks, SampledReply, Tokens
from latentgym_train.playing.ragged_cache import RaggedCache

Draws = list[tuple[int, float, float]]
"""Sampled tokens of a row, each with its log-probability and the value of the state before it."""
LIVE_SHARE = 0.75  # copying a part of the cache pays where no more than this share is left
PASS_TOKENS = {"cpu": 128, "other": 4096}
"""How many tokens could be read in the time that a forward pass takes at least, by device."""


@frozen(kw_only=True)
class SamplingSettings:
    """How replies are drawn.

    Attributes:
        stop_tokens: Ids that end a reply.
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
        scorer: nn.Module,
        settings: SamplingSettings,
        generator: torch.Generator,
        any_rank: Callable[[bool], bool] = bool,
    ) -> None:
        self.scorer, self.settings, self.generator = scorer, settings, generator
        self.any_rank = any_rank
        self.tokens_read = 0
        self._device = next(scorer.parameters()).device
        self.begin(0)

    def begin(self, num_rows: int) -> None:
        """Forget everything and open so many empty conversations."""
        self._cache = RaggedCache(num_rows)
        self._rows = list(range(num_rows))  # in the order of the cache
        self._lengths = [0] * num_rows  # tokens that each row has read
        self._unread: list[Tokens] = [()] * num_rows  # the last one that each has sampled

    def fits(self, row: int, block: Tokens) -> bool:
        """Whether the row can read a block and write its longest reply."""
        if self.settings.context is None:
            return True
        ahead = len(self._unread[row]) + len(block) + self.settings.max_new_tokens
        return self._lengths[row] + ahead <= self.settings.context

    def extend(self, blocks: Blocks) -> dict[int, SampledReply]:
        """Append a block to some rows and sample their replies; rows left out are over."""
        self.any_rank(True)  # a turn more, on every process
        return self._turn(blocks)

    def finish(self) -> None:
        """Keep the other processes company until the rows of all are over."""
        while self.any_rank(False):
            self._turn({})

    @torch.no_grad()
    def _turn(self, blocks: Blocks) -> dict[int, SampledReply]:
        self._drop_rows(blocks)
        draws: dict[int, Draws] = {row: [] for row in blocks}
        feeds = self._divide({row: (*self._unread[row], *block) for row, block in blocks.items()})
        going: dict[int, Tokens] = {}
        while self.any_rank(bool(feeds or going)):
            if not feeds:
                feeds, going = [going], {}
            feed = feeds.pop(0)  # empty where only other processes have something to read
            for row, draw in zip(feed, self._draw(*self._read(feed)), strict=True):
                draws[row].append(draw)
                self._unread[row] = draw[:1]
                if not self._ended(draws[row]) and len(draws[row]) < self.settings.max_new_tokens:
                    going[row] = draw[:1]
        return {row: self._reply(each) for row, each in draws.items()}

    def _ended(self, draws: Draws) -> bool:
        return draws[-1][0] in self.settings.stop_tokens

    def _reply(self, draws: Draws) -> SampledReply:
        tokens, log_probs, values = zip(*draws, strict=True)
        return SampledReply(tokens, log_probs, self._ended(draws), values[0])

    def _drop_rows(self, wanted: Blocks) -> None:
        """Give up rows that are over, once it is worth copying the cache."""
        if not wanted or len(wanted) > LIVE_SHARE * len(self._rows):
            return
        places = [place for place, row in enumerate(self._rows) if row in wanted]
        self._cache.keep(torch.tensor(places, device=self._device))
        self._rows = [self._rows[place] for place in places]

    def _divide(self, feed: Blocks) -> list[Blocks]:
        """Read short blocks before long ones where the padding saved is worth another pass."""
        rows = sorted(feed, key=lambda row: len(feed[row]))
        lengths = [len(feed[row]) for row in rows]
        costs = [n * lengths[n - 1] + (len(rows) - n) * lengths[-1] for n in range(1, len(rows))]
        worth = PASS_TOKENS.get(self._device.type, PASS_TOKENS["other"])
        if not costs or len(rows) * lengths[-1] - min(costs) < worth:
            return [feed] if feed else []
        cut = costs.index(min(costs)) + 1
        parts = ({row: feed[row] for row in part} for part in (rows[:cut], rows[cut:]))
        return [smaller for part in parts for smaller in self._divide(part)]

    def _read(self, feed: Blocks) -> tuple[Tensor, Tensor | None]:
        """Let the model read on; see `_read_on`, with n = len(feed)."""
        device, places = self._device, self._taking_part(feed)
        rows = [self._rows[place] for place in places]
        blocks = [feed.get(row, ()) for row in rows]
        width = max(map(len, feed.values()), default=1)
        padded = [[*ids, *[0] * (width - len(ids))] for ids in blocks]
        tokens = torch.tensor(padded, device=device).reshape(-1, width)
        counts = torch.tensor([len(ids) for ids in blocks], device=device)
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
        last = fed, counts[fed] - 1
        read_on = partial(
            _read_on, cache=self._cache, positions=positions, visible=visible, last=last
        )
        found: tuple[Tensor, Tensor | None] = self.scorer(tokens, read_on)
        return found

    def _taking_part(self, feed: Blocks) -> list[int]:
        """Places of the rows that a pass runs on; where most are fed, the others come along."""
        fed = [place for place, row in enumerate(self._rows) if row in feed]
        few = 0 < len(fed) <= LIVE_SHARE * len(self._rows)
        return fed if few else list(range(len(self._rows)))

    def _draw(self, logits: Tensor, values: Tensor | None) -> Draws:
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
        chosen = log_probs.gather(-1, tokens)[:, 0].tolist()
        before = [0.0] * len(chosen) if values is None else values.tolist()
        return list(zip(tokens[:, 0].tolist(), chosen, before, strict=True))


def _read_on(
    scorer: Scorer,
    tokens: Tensor,
    *,
    cache: RaggedCache,
    positions: Tensor,
    visible: Tensor,
    last: tuple[Tensor, Tensor],
) -> tuple[Tensor, Tensor | None]:
    """Logits after the last tokens, [n, vocabulary], and values of the states there, [n].

    Args:
        scorer: Not wrapped.
        tokens: What B rows read, [B, T].
        cache: What they read before.
        positions: Of each token in its row, [B, T].
        visible: Whether a token attends to a column of the cache, [B, 1, T, columns].
        last: Row and place of the tokens whose logits are wanted, [n] each.
    """
    kind = scorer.causal.get_input_embeddings().weight.dtype
    mask = torch.zeros(visible.shape, dtype=kind, device=tokens.device)  # added to attention
    return scorer.logits(
        tokens,
        last,
        attention_mask=mask.masked_fill_(~visible, torch.finfo(kind).min),
        position_ids=positions,
        use_cache=True,
        **cache_argument(scorer.causal, cache),
    )
