"""Evaluation of a policy with the core's own metrics."""

from accelerate import Accelerator
from torch import nn

from latentgym_core.metrics import Summary, summarise
from latentgym_core.records.trajectory import Trajectory
from latentgym_train.config.config import DataConfig
from latentgym_train.learning.plays import TokenPlay
from latentgym_train.sequences.data import evaluation_ids, evaluation_starts
from latentgym_train.stages import checkpoints
from latentgym_train.stages.job import Job, play

CHUNK = 256  # sequences sampled at once


def play_evaluation(
    job: Job, scorer: nn.Module, env_id: str, split: str, *, held_out: bool = True
) -> list[Trajectory]:
    """Play the evaluation sequences of an environment; every process plays its share.

    Raises:
        Stopped: Somebody asked to stop while the test split was played.
    """
    count = _num_sequences(job.config.data, split, held_out=held_out)
    starts = evaluation_starts(env_id, split, count, job.streams, held_out=held_out)
    accelerator = job.accelerator
    share = -(-count // accelerator.num_processes)
    mine = starts[accelerator.process_index :: accelerator.num_processes]
    even = [*mine, *starts[: share - len(mine)]]  # sharded weights take as much play everywhere
    plays: list[TokenPlay] = []
    for first in range(0, share, CHUNK):
        if split == "test":  # in the middle of training, a step is finished and saved first
            checkpoints.stop_if_asked(job)
        seed = f"evaluation/{job.config.seed}/{env_id}/{first}/{accelerator.process_index}"
        plays += play(job, scorer, even[first : first + CHUNK], seed)
    return gather([each.trajectory for each in plays[: len(mine)]], accelerator)


def _num_sequences(data: DataConfig, split: str, *, held_out: bool) -> int:
    if split != "test":
        return data.num_validation
    return data.num_evaluation if held_out else data.num_ood


def gather(trajectories: list[Trajectory], accelerator: Accelerator) -> list[Trajectory]:
    """The trajectories of all processes, on every process."""
    if accelerator.num_processes == 1:
        return trajectories
    from accelerate.utils import gather_object

    gathered: list[Trajectory] = gather_object(trajectories)
    return gathered


def validate(job: Job, scorer: nn.Module) -> dict[str, float]:
    """Reward and gain on the validation stream, for the log."""
    played = [
        each
        for env_id in evaluation_ids(job.config.data)
        for each in play_evaluation(job, scorer, env_id, "validation")
    ]
    (summary,) = summarise(played, by="agent")
    return {f"validation/{name}": value for name, value in headline(summary).items()}


def headline(summary: Summary) -> dict[str, float]:
    """The numbers that matter most, without intervals."""
    names = {"cumulative_reward": "reward", "gain": "gain", "turns_per_task": "turns"}
    chosen = {short: summary.measures[name].value for name, short in names.items()}
    curve = {f"r{i + 1}": each.value for i, each in enumerate(summary.by_task["reward"])}
    return {name: value for name, value in {**chosen, **curve}.items() if value is not None}
