"""How long to wait before a model server is asked again."""

import email.utils
import math
import random
from collections.abc import Mapping

from attrs import frozen

LONGEST_BACKOFF = 30.0
"""Seconds; the back-off doubles up to here."""
LONGEST_RETRY_AFTER = 120.0
"""Seconds; a server that asks for more is asked again after this."""


@frozen(kw_only=True)
class RetryPolicy:
    """Exponential back-off with full jitter.

    Attributes:
        attempts: Calls per reply, the first included; from 1.
        backoff: Upper end of the first wait in seconds; doubles with every attempt.
    """

    attempts: int = 6
    backoff: float = 0.5

    def wait_seconds(self, attempt: int, retry_after: float | None, chance: random.Random) -> float:
        """The wait after a failed attempt.

        Args:
            attempt: Number of the attempt that failed, from 1.
            retry_after: What the server asked for in seconds, else None.
            chance: Source of the jitter.

        Returns:
            A uniform draw from the back-off; a server's own wish is met in full, and the first
            back-off spreads those who were told the same.
        """
        if retry_after is not None:
            return min(retry_after, LONGEST_RETRY_AFTER) + chance.uniform(0, self.backoff)
        return chance.uniform(0, min(self.backoff * 2 ** (attempt - 1), LONGEST_BACKOFF))


def retry_after_seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Read `retry-after-ms` or `Retry-After` (seconds or an HTTP date).

    Args:
        headers: Of the answer, with case-insensitive or lower-case keys.
        now: Seconds since the epoch.

    Returns:
        Seconds from `now`, at least 0; None if nothing readable was sent.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after", "")
    seconds = _number(asked)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, email.utils.parsedate_to_datetime(asked).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
