"""`latentgym new`: the skeleton of a plugin."""

import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.shown.console import say
from latentgym_core.errors import SpecError
from latentgym_core.records.whole_files import write_whole
from latentgym_core.registry.registry import Registry
from latentgym_core.skeleton import skeleton


@click.command("new")
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the files into this folder instead of printing them; nothing is overwritten.",
)
def command(name: str, out: Path | None) -> None:
    """Print or write the skeleton of a plugin with a core env called NAME.

    The skeleton works as it is: with --out NAME it is written, `pip install ./NAME` installs it,
    and `latentgym check NAME` checks it.
    """
    _check_free(current_registry(), name)
    files = skeleton(name)
    if out is None:
        for path, text in files.items():
            click.echo(f"# ==> {path} <==\n{text}")
        say(
            f"Nothing is written; add --out DIR, as in `latentgym new {name} --out {name}`, then "
            f"`pip install ./{name}`."
        )
        return
    _write(out, files)
    say(f"Next: `pip install {_for_pip(out)}`, then `latentgym check {name}`.")


def _for_pip(folder: Path) -> str:
    """A folder as pip takes no name of the package index for it, quoted for the shell."""
    text = folder.as_posix()
    return shlex.quote(text if folder.is_absolute() or text.startswith(".") else f"./{text}")


def _check_free(registry: Registry, name: str) -> None:
    for entry in registry.core_envs():
        if entry.spec.name == name:
            raise SpecError(
                f"The core env {name!r} is registered by {entry.origin.distribution}; "
                f"choose another name."
            )


def _write(out: Path, files: Mapping[str, str]) -> None:
    for path in files:
        if (out / path).exists():
            raise SpecError(f"{out / path} exists; choose another folder with --out.")
    for path, text in files.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text)
        click.echo(target)
