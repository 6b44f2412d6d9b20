"""What a comparison trains: a base, and from it further policies on the same budget."""

from attrs import evolve, frozen

from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import Registry
from latentgym_train.config.config import ARMS, BatchConfig, CompareConfig, Config
from latentgym_train.config.config_file import changed
from latentgym_train.sequences.data import sequence_horizon

BASE, SINGLE, UNRELATED, CROSS = ARMS


@frozen(kw_only=True)
class Arm:
    """One training run of a comparison.

    Attributes:
        name: One of `config.ARMS`, or of a variant.
        config: What it does; the later arms start from the base's policy.
        after_base: Whether the base must be finished before.
    """

    name: str
    config: Config
    after_base: bool


def arm_names(compare: CompareConfig) -> tuple[str, ...]:
    """Every arm of a comparison, in the order of the table; variants come last."""
    return (*(each for each in ARMS if each in compare.arms), *compare.variants)


def arms_of(config: Config, base_policy: str, registry: Registry) -> list[Arm]:
    """Cut a configuration into the runs that are compared.

    `cross-task` and its twins get the same number of tasks per update and the same number of
    updates: a sequence of one task counts as 1/N of a sequence, so `single-task` plays N times as
    many, from a pool N times as large. A variant has the budget of `cross-task` unless it changes
    it.

    Args:
        config: With `sft`, `rl`, or both; without `sft` the base is the policy as it comes.
        base_policy: Folder where the base's policy will lie.
        registry: Knows horizons.

    Returns:
        The base, then what starts from it.

    Raises:
        SpecError: There is nothing to compare, or a variant changes what does not exist.
    """
    if config.rl is None:
        raise SpecError("--compare sets reinforcement learning side by side: the recipe has no rl.")
    started = evolve(config.policy, source=base_policy)
    trained = evolve(config, policy=started, sft=None)
    related = evolve(trained, data=evolve(config.data, tasks="related"))
    chosen = {BASE: evolve(config, rl=None), CROSS: related}
    if UNRELATED in config.compare.arms:
        chosen[UNRELATED] = evolve(trained, data=evolve(config.data, tasks="unrelated"))
    if SINGLE in config.compare.arms:
        chosen[SINGLE] = single_task_twin(trained, registry)
    for name, changes in config.compare.variants.items():
        chosen[name] = changed(related, changes, f"compare.variants: {name}")
    return [
        Arm(name=name, config=evolve(made, name=f"{config.name}-{name}"), after_base=name != BASE)
        for name, made in chosen.items()
    ]


def single_task_twin(config: Config, registry: Registry) -> Config:
    """The same training on sequences of one task: as many tasks per update, and as many to draw."""
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
        data=evolve(config.data, tasks="single", pool=config.data.pool * factor),
        rl=evolve(
            config.rl,
            sequences=config.rl.sequences * factor,
            minibatch=config.rl.minibatch * factor,
        ),
        batch=BatchConfig(micro=config.batch.micro * factor),
    )
