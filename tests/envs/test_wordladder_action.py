import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.wordladder.action import parse_word


@pytest.mark.parametrize(
    ("reply", "last", "first_new"),
    [
        ("[cold]", "cold", "cold"),
        ("I go to [CoLd].", "cold", "cold"),
        ("[cold] -> [cord] -> [word]", "word", "cord"),
        ("[cold] [cold]", "cold", "cold"),
        ("from [Cold] to [CARD]", "card", "card"),
        ("[card] and back to [cold]", "cold", "card"),
        ("[cub -> cow]", None, None),
        ("[ card ]", None, None),
        ("[c4rd] [кот] [] card", None, None),
        ("[[card]]", "card", "card"),
        ("", None, None),
    ],
)
def test_which_word_counts(reply, last, first_new):
    assert parse_word(reply, "cold", "last") == last
    assert parse_word(reply, "cold", "first-new") == first_new


@given(st.text(alphabet="[]abC 1\n"), st.sampled_from(["last", "first-new"]))
def test_a_word_is_always_plain_and_stands_in_the_reply(reply, pick):
    word = parse_word(reply, "cab", pick)
    if word is None:
        assert "[a]" not in reply
    else:
        assert word.isalpha()
        assert word.islower()
        assert f"[{word}]" in reply.lower()


@pytest.mark.parametrize("pick", ["last", "first-new"])
@pytest.mark.parametrize("piece", ["[", "[a", "]", "[cold]", "a"])
def test_long_replies_are_read(piece, pick):
    word = parse_word(piece * 200_000, "cold", pick)
    assert word == ("cold" if piece == "[cold]" else None)
