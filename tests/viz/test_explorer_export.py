"""The site away from its server: one file from a disk, a folder on any web host, hostile text."""

import functools
import http.server
import json
import threading
from contextlib import contextmanager

import pytest

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_viz.explorer.export import export
from latentgym_viz.explorer.single_file import single_file
from latentgym_viz.explorer.site import CHART_LIBRARY


@contextmanager
def web_host(folder):
    """A host that knows nothing of us."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def read_through(page):
    """Look at a sequence, two of them side by side, and the gallery."""
    page.locator(".sequences tbody a").first.click()
    page.locator(".turn.current .reply").wait_for()
    page.keyboard.press("ArrowRight")
    assert page.locator(".navigator [aria-current]").inner_text().split()[0] == "2"
    page.get_by_role("link", name="Side by side").click()
    page.locator(".side .turn.current").nth(1).wait_for()
    page.get_by_role("link", name="Environments").click()
    page.locator(".game").first.wait_for()


def test_one_file_works_from_a_disk(open_page, scripted_run, viz, tmp_path, picture):
    file = tmp_path / "whole site.html"
    result = viz.invoke("view", scripted_run, "--export", file)
    assert f"MB in {file}" in result.stderr
    page = open_page(file.as_uri())
    assert page.locator(".sequences tbody tr").count() == 8
    read_through(page)
    page.set_default_timeout(60_000)
    page.get_by_role("link", name="Overview").click()
    page.locator(".chart svg").first.wait_for()
    address = f"{file.as_uri()}#/?agent=scripted%2Fbayes"
    page.goto(address)
    page.locator(".chosen button").wait_for()
    assert page.locator(".sequences tbody tr").count() == 4


def test_a_folder_works_on_any_host(open_page, scripted_run, viz, tmp_path):
    folder = tmp_path / "site"
    export(viz.make_site(scripted_run, is_served=False), folder)
    (folder / "data" / "charts.json").unlink()  # the overview is drawn in another test
    with web_host(folder) as address:
        page = open_page(address)
        read_through(page)
    state = json.loads((folder / "data" / "state.json").read_text("utf-8"))
    assert state["live"] is False
    with pytest.raises(SpecError, match="is not empty; name a new folder, or a file"):
        export(viz.make_site(scripted_run), folder)


def test_fifty_sequences_in_one_file_stay_under_two_megabytes(recorded_run, viz, tmp_path):
    from latentgym_core.records.jsonl import TRAJECTORIES, write_trajectories

    longest = sorted(read_trajectories(recorded_run), key=lambda each: -len(each.turns))[:50]
    run = tmp_path / "fifty"
    run.mkdir()
    write_trajectories(run / TRAJECTORIES, longest)
    site = viz.make_site(run, is_served=False)
    bundle = site.content(CHART_LIBRARY)
    assert len(single_file(site)) - len(bundle.body) < 2e6


# ---- hostile text


def look_at_everything(page, start):
    """Every page that shows what agents and runs call themselves and say."""
    for hash_ in ("#/", "#/agents", "#/failures", "#/compare", "#/hand-off", "#/overview"):
        page.goto(f"{start}{hash_}")
        page.locator("main > .page").wait_for()
        page.wait_for_timeout(100)
        assert "LatentGym" in page.title()
    page.goto(f"{start}#/agents")
    page.locator(".agent-card").click()
    page.locator(".play").first.wait_for()
    page.locator(".play").first.click()
    page.get_by_label("Hide what comes").uncheck()
    page.keyboard.press("g")


@pytest.fixture(params=["served", "one file"])
def hostile_page(request, open_page, hostile_run, viz, tmp_path):
    if request.param == "one file":
        file = tmp_path / "hostile.html"
        viz.invoke("view", hostile_run, "--export", file)
        yield open_page(file.as_uri()), file.as_uri()
    else:
        with viz.serving(viz.make_site(hostile_run)) as server:
            yield open_page(server.url), server.url


def test_hostile_text_is_shown_and_breaks_nothing(hostile_page, hostile_run):
    page, start = hostile_page
    look_at_everything(page, start)
    (trajectory,) = read_trajectories(hostile_run)
    shown = page.locator(".turn:visible .reply").all_inner_texts()
    first_task = [turn for turn in trajectory.turns if turn.task_index == 0]
    assert len(shown) == len(first_task)
    text = page.locator("main").inner_text()
    assert "</script><script>document.title = 'broken'</script>" in text
    assert "<i>fact</i>" in text
    assert "proto" in text, "a fact of any name is a fact"
    for tag in ("script", "img", "b", "i:not(.strip i)"):
        assert page.locator(f"main {tag}").count() == 0, tag
    assert page.evaluate("({}).polluted") is None
    assert page.evaluate("Object.prototype.toString.call({})") == "[object Object]"


def test_long_control_and_right_to_left_text(hostile_page, hostile_run):
    page, start = hostile_page
    page.goto(f"{start}#/agents")
    page.locator(".agent-card").click()
    page.locator(".play").first.click()
    page.get_by_label("Hide what comes").uncheck()
    (trajectory,) = read_trajectories(hostile_run)
    seen = ""
    for _ in range(trajectory.num_tasks):
        while page.locator(".reply .quiet").count():
            page.locator(".reply .quiet").first.click()
        seen += page.locator(".transcript").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("ArrowRight")
    assert "a" * 100_000 in seen
    assert "bell ␇ null ␀ escape ␛[31m" in seen
    assert "⟨202E⟩right to left⟨202C⟩ שלום" in seen
    assert "⟨2028⟩" in seen
