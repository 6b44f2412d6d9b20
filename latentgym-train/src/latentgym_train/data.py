"""Sequences to train and evaluate on, as Hugging Face datasets of (environment, split, seed).

A row names a sequence; the sequence itself is drawn when it is played, the same in every process.
Train, validation and test sequences are disjoint twice over: their seeds belong to different
streams, and with `holdout` so do the values of z.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from attrs import evolve, field, frozen

from latentgym_core.dataset.rows import load_sequence
from latentgym_core.env_id import EnvId
from latentgym_core.environment import Environment, build_environment
from latentgym_core.errors import SpecError
from latentgym_core.registry import Registry
from latentgym_core.serial import to_data
from latentgym_core.task_sequence import TaskSequence
from latentgym_train.config import DataConfig, HoldoutConfig, SourceConfig
from latentgym_train.playing import Start

TRIES = 64  # seeds looked at for each sequence asked for
STRIDE = 1_000_003  # between the seeds whose tasks make up one sequence of unrelated tasks
KEPT = 16384  # sequences of unrelated tasks
PROBED = 16  # sequences drawn to see whether an environment has any


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
    _environments: dict[str, Environment] = field(factory=dict, eq=False, repr=False)
    _cached_unrelated: Callable[[str, str, int], TaskSequence] = field(
        init=False, eq=False, repr=False
    )

    @_cached_unrelated.default
    def _with_cache(self) -> Callable[[str, str, int], TaskSequence]:
        """`_unrelated`; training comes back to the same rows, and each takes N sequences."""
        return lru_cache(KEPT)(self._unrelated)

    def environment(self, env_id: str) -> Environment:
        """Build an environment once."""
        if env_id not in self._environments:
            full = self.registry.complete(env_id)
            self._environments[env_id] = build_environment(full, self.registry)
        return self._environments[env_id]

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
        raise SpecError(
            f"{env_id}: {len(found)} of {count} sequences have a z for the split {split}; its z "
            f"takes too few values to hold some out, so leave out data.holdout."
        )

    def start(self, row: Mapping[str, Any]) -> Start:
        """The sequence of a row, ready to be played."""
        if row.get("tasks") is not None:  # a stored sequence
            environment, sequence = load_sequence(row, self.registry)
            return Start(environment, sequence)
        environment = self.environment(row["env_id"])
        if self.tasks == "unrelated":
            return Start(
                environment, self._cached_unrelated(row["env_id"], row["split"], row["seed"])
            )
        return Start(environment, environment.sequence(row["seed"], row["split"]))

    def _unrelated(self, env_id: str, split: str, seed: int) -> TaskSequence:
        """Task i of N sequences; each has its own z, and together they have no latent."""
        environment = self.environment(env_id)
        drawn = [
            environment.sequence(self._allowed(env_id, split, seed + (index + 1) * STRIDE), split)
            for index in range(environment.num_tasks)
        ]
        return evolve(
            drawn[0],
            seed=seed,
            tasks=tuple(each.tasks[index] for index, each in enumerate(drawn)),
            task_keys=tuple(each.task_keys[index] for index, each in enumerate(drawn)),
        )

    def _allowed(self, env_id: str, split: str, seed: int) -> int:
        """The first seed from `seed` on whose z belongs to the split."""
        return self.seeds(env_id, split, 1, seed)[0]


def with_horizon(env_id: str, num_tasks: int, registry: Registry) -> str:
    """The same environment with another number of tasks."""
    return str(evolve(registry.complete(env_id), num_tasks=num_tasks))


@frozen
class TrainingStream:
    """An endless stream of training rows; what stands at a position depends on nothing else.

    Attributes:
        dataset: The mixture, a `datasets.Dataset` with columns env_id, split and seed.
        seed: Of the order.
        env_ids: The environments of its sequences.
    """

    dataset: Any
    seed: int
    env_ids: tuple[str, ...]

    def rows(self, position: int, count: int) -> list[dict[str, Any]]:
        """The rows at `position` and after."""
        return [self._row(place) for place in range(position, position + count)]

    def _row(self, place: int) -> dict[str, Any]:
        epoch, index = divmod(place, len(self.dataset))
        row: dict[str, Any] = self.dataset[_order(len(self.dataset), self.seed, epoch)[index]]
        return row


@lru_cache(4)
def _order(size: int, seed: int, epoch: int) -> list[int]:
    """A permutation of range(size)."""
    order = list(range(size))
    random.Random(f"order/{seed}/{epoch}").shuffle(order)
    return order


def lessons_for(training: TrainingStream, config: DataConfig, streams: Streams) -> TrainingStream:
    """What words are learned from and imitated: always whole sequences of N tasks.

    With `tasks = "single"` only reinforcement plays single tasks, so that it has the same start.
    """
    if config.tasks != "single":
        return training
    return training_stream(evolve(config, tasks="related"), streams, training.seed)


def training_stream(config: DataConfig, streams: Streams, seed: int) -> TrainingStream:
    """Build the mixture that is trained on.

    Args:
        config: Its sources, their weights, and how many sequences are drawn for each.
        streams: What draws them.
        seed: Of the order.
    """
    import datasets

    sources = [_source(each, config, streams) for each in config.train]
    weights = [each.weight for each in config.train]
    env_ids = tuple(dict.fromkeys(each for source in sources for each in source.unique("env_id")))
    if len(sources) == 1:
        return TrainingStream(sources[0], seed, env_ids)
    mixed = datasets.interleave_datasets(
        sources,
        probabilities=[weight / sum(weights) for weight in weights],
        seed=seed,
        stopping_strategy="all_exhausted",
    )
    return TrainingStream(mixed, seed, env_ids)


def _source(source: SourceConfig, config: DataConfig, streams: Streams) -> Any:
    import datasets

    if source.folder:
        _check_stored(source, config)
        return _stored(source)
    num_tasks = 1 if config.tasks == "single" else streams.registry.complete(source.env).num_tasks
    env_id = with_horizon(source.env, num_tasks, streams.registry)
    seeds = streams.seeds(env_id, "train", config.pool)
    return datasets.Dataset.from_dict(
        {"env_id": [env_id] * len(seeds), "split": ["train"] * len(seeds), "seed": seeds}
    )


def _check_stored(source: SourceConfig, config: DataConfig) -> None:
    if config.tasks != "related" or config.holdout.modulus:
        raise SpecError(
            f"{source.folder} holds finished sequences: data.tasks and data.holdout choose tasks "
            f'while they are drawn, so name the environment with env = "..." instead.'
        )


def _stored(source: SourceConfig) -> Any:
    """A folder of `latentgym data`; its rows hold whole sequences."""
    import datasets

    try:
        return datasets.load_dataset(source.folder, source.subset, split="train")
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise SpecError(f"The dataset {source.folder} cannot be read ({reason}).") from error


def evaluation_starts(
    env_id: str, split: str, count: int, streams: Streams, *, held_out: bool = True
) -> list[Start]:
    """The sequences of an evaluation: always related tasks, the same for every policy.

    Args:
        env_id: What is played.
        split: `validation` or `test`.
        count: How many.
        streams: What draws them.
        held_out: Whether only z of the split's buckets are shown; out of distribution all are new.
    """
    plain = evolve(
        streams, tasks="related", holdout=streams.holdout if held_out else HoldoutConfig()
    )
    full = str(streams.registry.complete(env_id))
    return [
        plain.start({"env_id": full, "split": split, "seed": seed})
        for seed in plain.seeds(full, split, count)
    ]


def sequence_horizon(env_id: str, registry: Registry) -> int:
    """Horizon N of an id."""
    return EnvId.parse(str(registry.complete(env_id))).num_tasks


def horizons(training: TrainingStream, registry: Registry) -> list[int]:
    """Every N of a training stream, in ascending order."""
    return sorted({sequence_horizon(each, registry) for each in training.env_ids})


def distinct_ids(sources: Sequence[SourceConfig]) -> tuple[str, ...]:
    """The environments of a mixture: those that are named, and those of stored sequences."""
    ids = ([each.env] if each.env else _stored(each).unique("env_id") for each in sources)
    return tuple(dict.fromkeys(env_id for several in ids for env_id in several))


def evaluation_ids(config: DataConfig) -> tuple[str, ...]:
    """The in-distribution environments."""
    return config.evaluation or distinct_ids(config.train)


def check_evaluations(config: DataConfig, streams: Streams, splits: Sequence[str]) -> None:
    """Draw some sequences of everything that will be evaluated, so that no run ends in vain.

    Args:
        config: Names the environments.
        streams: What draws them.
        splits: Those that in-distribution environments are evaluated on.

    Raises:
        LatentGymError: An environment does not exist, or has no z to hold out.
    """
    for env_id in evaluation_ids(config):
        for split in splits:
            evaluation_starts(env_id, split, PROBED, streams)
    for env_id in (*config.ood_latents, *config.ood_envs):
        evaluation_starts(env_id, "test", 1, streams, held_out=False)
