"""What the secretary problem registers; imports nothing heavy."""

from typing import Any

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, Structure, Tier

NAME = "secretary"
HERE = f"latentgym_envs.{NAME}"
ONLY: Any = (NAME,)  # the converter of core_envs hides from mypy what it takes
SOURCE = "published LatentGym environments"
FIXED, SET, STRIDE, CYCLE, REGIONS, MIRROR, WALK, STREAK, THRESHOLD, MARKER, SHAPE, RELATION = (
    f"{HERE}.latents.positions:FixedPosition",
    f"{HERE}.latents.positions:PositionSet",
    f"{HERE}.latents.shifting:Stride",
    f"{HERE}.latents.shifting:Cycle",
    f"{HERE}.latents.shifting:RegionCycle",
    f"{HERE}.latents.shifting:Mirror",
    f"{HERE}.latents.remembering:RandomWalk",
    f"{HERE}.latents.remembering:Streak",
    f"{HERE}.latents.threshold:Threshold",
    f"{HERE}.latents.threshold:ValueMarker",
    f"{HERE}.latents.shape:Shape",
    f"{HERE}.latents.relations:Relation",
)

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:Secretary",
        summary="Stop at the greatest of a row of values.",
        source=SOURCE,
        default_num_tasks=10,
        default_latent="fixed_position_2",
        reward_scale=0.76,
        worth=f"{HERE}:worth.csv",
    ),
)


def _preset(
    name: str,
    tier: Tier,
    factory: str,
    summary: str,
    structure: Structure = "iid",
    **params: Any,
) -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=factory,
        params=params,
        summary=summary,
        tier=tier,
        structure=structure,
        source=SOURCE,
    )


def _placed(
    name: str,
    tier: Tier,
    factory: str,
    summary: str,
    structure: Structure = "iid",
    **params: Any,
) -> LatentSpec:
    """A preset of a family that places the greatest value: published ones raise it."""
    return _preset(name, tier, factory, summary, structure, top="raised", **params)


def _fixed(name: str, place: int, where: str) -> LatentSpec:
    return _placed(name, "easy", FIXED, f"The greatest value is always {where}.", value=place)


def _set(name: str, tier: Tier, places: str, where: str) -> LatentSpec:
    return _placed(name, tier, SET, f"The greatest value is always {where}.", value=places)


def _threshold(name: str, tier: Tier, value: float) -> LatentSpec:
    summary = f"The greatest value is at least {value}, all others are below {value - 0.05:g}."
    return _preset(name, tier, THRESHOLD, summary, value=value)


def _family(name: str, factory: str, summary: str, structure: Structure = "iid") -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=factory,
        summary=summary,
        structure=structure,
        preset=False,
    )


ORDINALS = ("first", "second", "third", "fourth", "fifth")
PLACES = (
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
)
SHIFTS = (
    _placed(
        "position_shift",
        "medium",
        STRIDE,
        "The greatest value moves one place to the right with every task, from the first one.",
        "index_driven",
        value=(0, 1),
    ),
    _placed(
        "modular_pattern",
        "very_hard",
        STRIDE,
        "The greatest value stands at the task's index modulo N (same as position_shift).",
        "index_driven",
        value=(0, 1),
    ),
    _placed(
        "increasing_position",
        "very_hard",
        STRIDE,
        "As position_shift, but stays at the last place once it is there.",
        "index_driven",
        value=(0, 1),
        clamp=True,
    ),
    _placed(
        "countdown",
        "medium",
        STRIDE,
        "The greatest value moves one place to the left with every task, from the last one.",
        "index_driven",
        value=(-1, -1),
    ),
    _placed(
        "position_cycle_258",
        "medium",
        CYCLE,
        "The greatest value goes through places 2, 5, 8 of 0..9 in turn.",
        "index_driven",
        value=(2, 5, 8),
    ),
    _placed(
        "position_cycle_1379",
        "medium",
        CYCLE,
        "The greatest value goes through places 1, 3, 7, 9 of 0..9 in turn.",
        "index_driven",
        value=(1, 3, 7, 9),
    ),
    _placed(
        "alternating_position",
        "medium",
        REGIONS,
        "The greatest value is in the first and in the last third in turn.",
        "index_driven",
        value=(0, 2),
    ),
    _placed(
        "third_rotation",
        "medium",
        REGIONS,
        "The greatest value is in the first, the middle and the last third in turn.",
        "index_driven",
        value=(0, 1, 2),
    ),
)
MEMORIES = (
    _placed(
        "mirror_episodes",
        "very_hard",
        MIRROR,
        "The greatest value alternates between a drawn place and its mirror image.",
        "markov",
    ),
    _placed(
        "random_walk_position",
        "very_hard",
        WALK,
        "The greatest value moves one place left or right with every task, on a circle.",
        "markov",
        value=1,
    ),
    _placed(
        "same_position_streak",
        "very_hard",
        STREAK,
        "The greatest value keeps its place for three tasks, then gets a new one.",
        "markov",
        value=3,
    ),
)
CUTOFFS = (
    _preset(
        "fixed_high",
        "easy",
        MARKER,
        "The greatest value is exactly 1, all others are below 0.9.",
        value=1.0,
    ),
    _threshold("threshold_05", "easy", 0.5),
    _threshold("threshold_06", "medium", 0.6),
    _threshold("threshold_08", "medium", 0.8),
)
SHAPES = (
    _preset(
        "step_function",
        "hard",
        SHAPE,
        "Values rise in three steps; the greatest is on the last one, above 0.95.",
        value="step",
    ),
    _preset(
        "inverse_order", "hard", SHAPE, "Values fall evenly from the first one.", value="falling"
    ),
    _preset("sorted_order", "hard", SHAPE, "Values rise evenly to the last one.", value="rising"),
    _preset(
        "valley_pattern",
        "hard",
        SHAPE,
        "Values are high at both ends; the first or the last one is the greatest, above 0.95.",
        value="valley",
    ),
    _preset(
        "mountain_pattern",
        "hard",
        SHAPE,
        "Values are high in the middle, where the greatest one is, above 0.95.",
        value="mountain",
    ),
    _preset(
        "ascending_spike",
        "hard",
        SHAPE,
        "Values rise slowly below 0.7; the greatest one is above 0.9, in the second half.",
        value="spike",
    ),
)
RELATIONS = (
    _preset(
        "relative_jump",
        "hard",
        RELATION,
        "The greatest value follows one between 0.05 and 0.25.",
        value="jump",
    ),
    _preset(
        "early_decoy",
        "hard",
        RELATION,
        "The first three values are 0.7 to 0.89; the greatest is in the second half.",
        value="decoy",
    ),
    _preset(
        "max_after_min",
        "hard",
        RELATION,
        "The greatest value comes one or two places after one of at most 0.05.",
        value="after_low",
    ),
)
FAMILIES = (
    _family("fixed_position", FIXED, "One place (?latent.value=3; latent.top=raised)."),
    _family("position_set", SET, "A set of places (?latent.size=2 or ?latent.value=2,5,8)."),
    _family(
        "stride",
        STRIDE,
        "Place moves evenly (?latent.value=0,1&latent.clamp=true).",
        "index_driven",
    ),
    _family(
        "cycle",
        CYCLE,
        "Places in turn (?latent.length=3 or ?latent.value=2,5,8).",
        "index_driven",
    ),
    _family(
        "region_cycle",
        REGIONS,
        "Parts of the row in turn (?latent.parts=3&latent.length=2).",
        "index_driven",
    ),
    _family("mirror", MIRROR, "A place and its mirror image in turn (?latent.value=2).", "markov"),
    _family("random_walk", WALK, "Place moves either way by a step (?latent.value=1).", "markov"),
    _family("streak", STREAK, "Place stays for some tasks (?latent.value=3).", "markov"),
    _family("threshold", THRESHOLD, "A cut-off (?latent.margin=0.05&latent.band=0.15)."),
    _family("value_marker", MARKER, "The greatest value is a constant (?latent.margin=0.1)."),
    _family("shape", SHAPE, "One of six shapes (?latent.value=valley)."),
    _family("relation", RELATION, "One of three announcements (?latent.value=jump)."),
)
LATENTS = (*PLACES, *SHIFTS, *MEMORIES, *CUTOFFS, *SHAPES, *RELATIONS, *FAMILIES)


def _player(name: str, factory: str, summary: str, *, privileged: bool = False) -> AgentSpec:
    return AgentSpec(
        name=f"scripted/{name}",
        core_envs=ONLY,
        factory=f"{HERE}.players.reference:{factory}",
        summary=summary,
        privileged=privileged,
    )


AGENTS = (
    _player("classic", "Classic", "Lets N/e values pass, then takes the first record."),
    _player("blind", "Blind", "Takes values for independent and uniform; remembers nothing."),
    _player("shortcut", "Shortcut", "Takes a 1.0000 at once, else a record of the last values."),
    _player("forgetful", "Forgetful", "Plays every task as bayes plays the first one."),
    _player("oracle", "Oracle", "Knows z and stops by it.", privileged=True),
    _player("bayes", "Bayes", "Knows the family, infers z, stops by the best tractable rule."),
)
