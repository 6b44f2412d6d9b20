"""What hangman registers; imports nothing heavy."""

from attrs import evolve

from latentgym_core.registry.specs import LatentSpec
from latentgym_envs.common.registering import Family, Game
from latentgym_envs.common.word_presets import HORIZON, WordPreset
from latentgym_envs.hangman.presets import presets

GAME = Game("hangman")
FACTORIES = {
    "length": "latentgym_envs.hangman.latents.shape:Length",
    "vowel_count": "latentgym_envs.hangman.latents.shape:VowelCount",
    "vowel_share": "latentgym_envs.hangman.latents.shape:VowelShare",
    "starts_with": "latentgym_envs.hangman.latents.spelling:StartsWith",
    "ends_with": "latentgym_envs.hangman.latents.spelling:EndsWith",
    "ending": "latentgym_envs.hangman.latents.spelling:Ending",
    "cluster": "latentgym_envs.hangman.latents.spelling:Cluster",
    "letter_class": "latentgym_envs.hangman.latents.shape:LetterClass",
    "contains": "latentgym_envs.hangman.latents.spelling:Contains",
    "letter_frequency": "latentgym_envs.hangman.latents.shape:LetterFrequency",
    "repetition": "latentgym_envs.hangman.latents.shape:Repetition",
    "double": "latentgym_envs.hangman.latents.spelling:Double",
    "category": "latentgym_envs.hangman.latents.categories:Category",
    "difficulty": "latentgym_envs.hangman.latents.shape:Difficulty",
    "property": "latentgym_envs.hangman.latents.property:Property",
}

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.hangman.env:Hangman",
        "Find a hidden word letter by letter before the lives run out.",
        default_num_tasks=HORIZON,
        default_latent="starts_with_S",
        reward_scale=0.97,
        worth="latentgym_envs.hangman:worth.csv",
    ),
)


def _family(name: str, what: str, example: str) -> Family:
    summary = f"Words that share {what} (?latent.value={example}, or drawn)."
    return GAME.family(name, FACTORIES[name], summary)


FAMILIES = {
    each.spec.name: each
    for each in (
        _family("length", "a length or a band of lengths", "11_plus"),
        _family("vowel_count", "a number of vowels", "6_plus"),
        _family("vowel_share", "a band of the share of vowels", "vowel_heavy"),
        _family("starts_with", "a first letter", "S"),
        _family("ends_with", "a last letter", "S"),
        _family("ending", "an ending", "TION"),
        _family("cluster", "a pair of first consonants", "ch"),
        _family("letter_class", "a rule on kinds of letters", "no_E"),
        _family("contains", "a letter anywhere", "Q"),
        _family("letter_frequency", "a band of letter frequency", "high"),
        _family("repetition", "a rule on repeated letters", "has_double_letter"),
        _family("double", "a doubled letter", "E"),
        _family("category", "a field of meaning", "animals"),
        _family("difficulty", "a band of length and letter frequency", "hard"),
        _family("property", "any of the published properties", "ends_with_D"),
    )
}


def _published(preset: WordPreset) -> LatentSpec:
    family = FAMILIES[preset.family]
    spec = family.preset(preset.name, preset.tier, preset.summary, value=preset.value)
    return evolve(spec, structure="control") if preset.name == "all_words" else spec


def _alias(preset: WordPreset) -> LatentSpec:
    """The same under an id in capitals, as all other ids with letters in them are written."""
    return evolve(
        _published(preset),
        name=f"{preset.family}_{preset.value.upper()}",
        summary=f"Another spelling of {preset.name}.",
        preset=False,
    )


LATENTS = (
    *map(_published, presets()),
    *(_alias(each) for each in presets() if each.name.startswith("cluster_")),
    *(each.spec for each in FAMILIES.values()),
)

BLIND = "latentgym_envs.hangman.players.reference:Blind"
ORACLE = "latentgym_envs.hangman.players.reference:Oracle"
BAYES = "latentgym_envs.hangman.players.reference:Bayes"
FIXED_ORDER = "latentgym_envs.hangman.players.reference:FixedOrder"
LOOPER = "latentgym_envs.hangman.players.reference:Looper"
AGENTS = (
    GAME.player("blind", BLIND, "The letter in most words that fit; ignores the latent."),
    GAME.player("oracle", ORACLE, "Knows z: the same among the words of z.", privileged=True),
    GAME.player("bayes", BAYES, "Knows the family, infers z exactly, plays the likeliest letter."),
    GAME.player("fixed_order", FIXED_ORDER, "Letters by their frequency in English."),
    GAME.player("looper", LOOPER, "Repeats one letter; tests the turn cap."),
)
