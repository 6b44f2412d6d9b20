"""`latentgym data`: write sequences as a Hugging Face dataset."""

from pathlib import Path

import click

from latentgym_core.cli import completing
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.options import JSON
from latentgym_core.cli.shown.console import say, write_json
from latentgym_core.dataset.card import DEFAULT
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted


@click.command("data")
@click.argument("env_id", metavar="ID", type=EnvIdType())
@click.option("-n", "--num-sequences", type=click.IntRange(1), default=100, show_default=True)
@click.option(
    "--split",
    default="train",
    show_default=True,
    shell_complete=completing.splits,
    help="train, validation or test.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="First seed.")
@click.option("--distinct", is_flag=True, help="Pass over seeds that repeat a list of tasks.")
@click.option("--name", default=DEFAULT, help="Subset that the split belongs to.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Dataset folder.")
@JSON
def command(
    env_id: EnvId,
    num_sequences: int,
    split: str,
    seed: int,
    distinct: bool,
    name: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write sequences as a Hugging Face dataset.

    A row is one sequence that nobody has played, with all that is needed to play it. Run it again
    with another --split, or another ID under another --name, to add to the same folder.
    """
    from latentgym_core.dataset.folder import write_dataset
    from latentgym_core.records.serial import to_data
    from latentgym_core.sequence.environment import build_environment

    part = write_dataset(
        out,
        build_environment(env_id, current_registry()),
        num_sequences,
        split=split,
        seed=seed,
        distinct=distinct,
        subset=name,
    )
    if as_json:
        write_json({**to_data(part), "file": part.file})
    written = f"{counted(part.num_sequences, 'sequence')} of {part.env_id} ({part.split})"
    say(f"Written to {out / part.file}: {written}.")
    subset = "" if name == DEFAULT else f", {name!r}"
    say(f'Read them with datasets.load_dataset("{out}"{subset}, split="{part.split}").')
