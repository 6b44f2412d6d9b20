"""What word ladder registers; imports nothing heavy."""

from typing import Any

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, Tier

NAME = "wordladder"
HERE = f"latentgym_envs.{NAME}"
ONLY = (NAME,)
SOURCE = "published LatentGym environments"
ORDER, SUBS, CONTAINS, ENDS, PATTERN = (
    f"{HERE}.latents.worded:{name}"
    for name in ("PlaceOrder", "Substitutions", "FamilyContains", "FamilyEnds", "FamilyPattern")
)
HUB, VOCABULARY = f"{HERE}.latents.hub:HubWord", f"{HERE}.latents.vocabulary:RestrictedVocabulary"
LARGER = "needs ?env.pool=common"

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:WordLadder",
        summary="Turn one word into another, one letter at a time.",
        source=SOURCE,
        default_num_tasks=5,
        default_latent="hub_word_4letter",
        worth=f"{HERE}:worth.csv",
    ),
)


def _preset(name: str, tier: Tier, factory: str, summary: str, **params: Any) -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=factory,
        params=params,
        summary=summary,
        tier=tier,
        source=SOURCE,
    )


def _law(
    name: str, tier: Tier, factory: str, value: str, rule: str, sizes: tuple[int, int, int]
) -> LatentSpec:
    """A published id that fixes a law; `sizes` counts its pairs of 3, 4 and 5 letters."""
    counted = " / ".join(map(str, sizes))
    unusable = "" if max(sizes) >= 10 else f"; {LARGER}"
    summary = f"{rule}: {counted} pairs of 3 / 4 / 5 letters{unusable}."
    return _preset(name, tier, factory, summary, value=value)


def _family(name: str, factory: str, summary: str) -> LatentSpec:
    return LatentSpec(name=name, core_envs=ONLY, factory=factory, summary=summary, preset=False)


LATENTS = (
    _law(
        "order_left_to_right",
        "hard",
        ORDER,
        "left_to_right",
        "Letters can be changed from left to right",
        (164, 261, 15),
    ),
    _law(
        "order_right_to_left",
        "hard",
        ORDER,
        "right_to_left",
        "Letters can be changed from right to left",
        (164, 261, 15),
    ),
    _law(
        "order_outside_in",
        "hard",
        ORDER,
        "outside_in",
        "Letters can be changed from outside to inside",
        (439, 518, 15),
    ),
    _law("subs_vowel_swaps", "hard", SUBS, "vowel_swaps", "Vowels for vowels alone", (0, 0, 0)),
    _law(
        "subs_consonant_swaps",
        "hard",
        SUBS,
        "consonant_swaps",
        "Consonants for consonants alone",
        (152, 238, 11),
    ),
    _law(
        "subs_alternating",
        "hard",
        SUBS,
        "alternating",
        "Vowels and consonants are replaced in turn",
        (197, 285, 8),
    ),
    _law(
        "subs_phonetic_group",
        "hard",
        SUBS,
        "phonetic_group",
        "Consonants are replaced by vowels or like sounds",
        (24, 29, 1),
    ),
    _law("family_contains_or", "medium", CONTAINS, "or", "Inner words contain or", (0, 35, 0)),
    _law("family_contains_an", "medium", CONTAINS, "an", "Inner words contain an", (2, 1, 0)),
    _law("family_contains_at", "medium", CONTAINS, "at", "Inner words contain at", (3, 2, 0)),
    _law("family_ends_e", "medium", ENDS, "e", "Inner words end with e", (2, 46, 5)),
    _law("family_ends_d", "medium", ENDS, "d", "Inner words end with d", (13, 160, 0)),
    _law("family_pattern_cvcc", "hard", PATTERN, "cvcc", "Inner words are cvcc", (0, 292, 0)),
    _law("family_pattern_cvcv", "hard", PATTERN, "cvcv", "Inner words are cvcv", (0, 46, 0)),
    _preset(
        "hub_word_3letter",
        "hard",
        HUB,
        "Ladders pass through one hub, one of 33 words; 29 have 10 pairs or more.",
        length=3,
    ),
    _preset(
        "hub_word_4letter",
        "hard",
        HUB,
        "Ladders pass through one hub, one of 50 words; 48 have 10 pairs or more.",
        length=4,
    ),
    _preset(
        "hub_word_5letter",
        "hard",
        HUB,
        f"Ladders pass through one hub, one of 5 words with at most 4 pairs; {LARGER}.",
        length=5,
    ),
    _preset(
        "restricted_vocab_3letter",
        "medium",
        VOCABULARY,
        "Ladders stay within one of 2 vocabularies of 40 or 7 words.",
        length=3,
    ),
    _preset(
        "restricted_vocab_4letter",
        "medium",
        VOCABULARY,
        "Ladders stay within one of 5 vocabularies of 40, 18, 15, 12 or 7 words.",
        length=4,
    ),
    _preset(
        "restricted_vocab_5letter",
        "medium",
        VOCABULARY,
        f"Ladders stay within one of 8 vocabularies of at most 6 words; {LARGER}.",
        length=5,
    ),
    _family("order", ORDER, "An order of the places (?latent.value=left_to_right, or drawn)."),
    _family("subs", SUBS, "Which letters replace which (?latent.value=alternating, or drawn)."),
    _family("family_contains", CONTAINS, "A part of all inner words (?latent.value=ar)."),
    _family("family_ends", ENDS, "The end of all inner words (?latent.value=t)."),
    _family("family_pattern", PATTERN, "Vowels and consonants of inner words (?latent.value=cvc)."),
    _family("hub", HUB, "A word that ladders pass (?latent.value=cord, or drawn; latent.length)."),
    _family("restricted_vocab", VOCABULARY, "A set of words (?latent.size=20&latent.min_size=20)."),
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
    _player("blind", "Blind", "A shortest ladder in the whole dictionary; ignores the latent."),
    _player("oracle", "Oracle", "Knows z: a shortest ladder that obeys it.", privileged=True),
    _player("bayes", "Bayes", "Knows the family, infers z exactly, plays the likeliest ladder."),
    _player("small_graph", "SmallGraph", "A shortest ladder among the words of the pool."),
    _player("greedy", "Greedy", "Any neighbour that is closer to the target."),
    _player("chain_lister", "ChainLister", "Blind, but writes its whole plan; tests the parser."),
)
