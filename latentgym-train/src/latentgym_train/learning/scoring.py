"""One forward pass over whole sequences: log-probabilities, entropies and values."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from attrs import frozen
from torch import nn

from latentgym_core.agents.weights.kv_cache import cache_argument
from latentgym_train.learning.batching import Batch
from latentgym_train.learning.token_law import chosen_and_entropy

Index = torch.Tensor | tuple[torch.Tensor, torch.Tensor]


@frozen
class Scores:
    """What the policy says of a batch; position t speaks of token t + 1.

    Attributes:
        log_probs: Log-probability of the next token where it was sampled, else 0, [B, T - 1].
        entropy: Entropy of the next token in nats where it was sampled, else 0, [B, T - 1].
        values: Value of the state before the next token where it was sampled, else 0, [B, T - 1];
            None without a head.
    """

    log_probs: torch.Tensor
    entropy: torch.Tensor
    values: torch.Tensor | None


@frozen
class Reading:
    """How ragged rows read on.

    Attributes:
        positions: Of each token in its row, [B, T].
        visible: Whether a token attends to a column of the cache, [B, 1, T, columns].
        cache: What was read before.
        last: Row and place of the tokens whose logits are wanted, [n] each.
    """

    positions: torch.Tensor
    visible: torch.Tensor
    cache: Any
    last: tuple[torch.Tensor, torch.Tensor]


class Scorer(nn.Module):
    """A language model, and for `ppo` a value head on its last hidden states.

    Args:
        causal: A Transformers causal language model.
        with_values: Whether it has a value head.
        temperature: Replies are sampled at; log-probabilities are those of the sampling law.
    """

    def __init__(self, causal: Any, *, with_values: bool = False, temperature: float = 1.0) -> None:
        super().__init__()
        self.causal = causal
        self.temperature = temperature
        width = causal.config.get_text_config().hidden_size
        self.value_head = nn.Linear(width, 1) if with_values else None
        if self.value_head is not None:
            nn.init.zeros_(self.value_head.weight)
            nn.init.zeros_(self.value_head.bias)

    @property
    def _no_split_modules(self) -> Any:
        """What FSDP may not cut, where Accelerate looks for it."""
        return getattr(self.causal, "_no_split_modules", None)

    def forward(
        self,
        tokens: torch.Tensor,
        actions: torch.Tensor | None = None,
        *,
        reading: Reading | None = None,
    ) -> Any:
        """Score whole sequences, or read on with a cache.

        Both go through here because wrappers (FSDP, DDP) act on the forward pass of the whole.

        Args:
            tokens: Shape [B, T].
            actions: With it, `Scores`; see `_score`.
            reading: With it, logits and values; see `_read`.
        """
        if reading is not None:
            return self._read(tokens, reading)
        assert actions is not None
        return self._score(tokens, actions)

    def _read(
        self, tokens: torch.Tensor, reading: Reading
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Logits after the last tokens, [n, vocabulary], and values of the states there, [n]."""
        with _head_reads(self.causal.get_output_embeddings(), reading.last) as read:
            output = self.causal(
                tokens,
                attention_mask=self._mask(reading.visible),
                position_ids=reading.positions,
                use_cache=True,
                **cache_argument(self.causal, reading.cache),
            )
        return output.logits.float(), self._values(read[0])

    def _values(self, hidden: torch.Tensor) -> torch.Tensor | None:
        """Values of last hidden states: shape [n, size] to [n]; None without a head."""
        if self.value_head is None:
            return None
        values: torch.Tensor = self.value_head(hidden.to(self.value_head.weight.dtype))
        return values.squeeze(-1).float()

    def _mask(self, visible: torch.Tensor) -> torch.Tensor:
        """What attention adds to its scores; every implementation that takes a mask takes this."""
        kind = self.causal.get_input_embeddings().weight.dtype
        mask = torch.zeros(visible.shape, dtype=kind, device=visible.device)
        return mask.masked_fill_(~visible, torch.finfo(kind).min)

    def _score(self, tokens: torch.Tensor, actions: torch.Tensor) -> Scores:
        """Score the sampled tokens of a batch, each from what stands before it.

        There is no mask: rows are padded on the right, where causal attention never looks.

        Args:
            tokens: Shape [B, T].
            actions: True where the next token was sampled, shape [B, T - 1].
        """
        index = torch.nn.functional.pad(actions, (0, 1))
        with _head_reads(self.causal.get_output_embeddings(), index) as read:
            output = self.causal(tokens, use_cache=False)
        logits = output.logits.float() / self.temperature  # [n, V]
        chosen, entropy = chosen_and_entropy(logits, tokens[:, 1:][actions])
        blank = torch.zeros(actions.shape, device=tokens.device)
        values = self._values(read[0])
        return Scores(
            blank.masked_scatter(actions, chosen),
            blank.masked_scatter(actions, entropy),
            None if values is None else blank.masked_scatter(actions, values),
        )


@contextmanager
def _head_reads(head: nn.Module, index: Index) -> Iterator[list[torch.Tensor]]:
    """Let the language-modelling head see some of the hidden states alone; yields what it saw.

    Most tokens of a conversation are read, not sampled, and a row of logits is as long as the
    vocabulary. What the model does with its logits afterwards (soft caps, scales) stays as it is.
    """
    seen: list[torch.Tensor] = []

    def select(_: nn.Module, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        hidden, *rest = arguments
        seen.append(hidden[index])
        return (seen[0], *rest)

    handle = head.register_forward_pre_hook(select)
    try:
        yield seen
    finally:
        handle.remove()


def score(scorer: nn.Module, batch: Batch) -> Scores:
    """Score a batch; goes through the wrapped module, so that every wrapper sees it."""
    scores: Scores = scorer(batch.tokens, batch.actions)
    return scores
