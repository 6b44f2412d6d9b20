"""Prompt conditions: what an agent is told about the latent, written once for all core envs.

The game's rules come from the core env and the facts about z from the latent, so a condition only
decides how much of the latter is said, once before the first task and again between tasks.
"""

from abc import ABC, abstractmethod
from typing import Any

from attrs import frozen

from latentgym_core.contract.latent import Latent


@frozen
class Scene:
    """What a prompt may speak of.

    Attributes:
        latent: The family of the sequence.
        z: Its value; only `oracle_info` uses it.
        num_tasks: Horizon N.
    """

    latent: Latent[Any]
    z: Any
    num_tasks: int


class Prompt(ABC):
    """A prompt condition; both texts may be empty."""

    @abstractmethod
    def briefing(self, scene: Scene) -> str:
        """Said once, after the rules and before the first task."""

    @abstractmethod
    def reminder(self, scene: Scene) -> str:
        """Said between two tasks."""


@frozen(kw_only=True)
class NoInfo(Prompt):
    """Nothing is said about the latent."""

    def briefing(self, scene: Scene) -> str:
        """Nothing."""
        del scene
        return ""

    def reminder(self, scene: Scene) -> str:
        """Nothing."""
        del scene
        return ""


@frozen(kw_only=True)
class SomeInfo(Prompt):
    """Something may be shared between tasks; what it is stays open."""

    def briefing(self, scene: Scene) -> str:
        """The bare possibility of a regularity, and the latent's own hint if it has one."""
        general = (
            "These tasks may have something in common. Pay attention to how each one turns out: "
            "it may help you in the next."
        )
        return " ".join(filter(None, (general, scene.latent.hint())))

    def reminder(self, scene: Scene) -> str:
        """A nudge to look back."""
        del scene
        return "Think about what the finished tasks may have had in common."


@frozen(kw_only=True)
class FullInfo(Prompt):
    """The family of the latent is told, z is not."""

    def briefing(self, scene: Scene) -> str:
        """The disclosure of the family."""
        return (
            f"Important: all tasks follow one hidden regularity. {scene.latent.disclosure()} "
            f"Find out the particulars early and use them in the later tasks."
        )

    def reminder(self, scene: Scene) -> str:
        """The disclosure again."""
        return f"Remember: {scene.latent.disclosure()}"


@frozen(kw_only=True)
class OracleInfo(Prompt):
    """z itself is told: what is left is to use it."""

    def briefing(self, scene: Scene) -> str:
        """The value z in words."""
        return f"Important, and true for every task: {scene.latent.describe(scene.z)}"

    def reminder(self, scene: Scene) -> str:
        """The value again."""
        return f"Remember: {scene.latent.describe(scene.z)}"
