"""`human`: what a person is shown, and what is made of what is typed."""

import asyncio
import io
from types import SimpleNamespace

import pytest

from latentgym_core.agents.human import HumanAgent
from latentgym_core.contract.agent import AgentContext
from latentgym_core.contract.core_env import CoreEnv
from latentgym_core.errors import AgentError, SpecError

OPENING = [
    {"role": "system", "content": "Write [5], not [bold]5[/bold] or :smile:."},
    {"role": "user", "content": "First question."},
]
LATER = [
    *OPENING,
    {"role": "assistant", "content": "first answer"},
    {"role": "user", "content": "Second question."},
]


class Game:
    """As much of a core env as a person at the terminal needs."""

    def __init__(self, bracketed=False):
        self.bracketed = bracketed

    typed = CoreEnv.typed


def context(session, *, bracketed=False):
    view = SimpleNamespace(core_env=Game(bracketed))
    return AgentContext(session=session, seed=0, view=view)


@pytest.fixture
def typed(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_person_sees_what_is_new_and_answers_by_the_line(typed, capsys):
    typed("first answer\n[7]\n")

    async def play(agent):
        one = await agent.reply(OPENING, context("s"))
        shown = capsys.readouterr()
        other = await agent.reply(LATER, context("s"))
        return one.text, shown, other.text, capsys.readouterr()

    one, first, other, second = asyncio.run(play(HumanAgent()))
    assert (one, other) == ("first answer", "[7]")
    assert "Write [5], not [bold]5[/bold] or :smile:." in first.err
    assert "First question." in first.err
    assert "Second question." in second.err
    assert "First question." not in second.err
    assert "first answer" not in second.err
    assert (first.out, second.out) == ("", "")


def test_another_sequence_is_shown_from_its_beginning(typed, capsys):
    typed("a\nb\nc\n")

    async def play(agent):
        await agent.reply(OPENING, context("one"))
        await agent.reply(OPENING, context("two"))
        await agent.finish("one")
        await agent.reply(OPENING, context("one"))

    asyncio.run(play(HumanAgent()))
    assert capsys.readouterr().err.count("First question.") == 3


def test_the_end_of_input_is_a_player_who_left(typed):
    typed("")
    with pytest.raises(AgentError, match="The player left"):
        asyncio.run(HumanAgent().reply(OPENING, context("s")))


def test_a_person_has_no_model():
    with pytest.raises(SpecError, match="write human"):
        HumanAgent("alice")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("crane", "[crane]"),
        ("500", "[500]"),
        (" 1 2 3 4 ", "[1 2 3 4]"),
        ("select red", "[select red]"),
        ("-5", "[-5]"),
        ("[crane]", "[crane]"),
        ("crane, I think", "crane, I think"),
        ("is it [crane]?", "is it [crane]?"),
    ],
)
def test_brackets_may_be_left_out_where_it_is_plain_what_is_meant(typed, capsys, line, meant):
    def replied(bracketed):
        typed(f"{line}\n")
        reply = HumanAgent().reply(OPENING, context("s", bracketed=bracketed))
        return asyncio.run(reply).text, "taken as" in capsys.readouterr().err

    assert replied(bracketed=True) == (meant, meant != line)
    assert replied(bracketed=False) == (line, False)


def test_an_empty_line_is_asked_again(typed, capsys):
    typed("\n   \nanswer\n")
    reply = asyncio.run(HumanAgent().reply(OPENING, context("s")))
    assert reply.text == "answer"
    assert capsys.readouterr().err.count("> ") == 3


def test_empty_lines_and_then_the_end_is_a_player_who_left(typed):
    typed("\n\n")
    with pytest.raises(AgentError, match="The player left"):
        asyncio.run(HumanAgent().reply(OPENING, context("s")))
