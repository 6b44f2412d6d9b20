"""The estimators by name: what each takes for baseline, scale and level, and where it is from."""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen


@frozen
class Estimator:
    """How rewards become a loss."""

    baseline: str  # one of `credit.BASELINES`, or `value`
    scale: str  # `none`, `group` (`credit.group_scale`) or `batch` (`credit.whiten`)
    level: str  # `token` or `sequence`, see `objectives.token_weights`
    clips: bool  # whether the probability ratio is clipped; without, plain REINFORCE


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
