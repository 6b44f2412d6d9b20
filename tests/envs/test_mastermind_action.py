import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.mastermind.action import TOO_LARGE, parse_guess, read_number


def guess(reply, pick="last"):
    numbers = parse_guess(reply, pick)
    return None if numbers is None else [read_number(each) for each in numbers]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("[1 2 3 4]", [1, 2, 3, 4]),
        ("I will try [1 2 3 4], as it fits.", [1, 2, 3, 4]),
        ("[1  2\n3\t 4]", [1, 2, 3, 4]),
        ("[01 2 3 4]", [1, 2, 3, 4]),
        ("[1234]", [1234]),
        ("[7]", [7]),
        ("[1 2]", [1, 2]),
        ("[x] then [1 2 3 4]", [1, 2, 3, 4]),
        ("[[1 2 3 4]]", [1, 2, 3, 4]),
        ("[1 2 [3 4 5 6] 7]", [3, 4, 5, 6]),
        ("[[1] 2 3 4]", [1]),
        ("[\u0661 2 3 4]", [1, 2, 3, 4]),
    ],
)
def test_guesses(reply, expected):
    assert guess(reply, "first") == guess(reply, "last") == expected


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "1 2 3 4",
        "[ 1 2 3 4]",
        "[1 2 3 4 ]",
        "[1, 2, 3, 4]",
        "[1 2 -3 4]",
        "[]",
        "[ ]",
        "[1 2 3 4",
        "(1 2 3 4)",
        "[1 2 3 \u00b2]",
        "[1.5 2 3 4]",
    ],
)
def test_replies_without_a_guess(reply):
    assert guess(reply, "first") is guess(reply, "last") is None


def test_which_of_several_guesses_counts():
    reply = "After [1 2 3 4] and [x], not [5 6], I say [4 3 2 1]. [oops"
    assert guess(reply, "first") == [1, 2, 3, 4]
    assert guess(reply, "last") == [4, 3, 2, 1]


def test_huge_numbers_are_out_of_every_range():
    assert guess(f"[{'9' * 5000} 1]") == guess(f"[{'9' * 100_000} 1]") == [TOO_LARGE, 1]
    assert guess("[99999999999999999999]") == [TOO_LARGE]


@given(st.text(alphabet="[] 12\n,x", max_size=30))
def test_the_grammar_is_the_plain_one(reply):
    """Same as a regular expression without the devices that keep it linear."""
    found = re.findall(r"\[(\d+(?:\s+\d+)*)\]", reply)
    assert parse_guess(reply, "first") == (tuple(found[0].split()) if found else None)
    assert parse_guess(reply, "last") == (tuple(found[-1].split()) if found else None)
