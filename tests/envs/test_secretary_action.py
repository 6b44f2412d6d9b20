import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.secretary.action import parse_action
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.task import Task

TASK = Task(values=(0.2, 0.9, 0.4))
GRAMMAR = {
    "[accept]": ("accept", "accept"),
    "[continue]": ("continue", "continue"),
    "  [accept]\n\n": ("accept", "accept"),
    "I'd rather [continue]": ("continue", None),
    "[Accept]": ("accept", None),
    "[CONTINUE]": ("continue", None),
    "[continue] and only later [accept]": ("continue", None),
    "[accept] or [continue]?": ("accept", None),
    "[[accept]]": ("accept", None),
    "[accept": (None, None),
    "[ accept ]": (None, None),
    "[accept.]": (None, None),
    "accept": (None, None),
    "accept] [continue": (None, None),
    "": (None, None),
    "[]": (None, None),
    "(accept)": (None, None),
    "[acc\nept]": (None, None),
    "[contınue]": (None, None),  # a dotless i
}


@pytest.mark.parametrize(("reply", "expected"), GRAMMAR.items())
def test_grammar(reply, expected):
    assert (parse_action(reply, "lenient"), parse_action(reply, "strict")) == expected


@given(st.text(), st.sampled_from(["[accept]", "[continue]"]), st.text())
def test_the_first_bracketed_move_counts(before, move, after):
    expected = parse_action(before, "lenient") or move[1:-1]
    assert parse_action(before + move + after, "lenient") == expected


@pytest.mark.parametrize("parsing", ["lenient", "strict"])
@pytest.mark.parametrize(
    "reply",
    [
        *("\x00", "[\x00]", "\ud800", "[\udfff]", "null", "{}", "%s{0}", "[" * 10**6, "]["),
        *("a" * 10**6, "[accept" * 10**5, "[continue" * 10**5, " " * 10**6, "[[" * 10**5),
    ],
    ids=lambda reply: ascii(reply[:8]),
)
def test_hostile_replies_are_observations(reply, parsing):
    game = Secretary(parsing=parsing)
    state, _ = game.start(TASK, 0)
    for _ in range(3):
        state, result = game.step(state, reply)
        json.dumps(dict(result.facts))
        result.observation.encode()
        assert result.facts["valid"] is False
        assert len(result.observation) < 300
    assert (state.turns, result.done) == (3, parsing == "lenient")


@given(st.text(), st.sampled_from(["lenient", "strict"]))
def test_every_text_is_answered(reply, parsing):
    game = Secretary(parsing=parsing)
    state, _ = game.start(TASK, 0)
    after, result = game.step(state, reply)
    assert after.turns == 1
    assert result.facts["valid"] == (parse_action(reply, parsing) is not None)
    assert game.step(state, reply) == (after, result)
