"""One forward pass over whole sequences: log-probabilities, entropies and values.

A row of logits is as long as the vocabulary, and most tokens of a conversation are read, not
sampled. So logits are made of sampled tokens alone, and no tensor of their shape more than needed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import torch
from attrs import frozen
from torch import Tensor, nn

from latentgym_train.learning.plays import Batch

Result = TypeVar("Result")


@frozen
class Scores:
    """What the policy says of a batch, [B, T - 1] each, 0 where nothing was sampled."""

    log_probs: Tensor  # of the next token
    entropy: Tensor  # of the law of the next token, in nats
    values: Tensor | None  # of the state before the next token; None without a head


class Scorer(nn.Module):
    """A language model, and for `ppo` a value head on its last hidden states.

    Replies are sampled at `temperature`, and log-probabilities are those of the sampling law.
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

    def forward(self, tokens: Tensor, compute: Callable[["Scorer", Tensor], Result]) -> Result:
        """Compute something of tokens, [B, T]; wrappers (FSDP, DDP) act on this method alone."""
        return compute(self, tokens)

    def logits(
        self, tokens: Tensor, index: Tensor | tuple[Tensor, ...], **how: Any
    ) -> tuple[Tensor, Tensor | None]:
        """Logits after n of the tokens, [n, V], and values of the states there, [n].

        `index`, a mask or rows and places, says which of [B, T]; `how` is for the model.
        """
        with _head_reads(self.causal.get_output_embeddings(), index) as read:
            logits = self.causal(tokens, **how).logits.float()
        if self.value_head is None:
            return logits, None
        values = self.value_head(read[0].to(self.value_head.weight.dtype))
        return logits, values.squeeze(-1).float()


def score(scorer: nn.Module, batch: Batch) -> Scores:
    """Score the sampled tokens of a batch, each from what stands before it.

    Rows are padded on the right, where causal attention never looks, so there is no mask.
    """
    scores: Scores = scorer(batch.tokens, partial(_score, actions=batch.actions))
    return scores


def _score(scorer: Scorer, tokens: Tensor, actions: Tensor) -> Scores:
    index = nn.functional.pad(actions, (0, 1))
    logits, values = scorer.logits(tokens, index, use_cache=False)
    chosen, entropy = chosen_and_entropy(logits / scorer.temperature, tokens[:, 1:][actions])
    blank = torch.zeros(actions.shape, device=tokens.device)
    return Scores(
        blank.masked_scatter(actions, chosen),
        blank.masked_scatter(actions, entropy),
        None if values is None else blank.masked_scatter(actions, values),
    )


@contextmanager
def _head_reads(head: nn.Module, index: Tensor | tuple[Tensor, ...]) -> Iterator[list[Tensor]]:
    """Let the language-modelling head see some of the hidden states alone; yields what it saw.

    What the model does with its logits afterwards (soft caps, scales) stays as it is.
    """
    seen: list[Tensor] = []

    def select(_: nn.Module, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        hidden, *rest = arguments
        seen.append(hidden[index])
        return (seen[0], *rest)

    handle = head.register_forward_pre_hook(select)
    try:
        yield seen
    finally:
        handle.remove()


def chosen_and_entropy(logits: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Log-probability of tokens, [n], and entropy of their laws in nats, [n]; logits [n, V].

    With l = log softmax(logits), p = exp(l) and H = -sum p l, the gradients are
    d l_token / d logits = onehot(token) - p and d H / d logits = -p (l + H).
    """
    log_probs, entropy = _TokenLaw.apply(logits, tokens)  # type: ignore[no-untyped-call]
    return log_probs, entropy


class _TokenLaw(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        law = torch.log_softmax(logits, dim=-1)
        probs = law.exp()
        entropy = -torch.linalg.vecdot(probs, law)
        ctx.save_for_backward(law, probs, entropy, tokens)
        return law.gather(-1, tokens[:, None]).squeeze(-1), entropy

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, of_chosen: Tensor, of_entropy: Tensor) -> tuple[Tensor, None]:
        law, probs, entropy, tokens = ctx.saved_tensors
        gradient = law + entropy[:, None]
        gradient.mul_(-of_entropy[:, None]).sub_(of_chosen[:, None]).mul_(probs)
        return gradient.scatter_add_(1, tokens[:, None], of_chosen[:, None]), None
