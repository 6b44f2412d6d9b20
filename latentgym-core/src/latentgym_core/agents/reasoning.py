"""Reasoning that a model writes into its reply, told apart from what it says."""

OPEN, CLOSE = "<think>", "</think>"


def split_reasoning(text: str) -> tuple[str, str | None]:
    """Take a leading `<think>…</think>` block out of a reply.

    A block that is never closed is all reasoning: the model ran out of tokens before it spoke. A
    closing tag without an opening one counts too, because some chat templates end the prompt with
    the opening tag.

    Args:
        text: What the model wrote.

    Returns:
        What it said, and its reasoning; None if there is none.
    """
    inside, closed, said = text.partition(CLOSE)
    opened = inside.lstrip().startswith(OPEN)
    if not opened and (not closed or OPEN in inside):
        return text, None
    reasoning = inside.lstrip().removeprefix(OPEN).strip()
    return said.lstrip(), reasoning or None
