"""Rows for SkyRL's data loader: an id and a seed each, no files.

    python -m latentgym_train.adapters.skyrl_rows ID --num-sequences 500 --out train.parquet

A row holds `prompt` (the opening, so that lengths can be filtered), `env_class`, `reward_spec` and
`extra_info`; see `adapters.skyrl.LatentGymEnv`.
"""

from pathlib import Path
from typing import Any

import click

from latentgym_core.records.whole_files import drafted
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.rewards import PER_TASK, REWARD_TYPES
from latentgym_core.sequence.seeding import SPLITS
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.wording import counted

PREFIX = "latentgym_"
"""Begins the ids of our environments in SkyRL."""
Row = dict[str, Any]


def skyrl_rows(
    env_id: str,
    num_sequences: int,
    *,
    split: str = "train",
    seed: int = 0,
    reward_type: str = PER_TASK,
    registry: Registry | None = None,
) -> list[Row]:
    """Rows for consecutive seeds.

    Args:
        env_id: An environment id, may be partial.
        num_sequences: How many.
        split: Stream to draw from; streams of different splits share no sequence.
        seed: The first seed.
        reward_type: How the sequence pays; `per_task` keeps credit for each task.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: A name is not registered.
        EnvError: The latent has nothing to draw from.
    """
    registry = registry or load_registry()
    environment = build_environment(registry.complete(env_id), registry)
    return [
        _row(SequenceEnv(environment), split, each, reward_type)
        for each in range(seed, seed + num_sequences)
    ]


def write_skyrl_rows(rows: list[Row], path: Path) -> None:
    """Write a parquet file; it is complete or absent."""
    import pyarrow as pa
    from pyarrow import parquet

    with drafted(path) as draft:
        parquet.write_table(pa.Table.from_pylist(rows), draft)


def _row(env: SequenceEnv, split: str, seed: int, reward_type: str) -> Row:
    opening = [dict(message) for message in env.reset(seed, split)]
    env_id = env.environment.id
    name = "+".join(env_id.core_envs)
    info = {
        "env_id": str(env_id),
        "split": split,
        "seed": seed,
        "reward_type": reward_type,
        "num_tasks": env_id.num_tasks,
    }
    return {
        "data_source": f"{PREFIX}{name}",
        "prompt": opening,
        "env_class": f"{PREFIX}{env_id.core_envs[0]}",
        "reward_spec": {"method": "rule", "ground_truth": ""},
        "extra_info": info,
    }


@click.command("skyrl_rows")
@click.argument("env_id", metavar="ID")
@click.option("--num-sequences", "-n", default=500, show_default=True, type=click.IntRange(1))
@click.option("--split", type=click.Choice(SPLITS), default="train", show_default=True)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@click.option("--reward-type", type=click.Choice(REWARD_TYPES), default=PER_TASK, show_default=True)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def main(
    env_id: str, num_sequences: int, split: str, seed: int, reward_type: str, out: Path
) -> None:
    """Write sequences of ID as a parquet file that SkyRL reads."""
    rows = skyrl_rows(env_id, num_sequences, split=split, seed=seed, reward_type=reward_type)
    write_skyrl_rows(rows, out)
    click.echo(f"{counted(len(rows), 'row')} for {rows[0]['env_class']} lie in {out}.", err=True)


if __name__ == "__main__":
    main()
