"""The explorer for everybody: on a phone, by assistive technology, and while a run is playing."""

import pytest

from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, write_trajectories

NUM_RECORDED = 12
PAGES = ("", "agents", "failures", "compare", "hand-off", "environments", "nowhere")


def show(page, start, name):
    page.goto(f"{start}#/{name}")
    page.locator("main > .page").wait_for()
    page.locator("main [role=status].soft").first.wait_for(state="detached")


@pytest.fixture(scope="module")
def url(recorded_run, scripted_run, hand_off_run, tmp_path_factory, viz):
    """A server of all three runs, of the recorded one a few of each agent's plays.

    What a rule says of a row of a table or a mark of a chart, it says of the eighty that follow.
    """
    few = tmp_path_factory.mktemp("few") / "recorded"
    few.mkdir()
    played = sorted(read_trajectories(recorded_run), key=lambda each: (each.seed, each.env_id))
    write_trajectories(few / TRAJECTORIES, played[:NUM_RECORDED])
    viz.analyse(few)
    with viz.serving(viz.make_site(few, scripted_run, hand_off_run)) as server:
        yield server.url


@pytest.fixture
def axe():
    needed = "needs axe: `pip install axe-playwright-python`"
    package = pytest.importorskip("axe_playwright_python.sync_playwright", reason=needed)
    return package.Axe()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["DESKTOP", "PHONE"])
def test_no_serious_fault_of_accessibility(open_page, url, axe, viz, scheme, size):
    page = open_page(url, viewport=getattr(viz, size), color_scheme=scheme)
    faults = []
    for name in (*PAGES, "sequence"):
        if name == "sequence":
            page.goto(f"{url}#/failures")
            page.locator(".finding-card").first.click()
            page.locator(".turn.current").wait_for()
            page.keyboard.press("g")
        else:
            show(page, url, name)
        found = axe.run(page).response["violations"]
        faults += [
            (
                name,
                fault["id"],
                fault["nodes"][0]["html"][:200],
                fault["nodes"][0]["failureSummary"],
            )
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_among_the_charts(open_page, url, axe, scheme):
    page = open_page(url, color_scheme=scheme)
    page.set_default_timeout(60_000)  # every chart of three runs is made first
    page.goto(f"{url}#/overview")
    page.locator("figure.chart").first.wait_for()
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator("svg").first.wait_for()
    found = axe.run(page).response["violations"]
    assert [f["id"] for f in found if f["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone(open_page, url, viz, picture, scheme):
    page = open_page(url, viewport=viz.PHONE, color_scheme=scheme)
    for name in PAGES:
        show(page, url, name)
        assert page.evaluate("document.documentElement.scrollWidth") == viz.PHONE["width"], name
        picture(page, f"phone-{scheme}-{name or 'sequences'}")
    page.goto(f"{url}#/failures")
    page.locator(".finding-card").first.click()
    page.locator(".turn.current").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == viz.PHONE["width"]
    bar = page.locator(".deck").bounding_box()
    assert bar["y"] + bar["height"] == pytest.approx(viz.PHONE["height"], abs=1)
    picture(page, f"phone-{scheme}-sequence")


def test_filters_fold_away_on_a_phone(open_page, url, viz):
    page = open_page(url, viewport=viz.PHONE)
    box = page.locator(".filters label").first
    assert not box.is_visible()
    page.locator(".drawer > summary").click()
    box.click()
    page.locator(".chosen button").wait_for()


def test_focus_goes_to_the_new_page_and_all_is_reachable_by_tab(open_page, url):
    page = open_page(url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_role("link", name="Agents").click()
    page.locator(".agent-card").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".play").first.wait_for()


def test_the_theme_is_kept(open_page, url):
    page = open_page(url)
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    page.locator(".sequences").wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_table_grows_while_a_run_plays(open_page, growing_run, viz):
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        page = open_page(server.url)
        rows = page.locator(".sequences tbody tr")
        rows.first.wait_for()
        assert rows.count() == 1
        assert "1 of 8 sequences" in page.locator(".live").inner_text()
        growing_run()
        rows.nth(1).wait_for()
        growing_run.finish()
        rows.nth(7).wait_for()
        page.locator(".live").wait_for(state="hidden")


def test_a_run_in_which_nothing_was_played_yet(open_page, growing_run, viz):
    (growing_run.folder / "trajectories.jsonl").write_bytes(b"")
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        page = open_page(server.url)
        page.get_by_text("Nothing has been played here yet.").wait_for()
        for name in PAGES:
            show(page, server.url, name)


def test_strangers_and_broken_games_have_a_card(open_page, scripted_run, viz):
    from latentgym_core import plugin as core
    from latentgym_core.registry.hookspecs import hookimpl
    from latentgym_core.registry.registry import Registry
    from latentgym_core.registry.specs import CoreEnvSpec

    class Stranger:
        @hookimpl
        def latentgym_register_core_envs(self):
            return (CoreEnvSpec(name="odd_game", factory="nowhere:Game", summary="Odd one out."),)

    registry = Registry.from_plugins([core, Stranger()])
    with viz.serving(viz.make_site(scripted_run, registry=registry)) as server:
        page = open_page(f"{server.url}#/environments")
        card = page.locator("#game-odd_game")
        assert "Odd one out." in card.inner_text()
        assert "nowhere" in card.locator(".notice").inner_text()
