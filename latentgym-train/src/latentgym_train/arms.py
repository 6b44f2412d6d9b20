"""What a comparison trains: a base, and from it three policies on the same budget."""

from attrs import evolve, frozen

from latentgym_core.errors import SpecError
from latentgym_core.registry import Registry
from latentgym_train.config import BatchConfig, Config
from latentgym_train.data import sequence_horizon

BASE, SINGLE, UNRELATED, CROSS = "base", "single-task", "unrelated-tasks", "cross-task"
ARMS = (BASE, SINGLE, UNRELATED, CROSS)


@frozen(kw_only=True)
class Arm:
    """One training run of a comparison.

    Attributes:
        name: One of `ARMS`.
        config: What it does; the later arms start from the base's policy.
        after_base: Whether the base must be finished before.
    """

    name: str
    config: Config
    after_base: bool


def arms_of(config: Config, base_policy: str, registry: Registry) -> list[Arm]:
    """Cut a configuration into the runs that are compared.

    All three get the same number of tasks per update and the same number of updates: a sequence of
    one task counts as 1/N of a sequence, so `single-task` plays N times as many.

    Args:
        config: With `sft`, `rl`, or both; without `sft` the base is the policy as it comes.
        base_policy: Folder where the base's policy will lie.
        registry: Knows horizons.

    Raises:
        SpecError: There is nothing to compare.
    """
    if config.rl is None:
        raise SpecError("--compare sets reinforcement learning side by side: the recipe has no rl.")
    prefix = config.name
    started = evolve(config.policy, source=base_policy)
    trained = evolve(config, policy=started, sft=None)
    related = evolve(trained, data=evolve(config.data, tasks="related"))
    unrelated = evolve(trained, data=evolve(config.data, tasks="unrelated"))
    return [
        Arm(name=BASE, config=evolve(config, name=f"{prefix}-{BASE}", rl=None), after_base=False),
        Arm(
            name=CROSS,
            config=evolve(related, name=f"{prefix}-{CROSS}"),
            after_base=True,
        ),
        Arm(
            name=UNRELATED,
            config=evolve(unrelated, name=f"{prefix}-{UNRELATED}"),
            after_base=True,
        ),
        Arm(
            name=SINGLE,
            config=evolve(single_task_twin(trained, registry), name=f"{prefix}-{SINGLE}"),
            after_base=True,
        ),
    ]


def single_task_twin(config: Config, registry: Registry) -> Config:
    """The same training on sequences of one task, with as many tasks per update."""
    if config.rl is None:
        raise SpecError("A single-task twin is of reinforcement learning: the recipe has no rl.")
    horizons = {
        sequence_horizon(source.env, registry) for source in config.data.train if source.env
    }
    if len(horizons) != 1:
        raise SpecError(
            "A single-task twin plays N times as many sequences of one task, so every environment "
            f"of data.train has the same N; here N is {sorted(horizons)}."
        )
    (factor,) = horizons
    return evolve(
        config,
        data=evolve(config.data, tasks="single"),
        rl=evolve(
            config.rl,
            sequences=config.rl.sequences * factor,
            minibatch=config.rl.minibatch * factor,
        ),
        batch=BatchConfig(micro=config.batch.micro * factor),
    )
