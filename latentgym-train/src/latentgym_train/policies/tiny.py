"""A small decoder from a Transformers config, for training from scratch without a download."""

from typing import Any


def tiny_model(
    tokenizer: Any,
    *,
    hidden_size: int,
    num_layers: int,
    num_heads: int,
    context: int,
    seed: int,
) -> Any:
    """A Llama with random weights and tied embeddings, in float32.

    Tied embeddings let an attention head copy a token of the context before it has learned what
    the token means, which in-context learning is made of.

    Args:
        tokenizer: Gives the vocabulary and the special tokens.
        hidden_size: Width, a multiple of 2 `num_heads`.
        num_layers: Depth, at least 2: copying takes two attention layers (Olsson et al., 2022).
        num_heads: Attention heads.
        context: Most tokens of a sequence.
        seed: Of the initial weights.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden_size,
        intermediate_size=3 * hidden_size,
        num_hidden_layers=num_layers,
        num_attention_heads=num_heads,
        num_key_value_heads=num_heads,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        initializer_range=hidden_size**-0.5,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
    model.generation_config.do_sample = True  # servers would answer greedily otherwise
    return model
