"""Whether an agent's words speak of what earlier tasks had in common."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

COVERED = 0.8  # share of the earlier answers that a named interval must hold
NARROW = 0.4  # of the visible range, which a named interval must be narrower than
MIN_WORDS = 3  # of a reply beside its action, below which it says nothing
ACTION = re.compile(r"\[[^\[\]]*\]")
NUMBER = re.compile(r"(?<![\w.])\d{1,9}(?![\w.]*\d)")


def names_history(
    text: str, earlier: Sequence[str], recurring: Collection[str], visible: Mapping[str, Any]
) -> bool:
    """Whether a text, written before a task was answered anything, uses earlier answers.

    It does if it names two of them, or one that comes again in the sequence, or an interval of
    numbers that holds most of them and is narrow.

    Args:
        text: Reply and reasoning of the opening turn.
        earlier: Answers of earlier tasks, as players call them.
        recurring: Answers of more than one task of the sequence.
        visible: Public facts of the task; `low` and `high` bound the numbers.
    """
    found = {answer for answer in earlier if answer and _holds(text, answer)}
    if len(found) >= 2 or found.intersection(recurring):
        return True
    return _names_interval(text, earlier, visible)


def words_of(reply: str, reasoning: str | None) -> str:
    """What an opening says beside its action: a button that is pressed is not named.

    Args:
        reply: The reply; actions stand in square brackets, or alone.
        reasoning: Reasoning that was kept apart from it.
    """
    said = ACTION.sub(" ", reply)
    return f"{reasoning or ''}\n{said if len(said.split()) >= MIN_WORDS else ''}"


def _holds(text: str, answer: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE) is not None


def _names_interval(text: str, earlier: Sequence[str], visible: Mapping[str, Any]) -> bool:
    numbers = [int(answer) for answer in earlier if answer.isdecimal()]
    low, high = visible.get("low"), visible.get("high")
    if len(numbers) < 2 or not isinstance(low, int) or not isinstance(high, int):
        return False
    named = sorted({int(match) for match in NUMBER.findall(text)} - {low, high})
    return any(
        sum(first <= number <= last for number in numbers) >= COVERED * len(numbers)
        and 0 < last - first < NARROW * (high - low)
        for place, first in enumerate(named)
        for last in named[place + 1 :]
    )
