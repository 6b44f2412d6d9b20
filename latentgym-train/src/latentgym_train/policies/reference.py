"""The policy as it was at the start, to measure how far training has moved."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from latentgym_train.learning.plays import Batch
from latentgym_train.learning.scoring import Scorer, score


class Reference:
    """Frozen weights; with LoRA simply the weights under the adapters, which nothing trains.

    Args:
        causal: The policy at the start, not wrapped.
        temperature: As of the policy.
    """

    def __init__(self, causal: Any, temperature: float) -> None:
        self._adapted = causal if hasattr(causal, "disable_adapter") else None
        if self._adapted is None:
            self._scorer = Scorer(copy.deepcopy(causal), temperature=temperature)
            self._scorer.requires_grad_(requires_grad=False)

    @torch.no_grad()
    def log_probs(self, batch: Batch, scorer: torch.nn.Module) -> torch.Tensor:
        """Log-probabilities of the sampled tokens, 0 elsewhere, shape [B, T - 1].

        Args:
            batch: On the device of the policy.
            scorer: The policy as Accelerate has prepared it.
        """
        if self._adapted is None:
            return score(self._scorer.to(batch.tokens.device).eval(), batch).log_probs
        with _without_adapters(self._adapted):
            return score(scorer, batch).log_probs


@contextmanager
def _without_adapters(model: Any) -> Iterator[None]:
    """Peft would afterwards train every adapter, those of other modules than `rl.modules` too."""
    trained = [(weight, weight.requires_grad) for weight in model.parameters()]
    with model.disable_adapter():
        yield
    for weight, was_trained in trained:
        weight.requires_grad_(was_trained)
