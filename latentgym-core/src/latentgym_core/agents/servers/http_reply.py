"""Read what a model server answered: a completion, or a failure and what to do about it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from latentgym_core.agents.reasoning import split_reasoning
from latentgym_core.agents.servers.retry import retry_after_seconds
from latentgym_core.records.trajectory import Usage

RETRIED = frozenset({408, 409, 425, 429})
"""Statuses below 500 that pass with time; from 500 on all do."""
NO_QUOTA = "insufficient_quota"
TOO_LONG_STATUSES = frozenset({400, 413, 422})
TOO_LONG = re.compile(
    r"context.?(length|window|size)|(prompt|input) is too long|longer than the model|"
    r"exceeds the maximum number of tokens|reduce the length",
    re.IGNORECASE,
)
LONGEST_MESSAGE = 300


@frozen(kw_only=True)
class Completion:
    """A reply.

    Attributes:
        text: What the model said, without its reasoning.
        reasoning: Its reasoning, where the server or the model told it apart.
        usage: Tokens; latency and attempts are the caller's.
        cut: Whether the limit of output tokens ended it.
    """

    text: str
    reasoning: str | None
    usage: Usage
    cut: bool

    @property
    def blank(self) -> bool:
        """Whether it holds nothing at all, though there were tokens left for more."""
        return not (self.text.strip() or self.reasoning or self.cut)


@frozen(kw_only=True)
class Failure:
    """A call that gave no reply.

    Attributes:
        message: What happened, without a full stop.
        status_code: HTTP status; None when no answer came.
        retryable: Whether it may pass with time.
        retry_after: Seconds that the server asked us to wait.
        overflow: Whether the conversation no longer fits the model's context.
    """

    message: str
    status_code: int | None = None
    retryable: bool = True
    retry_after: float | None = None
    overflow: bool = False


def read_reply(
    status: int, headers: Mapping[str, str], content: bytes, now: float
) -> Completion | Failure:
    """Read an answer.

    Args:
        status: HTTP status.
        headers: Of the answer.
        content: Its body.
        now: Seconds since the epoch, against which a `Retry-After` date is read.
    """
    data = _json(content)
    error = data.get("error") if isinstance(data, dict) else None
    if status >= 300 or error:
        return _failure(status, error or data, retry_after_seconds(headers, now))
    try:
        return _completion(data)
    except (AttributeError, LookupError, TypeError):
        return Failure(message=f"a body that is no chat completion: {_excerpt(content)}")


def _completion(data: Any) -> Completion:
    choice = data["choices"][0]
    message = choice["message"]
    content = message.get("content") or message.get("refusal") or ""
    if not isinstance(content, str):
        raise TypeError(content)
    text, inline = split_reasoning(content)
    apart = message.get("reasoning_content") or message.get("reasoning")
    return Completion(
        text=text,
        reasoning=(apart if isinstance(apart, str) else None) or inline,
        usage=_usage(data.get("usage") or {}),
        cut=choice.get("finish_reason") == "length",
    )


def _usage(counted: Mapping[str, Any]) -> Usage:
    read = counted.get("prompt_tokens_details") or {}
    written = counted.get("completion_tokens_details") or {}
    return Usage(
        input_tokens=counted.get("prompt_tokens"),
        cached_tokens=read.get("cached_tokens"),
        output_tokens=counted.get("completion_tokens"),
        reasoning_tokens=written.get("reasoning_tokens"),
    )


def _failure(status: int, error: Any, retry_after: float | None) -> Failure:
    """`error` is the `error` of the body, or a body without one: servers differ."""
    told = error if isinstance(error, dict) else {"message": error or "no explanation"}
    code = told.get("code")
    if status < 300 and isinstance(code, int):
        status = code  # a gateway hands on the failure of the server behind it
    message = str(told.get("message") or told.get("detail") or told)
    passing = status < 300 or status >= 500 or status in RETRIED
    return Failure(
        message=f"HTTP {status}: {_excerpt(message.encode())}",
        status_code=status,
        retryable=passing and NO_QUOTA not in (code, told.get("type")),
        retry_after=retry_after,
        overflow=status in TOO_LONG_STATUSES and bool(TOO_LONG.search(f"{message} {code}")),
    )


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _excerpt(content)


def _excerpt(content: bytes) -> str:
    text = " ".join(content.decode("utf-8", "replace").split())
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"
