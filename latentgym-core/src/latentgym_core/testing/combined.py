"""Combinators to inspect: `alternating` and its like, made of a game's own latents."""

from collections.abc import Iterable, Iterator
from itertools import cycle, islice

from attrs import evolve

from latentgym_core.contract.latent import Latent
from latentgym_core.errors import LatentGymError
from latentgym_core.registry.names import core_envs_of
from latentgym_core.registry.registry import Registry
from latentgym_core.testing.subject import Choice, draw

PARTS = "latent.of"
SIZES = (3, 2)
"""How many parts are tried; what takes no three takes two."""


def with_parts(registry: Registry, core_env: str, choices: Iterable[Choice]) -> list[Choice]:
    """Give every combinator among the choices that names no parts some of the game's own latents.

    Where the game has fewer latents than it takes, they come twice.
    """
    return [
        next(_filled(registry, core_env, choice), choice)
        if PARTS not in choice.parameters and _is_combinator(choice)
        else choice
        for choice in choices
    ]


def _is_combinator(choice: Choice) -> bool:
    try:
        factory = choice.spec.load()
    except LatentGymError:  # the check of its construction says so
        return False
    own = getattr(factory, "components", None)
    return own is not None and own is not Latent.components


def _filled(registry: Registry, core_env: str, choice: Choice) -> Iterator[Choice]:
    """The choice with three parts and with two, as far as it can be built with so many."""
    own = list(islice(_own_latents(registry, core_env), max(SIZES)))
    for size in SIZES if own else ():
        parts = "+".join(islice(cycle(own), size))
        filled = evolve(choice, parameters={**choice.parameters, PARTS: parts})
        if _can_be_drawn(registry, core_env, filled):
            yield filled


def _own_latents(registry: Registry, core_env: str) -> Iterator[str]:
    """Latents of one game alone that can be drawn as they are, presets first."""
    specs = [entry.spec for entry in registry.latents((core_env,))]
    for spec in sorted(specs, key=lambda each: not each.preset):
        bound = core_envs_of(spec) == (core_env,) and not spec.refusal
        if bound and _can_be_drawn(registry, core_env, Choice(spec=spec)):
            yield spec.name


def _can_be_drawn(registry: Registry, core_env: str, choice: Choice) -> bool:
    try:
        draw(registry, core_env, choice, seeds=1)
    except LatentGymError:
        return False
    return True
