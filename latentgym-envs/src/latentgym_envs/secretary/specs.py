"""What the secretary problem registers; imports nothing heavy."""

from latentgym_core.registry.specs import LatentSpec, Tier
from latentgym_envs.common.registering import Game

GAME = Game("secretary")
RAISED = "raised"  # the presets of families that place the greatest value raise it, as published

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.secretary.env:Secretary",
        "Stop at the greatest of a row of values.",
        default_num_tasks=10,
        default_latent="fixed_position_2",
        reward_scale=0.76,
        worth="latentgym_envs.secretary:worth.csv",
    ),
)

FIXED = GAME.family(
    "fixed_position",
    "latentgym_envs.secretary.latents.positions:FixedPosition",
    "One place (?latent.value=3; latent.top=raised).",
    top=RAISED,
)
SET = GAME.family(
    "position_set",
    "latentgym_envs.secretary.latents.positions:PositionSet",
    "A set of places (?latent.size=2 or ?latent.value=2,5,8).",
    top=RAISED,
)
STRIDE = GAME.family(
    "stride",
    "latentgym_envs.secretary.latents.shifting:Stride",
    "Place moves evenly (?latent.value=0,1&latent.clamp=true).",
    "index_driven",
    top=RAISED,
)
CYCLE = GAME.family(
    "cycle",
    "latentgym_envs.secretary.latents.shifting:Cycle",
    "Places in turn (?latent.length=3 or ?latent.value=2,5,8).",
    "index_driven",
    top=RAISED,
)
REGIONS = GAME.family(
    "region_cycle",
    "latentgym_envs.secretary.latents.shifting:RegionCycle",
    "Parts of the row in turn (?latent.parts=3&latent.length=2).",
    "index_driven",
    top=RAISED,
)
MIRROR = GAME.family(
    "mirror",
    "latentgym_envs.secretary.latents.shifting:Mirror",
    "A place and its mirror image in turn (?latent.value=2).",
    "markov",
    top=RAISED,
)
WALK = GAME.family(
    "random_walk",
    "latentgym_envs.secretary.latents.remembering:RandomWalk",
    "Place moves either way by a step (?latent.value=1).",
    "markov",
    top=RAISED,
)
STREAK = GAME.family(
    "streak",
    "latentgym_envs.secretary.latents.remembering:Streak",
    "Place stays for some tasks (?latent.value=3).",
    "markov",
    top=RAISED,
)
THRESHOLD = GAME.family(
    "threshold",
    "latentgym_envs.secretary.latents.threshold:Threshold",
    "A cut-off (?latent.margin=0.05&latent.band=0.15).",
)
MARKER = GAME.family(
    "value_marker",
    "latentgym_envs.secretary.latents.threshold:ValueMarker",
    "The greatest value is a constant (?latent.margin=0.1).",
)
SHAPE = GAME.family(
    "shape",
    "latentgym_envs.secretary.latents.shape:Shape",
    "One of six shapes (?latent.value=valley).",
)
RELATION = GAME.family(
    "relation",
    "latentgym_envs.secretary.latents.relations:Relation",
    "One of three announcements (?latent.value=jump).",
)
FAMILIES = (
    *(FIXED, SET, STRIDE, CYCLE, REGIONS, MIRROR, WALK, STREAK),
    *(THRESHOLD, MARKER, SHAPE, RELATION),
)


def _fixed(name: str, place: int, where: str) -> LatentSpec:
    return FIXED.preset(name, "easy", f"The greatest value is always {where}.", value=place)


def _set(name: str, tier: Tier, places: str, where: str) -> LatentSpec:
    return SET.preset(name, tier, f"The greatest value is always {where}.", value=places)


def _threshold(name: str, tier: Tier, value: float) -> LatentSpec:
    summary = f"The greatest value is at least {value}, all others are below {value - 0.05:g}."
    return THRESHOLD.preset(name, tier, summary, value=value)


ORDINALS = ("first", "second", "third", "fourth", "fifth")
LATENTS = (
    _fixed("best_is_first", 0, "the first one (same as fixed_position_0)"),
    _fixed("best_is_last", -1, "the last one"),
    *(_fixed(f"fixed_position_{i}", i, f"the {name} one") for i, name in enumerate(ORDINALS)),
    _set("first_half_bias", "easy", "first_half", "in the first half (5 of 10 places)"),
    _set("second_half_bias", "easy", "second_half", "in the second half (5 of 10 places)"),
    _set("best_at_even", "easy", "even", "at an even place, counted from 0 (5 of 10)"),
    _set("best_at_odd", "easy", "odd", "at an odd place, counted from 0 (5 of 10)"),
    *(
        _set(
            f"best_in_quarter_{i}",
            "medium",
            f"quarter_{i}",
            f"at place {2 * i} or {2 * i + 1} of 0..9; no quarter holds 8 and 9",
        )
        for i in range(4)
    ),
    _set("prime_positions", "hard", "primes", "at place 2, 3, 5 or 7 of 0..9"),
    _set(
        "fibonacci_positions",
        "very_hard",
        "fibonacci",
        "at place 1, 2, 3, 5 or 8 of 0..9, place 1 being twice as likely as the others",
    ),
    STRIDE.preset(
        "position_shift",
        "medium",
        "The greatest value moves one place to the right with every task, from the first one.",
        value=(0, 1),
    ),
    STRIDE.preset(
        "modular_pattern",
        "very_hard",
        "The greatest value stands at the task's index modulo N (same as position_shift).",
        value=(0, 1),
    ),
    STRIDE.preset(
        "increasing_position",
        "very_hard",
        "As position_shift, but stays at the last place once it is there.",
        value=(0, 1),
        clamp=True,
    ),
    STRIDE.preset(
        "countdown",
        "medium",
        "The greatest value moves one place to the left with every task, from the last one.",
        value=(-1, -1),
    ),
    CYCLE.preset(
        "position_cycle_258",
        "medium",
        "The greatest value goes through places 2, 5, 8 of 0..9 in turn.",
        value=(2, 5, 8),
    ),
    CYCLE.preset(
        "position_cycle_1379",
        "medium",
        "The greatest value goes through places 1, 3, 7, 9 of 0..9 in turn.",
        value=(1, 3, 7, 9),
    ),
    REGIONS.preset(
        "alternating_position",
        "medium",
        "The greatest value is in the first and in the last third in turn.",
        value=(0, 2),
    ),
    REGIONS.preset(
        "third_rotation",
        "medium",
        "The greatest value is in the first, the middle and the last third in turn.",
        value=(0, 1, 2),
    ),
    MIRROR.preset(
        "mirror_episodes",
        "very_hard",
        "The greatest value alternates between a drawn place and its mirror image.",
    ),
    WALK.preset(
        "random_walk_position",
        "very_hard",
        "The greatest value moves one place left or right with every task, on a circle.",
        value=1,
    ),
    STREAK.preset(
        "same_position_streak",
        "very_hard",
        "The greatest value keeps its place for three tasks, then gets a new one.",
        value=3,
    ),
    MARKER.preset(
        "fixed_high",
        "easy",
        "The greatest value is exactly 1, all others are below 0.9.",
        value=1.0,
    ),
    _threshold("threshold_05", "easy", 0.5),
    _threshold("threshold_06", "medium", 0.6),
    _threshold("threshold_08", "medium", 0.8),
    SHAPE.preset(
        "step_function",
        "hard",
        "Values rise in three steps; the greatest is on the last one, above 0.95.",
        value="step",
    ),
    SHAPE.preset(
        "inverse_order", "hard", "Values fall evenly from the first one.", value="falling"
    ),
    SHAPE.preset("sorted_order", "hard", "Values rise evenly to the last one.", value="rising"),
    SHAPE.preset(
        "valley_pattern",
        "hard",
        "Values are high at both ends; the first or the last one is the greatest, above 0.95.",
        value="valley",
    ),
    SHAPE.preset(
        "mountain_pattern",
        "hard",
        "Values are high in the middle, where the greatest one is, above 0.95.",
        value="mountain",
    ),
    SHAPE.preset(
        "ascending_spike",
        "hard",
        "Values rise slowly below 0.7; the greatest one is above 0.9, in the second half.",
        value="spike",
    ),
    RELATION.preset(
        "relative_jump",
        "hard",
        "The greatest value follows one between 0.05 and 0.25.",
        value="jump",
    ),
    RELATION.preset(
        "early_decoy",
        "hard",
        "The first three values are 0.7 to 0.89; the greatest is in the second half.",
        value="decoy",
    ),
    RELATION.preset(
        "max_after_min",
        "hard",
        "The greatest value comes one or two places after one of at most 0.05.",
        value="after_low",
    ),
    *(each.spec for each in FAMILIES),
)

CLASSIC = "latentgym_envs.secretary.players.reference:Classic"
BLIND = "latentgym_envs.secretary.players.reference:Blind"
SHORTCUT = "latentgym_envs.secretary.players.reference:Shortcut"
FORGETFUL = "latentgym_envs.secretary.players.reference:Forgetful"
ORACLE = "latentgym_envs.secretary.players.reference:Oracle"
BAYES = "latentgym_envs.secretary.players.reference:Bayes"
AGENTS = (
    GAME.player("classic", CLASSIC, "Lets N/e values pass, then takes the first record."),
    GAME.player("blind", BLIND, "Takes values for independent and uniform; remembers nothing."),
    GAME.player("shortcut", SHORTCUT, "Takes a 1.0000 at once, else a record of the last values."),
    GAME.player("forgetful", FORGETFUL, "Plays every task as bayes plays the first one."),
    GAME.player("oracle", ORACLE, "Knows z and stops by it.", privileged=True),
    GAME.player("bayes", BAYES, "Knows the family, infers z, stops by the best tractable rule."),
)
