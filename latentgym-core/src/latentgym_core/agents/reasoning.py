"""Tell a model's reasoning from its reply where both come in one text."""

OPEN, CLOSE = "<think>", "</think>"


def split_reasoning(text: str) -> tuple[str, str | None]:
    """Split off a leading `<think>…</think>` block.

    A closing tag alone also ends the reasoning, because some chat templates open it in the prompt;
    an opening tag alone means that the model was cut off while it reasoned.

    Returns:
        The visible reply and the reasoning, both stripped; the reasoning is None without a tag.
    """
    opened = text.lstrip().startswith(OPEN)
    if not opened and CLOSE not in text:
        return text.strip(), None
    reasoning, _, reply = text.partition(CLOSE)
    return reply.strip(), reasoning.strip().removeprefix(OPEN).strip()
