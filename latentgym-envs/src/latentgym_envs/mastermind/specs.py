"""What mastermind registers; imports nothing heavy."""

from collections.abc import Iterable, Iterator
from typing import Any

from latentgym_core.registry.specs import LatentSpec, Tier
from latentgym_envs.common.registering import Family, Game

GAME = Game("mastermind")
NUM_CODES, NUM_CODES_WITH_REPEATS = 360, 1296  # n = 4, k = 6
WITH_REPEATS = "?env.duplicates_allowed=true"

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.mastermind.env:Mastermind",
        "Find a secret code from black and white pegs.",
        default_latent="first_is_1",
        worth="latentgym_envs.mastermind:worth.csv",
    ),
)

ORDER = GAME.family(
    "order",
    "latentgym_envs.mastermind.latents.places:Order",
    "Digits never or always rise or fall (?latent.value=ascending).",
)
RUN = GAME.family(
    "run",
    "latentgym_envs.mastermind.latents.places:Run",
    "Sorted digits are evenly spaced (?latent.value=2).",
)
ENDS = GAME.family(
    "ends",
    "latentgym_envs.mastermind.latents.places:Ends",
    "First digit =, differs from, < or > last.",
)
EXTREME_PLACE = GAME.family(
    "extreme_place",
    "latentgym_envs.mastermind.latents.places:ExtremePlace",
    "Smallest digit first, or largest last.",
)
REPETITION = GAME.family(
    "repetition",
    "latentgym_envs.mastermind.latents.repeats:Repetition",
    f"How often a digit occurs ({WITH_REPEATS}).",
)
ADJACENCY = GAME.family(
    "adjacency",
    "latentgym_envs.mastermind.latents.repeats:Adjacency",
    f"Equal neighbours ({WITH_REPEATS}).",
)
SHAPE = GAME.family(
    "shape",
    "latentgym_envs.mastermind.latents.repeats:Shape",
    f"Palindrome or two digits in turn ({WITH_REPEATS}).",
)
CONTAINS = GAME.family(
    "contains", "latentgym_envs.mastermind.latents.kinds:Contains", "One digit always occurs."
)
LACKS = GAME.family(
    "lacks", "latentgym_envs.mastermind.latents.kinds:Lacks", "One digit never occurs."
)
PARITY = GAME.family(
    "parity",
    "latentgym_envs.mastermind.latents.kinds:Parity",
    f"All odd, all even or mixed ({WITH_REPEATS}).",
)
BAND = GAME.family(
    "band",
    "latentgym_envs.mastermind.latents.kinds:Band",
    "All low or all high (?latent.highest_low=4&latent.lowest_high=5).",
)
EXTREMES = GAME.family(
    "extremes",
    "latentgym_envs.mastermind.latents.kinds:Extremes",
    "Smallest or largest digit occurs, or not (?latent.highest=8).",
)
FIRST_IS = GAME.family(
    "first_is",
    "latentgym_envs.mastermind.latents.places:FirstIs",
    "The first digit is always the same.",
)
LAST_IS = GAME.family(
    "last_is",
    "latentgym_envs.mastermind.latents.places:LastIs",
    "The last digit is always the same.",
)
SUM_BAND = GAME.family(
    "sum_band",
    "latentgym_envs.mastermind.latents.kinds:SumBand",
    "A low or a high sum (?latent.low=2&latent.high=5).",
)
SUM_CLASS = GAME.family(
    "sum_class",
    "latentgym_envs.mastermind.latents.kinds:SumClass",
    "Remainder of the sum (?latent.modulus=3).",
)
PRIMALITY = GAME.family(
    "primality",
    "latentgym_envs.mastermind.latents.kinds:Primality",
    f"All digits prime, or none ({WITH_REPEATS}).",
)
FAMILIES = (
    *(ORDER, RUN, ENDS, EXTREME_PLACE, REPETITION, ADJACENCY, SHAPE, CONTAINS, LACKS),
    *(PARITY, BAND, EXTREMES, FIRST_IS, LAST_IS, SUM_BAND, SUM_CLASS, PRIMALITY),
)


def _preset(
    family: Family, name: str, tier: Tier, rule: str, sizes: tuple[int, int], **params: Any
) -> LatentSpec:
    """A published id; `sizes` counts its codes without and with repeated digits."""
    return family.preset(name, tier, f"{rule}: {_sizes(*sizes)}.", **(params or {"value": name}))


def _presets(
    family: Family,
    name: str,
    tier: Tier,
    rule: str,
    sizes: tuple[int, int],
    digits: Iterable[int],
) -> Iterator[LatentSpec]:
    """Published ids that differ in a digit alone, for which `name` and `rule` have a gap."""
    for digit in digits:
        yield _preset(family, name.format(digit), tier, rule.format(digit), sizes, value=digit)


def _sizes(count: int, with_repeats: int) -> str:
    repeats = f"{with_repeats:,} of {NUM_CODES_WITH_REPEATS:,} with repeated digits"
    if count == 0:
        return f"no code without {WITH_REPEATS}, {repeats}"
    if count == NUM_CODES:
        return f"all {count} codes, so nothing is hidden without {WITH_REPEATS}, {repeats}"
    return f"{count} of {NUM_CODES} codes, {repeats}"


LATENTS = (
    _preset(ORDER, "ascending", "easy", "No digit is smaller than the one before", (15, 126)),
    _preset(ORDER, "strictly_ascending", "medium", "Every digit is larger", (15, 15)),
    _preset(ORDER, "descending", "easy", "No digit is larger than the one before", (15, 126)),
    _preset(ORDER, "strictly_descending", "medium", "Every digit is smaller", (15, 15)),
    _preset(RUN, "consecutive", "easy", "All digits are consecutive", (72, 72), value=1),
    _preset(ENDS, "first_equals_last", "medium", "First digit = last", (0, 216)),
    _preset(ENDS, "first_not_equals_last", "easy", "First digit differs from last", (360, 1080)),
    _preset(ENDS, "first_less_than_last", "easy", "First digit < last", (180, 540)),
    _preset(ENDS, "first_greater_than_last", "easy", "First digit > last", (180, 540)),
    _preset(EXTREME_PLACE, "first_is_min", "medium", "First digit is the smallest", (90, 441)),
    _preset(EXTREME_PLACE, "last_is_max", "medium", "Last digit is the largest", (90, 441)),
    _preset(REPETITION, "all_same", "easy", "All digits are the same", (0, 6)),
    _preset(REPETITION, "has_pair", "medium", "Some digit occurs twice or more", (0, 936)),
    _preset(REPETITION, "has_triple", "hard", "Some digit occurs 3 times or more", (0, 126)),
    _preset(REPETITION, "no_repeats", "easy", "All digits are different", (360, 360)),
    _preset(ADJACENCY, "adjacent_same", "medium", "Some neighbours are equal", (0, 546)),
    _preset(ADJACENCY, "no_adjacent_same", "easy", "No neighbours are equal", (360, 750)),
    _preset(ADJACENCY, "middle_same", "medium", "The two middle digits are equal", (0, 216)),
    _preset(SHAPE, "palindrome", "medium", "The code reads the same backwards", (0, 36)),
    # Here the name means the published latent, not the combinator, which `cyclic` stands in for.
    _preset(
        SHAPE, "alternating", "medium", "Two digits take turns (latents do under cyclic)", (0, 30)
    ),
    *_presets(CONTAINS, "contains_{}", "easy", "The digit {} occurs", (240, 671), range(1, 7)),
    *_presets(LACKS, "no_{}", "medium", "The digit {} does not occur", (120, 625), (1, 6)),
    _preset(PARITY, "all_odd", "medium", "All digits are odd", (0, 81)),
    _preset(PARITY, "all_even", "medium", "All digits are even", (0, 81)),
    _preset(PARITY, "mixed_parity", "easy", "Odd and even digits occur", (360, 1134)),
    _preset(BAND, "all_low", "medium", "All digits are 3 or less", (0, 81)),
    _preset(BAND, "all_high", "medium", "All digits are 4 or more", (0, 81)),
    _preset(EXTREMES, "has_extreme", "easy", "1 or 6 occurs", (336, 1040)),
    _preset(EXTREMES, "no_extremes", "medium", "Neither 1 nor 6 occurs", (24, 256)),
    *_presets(FIRST_IS, "first_is_{}", "medium", "The first digit is {}", (60, 216), range(1, 7)),
    *_presets(LAST_IS, "last_is_{}", "medium", "The last digit is {}", (60, 216), range(1, 7)),
    _preset(SUM_BAND, "sum_low", "medium", "The sum is at most 2.5 per digit", (24, 206)),
    _preset(SUM_BAND, "sum_high", "medium", "The sum is at least 4.5 per digit", (24, 206)),
    _preset(SUM_CLASS, "sum_even", "easy", "The sum is even", (216, 648), modulus=2, value=0),
    _preset(SUM_CLASS, "sum_odd", "easy", "The sum is odd", (144, 648), modulus=2, value=1),
    _preset(
        SUM_CLASS,
        "sum_divisible_by_3",
        "medium",
        "The sum is divisible by 3",
        (120, 432),
        modulus=3,
        value=0,
    ),
    _preset(PRIMALITY, "all_prime", "hard", "All digits are prime", (0, 81)),
    _preset(PRIMALITY, "no_prime", "hard", "No digit is prime", (0, 81)),
    *(each.spec for each in FAMILIES),
)

BLIND = "latentgym_envs.mastermind.players.reference:Blind"
ORACLE = "latentgym_envs.mastermind.players.reference:Oracle"
BAYES = "latentgym_envs.mastermind.players.reference:Bayes"
CATALOGUE = "latentgym_envs.mastermind.players.reference:Catalogue"
CONSISTENT = "latentgym_envs.mastermind.players.reference:Consistent"
QUOTING = "latentgym_envs.mastermind.players.reference:Quoting"
AGENTS = (
    GAME.player("blind", BLIND, "Consistent guesses that can be answered in most ways."),
    GAME.player(
        "oracle", ORACLE, "Knows z: most information about the codes of z.", privileged=True
    ),
    GAME.player(
        "bayes", BAYES, "Infers the rule exactly; guesses for most information.", version=2
    ),
    GAME.player("catalogue", CATALOGUE, "Infers which published latent holds; guesses as bayes."),
    GAME.player("random", CONSISTENT, "Any consistent code."),
    GAME.player("quoting", QUOTING, "Blind, but quotes earlier guesses in brackets first."),
)
