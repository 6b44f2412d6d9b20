import json
import random

import pytest

from latentgym_core.agents.reasoning import split_reasoning
from latentgym_core.agents.servers.http_reply import Failure, read_reply
from latentgym_core.agents.servers.retry import (
    LONGEST_RETRY_AFTER,
    RetryPolicy,
    retry_after_seconds,
)

NOW = 1_000_000_000.0  # Sun, 09 Sep 2001 01:46:40 GMT


def read(body, status=200, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_reply(status, headers or {}, content, NOW)


def completion(finish_reason="stop", usage=None, **message):
    return {"choices": [{"message": message, "finish_reason": finish_reason}], "usage": usage}


@pytest.mark.parametrize(
    ("written", "text", "reasoning"),
    [
        ("[5]", "[5]", None),
        ("", "", None),
        ("<think>halve it</think>\n\n[5]", "[5]", "halve it"),
        ("\n <think>\nhalve\n</think>[5]\n", "[5]\n", "halve"),
        ("<think>\n\n</think>\n\n[5]", "[5]", None),
        ("<think>never closed [5]", "", "never closed [5]"),
        ("opened in the prompt</think> [5]", "[5]", "opened in the prompt"),
        ("I use <think>a</think> tags", "I use <think>a</think> tags", None),
        ("<think>a</think>b</think>c", "b</think>c", "a"),
    ],
)
def test_reasoning_is_told_apart(written, text, reasoning):
    assert split_reasoning(written) == (text, reasoning)


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "[5]", "reasoning_content": "why"}, "[5]", "why"),
        ({"content": "[5]", "reasoning": "why"}, "[5]", "why"),
        ({"content": "<think>why</think>[5]", "reasoning": None}, "[5]", "why"),
        ({"content": None, "reasoning": "why"}, "", "why"),
        ({"content": None, "refusal": "I will not guess."}, "I will not guess.", None),
    ],
)
def test_the_places_of_reasoning(message, text, reasoning):
    reply = read(completion(**message))
    assert (reply.text, reply.reasoning, reply.blank) == (text, reasoning, False)


@pytest.mark.parametrize("content", ["", None, " \n", "<think></think>"])
def test_a_reply_that_says_nothing_is_blank_unless_it_was_cut(content):
    assert read(completion(content=content)).blank
    assert not read(completion(content=content, finish_reason="length")).blank


def test_usage_is_read_where_it_is_reported():
    usage = {
        "prompt_tokens": 40,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 32},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    full = read(completion(content="x", usage=usage)).usage
    bare = read(completion(content="x", usage={"prompt_tokens": 7})).usage
    assert (full.input_tokens, full.cached_tokens) == (40, 32)
    assert (full.output_tokens, full.reasoning_tokens) == (9, 5)
    assert (bare.input_tokens, bare.cached_tokens, bare.output_tokens) == (7, None, None)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_statuses_that_pass_with_time(status):
    failure = read({"error": {"message": "busy"}}, status, {"retry-after": "3"})
    assert failure == Failure(
        message=f"HTTP {status}: busy", status_code=status, retryable=True, retry_after=3.0
    )


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 413, 422])
def test_statuses_that_stay(status):
    failure = read({"error": {"message": "wrong"}}, status)
    assert (failure.retryable, failure.status_code, failure.overflow) == (False, status, False)


@pytest.mark.parametrize("field", ["code", "type"])
def test_a_used_up_quota_does_not_pass_with_time(field):
    failure = read({"error": {"message": "pay", field: "insufficient_quota"}}, 429)
    assert not failure.retryable


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {"message": "too big", "code": "context_length_exceeded"}),
        (400, {"message": "This model's maximum context length is 4096 tokens."}),
        (400, {"message": "prompt is too long: 200001 tokens > 200000 maximum"}),
        (400, {"message": "the request exceeds the available context size"}),
        (422, {"message": "The input is longer than the model's limit."}),
    ],
)
def test_a_conversation_that_no_longer_fits(status, error):
    failure = read({"error": error}, status)
    assert (failure.overflow, failure.retryable) == (True, False)


def test_the_failure_of_a_server_behind_a_gateway_counts_as_its_own():
    busy = read({"error": {"message": "busy", "code": 429}})
    refused = read({"error": {"message": "no", "code": 403}})
    assert (busy.status_code, busy.retryable) == (429, True)
    assert (refused.status_code, refused.retryable) == (403, False)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html>\n bad  gateway", "HTTP 502: <html> bad gateway"),
        (b"", "HTTP 502: no explanation"),
        (b'{"detail": "asleep"}', "HTTP 502: asleep"),
        (b'{"error": "asleep"}', "HTTP 502: asleep"),
    ],
)
def test_servers_explain_themselves_in_many_forms(body, told):
    assert read(body, 502).message == told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"choices": [{"mess',
        b"[" * 100_000,
        b"[]",
        b"null",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": [{"message": {"content": 5}}]}',
        b'{"choices": [{"message": {"content": "x"}}], "usage": 5}',
    ],
)
def test_a_broken_body_is_a_failure_that_may_pass(body):
    failure = read(body)
    assert isinstance(failure, Failure)
    assert (failure.retryable, failure.status_code) == (True, None)
    assert len(failure.message) < 400


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sun, 09 Sep 2001 01:46:45 GMT"}, 5.0),
        ({"retry-after": "Sun, 09 Sep 2001 01:46:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers, seconds):
    assert retry_after_seconds(headers, NOW) == seconds


def test_the_back_off_doubles_up_to_a_limit_and_jitters_over_all_of_it():
    policy, chance = RetryPolicy(backoff=0.5), random.Random(0)
    for attempt, top in [(1, 0.5), (2, 1.0), (3, 2.0), (9, 30.0)]:
        waits = [policy.wait_seconds(attempt, None, chance) for _ in range(500)]
        assert 0 <= min(waits) < 0.1 * top
        assert 0.9 * top < max(waits) <= top


def test_a_server_s_wish_is_met_in_full_and_spread_up_to_a_limit():
    policy, chance = RetryPolicy(backoff=0.5), random.Random(0)
    waits = [policy.wait_seconds(5, 3.0, chance) for _ in range(100)]
    assert min(waits) >= 3.0
    assert max(waits) <= 3.5
    assert len(set(waits)) == 100
    assert policy.wait_seconds(1, 1e9, chance) <= LONGEST_RETRY_AFTER + 0.5


def test_waits_are_the_same_for_the_same_source_of_chance():
    policy = RetryPolicy()
    one, other = (policy.wait_seconds(2, None, random.Random("s/4")) for _ in range(2))
    assert one == other
