"""A published id of a game with hidden words; imports nothing heavy."""

from typing import ClassVar

from attrs import frozen

from latentgym_core.registry.specs import Tier

HORIZON = 10
LARGER_POOL = "env.pool=common"


@frozen
class WordPreset:
    """A published id.

    Attributes:
        name: The id.
        tier: How hard it is meant to be.
        family: The latent family it belongs to.
        value: Its fixed value there.
        what: The property in words that follow "Words".
        count: Words of the published pool that have it.
        alias: The earlier id that means the same; empty for most.
    """

    pool_size: ClassVar[int]
    """Words of the published pool."""
    when_few: ClassVar[str] = ""
    """What follows from too few words."""

    name: str
    tier: Tier
    family: str
    value: str
    what: str
    count: int
    alias: str = ""

    @property
    def larger(self) -> str:
        """Rule parameters under which there are words, if the published pool has none."""
        return LARGER_POOL

    @property
    def summary(self) -> str:
        """One line with the true number of words, and a warning if there are few."""
        said = f"Words {self.what}" + (f" (same as {self.alias})" if self.alias else "")
        if self.count == 0:
            return f"{said}: none of {self.pool_size}, so use ?{self.larger}."
        few = f", fewer than N = {HORIZON}{self.when_few}" if self.count < HORIZON else ""
        return f"{said}: {self.count} of {self.pool_size}{few}."
