"""A tokenizer trained in this process on the environments' own text.

Byte-level BPE (Sennrich et al., ACL 2016) that may merge across blanks but not across the ends of
sentences: a phrase that a game keeps saying becomes one token, so that a small policy reads a whole
sequence in a few dozen tokens. Bytes are the alphabet, so every text can still be written.
"""

from collections.abc import Iterable
from typing import Any

END, SYSTEM, USER, ASSISTANT, PAD = "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|pad|>"
SPECIAL = (PAD, END, SYSTEM, USER, ASSISTANT)
SENTENCE_END = r"(?<=[.?!]) +|\s*\n\s*\n"
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] != 'user' or loop.first or loop.previtem['role'] != 'assistant' %}"
    "{{ '<|' + message['role'] + '|>' }}{% endif %}{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
"""Every token costs time: only replies need one to stop, and what follows it is the user's."""


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """Train a tokenizer; the same texts give the same tokenizer.

    Args:
        texts: What the environments and the players say.
        vocabulary: Most tokens it may have, at least 261 (the bytes and the special tokens).

    Returns:
        A `PreTrainedTokenizerFast` with a chat template.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SENTENCE_END), "merged_with_previous"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        show_progress=False,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[SYSTEM, USER, ASSISTANT],
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )
