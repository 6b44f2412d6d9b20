"""One forward pass over whole sequences: log-probabilities, entropies and values."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from attrs import frozen
from torch import nn

from latentgym_train.batching import Batch


@frozen
class Scores:
    """What the policy says of a batch; position t speaks of token t + 1.

    Attributes:
        log_probs: Log-probability of the next token where it was sampled, else 0, [B, T - 1].
        entropy: Entropy of the next token in nats where it was sampled, else 0, [B, T - 1].
        values: Value of the state before the next token, [B, T - 1]; None without a head.
    """

    log_probs: torch.Tensor
    entropy: torch.Tensor
    values: torch.Tensor | None


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
        attention: torch.Tensor,
        actions: torch.Tensor | None = None,
        *,
        positions: torch.Tensor | None = None,
        cache: Any = None,
    ) -> Any:
        """Score whole sequences, or read on with a cache.

        Both go through here because wrappers (FSDP, DDP) act on the forward pass of the whole.

        Args:
            tokens: Shape [B, T].
            attention: See `_score` and `_read`.
            actions: With it, `Scores`.
            positions: Without `actions`; shape [B, T].
            cache: Without `actions`: what was read before. Gives the logits after the last token,
                shape [B, vocabulary].
        """
        if actions is None:
            return self._read(tokens, attention, positions, cache)
        return self._score(tokens, attention, actions)

    def _read(
        self,
        tokens: torch.Tensor,
        attention: torch.Tensor,
        positions: torch.Tensor | None,
        cache: Any,
    ) -> torch.Tensor:
        """Logits after the last token; `attention` covers the cache too."""
        output = self.causal(
            tokens,
            attention_mask=attention,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: torch.Tensor = output.logits[:, -1].float()
        return logits

    def _score(
        self, tokens: torch.Tensor, attention: torch.Tensor, actions: torch.Tensor
    ) -> Scores:
        """Score the sampled tokens of a batch, each from what stands before it.

        Args:
            tokens: Shape [B, T].
            attention: 1 for real tokens, padded on the right, shape [B, T].
            actions: True where the next token was sampled, shape [B, T - 1].
        """
        with _head_reads(self.causal.get_output_embeddings(), actions):
            output = self.causal(
                tokens,
                attention_mask=attention,
                use_cache=False,
                output_hidden_states=self.value_head is not None,
            )
        log_law = torch.log_softmax(output.logits.float() / self.temperature, dim=-1)  # [n, V]
        chosen = log_law.gather(-1, tokens[:, 1:][actions][:, None]).squeeze(-1)  # [n]
        entropy = -(log_law.exp() * log_law).sum(-1)
        values = None
        if self.value_head is not None:
            hidden = output.hidden_states[-1][:, :-1].to(self.value_head.weight.dtype)
            values = self.value_head(hidden).squeeze(-1).float()
        blank = torch.zeros(actions.shape, device=tokens.device)
        return Scores(
            blank.masked_scatter(actions, chosen), blank.masked_scatter(actions, entropy), values
        )


@contextmanager
def _head_reads(head: nn.Module, actions: torch.Tensor) -> Iterator[None]:
    """Let the language-modelling head see the hidden states before sampled tokens alone.

    Most tokens of a conversation are read, not sampled, and a row of logits is as long as the
    vocabulary. What the model does with its logits afterwards (soft caps, scales) stays as it is.
    """

    def select(_: nn.Module, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        hidden, *rest = arguments
        return (hidden[:, :-1][actions], *rest)

    handle = head.register_forward_pre_hook(select)
    try:
        yield
    finally:
        handle.remove()


def score(scorer: nn.Module, batch: Batch) -> Scores:
    """Score a batch; goes through the wrapped module, so that every wrapper sees it."""
    scores: Scores = scorer(batch.tokens, batch.attention, batch.actions)
    return scores
