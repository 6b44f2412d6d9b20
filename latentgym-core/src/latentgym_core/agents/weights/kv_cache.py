"""The attention cache of one conversation, which reads only what a new prompt adds to it."""

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache


class ConversationCache:
    """Attention states of the tokens that a model has read, in order."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self._states = DynamicCache()

    def rewind(self, prompt: Sequence[int]) -> int:
        """Keep what the cache shares with the start of a prompt, but never all of the prompt.

        Args:
            prompt: Token ids of the whole conversation, at least one. Its last token always has to
                be read again, since it gives the logits of the reply's first token.

        Returns:
            How many tokens of the prompt are kept.
        """
        kept = min(_shared(self.tokens, prompt), len(prompt) - 1)
        surplus = len(self.tokens) - kept
        if surplus:
            self._states.crop(-surplus)
            del self.tokens[kept:]
        return kept

    def read(self, model: Any, tokens: Sequence[int]) -> torch.Tensor:
        """Let the model read on.

        Args:
            model: A Transformers model with a language-modelling head.
            tokens: Token ids that follow those already read, at least one.

        Returns:
            Logits of the token after the last one, shape [vocabulary].
        """
        ids = torch.tensor([list(tokens)], device=model.device)
        states = cache_argument(model, self._states)
        output = model(ids, **states, use_cache=True, logits_to_keep=1)
        self.tokens.extend(tokens)
        logits: torch.Tensor = output.logits[0, -1]
        return logits


def cache_argument(model: Any, states: Any) -> dict[str, Any]:
    """The keyword argument by which a model takes its attention cache.

    Transformers renamed it in 5.24, model by model, and warns of the old name from there on.

    Args:
        model: A Transformers model, also one that PEFT wrapped.
        states: The cache.
    """
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    named = inspect.signature(inner.forward).parameters
    return {"cache" if "cache" in named else "past_key_values": states}


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """Length of the longest common prefix."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(left), len(right)))
