"""All that is looked at before a run writes anything: by its start, and by `--dry-run`."""

from collections.abc import Sequence

from attrs import frozen

from latentgym_core.agents.weights.local import LocalModel
from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import Registry
from latentgym_train.config.config import Config, RlConfig
from latentgym_train.learning.trained_weights import check_modules
from latentgym_train.policies.loading import load_policy
from latentgym_train.sequences.data import (
    TrainingStream,
    check_evaluations,
    distinct_ids,
    horizons,
    lessons_for,
    training_stream,
)
from latentgym_train.sequences.novelty import check_novel
from latentgym_train.sequences.streams import Streams
from latentgym_train.stages.sft_stage import check_teachers


@frozen(kw_only=True)
class Drawn:
    """The data of a run.

    Attributes:
        streams: Draws sequences.
        training: The sequences to reinforce on.
        lessons: The sequences to imitate on, see `data.lessons_for`.
    """

    streams: Streams
    training: TrainingStream
    lessons: TrainingStream


def draw(config: Config, registry: Registry, *, resume: bool) -> Drawn:
    """Draw the data; for a new run, make everything that it will need by name.

    Raises:
        LatentGymError: Something does not exist or does not fit.
    """
    streams = Streams(registry, config.data.holdout, config.data.tasks)
    if not resume:
        check_names(config, streams)
    training = training_stream(config.data, streams, config.seed)
    lessons = lessons_for(training, config.data, streams)
    if config.rl is not None:
        check_baseline(config.rl, horizons(training, registry))
    return Drawn(streams=streams, training=training, lessons=lessons)


def check_names(config: Config, streams: Streams) -> None:
    """Make everything that a run will need by name, before it begins.

    Raises:
        LatentGymError: Something does not exist or does not fit.
    """
    splits = ("validation", "test") if config.run.evaluate_every else ("test",)
    check_novel(config.data, distinct_ids(config.data.train), streams.registry)
    check_evaluations(config.data, streams, splits)
    check_teachers(config, streams)


def check_baseline(config: RlConfig, lengths: Sequence[int]) -> None:
    """Check that the estimator can be had, and of these sequences.

    Raises:
        SpecError: It cannot.
    """
    if config.estimator.baseline == "sequence" and len(lengths) > 1:
        raise SpecError(
            f"The baseline sequence is a mean over N tasks, so every environment of data.train has "
            f"the same N; here N is {', '.join(map(str, lengths))}."
        )


def make_policy(config: Config, drawn: Drawn) -> LocalModel:
    """Load the policy.

    Raises:
        LatentGymError: There is none, or it does not fit the configuration.
    """
    policy = load_policy(config, drawn.streams, drawn.lessons)
    if config.rl is not None:
        check_modules(policy.model, config.rl.modules)
    return policy
