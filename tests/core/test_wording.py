"""Numbers with their nouns, and what a misspelt word may have meant."""

import pytest

from latentgym_core.wording import counted, did_you_mean, nearest


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 replies"), (1, "1 reply"), (2, "2 replies"), (1234, "1,234 replies")],
)
def test_a_number_agrees_with_its_noun(number, said):
    assert counted(number, "reply", "replies") == said


def test_most_nouns_need_no_plural_of_their_own():
    assert (counted(1, "sequence"), counted(2, "sequence")) == ("1 sequence", "2 sequences")


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("wrdle", ["wordle"]),
        ("WORDLE", ["wordle"]),
        ("guessing", ["number_guessing"]),
        ("gu", []),
        ("chess", []),
    ],
)
def test_the_nearest_name_is_found_whatever_the_case(word, found):
    assert nearest(word, ["number_guessing", "wordle", "wordladder"]) == found


def test_of_names_that_differ_in_case_alone_all_are_near():
    assert nearest("starts_with_s", ["starts_with_S", "starts_with_s"], most=2) == [
        "starts_with_S",
        "starts_with_s",
    ]


def test_a_sentence_about_an_unknown_word_ends_with_what_is_near():
    assert did_you_mean("tset", ["train", "test"]) == "; did you mean test?"
    assert did_you_mean("tset", ["train", "test", "set"], most=2) == "; did you mean set or test?"
    assert did_you_mean("xyz", ["train", "test"], "; there are two.") == "; there are two."
    assert did_you_mean("xyz", ["train", "test"]) == "."
