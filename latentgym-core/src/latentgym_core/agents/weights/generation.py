"""Write a reply token by token, greedily or by nucleus sampling."""

import random
from collections.abc import Collection, Sequence
from typing import Any

import torch
from attrs import frozen

from latentgym_core.agents.weights.kv_cache import ConversationCache


@frozen
class Generation:
    """What a model wrote.

    Attributes:
        tokens: Token ids of the reply, without the one that ended it.
        cached: Tokens of the prompt that were in the cache.
        sampled: Tokens drawn, the one that ended the reply included.
    """

    tokens: list[int]
    cached: int
    sampled: int


def generate(
    model: Any,
    cache: ConversationCache,
    prompt: Sequence[int],
    *,
    stop: Collection[int],
    max_new_tokens: int,
    temperature: float,
    top_p: float,
    stream: str,
) -> Generation:
    """Continue a prompt.

    Args:
        model: A Transformers model with a language-modelling head.
        cache: What the model has read of this conversation; holds prompt and reply afterwards.
        prompt: Token ids of the whole conversation.
        stop: Token ids that end the reply.
        max_new_tokens: Longest reply, from 1.
        temperature: 0 takes the likeliest token.
        top_p: Probability mass of the likeliest tokens that are drawn from, in (0, 1].
        stream: Names the stream of random numbers.
    """
    generator = torch.Generator().manual_seed(random.Random(stream).getrandbits(63))
    tokens: list[int] = []
    with torch.inference_mode():
        cached = cache.rewind(prompt)
        logits = cache.read(model, prompt[cached:])
        for sampled in range(1, max_new_tokens + 1):
            token = next_token(logits, temperature, top_p, generator)
            if token in stop:
                break
            tokens.append(token)
            if sampled < max_new_tokens:  # the last token is not read: nothing follows it
                logits = cache.read(model, [token])
    return Generation(tokens, cached, sampled)


def next_token(
    logits: torch.Tensor, temperature: float, top_p: float, generator: torch.Generator
) -> int:
    """Choose a token.

    Nucleus sampling after Holtzman et al., "The Curious Case of Neural Text Degeneration"
    (ICLR 2020): the smallest set of likeliest tokens whose probabilities sum to `top_p` or more.

    Args:
        logits: Shape [vocabulary].
        temperature: 0 takes the likeliest token.
        top_p: In (0, 1].
        generator: A generator on the CPU, where the draw is made.
    """
    if temperature == 0:
        return int(logits.argmax())
    probabilities = torch.softmax(logits.float().cpu() / temperature, dim=-1)
    ordered, ids = probabilities.sort(descending=True)
    before = ordered.cumsum(dim=-1) - ordered
    nucleus = ordered.where(before < top_p, torch.zeros(()))
    return int(ids[torch.multinomial(nucleus, 1, generator=generator)])
