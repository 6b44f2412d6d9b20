"""A policy: a causal language model with its tokenizer."""

from typing import Any

from attrs import frozen

from latentgym_core.agents.weights.local import LocalModel


@frozen
class Policy(LocalModel):
    """What is trained: weights and a tokenizer, with a chat template and an end-of-text token."""


def stop_dropout(model: Any) -> None:
    """Leave nothing out of a forward pass any more, in training neither.

    Replies are sampled without dropout, so they are scored and learned from without it.
    """
    for module in model.modules():
        for name, value in list(vars(module).items()):
            if isinstance(value, float) and (
                "dropout" in name or "Dropout" in type(module).__name__
            ):
                setattr(module, name, 0.0)
