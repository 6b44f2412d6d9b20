"""Write docs/cli.md from the commands' own help texts.

python latentgym-core/scripts/document_commands.py            # rewrite the page
python latentgym-core/scripts/document_commands.py --check    # exit 1 if it is out of date
"""

import argparse
import sys
from pathlib import Path

import click

from latentgym_core import plugin

PAGE = Path(__file__).parents[2] / "docs/cli.md"
INTRODUCTION = """\
# The command line

<!-- Written by latentgym-core/scripts/document_commands.py; edit the commands, not this page. -->

Data goes to stdout and talk to stderr, so every listing can be piped: tables become tab-separated rows when stdout is no terminal, and
`--json` writes stable keys. Exit codes: 0 done, 1 an error or a failed sequence, 2 wrong usage, 130 interrupted. `latentgym --debug COMMAND`
prints tracebacks. Options can be set by environment variables named `LATENTGYM_COMMAND_OPTION`, as in `LATENTGYM_EVAL_CONCURRENCY=8`.

Completion in the shell (of ids, agents, scaffolds, splits, recipes): `eval "$(_LATENTGYM_COMPLETE=bash_source latentgym)"` (or `zsh_source`, `fish_source`).

Plugins may add commands; those below come with `latentgym-core`.
"""


def render() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for spec in plugin.latentgym_register_commands():
        command = spec.load()
        assert isinstance(command, click.Command)
        context = click.Context(
            command, info_name=f"latentgym {spec.name}", terminal_width=100, max_content_width=100
        )
        # Older releases of Click put the choices of an optional argument into brackets twice.
        told = command.get_help(context).replace("[[", "[").replace("]]", "]")
        parts.append(f"## {spec.name}\n\n```text\n{told}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    wanted = parser.parse_args()
    if not wanted.check:
        PAGE.write_text(render(), "utf-8")
    elif PAGE.read_text("utf-8") != render():
        sys.exit(
            f"{PAGE.name} is out of date: run python latentgym-core/scripts/{Path(__file__).name}"
        )


if __name__ == "__main__":
    main()
