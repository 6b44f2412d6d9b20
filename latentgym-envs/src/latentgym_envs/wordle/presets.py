"""The 165 published ids, by family; imports nothing heavy.

Counts are words of the published pool of 156 that have the property. An id that is another name
for the property of an earlier one has that one's family and value, so both draw equal sequences.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from attrs import evolve, frozen

from latentgym_core.registry.specs import Tier
from latentgym_core.wording import counted
from latentgym_envs.common.ordinals import ordinal
from latentgym_envs.common.word_presets import LARGER_POOL, WordPreset

POSITIONS = {
    "E": (3, 10, 15, 20, 48),
    "T": (12, 10, 4, 14, 22),
    "A": (3, 15, 35, 7, 0),
    "O": (3, 23, 18, 4, 0),
    "I": (0, 11, 22, 9, 0),
    "N": (4, 3, 6, 13, 11),
    "S": (35, 0, 5, 17, 4),
    "R": (5, 28, 13, 8, 11),
}
STARTS = {"S": 35, "B": 14, "P": 13, "C": 17, "M": 6, "D": 6, "R": 5}
PLACES = {"start": "1st", "end": "last"} | {f"at_{place}": ordinal(place) for place in range(5)}


@frozen
class Preset(WordPreset):
    """A published id of wordle."""

    pool_size: ClassVar[int] = 156
    when_few: ClassVar[str] = ", so they repeat"

    @property
    def larger(self) -> str:
        """Longer words, too, where five letters leave no room."""
        return f"{LARGER_POOL}&env.word_length=8" if self.value == "tion" else LARGER_POOL


def presets() -> Iterator[Preset]:
    """All of them, in the order of their families."""
    yield from _by_number()
    yield from _by_kinds_of_letters()
    yield from _by_first_letters()
    yield from _by_place()
    yield from _by_strings()
    yield from _by_frequency_and_nearness()
    yield from _by_several_places()
    yield from _by_meaning()


def _group(name: str, tier: Tier, family: str, what: str, counts: str) -> Iterator[Preset]:
    """Ids that differ in the value alone.

    Args:
        name: Of the ids, with a gap for the value.
        tier: Of all of them.
        family: Of all of them.
        what: The property, with a gap for the value.
        counts: Pairs `value:count`.
    """
    for pair in counts.split():
        value, count = pair.split(":")
        said = what.format(value.replace("_", " "))
        yield Preset(name.format(value), tier, family, value.lower(), said, int(count))


def _by_number() -> Iterator[Preset]:
    for number, size in enumerate((0, 47, 101, 8, 0)):
        said = f"with {counted(number, 'vowel')}"
        yield Preset(f"vowel_count_{number}", "easy", "vowel_count", str(number), said, size)
    repeats = (
        ("no_repeated_letters", "without repeated letters", 117),
        ("one_repeated_letter", "with exactly one letter twice", 35),
        ("multiple_repeated_letters", "with two letters or more that repeat", 3),
    )
    for name, what, count in repeats:
        yield Preset(name, "easy", "repetition", name, what, count)
    different = "with {} different letters"
    yield from _group("unique_letters_{}", "easy", "unique_letters", different, "3:4 4:35")
    first, what, count = repeats[0]
    yield Preset("unique_letters_5", "easy", "repetition", first, what, count, alias=first)
    doubled = "E:5 L:1 S:4 O:4 T:0 F:2 R:2 N:0 P:1 D:0"
    yield from _group("double_{}", "easy", "double", "with the letter {} twice in a row", doubled)
    double = "has_double_letter"
    yield Preset(double, "easy", "repetition", double, "with a letter twice in a row", 19)


def _by_kinds_of_letters() -> Iterator[Preset]:
    for name, what, count in (
        ("common_letters_only", "with no letter outside ETAOINSHRDLCU", 36),
        ("has_rare_letter", "with a letter of QZXJKVBWFGYP (weak: most of the pool)", 108),
    ):
        yield Preset(name, "easy", "letter_class", name, what, count)
    for name, what, count in (
        ("vowel_odd_positions", "with vowels as 2nd and 4th letter", 16),
        ("vowel_even_positions", "with vowels as 1st, 3rd and 5th letter", 1),
        ("vowels_clustered", "with two vowels next to each other", 48),
    ):
        yield Preset(name, "medium", "vowel_places", name, what, count)
    for name, what, count in (
        ("first_half_alphabet", "with letters from A to M alone", 5),
        ("second_half_alphabet", "with letters from N to Z alone", 2),
        ("mixed_balanced", "with two different letters or more of each half of the alphabet", 82),
    ):
        yield Preset(name, "medium", "alphabet_half", name, what, count)
    for name, what, count in (
        ("consonant_cluster_start", "that begin with one of 19 pairs of consonants", 63),
        ("vowel_start", "that begin with a vowel", 9),
        ("single_consonant_start", "that begin with a consonant and a vowel", 65),
    ):
        yield Preset(name, "medium", "start_shape", name, what, count)
    shapes = "CVCVC:15 CVCCV:12 VCCVC:4"
    what = "with the pattern {} of consonants and vowels"
    yield from _group("pattern_{}", "medium", "pattern", what, shapes)


def _by_first_letters() -> Iterator[Preset]:
    starts = " ".join(f"{letter}:{count}" for letter, count in STARTS.items())
    yield from _group("starts_with_{}", "medium", "starts_with", "that begin with {}", starts)
    clusters = "BR:7 ST:10 TR:3 GR:3 PR:3 CH:5 SH:7 TH:3 BL:2 CL:4 FL:2 PL:4 SL:2 SP:3 SC:2"
    name = "cluster_start_{}-cluster"
    yield from _group(name, "medium", "cluster_start", "that begin with {}", clusters)


def _by_place() -> Iterator[Preset]:
    for letter, counts in POSITIONS.items():
        for place, count in enumerate(counts):
            value = f"{letter}_at_{place}"
            name, what = f"position_{value}", _placed(value)
            if place == 0 and letter in STARTS:
                alias = f"starts_with_{letter}"
                yield Preset(name, "medium", "starts_with", letter.lower(), what, count, alias)
            else:
                yield Preset(name, "medium", "position", value.lower(), what, count)


def _by_strings() -> Iterator[Preset]:
    inside = "EA:8 OU:12 AI:6 OO:4 EE:5 ER:12 AR:5 OR:8 ING:1 TION:0"
    for preset in _group("contains_{}", "medium", "contains", "that contain {}", inside):
        letter = preset.value[0]
        doubled = preset.value == letter * 2
        alias = f"double_{letter.upper()}"
        yield evolve(preset, family="double", value=letter, alias=alias) if doubled else preset
    ends = "ER:8 LY:0 ED:0 AL:1 LE:5 NT:6 ST:3 CH:3 SH:3 TH:9 NG:1 ND:3 SE:7"
    yield from _group("ending_{}", "hard", "ending", "that end with {}", ends)


def _by_frequency_and_nearness() -> Iterator[Preset]:
    bands = (("high", "above 7 %", 41), ("medium", "of 4 to 7 %", 112), ("low", "below 4 %", 3))
    for band, what, count in bands:
        said = f"with a mean letter frequency {what}"
        yield Preset(f"letter_freq_{band}", "hard", "letter_freq", band, said, count)
    words = "CRANE:7 STALE:14 PROUD:4 SLATE:14 RAISE:3 ROAST:0 TEARS:1"
    yield from _group("near_{}", "hard", "near", "at most 2 edits from {}", words)


def _by_several_places() -> Iterator[Preset]:
    for pair in (
        *("S_start_E_end:14", "R_at_1_N_at_3:3", "A_at_2:35", "T_start_E_end:3"),
        *("S_start_T_end:4", "B_start_E_end:2", "C_start_E_end:3", "P_start_E_end:7"),
        *("A_at_1_T_end:1", "E_at_1_R_end:0", "O_at_1_T_end:2", "A_at_2_E_end:18"),
        *("I_at_2_T_end:6", "O_at_2_T_end:1", "S_start_S_end:0", "T_start_T_end:2"),
    ):
        value, count = pair.split(":")
        family, alias = "multi_position", ""
        if value == "A_at_2":
            family, alias = "position", f"position_{value}"
        name = f"multi_position_{value}"
        yield Preset(name, "hard", family, value.lower(), _placed(value), int(count), alias)


def _placed(value: str) -> str:
    """`S_start_E_end` in words."""
    found = re.findall("([A-Z])_(start|end|at_[0-9])", value)
    return f"with {' and '.join(f'{letter} as {PLACES[place]} letter' for letter, place in found)}"


def _by_meaning() -> Iterator[Preset]:
    things = (
        "fruits:2 body_parts:4 colors:1 animals:3 food:3 tools:3 clothing:4 nature:6 buildings:2 "
        "emotions:1 weather:1 metals:2"
    )
    yield from _group("category_{}", "hard", "category", "of the category {}", things)
    kinds = (
        "actions:4 abstract_concepts:4 time_related:2 size_descriptors:2 materials:6 quantities:1"
    )
    yield from _group("attribute_{}", "hard", "attribute", "of the kind {}", kinds)
