"""A policy: a causal language model with its tokenizer."""

from typing import Any

from attrs import frozen


@frozen
class Policy:
    """What is trained.

    Attributes:
        model: A Transformers model with a language-modelling head.
        tokenizer: Its tokenizer, with a chat template and an end-of-text token.
    """

    model: Any
    tokenizer: Any

    @property
    def stop_tokens(self) -> frozenset[int]:
        """Every token that ends a reply, from the generation settings and the tokenizer."""
        configured = self.model.generation_config.eos_token_id
        several = configured if isinstance(configured, list) else [configured]
        return frozenset({*several, self.tokenizer.eos_token_id} - {None})

    @property
    def context_length(self) -> int | None:
        """Most tokens the model can attend to; None if it sets no limit."""
        return getattr(self.model.config.get_text_config(), "max_position_embeddings", None)


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
