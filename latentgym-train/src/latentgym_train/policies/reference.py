"""The policy as it was at the start, to measure how far training has moved."""

import copy
from typing import Any

import torch

from latentgym_train.batching import Batch
from latentgym_train.scoring import Scorer, score


class Reference:
    """Frozen weights; with LoRA simply the weights under the adapters.

    Args:
        causal: The policy at the start, not wrapped.
        temperature: As of the policy.
    """

    def __init__(self, causal: Any, temperature: float) -> None:
        self._adapted = causal if hasattr(causal, "disable_adapter") else None
        frozen = causal if self._adapted is not None else copy.deepcopy(causal)
        self._scorer = Scorer(frozen, temperature=temperature)
        if self._adapted is None:
            self._scorer.requires_grad_(requires_grad=False)

    @torch.no_grad()
    def log_probs(self, batch: Batch) -> torch.Tensor:
        """Log-probabilities of the sampled tokens, 0 elsewhere, shape [B, T - 1]."""
        if self._adapted is None:
            return score(self._scorer.to(batch.tokens.device).eval(), batch).log_probs
        with self._adapted.disable_adapter():
            return score(self._scorer, batch).log_probs
