"""What wordle registers; imports nothing heavy."""

from latentgym_core.registry.specs import LatentSpec
from latentgym_envs.common.registering import Family, Game
from latentgym_envs.common.word_presets import HORIZON, WordPreset
from latentgym_envs.wordle.presets import presets

GAME = Game("wordle")
FACTORIES = {
    "vowel_count": "latentgym_envs.wordle.latents.shape:VowelCount",
    "repetition": "latentgym_envs.wordle.latents.shape:Repetition",
    "unique_letters": "latentgym_envs.wordle.latents.shape:UniqueLetters",
    "double": "latentgym_envs.wordle.latents.spelling:Double",
    "letter_class": "latentgym_envs.wordle.latents.shape:LetterClass",
    "vowel_places": "latentgym_envs.wordle.latents.shape:VowelPlaces",
    "alphabet_half": "latentgym_envs.wordle.latents.shape:AlphabetHalf",
    "start_shape": "latentgym_envs.wordle.latents.shape:StartShape",
    "pattern": "latentgym_envs.wordle.latents.shape:Pattern",
    "starts_with": "latentgym_envs.wordle.latents.spelling:StartsWith",
    "cluster_start": "latentgym_envs.wordle.latents.spelling:ClusterStart",
    "position": "latentgym_envs.wordle.latents.spelling:Position",
    "contains": "latentgym_envs.wordle.latents.spelling:Contains",
    "ending": "latentgym_envs.wordle.latents.spelling:Ending",
    "letter_freq": "latentgym_envs.wordle.latents.shape:LetterFrequency",
    "near": "latentgym_envs.wordle.latents.spelling:Near",
    "multi_position": "latentgym_envs.wordle.latents.spelling:MultiPosition",
    "category": "latentgym_envs.wordle.latents.meaning:Category",
    "attribute": "latentgym_envs.wordle.latents.meaning:Attribute",
}

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.wordle.env:Wordle",
        "Find a hidden word from marks on the letters of each guess.",
        default_num_tasks=HORIZON,
        default_latent="starts_with_S",
        worth="latentgym_envs.wordle:worth.csv",
    ),
)


def _family(name: str, what: str, example: str) -> Family:
    summary = f"Words that share {what} (?latent.value={example}, or drawn)."
    return GAME.family(name, FACTORIES[name], summary)


FAMILIES = {
    each.spec.name: each
    for each in (
        _family("vowel_count", "a number of vowels", "3"),
        _family("repetition", "a rule on repeated letters", "has_double_letter"),
        _family("unique_letters", "a number of different letters", "4"),
        _family("double", "a doubled letter", "e"),
        _family("letter_class", "a rule on rare letters", "common_letters_only"),
        _family("vowel_places", "a rule on the places of vowels", "vowels_clustered"),
        _family("alphabet_half", "a half of the alphabet", "mixed_balanced"),
        _family("start_shape", "the kinds of first letters", "vowel_start"),
        _family("pattern", "a pattern of consonants and vowels", "cvcvc"),
        _family("starts_with", "a first letter", "s"),
        _family("cluster_start", "their first consonants", "br"),
        _family("position", "a letter at a place, counted from 0", "e_at_4"),
        _family("contains", "a string of letters anywhere", "ea"),
        _family("ending", "an ending", "er"),
        _family("letter_freq", "a band of letter frequency", "high"),
        _family("near", "a similar word", "crane"),
        _family("multi_position", "letters at several places", "s_start_e_end"),
        _family("category", "a field of things", "animals"),
        _family("attribute", "a kind of meaning", "materials"),
    )
}


def _published(preset: WordPreset) -> LatentSpec:
    family = FAMILIES[preset.family]
    return family.preset(preset.name, preset.tier, preset.summary, value=preset.value)


LATENTS = (*map(_published, presets()), *(each.spec for each in FAMILIES.values()))

BLIND = "latentgym_envs.wordle.players.reference:Blind"
ORACLE = "latentgym_envs.wordle.players.reference:Oracle"
BAYES = "latentgym_envs.wordle.players.reference:Bayes"
CATALOGUE = "latentgym_envs.wordle.players.reference:Catalogue"
CONSISTENT = "latentgym_envs.wordle.players.reference:Consistent"
NOISY = "latentgym_envs.wordle.players.reference:Noisy"
AGENTS = (
    GAME.player("blind", BLIND, "Guesses a fitting word that can be marked in most ways."),
    GAME.player("oracle", ORACLE, "Knows z: guesses among its words.", privileged=True),
    GAME.player(
        "bayes", BAYES, "Knows the family, infers its value, guesses likely words.", version=2
    ),
    GAME.player("catalogue", CATALOGUE, "Infers which published latent holds; guesses as bayes."),
    GAME.player("consistent", CONSISTENT, "Any word of the pool that fits all marks."),
    GAME.player("noisy", NOISY, "As blind, but some replies are no guess."),
)
