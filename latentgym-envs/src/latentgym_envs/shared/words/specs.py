"""What the latents register that word games share; imports nothing heavy."""

from latentgym_core.registry.specs import LatentSpec, Tier
from latentgym_envs.common.registering import Family, Games

GAMES = Games(("wordle", "hangman", "wordladder"))
FACTORIES = {
    "shared_start": "latentgym_envs.shared.words.spelling:SharedStart",
    "shared_end": "latentgym_envs.shared.words.spelling:SharedEnd",
    "shared_contains": "latentgym_envs.shared.words.spelling:SharedContains",
    "shared_letter_at": "latentgym_envs.shared.words.spelling:SharedLetterAt",
    "shared_pattern": "latentgym_envs.shared.words.spelling:SharedPattern",
    "shared_category": "latentgym_envs.shared.words.meaning:SharedCategory",
}


def _family(name: str, tier: Tier, what: str, example: str) -> Family:
    said = f"Words to find or to reach that share {what} (?latent.value={example}, or drawn)."
    return GAMES.family(name, tier, FACTORIES[name], said)


def _preset(family: Family, value: str, tier: Tier, what: str) -> LatentSpec:
    name = f"{family.spec.name}_{value.upper() if len(value) == 1 else value}"
    return family.preset(name, tier, f"Words to find or to reach {what}.", value=value)


START = _family("shared_start", "easy", "a first letter", "s")
END = _family("shared_end", "easy", "a last letter", "e")
CONTAINS = _family("shared_contains", "medium", "a letter anywhere", "h")
LETTER_AT = _family(
    "shared_letter_at", "medium", "a letter at one of the first three places", "a_second"
)
PATTERN = _family("shared_pattern", "hard", "the kinds of their first three letters", "cvc")
CATEGORY = _family("shared_category", "hard", "a field of meaning", "objects")
LATENTS = (
    *(each.spec for each in (START, END, CONTAINS, LETTER_AT, PATTERN, CATEGORY)),
    _preset(START, "s", "easy", "that begin with S"),
    _preset(START, "b", "easy", "that begin with B"),
    _preset(END, "e", "easy", "that end with E"),
    _preset(END, "k", "easy", "that end with K"),
    _preset(CONTAINS, "h", "medium", "that contain an H"),
    _preset(LETTER_AT, "o_second", "medium", "with O as their second letter"),
    _preset(LETTER_AT, "a_third", "medium", "with A as their third letter"),
    _preset(PATTERN, "ccv", "hard", "that begin with two consonants and a vowel"),
    _preset(PATTERN, "cvv", "hard", "that begin with a consonant and two vowels"),
    _preset(CATEGORY, "objects", "hard", "that are objects"),
    _preset(CATEGORY, "nature", "hard", "that belong to nature"),
)
