"""Measure the explorer in headless Chromium: index, first paint, filters, exports.

Needs playwright and a Chromium (`CHROMIUM`, else the one on the path). The run is made up: a few
sequences of scripted players, repeated under other agents, latents, prompts and seeds.
"""

import argparse
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import evolve

from latentgym_core.records.jsonl import TRAJECTORIES, write_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import load_registry
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_viz.explorer.export import export
from latentgym_viz.explorer.following.followed_runs import Library
from latentgym_viz.explorer.following.run_sources import find_runs
from latentgym_viz.explorer.server import SiteServer
from latentgym_viz.explorer.site import CHART_LIBRARY, INDEX, Site

ENV_ID = "number_guessing/set_of_3/no_info/standard/ep10"
AGENTS = [f"openai/model-{number}" for number in range(8)]
LATENTS = [f"set_of_{number}" for number in range(2, 12)]
PROMPTS = ("no_info", "some_info", "full_info", "oracle_info")
FEEDBACKS = ("standard", "information")
CLICK = """
async (name) => {
  const options = [...document.querySelectorAll('.filters label')];
  const box = options.find((each) => each.textContent.startsWith(name)).querySelector('input');
  const before = document.querySelector('.tally').textContent;
  const begun = performance.now();
  box.click();
  while (document.querySelector('.tally').textContent === before) await new Promise(setTimeout);
  document.body.getBoundingClientRect();
  return performance.now() - begun;
}
"""
PAINT = """
() => new Promise((resolve) => {
  const name = 'first-contentful-paint';
  const heard = (list) => list.getEntriesByName(name).map((each) => resolve(each.startTime));
  new PerformanceObserver(heard).observe({ type: 'paint', buffered: true });
})
"""
ROWS = """
() => new Promise((resolve) => {
  const look = () => document.querySelector('.sequences tbody tr')
    ? requestAnimationFrame(() => resolve(performance.now())) : setTimeout(look, 1);
  look();
})
"""
FILTERS = (AGENTS[3], LATENTS[4], "some_info", "information", AGENTS[5], "9")


def played(count: int) -> Iterator[Trajectory]:
    """Sequences of scripted players under other names."""
    config = RunConfig(
        environments=[RunEnvironment(id=ENV_ID)],
        agents=["scripted/blind", "scripted/bayes"],
        num_sequences=20,
    )
    models = evaluate_sync(config)
    rng = random.Random(0)
    for number in range(count):
        model = models[number % len(models)]
        env_id = evolve(
            EnvId.parse(model.env_id),
            latent=LATENTS[number // 8 % 10],
            prompt=PROMPTS[number // 80 % 4],
            feedback=FEEDBACKS[number // 320 % 2],
        )
        outcomes = tuple(
            evolve(outcome, reward=round(rng.random(), 4)) for outcome in model.outcomes
        )
        yield evolve(
            model,
            env_id=str(env_id),
            agent=AGENTS[number % 8],
            seed=number // 640,
            outcomes=outcomes,
        )


def site_of(run: Path, *, is_served: bool) -> Site:
    return Site(Library(find_runs([run])), load_registry(), is_served=is_served)


def measure_page(page: Any, url: str) -> list[tuple[str, str, str]]:
    paints, rows, filters = [], [], []
    for _ in range(5):
        page.goto("about:blank")
        page.goto(url)
        rows.append(page.evaluate(ROWS))
        paints.append(page.evaluate(PAINT))
        filters += [page.evaluate(CLICK, name) for name in FILTERS]
    return [
        ("first contentful paint, ms (median)", f"{statistics.median(paints):.0f}", "1000"),
        ("table painted, ms (median)", f"{statistics.median(rows):.0f}", "1000"),
        ("filter response, ms (median)", f"{statistics.median(filters):.0f}", "100"),
        ("filter response, ms (slowest)", f"{max(filters):.0f}", "100"),
    ]


def measure(count: int, folder: Path) -> Iterator[tuple[str, str, str]]:
    from playwright.sync_api import sync_playwright

    run = folder / "run"
    run.mkdir()
    write_trajectories(run / TRAJECTORIES, played(count))
    site = site_of(run, is_served=True)
    begun = time.perf_counter()
    index = site.content(INDEX)
    assert index is not None
    seconds = time.perf_counter() - begun
    yield (f"index of {count:,} sequences, MB", f"{len(index.body) / 1e6:.2f}", "1.50")
    yield ("time to make it, s", f"{seconds:.1f}", "")
    with SiteServer(site, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield from measure_page(browser.new_page(), f"{server.url}#/")
        browser.close()
        server.shutdown()


def measure_export(folder: Path) -> Iterator[tuple[str, str, str]]:
    run = folder / "fifty"
    run.mkdir()
    write_trajectories(run / TRAJECTORIES, played(50))
    site = site_of(run, is_served=False)
    whole = export(site, folder / "fifty.html")
    library = site.content(CHART_LIBRARY)
    assert library is not None
    size = whole - len(library.body)
    yield ("one file of 50 sequences without chart bundle, MB", f"{size / 1e6:.2f}", "2.00")
    yield ("chart bundle, MB", f"{len(library.body) / 1e6:.2f}", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7000, help="sequences in the index")
    wanted = parser.parse_args()
    print(f"{'what':52}{'measured':>12}{'goal':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for rows in (measure(wanted.n, Path(folder)), measure_export(Path(folder))):
            for what, measured, goal in rows:
                print(f"{what:52}{measured:>12}{goal:>8}", flush=True)


if __name__ == "__main__":
    main()
