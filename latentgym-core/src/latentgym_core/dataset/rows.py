"""Sequences as a Hugging Face dataset: drawn once, playable anywhere, offline.

A dataset is a folder of parquet files with a card; `datasets.load_dataset(folder)` reads it. A row
is one sequence that nobody has played yet. `load_sequence` makes it playable again.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentgym_core.errors import EnvError, SpecError, TrajectoryError
from latentgym_core.records.serial import dump_line
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.sequence.stored import environment_for, restore_sequence
from latentgym_core.wording import counted

TRIES = 20  # seeds looked at for each distinct sequence asked for
Row = dict[str, Any]


def draw_rows(
    environment: Environment,
    num_sequences: int,
    *,
    split: str = "train",
    seed: int = 0,
    distinct: bool = False,
) -> list[Row]:
    """Draw sequences as rows of a dataset.

    Args:
        environment: What they belong to.
        num_sequences: How many; never fewer are returned.
        split: Stream to draw from; streams of different splits share no sequence.
        seed: First seed; the following ones are taken in order.
        distinct: Whether no two sequences may have the same tasks; seeds that repeat one are
            passed over.

    Raises:
        EnvError: The latent cannot make so many; the sentence names the count.
        SpecError: A task lies in a file of this machine.
    """
    _check_portable(environment.id)
    seeds = range(seed, seed + num_sequences * (TRIES if distinct else 1))
    rows: dict[str, Row] = {}
    for each in seeds:
        try:
            row = _row(environment, split, each)
        except EnvError as error:
            raise EnvError(
                f"{environment.id} gave {len(rows)} of {counted(num_sequences, 'sequence')}; "
                f"seed {each} gives none: {error}"
            ) from error
        rows.setdefault(row["tasks"] if distinct else str(each), row)
        if len(rows) == num_sequences:
            return list(rows.values())
    raise EnvError(
        f"{environment.id} gave {counted(len(rows), 'distinct sequence')} in "
        f"{counted(len(seeds), 'seed')}, not {num_sequences:,}; ask for fewer, or leave out "
        f"--distinct."
    )


def row_to_trajectory(row: Mapping[str, Any]) -> Trajectory:
    """The unplayed record that a row holds.

    Raises:
        TrajectoryError: A field is missing or the row is not as it was written.
    """
    try:
        trajectory = Trajectory(
            env_id=row["env_id"],
            split=row["split"],
            seed=int(row["seed"]),
            z=json.loads(row["z"]),
            core_envs=tuple(row["core_envs"]),
            tasks=tuple(json.loads(row["tasks"])),
            task_keys=tuple(int(key) for key in row["task_keys"]),
            opening=tuple(dict(message) for message in row["opening"]),
            versions=json.loads(row["versions"]),
        )
        intact = row["key"] == _key(trajectory)
    except (KeyError, TypeError, ValueError) as error:
        raise TrajectoryError(f"The row is no stored sequence ({error!r}).") from error
    if not intact:
        raise TrajectoryError(f"The row of seed {trajectory.seed} was changed after it was drawn.")
    return trajectory


def load_sequence(
    row: Mapping[str, Any], registry: Registry | None = None
) -> tuple[Environment, TaskSequence]:
    """Make a row playable: `SequenceEnv(environment).load(sequence)`.

    Args:
        row: As `load_dataset` gives it.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: A core env, prompt or feedback is not installed.
        TrajectoryError: The row is damaged.
        SpecError: The installed core env has tasks of another shape.
    """
    stored = row_to_trajectory(row)
    env_id = EnvId.parse(stored.env_id)
    environment = environment_for(env_id, stored.tasks, registry or load_registry())
    return environment, restore_sequence(environment, stored)


def _row(environment: Environment, split: str, seed: int) -> Row:
    env = SequenceEnv(environment)
    env.reset(seed, split)
    unplayed = env.trajectory
    return {
        "env_id": unplayed.env_id,
        "split": unplayed.split,
        "seed": unplayed.seed,
        "num_tasks": unplayed.num_tasks,
        "core_envs": list(unplayed.core_envs),
        "opening": list(unplayed.opening),
        "tasks": dump_line(list(unplayed.tasks)),
        "task_keys": list(unplayed.task_keys),
        "z": dump_line(unplayed.z),
        "z_text": unplayed.z_text,
        "versions": dump_line(unplayed.versions),
        "key": _key(unplayed),
    }


def _key(stored: Trajectory) -> str:
    """Hash of all that is played."""
    played = [stored.env_id, stored.core_envs, stored.tasks, stored.task_keys, stored.z]
    text = json.dumps(played, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _check_portable(env_id: EnvId) -> None:
    for key, value in env_id.parameters.items():
        if isinstance(value, str) and (Path(value).is_absolute() or Path(value).is_file()):
            raise SpecError(
                f"{key} is the file {value!r}, which a dataset cannot take along; write its "
                f"content into the id, as in latent.tasks=[...]."
            )
