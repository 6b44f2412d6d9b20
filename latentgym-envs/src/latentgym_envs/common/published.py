"""What games have in common when they read published recordings, where a task is an episode."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic

from attrs import field, frozen

from latentgym_core.contract.core_env import CoreEnv, StateT, TaskT
from latentgym_core.errors import SpecError

# Variants of recordings, with what the generator of most games added to their seeds.
FRONTIER: Mapping[str, int] = MappingProxyType({"frontier": 9958})
QWEN: Mapping[str, int] = MappingProxyType(
    {"qwen-base": 19958, "qwen-single-rl": 19958, "qwen-cross-rl": 19958}
)


@frozen
class Recordings(Generic[TaskT]):
    """How the recordings of a game are read, in which variants differ.

    Attributes:
        task: Reads a task configuration; they are the same in all variants.
        rules: Variant to the rule parameters that it was played under.
        shifts: Variant to what the recorded generator added to the seed.
        other_shift: The same of all other variants; None: no seed regenerates them.
    """

    task: Callable[[Mapping[str, Any]], TaskT]
    rules: Callable[[str], Mapping[str, Any]]
    shifts: Mapping[str, int] = field(factory=dict)
    other_shift: int | None = None


class RecordedGame(CoreEnv[TaskT, StateT]):
    """A core env that reads its published recordings."""

    recordings: ClassVar[Recordings[Any]]

    def published_task(self, config: Mapping[str, Any], variant: str) -> TaskT:
        """Read a published task configuration."""
        del variant
        task: TaskT = self.recordings.task(config)
        return task

    @classmethod
    def published_rules(cls, variant: str) -> Mapping[str, Any]:
        """Rule parameters that a variant was played under."""
        return cls.recordings.rules(variant)

    @classmethod
    def published_seed(cls, variant: str, seed: int) -> int | None:
        """The seed that the recorded generator was given."""
        shift = cls.recordings.shifts.get(variant, cls.recordings.other_shift)
        return None if shift is None else seed + shift


def needed(config: Mapping[str, Any], key: str, game: str) -> Any:
    """What a published task of a game cannot do without.

    Raises:
        SpecError: It is not there.
    """
    if key not in config:
        raise SpecError(f"A published {game} task needs a {key}; this has none.")
    return config[key]


def first_of(config: Mapping[str, Any], keys: Iterable[str], default: Any) -> Any:
    """The value under the first of several names that is there: recordings differ in age."""
    return next((config[key] for key in keys if key in config), default)
