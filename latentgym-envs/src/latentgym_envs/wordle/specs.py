"""What wordle registers; imports nothing heavy."""

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec
from latentgym_envs.wordle.presets import HORIZON, Preset, presets

NAME = "wordle"
HERE = f"latentgym_envs.{NAME}"
ONLY = (NAME,)
SOURCE = "published LatentGym environments"
FACTORIES = {
    "vowel_count": f"{HERE}.latents.shape:VowelCount",
    "repetition": f"{HERE}.latents.shape:Repetition",
    "unique_letters": f"{HERE}.latents.shape:UniqueLetters",
    "double": f"{HERE}.latents.spelling:Double",
    "letter_class": f"{HERE}.latents.shape:LetterClass",
    "vowel_places": f"{HERE}.latents.shape:VowelPlaces",
    "alphabet_half": f"{HERE}.latents.shape:AlphabetHalf",
    "start_shape": f"{HERE}.latents.shape:StartShape",
    "pattern": f"{HERE}.latents.shape:Pattern",
    "starts_with": f"{HERE}.latents.spelling:StartsWith",
    "cluster_start": f"{HERE}.latents.spelling:ClusterStart",
    "position": f"{HERE}.latents.spelling:Position",
    "contains": f"{HERE}.latents.spelling:Contains",
    "ending": f"{HERE}.latents.spelling:Ending",
    "letter_freq": f"{HERE}.latents.shape:LetterFrequency",
    "near": f"{HERE}.latents.spelling:Near",
    "multi_position": f"{HERE}.latents.spelling:MultiPosition",
    "category": f"{HERE}.latents.meaning:Category",
    "attribute": f"{HERE}.latents.meaning:Attribute",
}

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:Wordle",
        summary="Find a hidden word from marks on the letters of each guess.",
        source=SOURCE,
        default_num_tasks=HORIZON,
        default_latent="starts_with_S",
        worth=f"{HERE}:worth.csv",
    ),
)


def _published(preset: Preset) -> LatentSpec:
    return LatentSpec(
        name=preset.name,
        core_envs=ONLY,
        factory=FACTORIES[preset.family],
        params={"value": preset.value},
        summary=preset.summary,
        tier=preset.tier,
        source=SOURCE,
    )


def _family(name: str, what: str, example: str) -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=FACTORIES[name],
        summary=f"Words that share {what} (?latent.value={example}, or drawn).",
        preset=False,
    )


LATENTS = (
    *map(_published, presets()),
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


def _player(name: str, factory: str, summary: str, *, privileged: bool = False) -> AgentSpec:
    return AgentSpec(
        name=f"scripted/{name}",
        core_envs=ONLY,
        factory=f"{HERE}.players.reference:{factory}",
        summary=summary,
        privileged=privileged,
    )


AGENTS = (
    _player("blind", "Blind", "Guesses a fitting word that can be marked in most ways."),
    _player("oracle", "Oracle", "Knows z: guesses among its words.", privileged=True),
    _player("bayes", "Bayes", "Knows the family, infers its value, guesses likely words."),
    _player("catalogue", "Catalogue", "Infers which published latent holds; guesses as bayes."),
    _player("consistent", "Consistent", "Any word of the pool that fits all marks."),
    _player("noisy", "Noisy", "As blind, but some replies are no guess."),
)
