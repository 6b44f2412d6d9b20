"""Train a policy: supervised stage, reinforcement stage, export, evaluation."""

import json
from contextlib import nullcontext
from pathlib import Path

import torch
from accelerate import Accelerator
from attrs import evolve
from torch import nn

from latentgym_core.metrics import summary_data
from latentgym_core.records.jsonl import write_trajectories
from latentgym_core.records.whole_files import write_whole
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_train.config.config import Config, RlConfig, SftConfig
from latentgym_train.learning.scoring import Scorer
from latentgym_train.learning.trained_weights import freeze_others, stop_dropout
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.policies.loading import reload_policy
from latentgym_train.policies.reference import Reference
from latentgym_train.running.folder import Position, TrainingFolder
from latentgym_train.running.machine import check_processes, is_sharded, make_accelerator
from latentgym_train.running.reporting import Reporter
from latentgym_train.running.stopping import Stopped, StopRequest, stop_on_signals
from latentgym_train.sequences.data import evaluation_ids
from latentgym_train.stages import checkpoints
from latentgym_train.stages.evaluation import play_evaluation
from latentgym_train.stages.export import export
from latentgym_train.stages.job import Job
from latentgym_train.stages.rl_stage import Reinforcement, train_rl
from latentgym_train.stages.sft_stage import train_sft
from latentgym_train.starting import Drawn, draw, make_policy


def train(
    config: Config,
    folder: Path,
    *,
    resume: bool = False,
    registry: Registry | None = None,
    quiet: bool = False,
    num_processes: int | None = None,
) -> None:
    """Train and export a policy.

    Args:
        config: What to do.
        folder: Gets everything; new, or with `resume` one that was begun.
        resume: Whether to go on from the newest checkpoint.
        registry: Defaults to the installed plugins.
        quiet: Whether to show nothing.
        num_processes: How many processes were asked for; checked, since launchers may start fewer.

    Raises:
        LatentGymError: Something in the configuration does not fit; nothing was written.
        Stopped: Somebody asked to stop; a checkpoint is written.
    """
    if config.run.threads:
        torch.set_num_threads(config.run.threads)
    place = TrainingFolder(folder)
    accelerator = make_accelerator(config, folder)
    check_processes(config, accelerator, num_processes)
    drawn = draw(config, registry or load_registry(), resume=resume)
    job = make_job(config, place, accelerator, drawn, quiet=quiet)
    if accelerator.is_main_process and not resume:
        job.folder.begin(config)
    accelerator.wait_for_everyone()
    held = job.folder.held() if accelerator.is_main_process else nullcontext()
    with held, stop_on_signals(job.reporter.say) as stop:
        if config.run.tracker != "none":
            accelerator.init_trackers("latentgym")
        try:
            run_stages(evolve(job, stop=stop), resume=resume)
        except Stopped:
            accelerator.end_training()
            raise
    accelerator.end_training()


def make_job(
    config: Config, folder: TrainingFolder, accelerator: Accelerator, drawn: Drawn, *, quiet: bool
) -> Job:
    """Load the policy; nothing is written.

    Raises:
        LatentGymError: Something in the configuration does not fit.
    """
    policy = make_policy(config, drawn)
    return Job(
        config=config,
        accelerator=accelerator,
        policy=policy,
        chat=ChatFormat(policy.tokenizer),
        streams=drawn.streams,
        training=drawn.training,
        lessons=drawn.lessons,
        folder=folder,
        reporter=Reporter(folder, accelerator, quiet=quiet),
        stop=StopRequest(),
    )


def run_stages(job: Job, *, resume: bool) -> None:
    """Both stages, each from where the newest checkpoint left it."""
    config = job.config
    position = checkpoints.latest(job) if resume else None
    if resume and job.accelerator.is_main_process:
        job.folder.remove_drafts()
        job.folder.rewind_log(position or Position(0, 0))
    scorer: nn.Module | None = None
    if config.sft is not None and checkpoints.steps_done(position, "rl") is None:
        scorer = imitate(job, config.sft, position)
        if config.rl is not None:
            job.accelerator.free_memory()
    if config.rl is not None:
        job = _after_imitation(job)
        scorer = reinforce(job, config.rl, position)
    if scorer is None:
        scorer, _ = prepare(job)
    export(job, scorer, job.folder.policy)
    evaluate(job, scorer)


def imitate(job: Job, config: SftConfig, position: Position | None) -> nn.Module:
    """The supervised stage from a checkpoint on; returns the prepared policy."""
    scorer, optimizer = prepare(job)
    done = checkpoints.steps_done(position, "sft")
    if position and done is not None:
        checkpoints.restore(job, position)
    train_sft(job, config, scorer, optimizer, done or 0)
    export(job, scorer, job.folder.sft)
    return scorer


def reinforce(job: Job, config: RlConfig, position: Position | None) -> nn.Module:
    """The reinforcement stage from a checkpoint on; returns the prepared policy."""
    stop_dropout(job.policy.model)
    reference = _reference(job, config, position)
    with_values = config.estimator.baseline == "value"
    freeze_others(job.policy.model, config.modules)
    scorer, optimizer = prepare(job, with_values, config.weight_decay)
    done = checkpoints.steps_done(position, "rl")
    if position and done is not None:
        checkpoints.restore(job, position)
    stage = Reinforcement(
        job=job, config=config, scorer=scorer, optimizer=optimizer, reference=reference
    )
    train_rl(stage, done or 0)
    return scorer


def _after_imitation(job: Job) -> Job:
    """With the policy that was imitated into, as reinforcement takes it.

    Shards stay shards, so the policy is read anew. So it is with adapters: the exported ones are
    merged, and what lies under the new ones is the policy at the start of reinforcement.
    """
    anew = is_sharded(job.accelerator) or job.config.policy.lora_rank
    if job.config.sft is None or not anew:
        return job
    return evolve(job, policy=reload_policy(job.config, job.folder.sft))


def prepare(
    job: Job, with_values: bool = False, weight_decay: float = 0.0
) -> tuple[nn.Module, torch.optim.Optimizer]:
    """The module to train and its optimizer, wrapped by Accelerate."""
    if job.accelerator.distributed_type == "DEEPSPEED":  # it looks for a data loader otherwise
        settings = job.accelerator.deepspeed_plugin.deepspeed_config
        settings["train_micro_batch_size_per_gpu"] = job.config.batch.micro
    scorer = Scorer(
        job.policy.model, with_values=with_values, temperature=job.config.policy.temperature
    )
    trained = [weight for weight in scorer.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, betas=(0.9, 0.98), weight_decay=weight_decay)
    prepared: tuple[nn.Module, torch.optim.Optimizer] = job.accelerator.prepare(scorer, optimizer)
    return prepared


def evaluate(job: Job, scorer: nn.Module) -> None:
    """Play the test stream, in and out of distribution, and keep trajectories and measures."""
    data = job.config.data
    played = [
        trajectory
        for env_ids, held_out in (
            (evaluation_ids(data), True),
            ((*data.ood_latents, *data.ood_envs), False),
        )
        for env_id in env_ids
        for trajectory in play_evaluation(job, scorer, env_id, "test", held_out=held_out)
    ]
    if job.accelerator.is_main_process:
        write_trajectories(job.folder.path / "trajectories.jsonl", played)
        report = json.dumps(summary_data(played), indent=1)
        write_whole(job.folder.path / "evaluation.json", report + "\n")


def _reference(job: Job, config: RlConfig, position: Position | None) -> Reference | None:
    """The policy at the start of reinforcement, where its distance matters."""
    if not config.kl:
        return None
    model = job.policy.model
    resumed = job.config.sft is not None and checkpoints.steps_done(position, "rl") is not None
    if resumed and not job.config.policy.lora_rank:
        model = reload_policy(job.config, job.folder.sft).model
    return Reference(model, job.config.policy.temperature)
