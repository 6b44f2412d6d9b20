import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.bandits.action import first_word_in_brackets, read_lenient, read_published
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.texts import rules

BUTTONS = ("red", "blue", "green", "yellow", "purple")
GAMES = (Bandits(), Bandits(parsing="published", unknown_selection="ends", budget_end="open"))
PUBLISHED = {
    "[red]": ("press", "red"),
    "[Red]": ("bad_button", None),
    "[ red ]": ("bad_button", None),
    "[red]\n[blue]": ("press", "red"),
    "[red] or [blue]": ("bad_button", None),
    "[red\n[blue]": ("press", "blue"),
    "[select red]": ("select", "red"),
    "[Select  RED]": ("select", "red"),
    "[select\n red]": ("select", "red"),
    "[select red now]": ("bad_button", None),
    "Select: [red]": ("select", "red"),
    "select [red]": ("select", "red"),
    "I preselect :: [red]": ("select", "red"),
    "selected [red]": ("press", "red"),
    "[select orange]": ("select", "orange"),
    "[select button_name]": ("select", "button_name"),
    "[blue] then [select red]": ("select", "red"),
    "select: [blue], no: [select red]": ("select", "red"),
    "[select red] [select blue]": ("select", "red"),
    "select **[red]**": ("press", "red"),
    "red": ("bad_format", None),
    "": ("bad_format", None),
    "[]": ("bad_button", None),
    "] red [": ("bad_format", None),
}
LENIENT = {
    "[red]": ("press", "red"),
    "[Red]": ("press", "red"),
    "[ red ]": ("press", "red"),
    "[red] or [blue]": ("press", "red"),
    "[orange], [blue]": ("press", "blue"),
    "[select red]": ("select", "red"),
    "[ Select: Red ]": ("select", "red"),
    "select **[red]**": ("select", "red"),
    "[select button_name] is the format. [select red]": ("select", "red"),
    "[select button_name] is the format. [blue]": ("press", "blue"),
    "[select button_name]": ("select", "button_name"),
    "[blue] then [select red]": ("select", "red"),
    "selected [red]": ("press", "red"),
    "[select red now]": ("bad_button", None),
    "[select ...]": ("bad_button", None),
    "red": ("bad_format", None),
    "[": ("bad_format", None),
}


@pytest.mark.parametrize(("reply", "expected"), PUBLISHED.items())
def test_published_grammar(reply, expected):
    assert read_published(reply, BUTTONS) == expected


@pytest.mark.parametrize(("reply", "expected"), LENIENT.items())
def test_lenient_grammar(reply, expected):
    assert read_lenient(reply, BUTTONS) == expected


@pytest.mark.parametrize("read", [read_published, read_lenient])
def test_without_selections_a_bracket_is_a_press_or_nothing(read):
    assert read("[select red]", BUTTONS, can_select=False) == ("bad_button", None)
    assert read("select [red]", BUTTONS, can_select=False) == ("press", "red")


def test_first_word_in_brackets():
    assert first_word_in_brackets("[not this] but [RED] or [blue]") == "red"
    assert first_word_in_brackets("[ red ] [blue!]") is None


@given(st.sampled_from(BUTTONS), st.text(alphabet="abc .,\n!?", max_size=30))
def test_both_grammars_read_well_formed_replies_alike(button, prose):
    for reply in (f"{prose}[{button}]", f"{prose}[select {button}]"):
        assert read_published(reply, BUTTONS) == read_lenient(reply, BUTTONS)
        assert read_lenient(reply, BUTTONS)[1] == button


@pytest.mark.parametrize("read", [read_published, read_lenient])
def test_quoting_the_rules_selects_nothing(read):
    text = rules(BUTTONS, can_select=True, pays_early=True)
    assert "[select" in text
    assert {read(line, BUTTONS)[0] for line in text.splitlines()} == {
        "bad_format",
        "bad_button",
        "press",
    }


HOSTILE = (
    *("\x00", "[\x00]", "\ud800", "[\udfff]", "[select \udfff]", "null", "%s{0}", "[ſelect red]"),
    *("[" * 10**6, "[a]" * 10**5, "[select " * 10**5, "[select " + "a" * 10**6, "select:" * 10**5),
    *(
        "[\n" * 10**5,
        "select" + " " * 10**6,
        "[" + " " * 10**6,
        "]" * 10**6,
        "[select " + " " * 10**6,
    ),
)


@pytest.mark.parametrize("game", GAMES, ids=["new", "published"])
@pytest.mark.parametrize("reply", HOSTILE, ids=lambda reply: ascii(reply[:9]))
def test_hostile_replies_are_observations(game, reply):
    task = game.task([0.7, 0.3, 0.3, 0.3, 0.3])
    state, _ = game.start(task, 0)
    for _ in range(2):
        state, result = game.step(state, reply)
        json.dumps(dict(result.facts))
        result.observation.encode()
        assert len(result.observation) < 300
        if result.done:
            break


@given(st.text(), st.sampled_from(GAMES))
def test_every_text_is_answered(reply, game):
    state, _ = game.start(game.task([0.7, 0.3, 0.3, 0.3, 0.3]), 3)
    after, result = game.step(state, reply)
    assert after.turns == 1
    assert result.done == (result.facts["kind"] == "select")
    assert game.step(state, reply) == (after, result)
