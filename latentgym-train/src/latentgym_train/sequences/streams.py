"""The sequences that rows name, and which values of z belong to which split."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from latentgym_core.dataset.rows import load_sequence
from latentgym_core.errors import SpecError
from latentgym_core.keeping import kept
from latentgym_core.records.serial import to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_train.config.config import HoldoutConfig
from latentgym_train.playing.playing import Start

TRIES = 64  # seeds looked at for each sequence asked for
STRIDE = 1_000_003  # between the seeds whose tasks make up one sequence of unrelated tasks
NUM_UNRELATED = 16384  # sequences that are kept: training comes back to the same rows
NUM_ENVIRONMENTS = 256


def bucket(z: Any, modulus: int) -> int:
    """Sum of the numbers in z (and of the code points of its letters), modulo `modulus`."""
    return sum(_numbers(to_data(z))) % modulus


def _numbers(data: Any) -> Iterable[int]:
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list | tuple):
        for each in data:
            yield from _numbers(each)
    elif isinstance(data, str):
        yield from map(ord, data)
    elif isinstance(data, float):
        yield round(data * 1_000_000)
    elif data is not None:
        yield int(data)


def allowed_buckets(holdout: HoldoutConfig, split: str) -> frozenset[int] | None:
    """Buckets whose z a split may show; None allows every z."""
    if not holdout.modulus:
        return None
    held = {"validation": frozenset(holdout.validation), "test": frozenset(holdout.test)}
    rest = frozenset(range(holdout.modulus)) - held["validation"] - held["test"]
    return held.get(split, rest)


@frozen
class Streams:
    """Draws the sequences that rows name.

    Attributes:
        registry: Where environments come from.
        holdout: Which z belong to which split.
        tasks: `related`, `unrelated` or `single`, see `config.DataConfig`.
    """

    registry: Registry
    holdout: HoldoutConfig
    tasks: str = "related"

    @kept(NUM_ENVIRONMENTS)
    def environment(self, env_id: str) -> Environment:
        """Build an environment once."""
        return build_environment(self.registry.complete(env_id), self.registry)

    def seeds(self, env_id: str, split: str, count: int, first: int = 0) -> list[int]:
        """The first seeds of a split whose z belongs to it.

        Raises:
            SpecError: There are too few; z hardly varies.
        """
        allowed = allowed_buckets(self.holdout, split)
        if allowed is None:
            return list(range(first, first + count))
        environment = self.environment(env_id)
        found: list[int] = []
        for seed in range(first, first + count * TRIES):
            if bucket(environment.z(seed, split), self.holdout.modulus) in allowed:
                found.append(seed)
            if len(found) == count:
                return found
        raise _too_few(env_id, split, len(found), count)

    def start(self, row: Mapping[str, Any]) -> Start:
        """The sequence of a row, ready to be played."""
        if row.get("tasks") is not None:  # a stored sequence
            environment, sequence = load_sequence(row, self.registry)
            return Start(environment, sequence)
        environment = self.environment(row["env_id"])
        if self.tasks == "unrelated":
            sequence = self._unrelated(row["env_id"], row["split"], row["seed"])
            return Start(environment, sequence)
        return Start(environment, environment.sequence(row["seed"], row["split"]))

    @kept(NUM_UNRELATED)
    def _unrelated(self, env_id: str, split: str, seed: int) -> TaskSequence:
        """Task i of N sequences; each has its own z, and together they have no latent."""
        environment = self.environment(env_id)
        drawn = [
            self._first_allowed(env_id, split, seed + (index + 1) * STRIDE)
            for index in range(environment.num_tasks)
        ]
        return evolve(
            drawn[0],
            seed=seed,
            tasks=tuple(each.tasks[index] for index, each in enumerate(drawn)),
            task_keys=tuple(each.task_keys[index] for index, each in enumerate(drawn)),
        )

    def _first_allowed(self, env_id: str, split: str, first: int) -> TaskSequence:
        """The sequence of the first seed from `first` on whose z belongs to the split."""
        environment, allowed = self.environment(env_id), allowed_buckets(self.holdout, split)
        for seed in range(first, first + TRIES):
            sequence = environment.sequence(seed, split)
            if allowed is None or bucket(sequence.z, self.holdout.modulus) in allowed:
                return sequence
        raise _too_few(env_id, split, 0, 1)


def _too_few(env_id: str, split: str, found: int, count: int) -> SpecError:
    return SpecError(
        f"{env_id}: {found} of {count} sequences have a z for the split {split}; its z takes too "
        f"few values to hold some out, so leave out data.holdout."
    )
