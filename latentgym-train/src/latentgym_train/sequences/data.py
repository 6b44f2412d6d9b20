"""Sequences to train and evaluate on, as Hugging Face datasets of (environment, split, seed).

A row names a sequence; the sequence itself is drawn when it is played, the same in every process.
Train, validation and test sequences are disjoint twice over: their seeds belong to different
streams, and with `holdout` so do the values of z.
"""

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from attrs import evolve, frozen

from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_train.config.config import DataConfig, HoldoutConfig, SourceConfig
from latentgym_train.playing.playing import Start
from latentgym_train.sequences.streams import Streams

PROBED = 16  # sequences drawn to see whether an environment has any


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
