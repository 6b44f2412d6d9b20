"""What the latents register that bandits and secretary share; imports nothing heavy."""

from latentgym_envs.common.registering import Games

GAMES = Games(("bandits", "secretary"))
PLACE = GAMES.family(
    "shared_place",
    "easy",
    "latentgym_envs.shared.positions.constant:SharedPlace",
    "Best button and greatest value always at one place (?latent.value=2, or drawn).",
)
PLACE_SET = GAMES.family(
    "shared_place_set",
    "medium",
    "latentgym_envs.shared.positions.constant:SharedPlaceSet",
    "Best button and greatest value always at one of a few places (?latent.size=2).",
)
SHIFT = GAMES.family(
    "shared_place_shift",
    "medium",
    "latentgym_envs.shared.positions.moving:SharedPlaceShift",
    "The place moves on by a fixed step from task to task (?latent.step=2&latent.start=0).",
    "index_driven",
)
CYCLE = GAMES.family(
    "shared_place_cycle",
    "hard",
    "latentgym_envs.shared.positions.moving:SharedPlaceCycle",
    "The place goes through a list of places in turn (?latent.length=3).",
    "index_driven",
)
LATENTS = (
    *(each.spec for each in (PLACE, PLACE_SET, SHIFT, CYCLE)),
    PLACE.preset("shared_place_first", "easy", "Always the first place.", value=0),
    PLACE.preset("shared_place_third", "easy", "Always the third place.", value=2),
    PLACE.preset("shared_place_last", "easy", "Always the last common place.", value=-1),
    PLACE_SET.preset("shared_place_pair", "medium", "One of two places.", size=2),
    SHIFT.preset(
        "shared_place_forward",
        "medium",
        "The place moves 1 forward from task to task, from the first one on.",
        step=1,
        start=0,
    ),
    SHIFT.preset(
        "shared_place_backward",
        "medium",
        "The place moves 1 back from task to task, from anywhere.",
        step=-1,
    ),
    CYCLE.preset("shared_place_alternate", "medium", "Two places take turns.", length=2),
)
