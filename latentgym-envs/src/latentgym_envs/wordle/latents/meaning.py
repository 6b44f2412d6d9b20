"""Latents about what words mean: they are one of a short list of words.

The published lists also hold words of other lengths, which can never be targets of five letters;
they are left out.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.wordle.latents.word_filter import WordFilter
from latentgym_envs.words.properties import WordProperty, listed


def _sets(**lists: str) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({name: frozenset(words.split()) for name, words in lists.items()})


CATEGORIES = _sets(
    fruits="apple berry grape lemon melon peach mango",
    body_parts="brain chest heart thumb ankle elbow wrist",
    colors="black white brown green coral beige azure",
    animals="horse mouse tiger whale snake sheep beast",
    food="bread flour grain sugar beans pasta",
    tools="brush knife drill sword screw clamp",
    clothing="shirt dress scarf apron jeans skirt glove",
    nature="field grass plant stone water earth ocean",
    buildings="house tower cabin store hotel lodge shack",
    emotions="happy angry pride shame worry guilt grief",
    weather="storm cloud frost flood sunny rainy snowy",
    metals="brass steel",
)
ATTRIBUTES = _sets(
    actions="fight drink sleep write speak dance laugh think learn",
    abstract_concepts="truth faith peace power force worth value pride",
    time_related="night today month early later never",
    size_descriptors="large small giant thick broad tight loose",
    materials="cloth glass paper stone metal brick",
    quantities="whole piece share total bunch group pairs",
)


@frozen(kw_only=True)
class Category(WordFilter):
    """z is a field of things."""

    family: ClassVar[str] = "category"
    choices: ClassVar[tuple[str, ...]] = tuple(CATEGORIES)
    rule: ClassVar[WordProperty] = listed(CATEGORIES, "group")
    theme: ClassVar[str] = "belong to the same field of things"


@frozen(kw_only=True)
class Attribute(WordFilter):
    """z is a kind of meaning."""

    family: ClassVar[str] = "attribute"
    choices: ClassVar[tuple[str, ...]] = tuple(ATTRIBUTES)
    rule: ClassVar[WordProperty] = listed(ATTRIBUTES, "group")
    theme: ClassVar[str] = "have the same kind of meaning"
