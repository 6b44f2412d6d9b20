"""What mastermind registers; imports nothing heavy."""

from typing import Any

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, Tier

NAME = "mastermind"
HERE = f"latentgym_envs.{NAME}"
ONLY = (NAME,)
SOURCE = "published LatentGym environments"
NUM_CODES, NUM_CODES_WITH_REPEATS = 360, 1296  # n = 4, k = 6
WITH_REPEATS = "?env.duplicates_allowed=true"

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:Mastermind",
        summary="Find a secret code from black and white pegs.",
        source=SOURCE,
        default_latent="first_is_1",
        worth=f"{HERE}:worth.csv",
    ),
)

PLACES, REPEATS, KINDS = (f"{HERE}.latents.{module}" for module in ("places", "repeats", "kinds"))
ORDER, RUN, ENDS = f"{PLACES}:Order", f"{PLACES}:Run", f"{PLACES}:Ends"
EXTREME_PLACE, FIRST_IS, LAST_IS = (
    f"{PLACES}:ExtremePlace",
    f"{PLACES}:FirstIs",
    f"{PLACES}:LastIs",
)
REPETITION, ADJACENCY, SHAPE = (
    f"{REPEATS}:Repetition",
    f"{REPEATS}:Adjacency",
    f"{REPEATS}:Shape",
)
CONTAINS, LACKS, PARITY, BAND = (
    f"{KINDS}:Contains",
    f"{KINDS}:Lacks",
    f"{KINDS}:Parity",
    f"{KINDS}:Band",
)
EXTREMES, SUM_BAND, SUM_CLASS, PRIMALITY = (
    f"{KINDS}:Extremes",
    f"{KINDS}:SumBand",
    f"{KINDS}:SumClass",
    f"{KINDS}:Primality",
)


def _preset(
    name: str,
    tier: Tier,
    factory: str,
    rule: str,
    sizes: tuple[int, int],
    **params: Any,
) -> LatentSpec:
    """A published id; `sizes` counts its codes without and with repeated digits."""
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=factory,
        params=params or {"value": name},
        summary=f"{rule}: {_sizes(*sizes)}.",
        tier=tier,
        source=SOURCE,
    )


def _sizes(count: int, with_repeats: int) -> str:
    repeats = f"{with_repeats:,} of {NUM_CODES_WITH_REPEATS:,} with repeated digits"
    if count == 0:
        return f"no code without {WITH_REPEATS}, {repeats}"
    if count == NUM_CODES:
        return f"all {count} codes, so nothing is hidden without {WITH_REPEATS}, {repeats}"
    return f"{count} of {NUM_CODES} codes, {repeats}"


def _family(name: str, factory: str, summary: str) -> LatentSpec:
    return LatentSpec(name=name, core_envs=ONLY, factory=factory, summary=summary, preset=False)


LATENTS = (
    _preset("ascending", "easy", ORDER, "No digit is smaller than the one before", (15, 126)),
    _preset("strictly_ascending", "medium", ORDER, "Every digit is larger", (15, 15)),
    _preset("descending", "easy", ORDER, "No digit is larger than the one before", (15, 126)),
    _preset("strictly_descending", "medium", ORDER, "Every digit is smaller", (15, 15)),
    _preset("consecutive", "easy", RUN, "All digits are consecutive", (72, 72), value=1),
    _preset("first_equals_last", "medium", ENDS, "First digit = last", (0, 216)),
    _preset("first_not_equals_last", "easy", ENDS, "First digit differs from last", (360, 1080)),
    _preset("first_less_than_last", "easy", ENDS, "First digit < last", (180, 540)),
    _preset("first_greater_than_last", "easy", ENDS, "First digit > last", (180, 540)),
    _preset("first_is_min", "medium", EXTREME_PLACE, "First digit is the smallest", (90, 441)),
    _preset("last_is_max", "medium", EXTREME_PLACE, "Last digit is the largest", (90, 441)),
    _preset("all_same", "easy", REPETITION, "All digits are the same", (0, 6)),
    _preset("has_pair", "medium", REPETITION, "Some digit occurs twice or more", (0, 936)),
    _preset("has_triple", "hard", REPETITION, "Some digit occurs 3 times or more", (0, 126)),
    _preset("no_repeats", "easy", REPETITION, "All digits are different", (360, 360)),
    _preset("adjacent_same", "medium", ADJACENCY, "Some neighbours are equal", (0, 546)),
    _preset("no_adjacent_same", "easy", ADJACENCY, "No neighbours are equal", (360, 750)),
    _preset("middle_same", "medium", ADJACENCY, "The two middle digits are equal", (0, 216)),
    _preset("palindrome", "medium", SHAPE, "The code reads the same backwards", (0, 36)),
    # Here the name means the published latent, not the combinator, which `cyclic` stands in for.
    _preset(
        "alternating", "medium", SHAPE, "Two digits take turns (latents do under cyclic)", (0, 30)
    ),
    *(
        _preset(
            f"contains_{digit}",
            "easy",
            CONTAINS,
            f"The digit {digit} occurs",
            (240, 671),
            value=digit,
        )
        for digit in range(1, 7)
    ),
    *(
        _preset(
            f"no_{digit}",
            "medium",
            LACKS,
            f"The digit {digit} does not occur",
            (120, 625),
            value=digit,
        )
        for digit in (1, 6)
    ),
    _preset("all_odd", "medium", PARITY, "All digits are odd", (0, 81)),
    _preset("all_even", "medium", PARITY, "All digits are even", (0, 81)),
    _preset("mixed_parity", "easy", PARITY, "Odd and even digits occur", (360, 1134)),
    _preset("all_low", "medium", BAND, "All digits are 3 or less", (0, 81)),
    _preset("all_high", "medium", BAND, "All digits are 4 or more", (0, 81)),
    _preset("has_extreme", "easy", EXTREMES, "1 or 6 occurs", (336, 1040)),
    _preset("no_extremes", "medium", EXTREMES, "Neither 1 nor 6 occurs", (24, 256)),
    *(
        _preset(
            f"first_is_{digit}",
            "medium",
            FIRST_IS,
            f"The first digit is {digit}",
            (60, 216),
            value=digit,
        )
        for digit in range(1, 7)
    ),
    *(
        _preset(
            f"last_is_{digit}",
            "medium",
            LAST_IS,
            f"The last digit is {digit}",
            (60, 216),
            value=digit,
        )
        for digit in range(1, 7)
    ),
    _preset("sum_low", "medium", SUM_BAND, "The sum is at most 2.5 per digit", (24, 206)),
    _preset("sum_high", "medium", SUM_BAND, "The sum is at least 4.5 per digit", (24, 206)),
    _preset("sum_even", "easy", SUM_CLASS, "The sum is even", (216, 648), modulus=2, value=0),
    _preset("sum_odd", "easy", SUM_CLASS, "The sum is odd", (144, 648), modulus=2, value=1),
    _preset(
        "sum_divisible_by_3",
        "medium",
        SUM_CLASS,
        "The sum is divisible by 3",
        (120, 432),
        modulus=3,
        value=0,
    ),
    _preset("all_prime", "hard", PRIMALITY, "All digits are prime", (0, 81)),
    _preset("no_prime", "hard", PRIMALITY, "No digit is prime", (0, 81)),
    _family("order", ORDER, "Digits never or always rise or fall (?latent.value=ascending)."),
    _family("run", RUN, "Sorted digits are evenly spaced (?latent.value=2)."),
    _family("ends", ENDS, "First digit =, differs from, < or > last."),
    _family("extreme_place", EXTREME_PLACE, "Smallest digit first, or largest last."),
    _family("repetition", REPETITION, f"How often a digit occurs ({WITH_REPEATS})."),
    _family("adjacency", ADJACENCY, f"Equal neighbours ({WITH_REPEATS})."),
    _family("shape", SHAPE, f"Palindrome or two digits in turn ({WITH_REPEATS})."),
    _family("contains", CONTAINS, "One digit always occurs."),
    _family("lacks", LACKS, "One digit never occurs."),
    _family("parity", PARITY, f"All odd, all even or mixed ({WITH_REPEATS})."),
    _family("band", BAND, "All low or all high (?latent.highest_low=4&latent.lowest_high=5)."),
    _family("extremes", EXTREMES, "Smallest or largest digit occurs, or not (?latent.highest=8)."),
    _family("first_is", FIRST_IS, "The first digit is always the same."),
    _family("last_is", LAST_IS, "The last digit is always the same."),
    _family("sum_band", SUM_BAND, "A low or a high sum (?latent.low=2&latent.high=5)."),
    _family("sum_class", SUM_CLASS, "Remainder of the sum (?latent.modulus=3)."),
    _family("primality", PRIMALITY, f"All digits prime, or none ({WITH_REPEATS})."),
)


def _player(name: str, factory: str, summary: str, *, privileged: bool = False) -> AgentSpec:
    return AgentSpec(
        name=f"scripted/{name}",
        core_envs=ONLY,
        factory=f"{HERE}.players.reference:{factory}",
        summary=summary,
        privileged=privileged,
    )


AGENTS = (
    _player("blind", "Blind", "Consistent guesses that can be answered in most ways."),
    _player("oracle", "Oracle", "Knows z: most information about the codes of z.", privileged=True),
    _player("bayes", "Bayes", "Infers the rule exactly; guesses for most information."),
    _player("catalogue", "Catalogue", "Infers which published latent holds; guesses as bayes."),
    _player("random", "Consistent", "Any consistent code."),
    _player("quoting", "Quoting", "Blind, but quotes earlier guesses in brackets first."),
)
