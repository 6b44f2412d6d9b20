"""Grammar of hangman guesses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_envs.hangman.action import parse_guess


@pytest.mark.parametrize(
    ("reply", "first", "last"),
    [
        ("[E]", "e", "e"),
        ("I try [e].", "e", "e"),
        ("[APPLE]", "apple", "apple"),
        ("[A] then [Tree]", "a", "tree"),
        ("[A [B] C]", "b", "b"),
        ("[[x]]", "x", "x"),
        ("[A B] [C-D] [E1] [] [ F ] [é] [ß]", None, None),
        ("[A] [no guess]", "a", "a"),
        ("[a\nb] [c", None, None),
        ("E", None, None),
        ("", None, None),
    ],
)
def test_guesses(reply, first, last):
    assert (parse_guess(reply, "first"), parse_guess(reply, "last")) == (first, last)


@given(st.text(), st.from_regex(r"[A-Za-z]{1,9}", fullmatch=True), st.text())
def test_a_guess_is_found_whatever_surrounds_it(before, guess, after):
    first, last = f"[{guess}]{after}", f"{before}[{guess}]"
    assert parse_guess(first, "first") == parse_guess(last, "last") == guess.lower()


@pytest.mark.parametrize("pick", ["first", "last"])
@pytest.mark.parametrize("junk", ["[", "a", "[a", "]", "[a b]", "[A1"])
def test_a_megabyte_of_junk_is_read(pick, junk):
    reply = junk * (1_000_000 // len(junk))
    assert parse_guess(reply, pick) is None
    assert parse_guess(f"{reply}[q]{reply}", pick) == "q"
