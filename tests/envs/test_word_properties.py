"""The properties that all word games share, and the latents that take them from there."""

import pytest
from attrs import evolve

from latentgym_core.errors import EnvError, SpecError
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.latents import shape as of_hangman
from latentgym_envs.hangman.latents import spelling as in_hangman
from latentgym_envs.hangman.latents.categories import Category
from latentgym_envs.number_guessing.env import NumberGuessing
from latentgym_envs.shared.words import spelling as shared
from latentgym_envs.shared.words.meaning import SharedCategory
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.latents import shape as of_wordle
from latentgym_envs.wordle.latents import spelling as in_wordle
from latentgym_envs.words.letters import edit_distance, outline, share_by
from latentgym_envs.words.properties import (
    BEGINS,
    CONTAINS,
    DOUBLES,
    ENDS,
    HAS_LETTER,
    PATTERN,
    REPETITION,
    listed,
    numbered,
    only,
    placed,
    some,
)

LENGTH = numbered(len, "letter", {"short": (3, 5)})
AT = placed(lambda value: [(int(value[1:]), value[0])], {0: "first", -1: "last"}.__getitem__)
FIELDS = listed({"body_parts": frozenset(["arm"])}, "category")


@pytest.mark.parametrize(
    ("rule", "value", "inside", "outside", "clause"),
    [
        (BEGINS, "S", "stone", "tones", "begins with S"),
        (BEGINS, "st", "stone", "sore", "begins with ST"),
        (ENDS, "ing", "king", "kings", "ends with ING"),
        (CONTAINS, "ea", "bread", "brad", "contains EA"),
        (HAS_LETTER, "Q", "liquid", "kick", "contains the letter Q"),
        (DOUBLES, "E", "sleep", "these", "contains EE"),
        (PATTERN, "CVC", "cat", "oat", "has the pattern CVC (C is a consonant, V a vowel)"),
        (REPETITION, "no_repeated_letters", "day", "dad", "repeats no letter"),
        (REPETITION, "has_repeated_letters", "dad", "day", "repeats a letter"),
        (
            *(REPETITION, "one_repeated_letter", "dad", "geese"),
            "has exactly one letter twice, and no other letter more than once",
        ),
        (
            *(REPETITION, "multiple_repeated_letters", "sees", "geese"),
            "has at least two letters that occur more than once",
        ),
        (REPETITION, "has_double_letter", "good", "dad", "has the same letter twice in a row"),
        (LENGTH, "1", "a", "an", "has 1 letter"),
        (LENGTH, "3", "ant", "ants", "has 3 letters"),
        (LENGTH, "11_plus", "information", "complexity", "has at least 11 letters"),
        (LENGTH, "short", "hands", "fabric", "has 3 to 5 letters"),
        (AT, "s0", "stone", "tones", "has S as its first letter"),
        (AT, "s-1", "tones", "stone", "has S as its last letter"),
        (FIELDS, "body_parts", "arm", "armchair", "belongs to the category body parts"),
    ],
)
def test_properties(rule, value, inside, outside, clause):
    assert rule.test(value)(inside)
    assert not rule.test(value)(outside)
    assert rule.clause(value) == clause


def test_a_place_beyond_the_end_holds_no_letter():
    assert not placed(lambda _: [(4, "s")], str).test("")("ants")


def test_classes_of_letters():
    said, holds = only("etaoin")
    assert (said, holds("note"), holds("node")) == ("has only letters out of ETAOIN", True, False)
    assert [some("qx")(word) for word in ("box", "bow")] == [True, False]


def test_measures():
    assert outline("rhythmic") == "ccccccvc"  # y is a consonant
    assert share_by("a 8 b 1")("baa") == pytest.approx(17 / 3)
    assert edit_distance("crane", "cane") == 1


SAME = [
    (in_hangman.StartsWith, in_wordle.StartsWith, shared.SharedStart, "s"),
    (in_hangman.EndsWith, in_wordle.Ending, shared.SharedEnd, "e"),
    (in_hangman.Contains, in_wordle.Contains, shared.SharedContains, "h"),
    (in_hangman.Double, in_wordle.Double, "e"),
    (of_hangman.VowelCount, of_wordle.VowelCount, "2"),
    (of_hangman.Repetition, of_wordle.Repetition, "has_double_letter"),
    (Category, SharedCategory, "nature"),
]


@pytest.mark.parametrize("same", SAME, ids=lambda same: same[0].family)
def test_games_mean_the_same_by_a_property(same):
    """Each lists of its own pool what any of the others accepts."""
    *families, value = same
    for game in (Hangman(), Wordle(pool="basic")):
        latents = [family(value=value.upper()) for family in families]
        own = [each for each in latents if not hasattr(each, "game") or isinstance(game, each.game)]
        assert own
        for latent in own:
            for other in latents:
                expected = [word for word in game.candidates() if other.accepts(word, other.value)]
                assert list(latent.members(game, latent.value)) == expected != []


def test_a_value_is_prepared_once_for_a_whole_pool(monkeypatch):
    prepared = []
    rule = evolve(BEGINS, test=lambda value: prepared.append(value) or BEGINS.test(value))
    monkeypatch.setattr(in_hangman.StartsWith, "rule", rule)
    assert len(in_hangman.StartsWith().members(Hangman(), "S")) == 122
    assert prepared == ["S"]


@pytest.mark.parametrize("family", [in_hangman.StartsWith, in_wordle.StartsWith])
def test_a_latent_of_one_game_refuses_another(family):
    with pytest.raises(EnvError, match=r"makes tasks for \w+, not for NumberGuessing\."):
        family().draw((NumberGuessing(),), None)


def test_unknown_values_name_the_nearest_and_say_what_else_there_is():
    with pytest.raises(SpecError, match=r"'tiom'; ending has the values ING, TION.*TION\?"):
        in_hangman.Ending(value="tiom")
    with pytest.raises(SpecError, match="Others of the same form are values, too"):
        in_wordle.Ending(value="t10n")
    assert in_wordle.Ending(value="TION").value == "tion"
    assert in_hangman.Ending(value="tion").value == "TION"
