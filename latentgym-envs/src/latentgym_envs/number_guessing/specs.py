"""What number guessing registers; imports nothing heavy."""

from typing import Any

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, Structure, Tier

NAME = "number_guessing"
HERE = f"latentgym_envs.{NAME}"
ONLY = (NAME,)
SOURCE = "published LatentGym environments"
SET_OF_K, RANGE, M_RANGES, FULL_RANGE = (
    f"{HERE}.latents.set_of_k:SetOfK",
    f"{HERE}.latents.ranges:Range",
    f"{HERE}.latents.m_ranges:MRanges",
    f"{HERE}.latents.ranges:FullRange",
)

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:NumberGuessing",
        summary="Find a hidden whole number from greater/less answers.",
        source=SOURCE,
        default_num_tasks=7,
        default_latent="set_of_3",
        reward_scale=0.82,
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


def _family(name: str, factory: str, summary: str) -> LatentSpec:
    return LatentSpec(name=name, core_envs=ONLY, factory=factory, summary=summary, preset=False)


LATENTS = (
    _preset("set_of_2", "easy", SET_OF_K, "Targets are 2 fixed numbers of 1..1000.", k=2),
    _preset("set_of_3", "easy", SET_OF_K, "Targets are 3 fixed numbers of 1..1000.", k=3),
    _preset(
        "range_100",
        "medium",
        RANGE,
        "Targets lie in one block of 101 numbers (not 100) in 1..1000.",
        size=101,
    ),
    _preset(
        "range_1000",
        "medium",
        RANGE,
        "Targets lie in one block of 1001 numbers (not 1000) in 1..10000.",
        size=1001,
        high=10000,
    ),
    _preset(
        "dynamic_range",
        "hard",
        RANGE,
        "Targets lie in one block of 1001 numbers in a range of 10001 from 1..1000 on.",
        size=1001,
        high=10001,
        shift=999,
    ),
    _preset(
        "dynamic_full_range",
        "hard",
        FULL_RANGE,
        "Control: targets are anywhere in the 1001 numbers shown; there is nothing to learn.",
        "control",
        high=1001,
        shift=999,
    ),
    _preset(
        "two_ranges",
        "hard",
        M_RANGES,
        "Targets lie in two separate blocks of 501 numbers each in 1..10000.",
        m=2,
        size=501,
        gap=1000,
        high=10000,
    ),
    _family(
        "set_of_k",
        SET_OF_K,
        "Targets are k fixed numbers (?latent.k=5&latent.low=1&latent.high=1000).",
    ),
    _family(
        "range",
        RANGE,
        "Targets lie in one block (?latent.size=50&latent.low=1&latent.high=1000&latent.shift=0).",
    ),
    _family(
        "m_ranges",
        M_RANGES,
        "Targets lie in m separate blocks (?latent.m=3&latent.size=50&latent.gap=100).",
    ),
)


def _player(name: str, factory: str, summary: str, *, privileged: bool = False) -> AgentSpec:
    return AgentSpec(
        name=f"scripted/{name}",
        core_envs=ONLY,
        factory=f"{HERE}.{factory}",
        summary=summary,
        privileged=privileged,
    )


AGENTS = (
    _player(
        "midpoint", "players.reference:Midpoint", "Halves the feasible range; remembers nothing."
    ),
    _player(
        "blind",
        "players.reference:Midpoint",
        "The best player who ignores the latent: same as midpoint.",
    ),
    _player(
        "oracle",
        "players.reference:Oracle",
        "Knows z: halves the targets it allows.",
        privileged=True,
    ),
    _player(
        "bayes",
        "players.reference:Bayes",
        "Knows the family, infers z exactly, guesses the median.",
    ),
    _player("one_step", "players.reference:OneStep", "Infers z exactly; most information."),
    _player(
        "repeat_last", "players.reference:RepeatLast", "Tries earlier targets first, then halves."
    ),
    _player(
        "repeat_any", "players.reference:RepeatAny", "The same in no order; a teacher of recalling."
    ),
    _player("random", "players.reference:Random", "Any number of the visible range."),
)
