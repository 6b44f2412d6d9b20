"""What hangman registers; imports nothing heavy."""

from attrs import evolve

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec
from latentgym_envs.hangman.presets import HORIZON, Preset, presets

NAME = "hangman"
HERE = f"latentgym_envs.{NAME}"
ONLY = (NAME,)
SOURCE = "published LatentGym environments"
FACTORIES = {
    "length": f"{HERE}.latents.shape:Length",
    "vowel_count": f"{HERE}.latents.shape:VowelCount",
    "vowel_share": f"{HERE}.latents.shape:VowelShare",
    "starts_with": f"{HERE}.latents.spelling:StartsWith",
    "ends_with": f"{HERE}.latents.spelling:EndsWith",
    "ending": f"{HERE}.latents.spelling:Ending",
    "cluster": f"{HERE}.latents.spelling:Cluster",
    "letter_class": f"{HERE}.latents.shape:LetterClass",
    "contains": f"{HERE}.latents.spelling:Contains",
    "letter_frequency": f"{HERE}.latents.shape:LetterFrequency",
    "repetition": f"{HERE}.latents.shape:Repetition",
    "double": f"{HERE}.latents.spelling:Double",
    "category": f"{HERE}.latents.categories:Category",
    "difficulty": f"{HERE}.latents.shape:Difficulty",
    "property": f"{HERE}.latents.property:Property",
}

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:Hangman",
        summary="Find a hidden word letter by letter before the lives run out.",
        source=SOURCE,
        default_num_tasks=HORIZON,
        default_latent="starts_with_S",
        reward_scale=0.97,
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
        structure="control" if preset.name == "all_words" else "iid",
        source=SOURCE,
    )


def _alias(preset: Preset) -> LatentSpec:
    """The same under an id in capitals, as all other ids with letters in them are written."""
    return evolve(
        _published(preset),
        name=f"{preset.family}_{preset.value.upper()}",
        summary=f"Another spelling of {preset.name}.",
        preset=False,
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
    *(_alias(each) for each in presets() if each.name.startswith("cluster_")),
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


def _player(name: str, factory: str, summary: str, *, privileged: bool = False) -> AgentSpec:
    return AgentSpec(
        name=f"scripted/{name}",
        core_envs=ONLY,
        factory=f"{HERE}.players.reference:{factory}",
        summary=summary,
        privileged=privileged,
    )


AGENTS = (
    _player("blind", "Blind", "The letter in most words that fit; ignores the latent."),
    _player("oracle", "Oracle", "Knows z: the same among the words of z.", privileged=True),
    _player("bayes", "Bayes", "Knows the family, infers z exactly, plays the likeliest letter."),
    _player("fixed_order", "FixedOrder", "Letters by their frequency in English."),
    _player("looper", "Looper", "Repeats one letter; tests the turn cap."),
)
