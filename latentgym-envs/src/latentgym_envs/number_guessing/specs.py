"""What number guessing registers; imports nothing heavy."""

from latentgym_envs.common.registering import Game

GAME = Game("number_guessing")

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.number_guessing.env:NumberGuessing",
        "Find a hidden whole number from greater/less answers.",
        default_num_tasks=7,
        default_latent="set_of_3",
        reward_scale=0.82,
        worth="latentgym_envs.number_guessing:worth.csv",
    ),
)

SET_OF_K = GAME.family(
    "set_of_k",
    "latentgym_envs.number_guessing.latents.set_of_k:SetOfK",
    "Targets are k fixed numbers (?latent.k=5&latent.low=1&latent.high=1000).",
)
RANGE = GAME.family(
    "range",
    "latentgym_envs.number_guessing.latents.ranges:Range",
    "Targets lie in one block (?latent.size=50&latent.low=1&latent.high=1000&latent.shift=0).",
)
M_RANGES = GAME.family(
    "m_ranges",
    "latentgym_envs.number_guessing.latents.m_ranges:MRanges",
    "Targets lie in m separate blocks (?latent.m=3&latent.size=50&latent.gap=100).",
)
FULL_RANGE = GAME.family(  # a control, of which only the preset is registered
    "full_range",
    "latentgym_envs.number_guessing.latents.ranges:FullRange",
    "Targets are anywhere.",
    "control",
)

LATENTS = (
    SET_OF_K.preset("set_of_2", "easy", "Targets are 2 fixed numbers of 1..1000.", k=2),
    SET_OF_K.preset("set_of_3", "easy", "Targets are 3 fixed numbers of 1..1000.", k=3),
    RANGE.preset(
        "range_100",
        "medium",
        "Targets lie in one block of 101 numbers (not 100) in 1..1000.",
        size=101,
    ),
    RANGE.preset(
        "range_1000",
        "medium",
        "Targets lie in one block of 1001 numbers (not 1000) in 1..10000.",
        size=1001,
        high=10000,
    ),
    RANGE.preset(
        "dynamic_range",
        "hard",
        "Targets lie in one block of 1001 numbers in a range of 10001 from 1..1000 on.",
        size=1001,
        high=10001,
        shift=999,
    ),
    FULL_RANGE.preset(
        "dynamic_full_range",
        "hard",
        "Control: targets are anywhere in the 1001 numbers shown; there is nothing to learn.",
        high=1001,
        shift=999,
    ),
    M_RANGES.preset(
        "two_ranges",
        "hard",
        "Targets lie in two separate blocks of 501 numbers each in 1..10000.",
        m=2,
        size=501,
        gap=1000,
        high=10000,
    ),
    *(each.spec for each in (SET_OF_K, RANGE, M_RANGES)),
)

MIDPOINT = "latentgym_envs.number_guessing.players.reference:Midpoint"
ORACLE = "latentgym_envs.number_guessing.players.reference:Oracle"
BAYES = "latentgym_envs.number_guessing.players.reference:Bayes"
ONE_STEP = "latentgym_envs.number_guessing.players.reference:OneStep"
REPEAT_LAST = "latentgym_envs.number_guessing.players.reference:RepeatLast"
REPEAT_ANY = "latentgym_envs.number_guessing.players.reference:RepeatAny"
RANDOM = "latentgym_envs.number_guessing.players.reference:Random"
AGENTS = (
    GAME.player("midpoint", MIDPOINT, "Halves the feasible range; remembers nothing."),
    GAME.player("blind", MIDPOINT, "The best player who ignores the latent: same as midpoint."),
    GAME.player("oracle", ORACLE, "Knows z: halves the targets it allows.", privileged=True),
    GAME.player("bayes", BAYES, "Knows the family, infers z exactly, guesses the median."),
    GAME.player("one_step", ONE_STEP, "Infers z exactly, asks for most information."),
    GAME.player("repeat_last", REPEAT_LAST, "Tries earlier targets first, then halves."),
    GAME.player("repeat_any", REPEAT_ANY, "The same in no order; a teacher of recalling."),
    GAME.player("random", RANDOM, "Any number of the visible range."),
)
