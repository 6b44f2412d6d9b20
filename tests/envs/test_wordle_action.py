import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.wordle.action import parse_guess
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.task import Task

TASK = Task(target_word="crane", max_turns=2)
GRAMMAR = {  # reply: first guess, last guess
    "[crane]": ("crane", "crane"),
    "[CRANE]": ("crane", "crane"),
    "I tried [slate]; now [crane].": ("slate", "crane"),
    "[my guess] is [crane]": ("crane", "crane"),
    "[...] [crane] [ stale ]": ("crane", "crane"),
    "[[crane]]": ("crane", "crane"),
    "[crane": (None, None),
    "crane]": (None, None),
    "crane": (None, None),
    "[]": (None, None),
    "": (None, None),
    "[a_1]": ("a_1", "a_1"),
    "[don't]": (None, None),
    "[cra\nne]": (None, None),
    "one [stale]\ntwo [crane]\nthree": ("stale", "crane"),
    "[ÉTUDE]": ("étude", "étude"),
    "[слово]": ("слово", "слово"),
    "[crane][slate": ("crane", "crane"),
}


@pytest.mark.parametrize(("reply", "expected"), GRAMMAR.items())
def test_grammar(reply, expected):
    assert (parse_guess(reply, "first"), parse_guess(reply, "last")) == expected


@given(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.from_regex(r"[a-z]{1,9}", fullmatch=True))
def test_which_guess_counts_is_a_rule(one, other):
    reply = f"not [{one}] but [{other}]"
    assert parse_guess(reply, "first") == one
    assert parse_guess(reply, "last") == other


@pytest.mark.parametrize("pick", ["first", "last"])
@pytest.mark.parametrize(
    "reply",
    [
        *("\x00", "[\x00]", "\ud800", "[\udfff]", "null", "{}", "%s{0}", "[{0}]", "[" * 10**6),
        *("a" * 10**6, "[a" * 10**5, "[a]" * 10**5, "[" + "a" * 10**6 + "]", "[²]", "[İİİİİ]"),
        *("[ﬀﬀﬀﬀﬀ]", "[cranÉ]", "[12345]", "[_____]", "][", "[crane"),
    ],
    ids=lambda reply: ascii(reply[:8]),
)
def test_hostile_replies_are_observations(reply, pick):
    game = Wordle(pick=pick)
    state, _ = game.start(TASK, 0)
    state, first = game.step(state, reply)
    state, second = game.step(state, reply)
    assert (first.done, second.done, second.solved, second.reward) == (False, True, False, 0.0)
    for result in (first, second):
        assert not result.facts["valid"]
        json.dumps(dict(result.facts))
        result.observation.encode()
        assert len(result.observation) < 300


@given(st.text(), st.sampled_from(["open", "replay", "any"]))
def test_every_text_is_answered(reply, dictionary):
    game = Wordle(dictionary=dictionary)
    state, _ = game.start(TASK, 0)
    after, result = game.step(state, reply)
    assert after.turns == 1
    assert result.facts["valid"] == (result.facts["kind"] == "scored")
    assert game.step(state, reply) == (after, result)
