"""The 105 published ids, by family; imports nothing heavy.

Counts are words of the published pool of 850 that have the property.
"""

from collections.abc import Iterator
from typing import ClassVar

from attrs import frozen

from latentgym_core.registry.specs import Tier
from latentgym_envs.common.word_presets import WordPreset

WEAK = " (weak: covers most of the pool)"


@frozen
class Preset(WordPreset):
    """A published id of hangman."""

    pool_size: ClassVar[int] = 850


def presets() -> Iterator[Preset]:
    """All of them, in the order of their families."""
    yield from _by_number()
    yield from _by_spelling()
    yield from _by_letters()
    yield from _by_meaning()
    yield from _by_difficulty()


def _group(family: str, tier: Tier, what: str, counts: str) -> Iterator[Preset]:
    """Ids `family_value`; `what` has a gap for the value, `counts` holds `value:count` pairs."""
    for pair in counts.split():
        value, count = pair.split(":")
        yield Preset(f"{family}_{value}", tier, family, value, what.format(value), int(count))


def _by_number() -> Iterator[Preset]:
    lengths = "3:90 4:241 5:192 6:127 7:81 8:49 9:33 10:10"
    yield from _group("length", "easy", "of {} letters", lengths)
    yield Preset("length_11_plus", "easy", "length", "11_plus", "of 11 letters or more", 9)
    yield Preset("length_short", "easy", "length", "short", "of 3 to 5 letters", 523)
    yield Preset("length_medium", "easy", "length", "medium", "of 6 to 8 letters", 257)
    yield Preset("length_long", "easy", "length", "long", "of 9 letters or more", 52)
    vowels = "0:7 1:287 2:368 3:130 4:46 5:10"
    yield from _group("vowel_count", "easy", "with {} of the letters A E I O U", vowels)
    yield Preset("vowel_count_6_plus", "easy", "vowel_count", "6_plus", "with 6 vowels or more", 2)
    share = "vowel_share"
    yield Preset("vowel_ratio_low", "easy", share, "low", "with less than 25 % vowels", 76)
    yield Preset("vowel_ratio_high", "easy", share, "high", "with more than 45 % vowels", 217)
    more = "with more vowels than consonants"
    yield Preset("vowel_heavy", "medium", share, "vowel_heavy", more, 39)
    fewer = f"with more consonants than vowels{WEAK}"
    yield Preset("consonant_heavy", "medium", share, "consonant_heavy", fewer, 635)


def _by_spelling() -> Iterator[Preset]:
    starts = "S:122 C:68 P:59 B:66 M:41 T:53 A:44 R:39 D:43 F:49 H:32 L:35 W:46 G:22 N:25"
    yield from _group("starts_with", "medium", "that begin with {}", starts)
    ends = "E:180 S:20 D:56 Y:56 N:91 T:133 R:65 L:53 G:31"
    yield from _group("ends_with", "medium", "that end with {}", ends)
    endings = "ING:19 TION:25 LY:5 ED:8 ER:40 EST:7 NESS:1 MENT:12 ABLE:3 LESS:0 FUL:1"
    yield from _group("ending", "medium", "that end with {}", endings)
    pairs = "that begin with one of 26 pairs of consonants"
    yield Preset("has_start_cluster", "medium", "cluster", "any", pairs, 197)
    clusters = "ch:11 sh:12 th:17 st:27 br:13 tr:9 pr:12 gr:8 cr:6 sp:6"
    yield from _group("cluster", "hard", "that begin with {}", clusters)


def _by_letters() -> Iterator[Preset]:
    of, common = "letter_class", "common_letters_only"
    yield Preset(common, "medium", of, common, "with no letter outside ETAOINSHRDLU", 161)
    yield Preset("has_rare_letter", "medium", of, "has_rare_letter", "with a Q, X, Z or J", 33)
    yield Preset("no_E", "medium", of, "no_E", "without an E", 415)
    yield from _group("contains", "medium", "with the letter {}", "Q:10 X:13 Z:3 J:7")
    high = f"with a mean letter frequency of 6 % or more{WEAK}"
    yield Preset("high_frequency_score", "medium", "letter_frequency", "high", high, 508)
    low = "with a mean letter frequency below 4 %"
    yield Preset("low_frequency_score", "medium", "letter_frequency", "low", low, 36)
    no, some, double = "no_repeated_letters", "has_repeated_letters", "has_double_letter"
    yield Preset(no, "medium", "repetition", no, f"without repeated letters{WEAK}", 534)
    yield Preset(some, "medium", "repetition", some, "with a repeated letter", 316)
    yield Preset(double, "medium", "repetition", double, "with a letter twice in a row", 131)
    doubles = "E:28 L:22 S:15 O:24 T:13 R:7 N:1 P:7 F:6 M:4"
    yield from _group("double", "hard", "with {0}{0}", doubles)


def _by_meaning() -> Iterator[Preset]:
    counts = (
        "animals:15 colors:12 food:18 body_parts:32 nature:33 actions:41 objects:53 places:21 "
        "emotions:10 weather:18"
    )
    yield from _group("category", "hard", "of the category {}", counts)


def _by_difficulty() -> Iterator[Preset]:
    of = "difficulty"
    easy = "of 4 to 6 letters, mean letter frequency 5 % or more, no Q X Z J"
    yield Preset("easy_word", "easy", of, "easy", easy, 455)
    medium = "of 5 to 8 letters, mean letter frequency 3 to 7 %"
    yield Preset("medium_word", "medium", of, "medium", medium, 326)
    hard = "of 7 letters or more, mean letter frequency 5 % or less"
    yield Preset("hard_word", "hard", of, "hard", hard, 8)
    yield Preset("all_words", "easy", of, "all", "of any kind, so that nothing is shared", 850)
