"""Make the README's two pictures from a run: a play in the explorer, and its learning curves.

    latentgym eval --suite examples/first-run.toml --out runs/first
    latentgym metrics runs/first --inference
    python latentgym-viz/scripts/readme_pictures.py runs/first

Needs playwright and a Chromium (`CHROMIUM`, else the one on the path).
"""

import argparse
import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from latentgym_core.registry.registry import load_registry
from latentgym_viz.charts import as_svg, catalog
from latentgym_viz.explorer.following.followed_runs import Library
from latentgym_viz.explorer.following.run_sources import find_runs
from latentgym_viz.explorer.server import SiteServer
from latentgym_viz.explorer.site import Site

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WINDOW = {"width": 1280, "height": 980}
PLAYER = "local/tiny-cross-task"
TASK = 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument(
        "--images", type=Path, default=IMAGES, help="Folder to write  [docs/images]"
    )
    parser.add_argument("--seed", type=int, default=0, help="Sequence that is shown  [0]")
    wanted = parser.parse_args(arguments)
    wanted.images.mkdir(parents=True, exist_ok=True)
    curve = as_svg(catalog([wanted.run])["learning_curve"], background="white")
    (wanted.images / "learning-curve.svg").write_text(curve, "utf-8")
    with serving(wanted.run) as url:
        photograph(url, wanted.seed, wanted.images / "explorer.png")


@contextmanager
def serving(run: Path) -> Iterator[str]:
    """The explorer's address, while the context is open."""
    site = Site(Library(find_runs([run])), load_registry(), is_served=True)
    with SiteServer(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url
        server.shutdown()


def key_of(url: str, seed: int) -> str:
    """The key of the player's sequence in the explorer."""
    with urlopen(f"{url}data/index.json") as answer:
        index = json.load(answer)
    columns = index["columns"]
    player = [each["name"] for each in index["agents"]].index(PLAYER)
    plays = zip(columns["key"], columns["agent"], columns["seed"], strict=True)
    return next(key for key, agent, number in plays if (agent, number) == (player, seed))


def photograph(url: str, seed: int, picture: Path) -> None:
    """Open a play of the list and keep what the window shows."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_context(viewport=WINDOW, color_scheme="light").new_page()
        page.goto(f"{url}#/sequence/{key_of(url, seed)}/{TASK}/1")
        page.locator(".transcript").wait_for()
        page.get_by_role("heading").first.wait_for()
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
