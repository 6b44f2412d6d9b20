"""What the latents register that bandits and secretary share; imports nothing heavy."""

from typing import Any

from latentgym_core.registry.specs import LatentSpec, Structure, Tier

ROW_GAMES = ("bandits", "secretary")
HERE = "latentgym_envs.shared.positions"
SOURCE = "LatentGym"
PLACE, PLACE_SET = f"{HERE}.constant:SharedPlace", f"{HERE}.constant:SharedPlaceSet"
SHIFT, CYCLE = f"{HERE}.moving:SharedPlaceShift", f"{HERE}.moving:SharedPlaceCycle"


def _spec(
    name: str, tier: Tier, structure: Structure, factory: str, summary: str, **params: Any
) -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ROW_GAMES,
        factory=factory,
        params=params,
        summary=summary,
        tier=tier,
        structure=structure,
        source=SOURCE,
        preset=bool(params),
    )


LATENTS = (
    _spec(
        "shared_place",
        "easy",
        "iid",
        PLACE,
        "Best button and greatest value always at one place (?latent.value=2, or drawn).",
    ),
    _spec(
        "shared_place_set",
        "medium",
        "iid",
        PLACE_SET,
        "Best button and greatest value always at one of a few places (?latent.size=2).",
    ),
    _spec(
        "shared_place_shift",
        "medium",
        "index_driven",
        SHIFT,
        "The place moves on by a fixed step from task to task (?latent.step=2&latent.start=0).",
    ),
    _spec(
        "shared_place_cycle",
        "hard",
        "index_driven",
        CYCLE,
        "The place goes through a list of places in turn (?latent.length=3).",
    ),
    _spec("shared_place_first", "easy", "iid", PLACE, "Always the first place.", value=0),
    _spec("shared_place_third", "easy", "iid", PLACE, "Always the third place.", value=2),
    _spec("shared_place_last", "easy", "iid", PLACE, "Always the last common place.", value=-1),
    _spec("shared_place_pair", "medium", "iid", PLACE_SET, "One of two places.", size=2),
    _spec(
        "shared_place_forward",
        "medium",
        "index_driven",
        SHIFT,
        "The place moves 1 forward from task to task, from the first one on.",
        step=1,
        start=0,
    ),
    _spec(
        "shared_place_backward",
        "medium",
        "index_driven",
        SHIFT,
        "The place moves 1 back from task to task, from anywhere.",
        step=-1,
    ),
    _spec(
        "shared_place_alternate",
        "medium",
        "index_driven",
        CYCLE,
        "Two places take turns.",
        length=2,
    ),
)
