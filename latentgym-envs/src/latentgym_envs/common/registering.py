"""How a game says what it registers; imports nothing heavy.

Factories are written out whole, so that a search for a path or a class finds who registers it.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, Structure, Tier

PUBLISHED, OURS = "published LatentGym environments", "LatentGym"


@frozen
class Family:
    """A latent family and what its presets fix.

    Attributes:
        spec: The open family.
        source: Where its presets come from.
        fixed: Hyperparameters that all of them fix.
    """

    spec: LatentSpec
    source: str = PUBLISHED
    fixed: Mapping[str, Any] = field(factory=dict)

    def preset(self, name: str, tier: Tier, summary: str, **params: Any) -> LatentSpec:
        """The family with hyperparameters fixed, under a name of its own."""
        return evolve(
            self.spec,
            name=name,
            tier=tier,
            summary=summary,
            params={**self.fixed, **params},
            source=self.source,
            preset=True,
        )


@frozen
class Game:
    """The game that everything it makes is for."""

    name: str

    def core_env(self, factory: str, summary: str, **rest: Any) -> CoreEnvSpec:
        """The game itself; `rest` are further fields of its spec."""
        return CoreEnvSpec(
            name=self.name, factory=factory, summary=summary, source=PUBLISHED, **rest
        )

    def family(
        self, name: str, factory: str, summary: str, structure: Structure = "iid", **fixed: Any
    ) -> Family:
        """A family of latents; all of its presets fix `fixed`."""
        spec = LatentSpec(
            name=name,
            core_envs=[self.name],
            factory=factory,
            summary=summary,
            structure=structure,
            preset=False,
        )
        return Family(spec, fixed=fixed)

    def player(
        self,
        name: str,
        factory: str,
        summary: str,
        *,
        privileged: bool = False,
        version: int = 1,
    ) -> AgentSpec:
        """The scripted player `scripted/name`."""
        return AgentSpec(
            name=f"scripted/{name}",
            core_envs=[self.name],
            factory=factory,
            summary=summary,
            privileged=privileged,
            version=version,
        )


@frozen
class Games:
    """Several games, for latents that they share."""

    names: tuple[str, ...]

    def family(
        self, name: str, tier: Tier, factory: str, summary: str, structure: Structure = "iid"
    ) -> Family:
        """A family of latents for all of them, LatentGym's own."""
        spec = LatentSpec(
            name=name,
            core_envs=self.names,
            factory=factory,
            summary=summary,
            tier=tier,
            structure=structure,
            source=OURS,
            preset=False,
        )
        return Family(spec, OURS)
