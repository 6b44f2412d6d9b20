"""The estimators by name: what each takes for baseline, scale and level, and where it is from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from attrs import frozen

from latentgym_core.errors import SpecError

OF_A_GROUP = ("sequence", "task", "leave_one_out")
"""Baselines that are means over a group."""


class Choices(Protocol):
    """What the choice of an estimator depends on, see `config.RlConfig`."""

    @property
    def algorithm(self) -> str:
        """A key of `ESTIMATORS`."""

    @property
    def baseline(self) -> str | None:
        """In the place of the estimator's own."""

    @property
    def scale(self) -> str | None:
        """In the place of the estimator's own."""

    @property
    def level(self) -> str | None:
        """In the place of the estimator's own."""

    @property
    def epochs(self) -> int:
        """How often a batch is used."""

    @property
    def returns(self) -> str:
        """What a task's tokens are credited with."""

    @property
    def group(self) -> int:
        """How many plays of a sequence are compared."""


@frozen
class Estimator:
    """How rewards become a loss.

    Attributes:
        baseline: One of `baselines.BASELINES`, or `value`.
        scale: `none`, `group` (standard deviation of the group) or `batch` (advantages of the
            batch are shifted to mean 0 and scaled to standard deviation 1).
        level: `token` or `sequence`, see `objectives.token_weights`.
        clips: Whether the probability ratio is clipped; without, plain REINFORCE.
    """

    baseline: str
    scale: str
    level: str
    clips: bool


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        # Hu, "REINFORCE++" (2025): no critic, advantages normalised over the whole batch. Its KL
        # in the reward is `kl_in = "reward"`.
        "reinforce++": Estimator("none", "batch", "token", clips=True),
        # Shao et al., "DeepSeekMath" (2024): mean and standard deviation of the group, 1/|o_i| per
        # sequence. Dr. GRPO (Liu et al., 2025) drops both divisions: scale = "none",
        # level = "token"; the KL to a reference is off unless `kl` is set.
        "grpo": Estimator("task", "group", "sequence", clips=True),
        # Ahmadian et al., "Back to Basics" (ACL 2024): leave-one-out mean, no clipping, no scale.
        "rloo": Estimator("leave_one_out", "none", "token", clips=False),
        # Schulman et al. (2017) with GAE over turns and a value head.
        "ppo": Estimator("value", "batch", "token", clips=True),
    }
)


def resolve(config: Choices) -> Estimator:
    """The estimator of a configuration, its fields overridden by what the configuration sets.

    Raises:
        SpecError: Its parts do not go together.
    """
    named = ESTIMATORS[config.algorithm]
    estimator = Estimator(
        config.baseline or named.baseline,
        config.scale or named.scale,
        config.level or named.level,
        clips=named.clips,
    )
    _check_group(config, estimator)
    if not estimator.clips and config.epochs > 1:
        raise SpecError(
            f"{config.algorithm} does not clip, so it may use a sequence once: set epochs = 1."
        )
    if estimator.baseline == "value" and config.returns == "own_plus_later":
        raise SpecError(
            "A value head estimates one return for all tasks, so baseline = value goes with the "
            "returns single_task, cumulative and to_go; take another baseline or other returns."
        )
    return estimator


def _check_group(config: Choices, estimator: Estimator) -> None:
    """Refuse a scale that would not be used, and a group of one whose sequences are compared."""
    if estimator.baseline == "value" and estimator.scale == "group":
        raise SpecError(
            "scale = group divides returns of tasks, and baseline = value gives advantages of "
            "turns: take scale = batch or none."
        )
    if config.group < 2 and (estimator.baseline in OF_A_GROUP or estimator.scale == "group"):
        raise SpecError(
            f"{config.algorithm} with baseline = {estimator.baseline} and scale = "
            f"{estimator.scale} compares the sequences of a group: set group = 8."
        )
