"""Fixtures of the explorer: runs to look at, a server, and a browser that forgives no error.

The browser lives as long as a module, because its event loop would be in the way of others.
"""

import json
import os
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from latentgym_core.cli import cli
from latentgym_core.inference.folder import write_analyses
from latentgym_core.inference.records import Label, SequenceAnalysis, TaskAnalysis, TurnAnalysis
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories
from latentgym_core.registry.registry import load_registry
from latentgym_core.runs.folder import CONFIG, SUMMARY

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def invoke(*arguments):
    """Run a command of latentgym in this process."""
    result = CliRunner().invoke(cli, list(map(str, arguments)), obj=load_registry())
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="session")
def recorded_run(recorded_data, tmp_path_factory):
    """Published recordings of six agents, imported."""
    folder = tmp_path_factory.mktemp("recorded")
    found = (each for each in recorded_data("number_guessing"))
    lines = [json.dumps(each) for each in found if each["latent"] in ("set_of_2", "two_ranges")]
    (folder / "some.jsonl").write_text("\n".join(lines), "utf-8")
    invoke("replay", folder / "some.jsonl", "--out", folder / "recorded", "--json")
    analyse(folder / "recorded")
    return folder / "recorded"


@pytest.fixture(scope="session")
def scripted_run(tmp_path_factory):
    """Three agents on two prompts of one environment, played here."""
    folder = tmp_path_factory.mktemp("scripted") / "scripted"
    agents = [part for name in ("bayes", "blind") for part in ("--agent", f"scripted/{name}")]
    environments = [f"number_guessing/set_of_2/{p}/standard/ep4" for p in ("no_info", "some_info")]
    invoke("eval", *environments, *agents, "-n", 2, "--out", folder, "-q")
    return folder


@pytest.fixture(scope="session")
def hand_off_run(tmp_path_factory):
    """Sequences of four tasks, handed over after each."""
    folder = tmp_path_factory.mktemp("hand_off") / "handed"
    roles = ("--a", "scripted/blind", "--b", "scripted/oracle", "--c", "scripted/bayes")
    invoke(
        *("handoff", "number_guessing/set_of_2/no_info/standard/ep4", *roles),
        *("-n", 3, "--out", folder, "-q"),
    )
    return folder


def analyse(run):
    """Write analyses that are made up, but point at what is really there."""
    modes = ("neglect", "breakdown", "miscalibration", "adapted")
    longest = [each for each in read_trajectories(run) if each.num_tasks > 1]
    write_analyses(
        run,
        (analysis(each, modes[number % 4], number) for number, each in enumerate(longest[:40])),
    )


def analysis(trajectory, mode, number):
    """An analysis whose label points at the second turn of the third task."""
    turn = next((t for t in trajectory.turns if (t.task_index, t.turn_index) == (2, 1)), None)
    label = Label(
        mode=mode,
        kind="partial" if mode == "breakdown" else "",
        task_index=2,
        turn_index=1,
        sentence=f"Finding number {number}: the reply ignores what was shown.",
        quote=turn.reply if turn else "",
        numbers={"history_use": 0.25},
    )
    return SequenceAnalysis(
        env_id=trajectory.env_id,
        split=trajectory.split,
        seed=trajectory.seed,
        agent=trajectory.agent,
        method="exact",
        prior_entropy=6.0,
        normalised_score=0.5,
        tasks=tuple(
            TaskAnalysis(
                index=index,
                reward=outcome.reward,
                blind=0.1,
                bayes=0.8,
                oracle=0.9,
                entropy_after=6.0 / (index + 2),
                log2_prob_z=-6.0 / (index + 2),
                information_gap=0.1,
                exploitation_gap=0.8 - outcome.reward,
            )
            for index, outcome in enumerate(trajectory.outcomes)
        ),
        turns=tuple(
            TurnAnalysis(
                task_index=turn.task_index,
                turn_index=turn.turn_index,
                entropy=5.0,
                stake=0.5,
                regret_bayes=0.25,
                use=0.0,
            )
            for turn in trajectory.turns
        ),
        labels=(label,),
    )


@pytest.fixture
def hostile_run(tmp_path, scripted_run):
    """One sequence whose every text is out to break the page."""
    from latentgym_core.records.jsonl import write_trajectories

    model = next(read_trajectories(scripted_run))
    texts = (
        "</script><script>document.title = 'broken'</script>",
        "<img src=x onerror=\"document.title='broken'\"><b>bold?</b> &amp; <!-- ]]>",
        "a" * 100_000,
        "bell \x07 null \x00 escape \x1b[31m, line\u2028separator, lone \ud800 surrogate",
        "\u202eright to left\u202c שלום עולם مرحبا",
        "`${document.title='broken'}` {{constructor}} javascript:alert(1)",
    )
    turns = tuple(
        evolve(
            turn,
            reply=texts[number % len(texts)],
            reasoning=texts[(number + 1) % len(texts)],
            facts={"<i>fact</i>": texts[0], "__proto__": "polluted", "valid": False},
            event=evolve(turn.event, observation=texts[(number + 2) % len(texts)]),
        )
        for number, turn in enumerate(model.turns)
    )
    folder = tmp_path / "<script>run"
    folder.mkdir()
    hostile = evolve(model, agent="<b>agent</b></script>\u202e", turns=turns, z_text=texts[0])
    write_trajectories(folder / TRAJECTORIES, [hostile])
    return folder


@pytest.fixture
def growing_run(tmp_path, scripted_run):
    """A run that was begun: the first of its sequences, and a function that adds the next."""
    folder = tmp_path / "growing"
    folder.mkdir()
    shutil.copy(scripted_run / CONFIG, folder / CONFIG)
    lines = (scripted_run / TRAJECTORIES).read_bytes().splitlines(keepends=True)
    file = folder / TRAJECTORIES
    file.write_bytes(lines[0])
    waiting = iter(lines[1:])

    def grow(text=None):
        with file.open("ab") as out:
            out.write(next(waiting) if text is None else text)

    def finish():
        with file.open("ab") as out:
            out.writelines(waiting)
        shutil.copy(scripted_run / SUMMARY, folder / SUMMARY)

    grow.folder, grow.lines, grow.finish = folder, lines, finish
    return grow


# ---- the site


def make_site(*runs, registry=None, is_served=True):
    """The site over some runs."""
    from latentgym_viz.explorer.following.followed_runs import Library
    from latentgym_viz.explorer.following.run_sources import find_runs
    from latentgym_viz.explorer.site import Site

    return Site(Library(find_runs(runs)), registry or load_registry(), is_served=is_served)


@contextmanager
def serving(site):
    """Its address while it is served."""
    from latentgym_viz.explorer.server import SiteServer

    with SiteServer(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def viz():
    """What this file offers to test modules, which cannot import it."""
    from types import SimpleNamespace

    return SimpleNamespace(
        analyse=analyse,
        make_site=make_site,
        serving=serving,
        invoke=invoke,
        DESKTOP=DESKTOP,
        PHONE=PHONE,
    )


@pytest.fixture(scope="module")
def url(recorded_run, scripted_run, hand_off_run):
    """A server of all three runs."""
    with serving(make_site(recorded_run, scripted_run, hand_off_run)) as server:
        yield server.url


# ---- the browser


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium: `CHROMIUM`, the one on the path, or playwright's own."""
    needed = "needs playwright: `pip install playwright`"
    playwright = pytest.importorskip("playwright.sync_api", reason=needed)
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with playwright.sync_playwright() as running:
        if path is None and not Path(running.chromium.executable_path).is_file():
            pytest.skip(
                "needs Chromium: install it from your system's packages, run `playwright install "
                "chromium`, or set CHROMIUM to its path"
            )
        launched = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser):
    """Open an address: `open_page(url, viewport=..., color_scheme=...)`; no error is forgiven."""
    contexts, errors = [], []

    def listen(page):
        page.on("pageerror", lambda error: errors.append(f"{error}"))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: errors.append(f"dialog {dialog.message}"))

    def opened(address, **options):
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce"} | options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        listen(page)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def picture():
    """Keep a picture of a page in `$LATENTGYM_SCREENSHOTS`, if that is set."""
    folder = os.environ.get("LATENTGYM_SCREENSHOTS")

    def take(page, name):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return take
