"""What word ladder registers; imports nothing heavy."""

from latentgym_core.registry.specs import LatentSpec, Tier
from latentgym_envs.common.registering import Family, Game

GAME = Game("wordladder")
LARGER = "needs ?env.pool=common"

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.wordladder.env:WordLadder",
        "Turn one word into another, one letter at a time.",
        default_num_tasks=5,
        default_latent="hub_word_4letter",
        worth="latentgym_envs.wordladder:worth.csv",
    ),
)

ORDER = GAME.family(
    "order",
    "latentgym_envs.wordladder.latents.worded:PlaceOrder",
    "An order of the places (?latent.value=left_to_right, or drawn).",
)
SUBS = GAME.family(
    "subs",
    "latentgym_envs.wordladder.latents.worded:Substitutions",
    "Which letters replace which (?latent.value=alternating, or drawn).",
)
CONTAINS = GAME.family(
    "family_contains",
    "latentgym_envs.wordladder.latents.worded:FamilyContains",
    "A part of all inner words (?latent.value=ar).",
)
ENDS = GAME.family(
    "family_ends",
    "latentgym_envs.wordladder.latents.worded:FamilyEnds",
    "The end of all inner words (?latent.value=t).",
)
PATTERN = GAME.family(
    "family_pattern",
    "latentgym_envs.wordladder.latents.worded:FamilyPattern",
    "Vowels and consonants of inner words (?latent.value=cvc).",
)
HUB = GAME.family(
    "hub",
    "latentgym_envs.wordladder.latents.hub:HubWord",
    "A word that ladders pass (?latent.value=cord, or drawn; latent.length).",
)
VOCABULARY = GAME.family(
    "restricted_vocab",
    "latentgym_envs.wordladder.latents.vocabulary:RestrictedVocabulary",
    "A set of words (?latent.size=20&latent.min_size=20).",
)
FAMILIES = (ORDER, SUBS, CONTAINS, ENDS, PATTERN, HUB, VOCABULARY)


def _law(
    family: Family, tier: Tier, value: str, rule: str, sizes: tuple[int, int, int]
) -> LatentSpec:
    """A published id that fixes a law; `sizes` counts its pairs of 3, 4 and 5 letters."""
    counted = " / ".join(map(str, sizes))
    unusable = "" if max(sizes) >= 10 else f"; {LARGER}"
    summary = f"{rule}: {counted} pairs of 3 / 4 / 5 letters{unusable}."
    return family.preset(f"{family.spec.name}_{value}", tier, summary, value=value)


LATENTS = (
    _law(
        ORDER, "hard", "left_to_right", "Letters can be changed from left to right", (164, 261, 15)
    ),
    _law(
        ORDER, "hard", "right_to_left", "Letters can be changed from right to left", (164, 261, 15)
    ),
    _law(
        ORDER, "hard", "outside_in", "Letters can be changed from outside to inside", (439, 518, 15)
    ),
    _law(SUBS, "hard", "vowel_swaps", "Vowels for vowels alone", (0, 0, 0)),
    _law(SUBS, "hard", "consonant_swaps", "Consonants for consonants alone", (152, 238, 11)),
    _law(SUBS, "hard", "alternating", "Vowels and consonants are replaced in turn", (197, 285, 8)),
    _law(
        SUBS,
        "hard",
        "phonetic_group",
        "Consonants are replaced by vowels or like sounds",
        (24, 29, 1),
    ),
    _law(CONTAINS, "medium", "or", "Inner words contain or", (0, 35, 0)),
    _law(CONTAINS, "medium", "an", "Inner words contain an", (2, 1, 0)),
    _law(CONTAINS, "medium", "at", "Inner words contain at", (3, 2, 0)),
    _law(ENDS, "medium", "e", "Inner words end with e", (2, 46, 5)),
    _law(ENDS, "medium", "d", "Inner words end with d", (13, 160, 0)),
    _law(PATTERN, "hard", "cvcc", "Inner words are cvcc", (0, 292, 0)),
    _law(PATTERN, "hard", "cvcv", "Inner words are cvcv", (0, 46, 0)),
    HUB.preset(
        "hub_word_3letter",
        "hard",
        "Ladders pass through one hub, one of 33 words; 29 have 10 pairs or more.",
        length=3,
    ),
    HUB.preset(
        "hub_word_4letter",
        "hard",
        "Ladders pass through one hub, one of 50 words; 48 have 10 pairs or more.",
        length=4,
    ),
    HUB.preset(
        "hub_word_5letter",
        "hard",
        f"Ladders pass through one hub, one of 5 words with at most 4 pairs; {LARGER}.",
        length=5,
    ),
    VOCABULARY.preset(
        "restricted_vocab_3letter",
        "medium",
        "Ladders stay within one of 2 vocabularies of 40 or 7 words.",
        length=3,
    ),
    VOCABULARY.preset(
        "restricted_vocab_4letter",
        "medium",
        "Ladders stay within one of 5 vocabularies of 40, 18, 15, 12 or 7 words.",
        length=4,
    ),
    VOCABULARY.preset(
        "restricted_vocab_5letter",
        "medium",
        f"Ladders stay within one of 8 vocabularies of at most 6 words; {LARGER}.",
        length=5,
    ),
    *(each.spec for each in FAMILIES),
)

BLIND = "latentgym_envs.wordladder.players.reference:Blind"
ORACLE = "latentgym_envs.wordladder.players.reference:Oracle"
BAYES = "latentgym_envs.wordladder.players.reference:Bayes"
SMALL_GRAPH = "latentgym_envs.wordladder.players.reference:SmallGraph"
GREEDY = "latentgym_envs.wordladder.players.reference:Greedy"
CHAIN_LISTER = "latentgym_envs.wordladder.players.reference:ChainLister"
AGENTS = (
    GAME.player("blind", BLIND, "A shortest ladder in the whole dictionary; ignores the latent."),
    GAME.player("oracle", ORACLE, "Knows z: a shortest ladder that obeys it.", privileged=True),
    GAME.player("bayes", BAYES, "Knows the family, infers z exactly, plays the likeliest ladder."),
    GAME.player("small_graph", SMALL_GRAPH, "A shortest ladder among the words of the pool."),
    GAME.player("greedy", GREEDY, "Any neighbour that is closer to the target."),
    GAME.player(
        "chain_lister", CHAIN_LISTER, "Blind, but writes its whole plan; tests the parser."
    ),
)
