import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.number_guessing.action import parse_guess
from latentgym_envs.number_guessing.env import NumberGuessing
from latentgym_envs.number_guessing.task import Task

GRAMMAR = {
    "[42]": (42, "bracket"),
    "I say [10], no: [20]": (20, "bracket"),
    "[12] then 99": (12, "bracket"),
    "[ 42 ]": (42, "bare"),
    "between 1 and 100": (100, "bare"),
    "[3.7]": (7, "bare"),
    "-5": (5, "bare"),
    "[-5]": (5, "bare"),
    "1,000": (0, "bare"),
    "[1,000]": (0, "bare"),
    "[0042]": (42, "bracket"),
    "[1e3]": (3, "bare"),
    "[[7]]": (7, "bracket"),
    "": (None, None),
    "fifty": (None, None),
    "[]": (None, None),
    "The answer was [5], the score 0.940.": (5, "bracket"),
    "Score 0.000.": (0, "bare"),
    "[+5] or [6": (6, "bare"),
    "first line [8]\nsecond line": (8, "bracket"),
    "[٤٢]": (42, "bracket"),  # Arabic-Indic digits
    "４２": (42, "bare"),  # full-width digits
    "x² [½]": (None, None),  # numbers, but no decimal digits
}


@pytest.mark.parametrize(("reply", "expected"), GRAMMAR.items())
def test_grammar(reply, expected):
    assert parse_guess(reply) == expected


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_last_number_of_the_best_kind_counts(first, last):
    assert parse_guess(f"{first} {last}") == (last, "bare")
    assert parse_guess(f"[{last}] {first}") == (last, "bracket")


HOSTILE = {
    "more digits than Python converts": "9" * 5000,
    "the same in brackets": "[" + "9" * 5000 + "]",
    "zeros without end": "[" + "0" * 5000 + "7]",
    "largest convertible": "[" + "9" * sys.get_int_max_str_digits() + "]",
    "beyond JSON": f"[{2**53}]",
}


@pytest.mark.parametrize("reply", HOSTILE.values(), ids=HOSTILE)
def test_a_huge_number_is_out_of_range(reply):
    game = NumberGuessing()
    state, _ = game.start(Task(target=7), 0)
    state, result = game.step(state, reply)
    assert result.facts["kind"] == "out_of_range"
    assert result.facts["guess"] is None
    assert (state.turns, result.done) == (1, False)
    assert len(result.observation) < 200


@pytest.mark.parametrize(
    "reply",
    [
        *("\x00", "[\x00]", "\ud800", "[\udfff]", "null", "{}", "%s{0}", "[" * 10**6, "[1" * 10**5),
        *("a" * 10**6, "1" * 10**6, "1 " * 10**6, "[1]" * 10**5, "[" + "1" * 10**6, "]["),
    ],
    ids=lambda reply: ascii(reply[:8]),
)
def test_hostile_replies_are_observations(reply):
    game = NumberGuessing()
    state, _ = game.start(Task(target=7, max_turns=2), 0)
    state, first = game.step(state, reply)
    state, second = game.step(state, reply)
    assert (first.done, second.done, second.solved, second.reward) == (False, True, False, 0.0)
    for result in (first, second):
        json.dumps(dict(result.facts))
        result.observation.encode()


@given(st.text())
def test_every_text_is_answered(reply):
    game = NumberGuessing()
    task = Task(target=7, low=5, high=9, max_turns=3)
    state, _ = game.start(task, 0)
    after, result = game.step(state, reply)
    assert after.turns == 1
    assert result.solved == (parse_guess(reply)[0] == 7)
    assert result.facts["valid"] == (result.facts["kind"] in ("higher", "lower", "correct"))
    assert game.step(state, reply) == (after, result)
