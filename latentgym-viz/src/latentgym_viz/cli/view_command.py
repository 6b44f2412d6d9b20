"""`latentgym view`: look at runs in a browser."""

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.options import RUNS
from latentgym_core.cli.shown.console import say
from latentgym_core.errors import LatentGymError

if TYPE_CHECKING:
    from latentgym_viz.explorer.server import SiteServer
    from latentgym_viz.explorer.site import Site

MEGABYTE = 1e6


@click.command("view")
@RUNS
@click.option(
    "--export",
    "site",
    metavar="SITE",
    type=click.Path(path_type=Path),
    help="Write files for a web host instead; SITE.html: one file that needs no host.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="Port on 127.0.0.1  [7865 or any]")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option("--terminal", is_flag=True, help="Walk through the transcripts in this terminal.")
@click.option("--reviewer", help="Name under which reviews in the terminal are kept.")
def command(
    runs: tuple[Path, ...],
    site: Path | None,
    port: int | None,
    no_browser: bool,
    terminal: bool,
    reviewer: str | None,
) -> None:
    """Look at runs in a browser: filter, watch, compare, read.

    RUN is a run folder, a .jsonl[.gz] file of trajectories, or a folder that holds run folders. A
    run may still be playing: the page follows it. Only this machine can reach it.
    """
    from latentgym_viz.explorer.following.run_sources import find_runs

    if terminal and site is not None:
        raise click.UsageError("--terminal shows transcripts, --export writes files: choose one.")
    found = find_runs(runs)
    if terminal:
        from latentgym_viz.terminal import walk

        walk([each.path for each in found], reviewer=reviewer)
        return
    from latentgym_viz.explorer.export import export
    from latentgym_viz.explorer.following.followed_runs import Library
    from latentgym_viz.explorer.site import Site

    made = Site(Library(found), current_registry(), is_served=site is None)
    if site is None:
        _serve(made, port, open_browser=not no_browser)
        return
    size = export(made, site)
    say(f"{size / MEGABYTE:.1f} MB in {site}")


def _serve(site: "Site", port: int | None, *, open_browser: bool) -> None:
    from latentgym_viz.explorer.site import INDEX

    site.content(INDEX)  # a large run takes seconds to read: better before the page is open
    with _server(site, port) as server:
        click.echo(server.url)
        say("Ctrl-C ends it.")
        if open_browser:
            webbrowser.open(server.url)
        server.serve_forever()


def _server(site: "Site", port: int | None) -> "SiteServer":
    """On the port that was asked for, else on the usual one, else on any."""
    from latentgym_viz.explorer.server import DEFAULT_PORT, SiteServer

    if port is not None:
        return SiteServer(site, port)
    try:
        return SiteServer(site, DEFAULT_PORT)
    except LatentGymError:
        return SiteServer(site, 0)
