"""What an id meant whose parts do not stand where they belong, as in `wordle/ep5`."""

from collections.abc import Sequence
from typing import Any, Protocol

from latentgym_core.registry.env_id import HORIZON, EnvId, PartialEnvId


class Listing(Protocol):
    """What is asked of the registry."""

    def latents(self, core_envs: tuple[str, ...], /) -> Sequence[Any]:
        """Entries of the latents that serve all of the core envs."""

    def prompts(self, core_envs: tuple[str, ...], /) -> Sequence[Any]:
        """The same of prompts."""

    def feedbacks(self, core_envs: tuple[str, ...], /) -> Sequence[Any]:
        """The same of feedbacks."""

    def complete(self, partial: PartialEnvId, /) -> EnvId:
        """The whole id, with defaults for what is left out."""


def rearranged(registry: Listing, given: PartialEnvId | EnvId) -> EnvId | None:
    """The same parts in their places, and defaults for those left out.

    Args:
        registry: Where the names are; the core envs of the id are known there.
        given: An id with a name that is unknown where it stands.

    Returns:
        None if a part belongs nowhere, or two belong in one place.
    """
    placed: dict[str, str] = {}
    for part in filter(None, (given.latent, given.prompt, given.feedback)):
        place = _place(registry, given.core_envs, part)
        if place is None or place in placed:
            return None
        placed[place] = part
    horizon = placed.pop("horizon", "")
    if horizon and given.num_tasks is not None:
        return None
    return registry.complete(
        PartialEnvId(
            core_envs=given.core_envs,
            latent=placed.get("latent"),
            prompt=placed.get("prompt"),
            feedback=placed.get("feedback"),
            num_tasks=int(horizon.removeprefix("ep")) if horizon else given.num_tasks,
            parameters=given.parameters,
        )
    )


def _place(registry: Listing, core_envs: tuple[str, ...], part: str) -> str | None:
    if HORIZON.fullmatch(part):
        return "horizon"
    listings = {
        "latent": registry.latents(core_envs),
        "prompt": registry.prompts(core_envs),
        "feedback": registry.feedbacks(core_envs),
    }
    for place, entries in listings.items():
        if any(entry.spec.name == part for entry in entries):
            return place
    return None
