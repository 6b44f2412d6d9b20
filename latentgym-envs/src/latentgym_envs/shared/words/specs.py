"""What the latents register that word games share; imports nothing heavy."""

from latentgym_core.registry.specs import LatentSpec, Tier

WORD_GAMES = ("wordle", "hangman", "wordladder")
HERE = "latentgym_envs.shared.words"
SOURCE = "LatentGym"
FACTORIES = {
    "shared_start": f"{HERE}.spelling:SharedStart",
    "shared_end": f"{HERE}.spelling:SharedEnd",
    "shared_contains": f"{HERE}.spelling:SharedContains",
    "shared_letter_at": f"{HERE}.spelling:SharedLetterAt",
    "shared_pattern": f"{HERE}.spelling:SharedPattern",
    "shared_category": f"{HERE}.meaning:SharedCategory",
}


def _family(name: str, tier: Tier, what: str, example: str) -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=WORD_GAMES,
        factory=FACTORIES[name],
        summary=f"Words to find or to reach that share {what} (?latent.value={example}, or drawn).",
        tier=tier,
        source=SOURCE,
        preset=False,
    )


def _preset(family: str, value: str, tier: Tier, what: str) -> LatentSpec:
    return LatentSpec(
        name=f"{family}_{value.upper() if len(value) == 1 else value}",
        core_envs=WORD_GAMES,
        factory=FACTORIES[family],
        params={"value": value},
        summary=f"Words to find or to reach {what}.",
        tier=tier,
        source=SOURCE,
    )


LATENTS = (
    _family("shared_start", "easy", "a first letter", "s"),
    _family("shared_end", "easy", "a last letter", "e"),
    _family("shared_contains", "medium", "a letter anywhere", "h"),
    _family("shared_letter_at", "medium", "a letter at one of the first three places", "a_second"),
    _family("shared_pattern", "hard", "the kinds of their first three letters", "cvc"),
    _family("shared_category", "hard", "a field of meaning", "objects"),
    _preset("shared_start", "s", "easy", "that begin with S"),
    _preset("shared_start", "b", "easy", "that begin with B"),
    _preset("shared_end", "e", "easy", "that end with E"),
    _preset("shared_end", "k", "easy", "that end with K"),
    _preset("shared_contains", "h", "medium", "that contain an H"),
    _preset("shared_letter_at", "o_second", "medium", "with O as their second letter"),
    _preset("shared_letter_at", "a_third", "medium", "with A as their third letter"),
    _preset("shared_pattern", "ccv", "hard", "that begin with two consonants and a vowel"),
    _preset("shared_pattern", "cvv", "hard", "that begin with a consonant and two vowels"),
    _preset("shared_category", "objects", "hard", "that are objects"),
    _preset("shared_category", "nature", "hard", "that belong to nature"),
)
