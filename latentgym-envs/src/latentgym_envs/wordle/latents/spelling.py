"""Latents about particular letters and strings of letters."""

import re
from functools import lru_cache
from string import ascii_lowercase
from typing import ClassVar

from attrs import frozen

from latentgym_envs.common.ordinals import ordinal
from latentgym_envs.wordle.latents.word_filter import WordFilter
from latentgym_envs.words.letters import edit_distance
from latentgym_envs.words.properties import (
    BEGINS,
    CONTAINS,
    DOUBLES,
    ENDS,
    WordProperty,
    placed,
    spelt,
)

PLACED = re.compile(r"([a-z])_(?:at_(\d)|(start|end))(?:_|$)")
NEAR = 2  # edits
NEARBY = f"at most {NEAR} edits (inserted, deleted or replaced letters) from"
LETTERS = re.compile("[a-z]{1,15}")
START, END = 0, -1


@lru_cache(1024)
def placed_letters(value: str) -> tuple[tuple[int, str], ...]:
    """Read `s_start_e_end` or `r_at_1_n_at_3`: places from 0, or -1 for the end, with letters."""
    named = {"start": START, "end": END}
    return tuple(
        (named[end] if end else int(place), letter) for letter, place, end in PLACED.findall(value)
    )


@frozen(kw_only=True)
class StartsWith(WordFilter):
    """z is the first letter."""

    family: ClassVar[str] = "starts_with"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    rule: ClassVar[WordProperty] = BEGINS
    theme: ClassVar[str] = "begin with the same letter"


@frozen(kw_only=True)
class Position(WordFilter):
    """z is a letter and its place, counted from 0."""

    family: ClassVar[str] = "position"
    choices: ClassVar[tuple[str, ...]] = tuple(
        f"{letter}_at_{place}" for letter in ascii_lowercase for place in range(5)
    )
    form: ClassVar[re.Pattern[str] | None] = re.compile("[a-z]_at_[0-9]")
    rule: ClassVar[WordProperty] = placed(
        placed_letters, lambda place: "last" if place == END else ordinal(place)
    )
    theme: ClassVar[str] = "have the same letter at the same place"


@frozen(kw_only=True)
class MultiPosition(WordFilter):
    """z is several letters, each at its own place."""

    family: ClassVar[str] = "multi_position"
    choices: ClassVar[tuple[str, ...]] = (
        *("s_start_e_end", "r_at_1_n_at_3", "t_start_e_end", "s_start_t_end", "b_start_e_end"),
        *("c_start_e_end", "p_start_e_end", "a_at_1_t_end", "e_at_1_r_end", "o_at_1_t_end"),
        *("a_at_2_e_end", "i_at_2_t_end", "o_at_2_t_end", "s_start_s_end", "t_start_t_end"),
    )
    form: ClassVar[re.Pattern[str] | None] = re.compile(
        r"[a-z]_(at_\d|start|end)(_[a-z]_(at_\d|start|end))+"
    )
    rule: ClassVar[WordProperty] = Position.rule
    theme: ClassVar[str] = "have the same two letters at the same two places"


@frozen(kw_only=True)
class ClusterStart(WordFilter):
    """z is a pair of first consonants."""

    family: ClassVar[str] = "cluster_start"
    choices: ClassVar[tuple[str, ...]] = tuple(
        "br st tr gr pr ch sh th bl cl fl pl sl sp sc".split()
    )
    form: ClassVar[re.Pattern[str] | None] = re.compile("[b-df-hj-np-tv-z]{2,3}")
    rule: ClassVar[WordProperty] = BEGINS
    theme: ClassVar[str] = "begin with the same consonants"


@frozen(kw_only=True)
class Contains(WordFilter):
    """z is a string anywhere in the word."""

    family: ClassVar[str] = "contains"
    choices: ClassVar[tuple[str, ...]] = tuple("ea ou ai oo ee er ar or ing tion".split())
    form: ClassVar[re.Pattern[str] | None] = LETTERS
    rule: ClassVar[WordProperty] = CONTAINS
    theme: ClassVar[str] = "contain the same string of letters"


@frozen(kw_only=True)
class Double(WordFilter):
    """z is a letter that comes twice in a row."""

    family: ClassVar[str] = "double"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    rule: ClassVar[WordProperty] = DOUBLES
    theme: ClassVar[str] = "have the same letter twice in a row"


@frozen(kw_only=True)
class Ending(WordFilter):
    """z is an ending."""

    family: ClassVar[str] = "ending"
    choices: ClassVar[tuple[str, ...]] = tuple("er ly ed al le nt st ch sh th ng nd se".split())
    form: ClassVar[re.Pattern[str] | None] = LETTERS
    rule: ClassVar[WordProperty] = ENDS
    theme: ClassVar[str] = "have the same ending"


@frozen(kw_only=True)
class Near(WordFilter):
    """z is a word that all hidden words are similar to."""

    family: ClassVar[str] = "near"
    choices: ClassVar[tuple[str, ...]] = tuple("crane stale proud slate raise roast tears".split())
    form: ClassVar[re.Pattern[str] | None] = LETTERS
    rule: ClassVar[WordProperty] = spelt(
        lambda other: lambda word: edit_distance(word, other) <= NEAR, f"is {NEARBY} {{}}"
    )
    theme: ClassVar[str] = f"are {NEARBY} the same word"
