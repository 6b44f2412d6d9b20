"""The explorer in a browser: every page, by mouse and by keyboard."""

import json
import re
from pathlib import Path
from urllib.request import urlopen

import pytest

from latentgym_core.inference.folder import read_analyses
from latentgym_core.records.jsonl import read_trajectories

SEQUENCE_HASH = re.compile(r"#/sequence/([0-9a-f-]+)/(\d+)/(\d+)")


def index_of(url):
    with urlopen(f"{url}data/index.json") as answer:
        return json.load(answer)


def key_of(url, wanted):
    """The key of the sequence that a recorded trajectory or analysis is about."""
    index = index_of(url)
    columns = index["columns"]
    found = zip(columns["key"], columns["agent"], columns["env"], columns["seed"], strict=True)
    name = (wanted.agent, wanted.env_id, wanted.seed)
    return next(
        key
        for key, agent, env, seed in found
        if (index["agents"][agent]["name"], index["envs"][env]["id"], seed) == name
    )


def count_in(page):
    """Sequences that are chosen now."""
    return int(page.locator(".tally strong").inner_text().replace(",", ""))


def filter_box(page, name):
    return page.locator(".filters label", has=page.get_by_text(name, exact=True))


def place_in(address):
    """Task and turn of an address, from 1."""
    return tuple(map(int, SEQUENCE_HASH.search(address).groups()[1:]))


def address_of(page):
    """Where the page is now: `page.url` hears of a replaced address a moment later."""
    return page.evaluate("location.href")


def place(page):
    return place_in(address_of(page))


# ---- sequences


def test_filters_narrow_each_other_and_the_back_button_widens_again(open_page, url, picture):
    page = open_page(url)
    everything = count_in(page)
    assert everything == len(index_of(url)["columns"]["key"])
    picture(page, "sequences")
    label = filter_box(page, "qwen3-8b@qwen-cross-rl")
    promised = int(label.locator(".count").inner_text())
    assert filter_box(page, "two_ranges").is_visible()
    label.click()
    page.locator(".chosen button").wait_for()
    assert count_in(page) == promised < everything
    assert not filter_box(page, "two_ranges").is_visible(), "nobody of these played it"
    filter_box(page, "some_info").click()
    page.locator(".chosen button").nth(1).wait_for()
    assert count_in(page) < promised
    assert "prompt=some_info" in address_of(page)
    page.go_back()
    page.wait_for_url(lambda address: "prompt" not in address)
    assert count_in(page) == promised
    page.reload()
    assert count_in(page) == promised
    page.locator(".chosen button").first.click()
    page.wait_for_url(lambda address: "agent" not in address)
    assert count_in(page) == everything


def test_words_filter_while_they_are_typed(open_page, url):
    page = open_page(url)
    page.locator(".sequences tbody tr").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("gpt-4o no_info")
    page.wait_for_url(lambda address: "no_info" in address)
    assert 0 < count_in(page) < 30
    agents = page.locator(".sequences tbody .agent").all_inner_texts()
    assert set(agents) == {"gpt-4o@frontier"}
    page.keyboard.type(" nonsense")
    page.get_by_role("heading", name="No sequence").wait_for()


@pytest.mark.parametrize("column", ["Reward", "Gain", "Regret"])
def test_the_table_sorts(open_page, url, column):
    page = open_page(f"{url}#/?source=recorded+·+frontier")
    button = page.get_by_role("columnheader", name=column).get_by_role("button")
    cells = page.locator(f".sequences td[data-title={column}]")

    def numbers():
        texts = [text.replace("−", "-") for text in cells.all_inner_texts()]
        return [float(text) for text in texts if text]

    button.click()
    page.locator("[aria-sort=descending]").wait_for()
    down = numbers()
    assert down == sorted(down, reverse=True)
    assert down[0] > down[-1] or column == "Regret"
    button.click()
    page.locator("[aria-sort=ascending]").wait_for()
    assert numbers() == sorted(down)


# ---- one sequence


@pytest.fixture
def labelled(recorded_run):
    """An analysed recording that has a second turn in its third task."""
    trajectories = {(t.env_id, t.seed, t.agent): t for t in read_trajectories(recorded_run)}
    for analysis in read_analyses(recorded_run):
        if analysis.labels[0].mode == "neglect" and analysis.labels[0].quote:
            return trajectories[analysis.env_id, analysis.seed, analysis.agent], analysis
    raise AssertionError("no such analysis")


def test_a_deep_link_shows_the_turn_it_names(open_page, url, labelled, picture):
    trajectory, _ = labelled
    page = open_page(f"{url}#/sequence/{key_of(url, trajectory)}/3/2")
    (turn,) = [t for t in trajectory.turns if (t.task_index, t.turn_index) == (2, 1)]
    current = page.locator(".turn.current")
    assert current.locator(".reply").inner_text().split() == turn.reply.split()
    assert current.locator(".turn-number").inner_text().split()[-1] == "2"
    understood = current.locator(".parsed").inner_text()
    assert str(turn.facts["guess"]) in understood
    assert "ignores the history" in understood
    assert page.locator(".turn").count() == trajectory.outcomes[2].turns
    assert page.locator(".navigator .cell").count() == trajectory.num_tasks
    assert page.locator(".navigator [aria-current]").inner_text().split()[0] == "3"
    assert page.locator(".plot").count() == 5
    picture(page, "sequence")
    page.reload()
    assert page.locator(".turn.current .turn-number").inner_text().split()[-1] == "2"


def test_keys_move_through_tasks_and_turns(open_page, url, labelled):
    trajectory, _ = labelled
    page = open_page(f"{url}#/sequence/{key_of(url, trajectory)}")
    page.locator(".turn.current").wait_for()
    assert place(page) == (1, 1)
    for key, expected in (
        ("ArrowRight", (2, 1)),
        ("ArrowRight", (3, 1)),
        ("ArrowDown", (3, 2)),
        ("ArrowUp", (3, 1)),
        ("ArrowUp", (2, trajectory.outcomes[1].turns)),
        ("ArrowLeft", (1, 1)),
        ("ArrowLeft", (1, 1)),
    ):
        page.keyboard.press(key)
        assert place(page) == expected, key
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("ArrowRight")
    assert place(page) == (1, 1), "the dialog has the keys now"
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert place(page) == (1, 1), "single keys are off"


def test_the_truth_waits_for_a_guess(open_page, url, labelled):
    trajectory, _ = labelled
    page = open_page(f"{url}#/sequence/{key_of(url, trajectory)}/3/1")
    card = page.locator(".truth")
    card.wait_for()
    assert trajectory.z_text not in page.locator("main").inner_text()
    page.keyboard.press("g")
    assert trajectory.z_text in card.inner_text()
    assert str(trajectory.tasks[2]["target"]) in card.inner_text()
    page.keyboard.press("ArrowRight")
    assert str(trajectory.tasks[3]["target"]) in card.inner_text()
    card.get_by_role("button").click()
    assert trajectory.z_text not in page.locator("main").inner_text()


def test_what_is_said_between_tasks_is_set_apart(open_page, url, scripted_run):
    trajectory = next(read_trajectories(scripted_run))
    page = open_page(f"{url}#/sequence/{key_of(url, trajectory)}/1")
    last = [turn for turn in trajectory.turns if turn.task_index == 0][-1]
    assert last.event.task_feedback
    boundary = page.locator(".boundary")
    assert boundary.locator(".feedback").inner_text() == last.event.task_feedback
    assert last.event.transition not in boundary.inner_text()
    page.keyboard.press("ArrowRight")
    start = page.locator(".transcript > .bubble")
    assert start.nth(0).inner_text() == last.event.transition
    assert start.nth(1).inner_text() == last.event.opening


def test_reasoning_is_folded_and_invalid_moves_are_marked(open_page, url, recorded_run):
    found = [(each, turn) for each in read_trajectories(recorded_run) for turn in each.turns]

    def go(trajectory, turn):
        where = f"{turn.task_index + 1}/{turn.turn_index + 1}"
        page.goto(f"{url}#/sequence/{key_of(url, trajectory)}/{where}")
        current.wait_for()

    page = open_page(url)
    current = page.locator(".turn.current")
    go(*next((each, turn) for each, turn in found if turn.facts.get("valid") is False))
    assert current.get_by_text("invalid", exact=True).is_visible()
    trajectory, turn = next((each, turn) for each, turn in found if turn.reasoning)
    go(trajectory, turn)
    assert not current.get_by_text("invalid", exact=True).is_visible()
    text = current.locator(".reasoning .text")
    assert not text.is_visible()
    current.locator(".reasoning summary").click()
    assert text.inner_text().split() == turn.reasoning.split()


# ---- three modes


def test_agents_are_watched_turn_by_turn(open_page, url, picture):
    page = open_page(f"{url}#/agents")
    page.locator(".agent-card").first.wait_for()
    picture(page, "agents")
    page.locator(".agent-card", has_text="qwen3-8b@qwen-cross-rl").click()
    page.locator(".plays .play").first.wait_for()
    picture(page, "agent")
    page.get_by_role("link", name="Watch a typical one").click()
    page.locator(".turn.current").wait_for()
    first = page.locator(".turn:visible").count()
    assert first == 1, "what comes is hidden"
    assert page.locator(".navigator .unknown").count() == page.locator(".navigator .cell").count()
    page.get_by_role("button", name="One turn on").click()
    assert page.locator(".turn:visible").count() == 2
    picture(page, "watching")
    page.get_by_label("Speed").select_option("8")
    page.get_by_role("button", name="Play").click()
    page.wait_for_url(lambda address: place_in(address)[0] > 1)
    page.get_by_role("button", name="Pause").click()
    stopped = place(page)
    page.wait_for_timeout(400)
    assert place(page) == stopped
    assert page.locator(".navigator .cell:not(.unknown)").count() == stopped[0] - 1
    page.get_by_label("Hide what comes").uncheck()
    assert page.locator(".navigator .unknown").count() == 0


def test_failure_modes_lead_to_their_evidence(open_page, url, labelled, picture):
    _, analysis = labelled
    page = open_page(f"{url}#/failures")
    (label,) = analysis.labels
    page.locator(".finding-card").first.wait_for()
    for mode in ("neglect", "breakdown", "miscalibration", "adapted"):
        assert page.get_by_role("navigation", name="Modes").get_by_text(mode).is_visible()
    picture(page, "failures")
    page.locator(".finding-card", has_text=label.sentence).click()
    marked = page.locator(".turn.current.evidence mark")
    marked.wait_for()
    assert marked.inner_text().split() == label.quote.split()
    assert place(page) == (3, 2)
    assert page.locator(".navigator .flag").count() == 1
    assert label.sentence in page.locator(".findings").inner_text()
    picture(page, "evidence")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Go to task 3, turn 2").click()
    assert place(page) == (3, 2)
    page.go_back()
    page.locator(".finding-card").first.wait_for()
    page.get_by_role("link", name="breakdown").click()
    page.locator(".finding-card .badge", has_text="breakdown · partial").first.wait_for()


def test_two_variants_are_compared_by_one_player(open_page, url, picture):
    page = open_page(f"{url}#/compare")
    page.locator(".side .turn.current").nth(1).wait_for()
    environment = page.get_by_label("Environment")
    for latent, agent in (("two_ranges", "frontier"), ("set_of_2  env.max_turns", "qwen")):
        option = environment.locator("option", has_text=latent)
        environment.select_option(value=option.get_attribute("value"))
        page.locator(".side-title", has_text=agent).nth(1).wait_for()
    titles = page.locator(".side-title .agent").all_inner_texts()
    assert len(set(titles)) == 2
    assert all("qwen" in title for title in titles)
    page.keyboard.press("ArrowRight")
    current = page.locator(".side-strip [aria-current]").all_inner_texts()
    assert [text.split()[0] for text in current] == ["2", "2"]
    page.keyboard.press("ArrowDown")
    numbers = page.locator(".side .turn.current .turn-number").all_inner_texts()
    assert [text.split()[-1] for text in numbers] in (["2", "2"], ["2", "1"], ["1", "2"])
    assert address_of(page).endswith("/2/2")
    picture(page, "side-by-side")
    first = page.locator(".side-title").first
    page.get_by_role("button", name="Swap A and B").click()
    first.get_by_text(titles[1]).wait_for()
    assert page.locator(".side-title .agent").all_inner_texts() == titles[::-1]
    page.go_back()
    first.get_by_text(titles[0]).wait_for()
    assert address_of(page).endswith("/2/2")


def test_two_prompts_of_one_agent_are_compared(open_page, url):
    page = open_page(f"{url}#/?source=scripted&agent=scripted%2Fbayes&prompt=no_info")
    page.locator(".sequences tbody a").first.click()
    page.get_by_role("link", name="Compare").click()
    page.locator(".side .turn.current").nth(1).wait_for()
    choice = page.get_by_label("B", exact=True)
    option = choice.locator("option", has_text="scripted/bayes · some_info").first
    choice.select_option(value=option.get_attribute("value"))
    page.locator(".side-title", has_text="some_info").wait_for()
    titles = page.locator(".side-title").all_inner_texts()
    assert ["scripted/bayes" in title for title in titles] == [True, True]
    assert ["no_info" in titles[0], "some_info" in titles[1]] == [True, True]


# ---- the other pages


def test_the_overview_draws_charts_and_tables(open_page, scripted_run, hand_off_run, viz, picture):
    with viz.serving(viz.make_site(scripted_run, hand_off_run)) as server:
        page = open_page(f"{server.url}#/overview")
        page.set_default_timeout(60_000)
        page.locator(".chart svg").first.wait_for()
        assert page.get_by_role("heading", name=re.compile("Learning curve")).count() > 0
        assert page.locator(".chart figcaption").first.inner_text()
        coverage = page.get_by_role("region", name="Coverage and errors")
        assert "scripted/bayes" in coverage.inner_text()
        page.get_by_role("button", name="Light or dark").click()
        page.get_by_role("button", name="Light or dark").click()
        page.locator("[data-theme=dark]").wait_for()
        page.locator(".chart svg").first.wait_for()
        picture(page, "overview")


def test_the_slider_hands_over_later(open_page, url, hand_off_run, picture):
    report = json.loads(Path(hand_off_run, "handoff.json").read_text("utf-8"))
    page = open_page(f"{url}#/hand-off")
    slider = page.get_by_role("slider")
    slider.wait_for()
    for k in (1, 2, 3):
        slider.fill(str(k - 1))
        cells = [cell for cell in report["cells"] if cell["boundary"] == k]
        assert page.locator(".hand-off").count() == len(cells)
        assert page.locator(".assigned").first.locator(".early").count() == k
        tails = [f"tail {cell['tail']['value']:.2f}" for cell in cells]
        shown = page.locator(".tail-sum").all_inner_texts()
        assert [text.split("[")[0].strip() for text in shown] == tails
        found = [e for e in report["efficiencies"] if e["boundary"] == k]
        shown = page.locator(".big").all_inner_texts()
        for text, each in zip(shown, found, strict=True):
            value = each["estimate"]["value"] * 100
            sign = "+" if round(value, 1) > 0 else ""
            assert text.startswith(f"{sign}{value:.1f} %".replace("-0.0", "0.0").replace("-", "−"))
        assert address_of(page).endswith(f"/{k}")
    picture(page, "hand-off")
    page.locator(".slider").click()
    page.get_by_role("link", name="Watch one").first.click()
    page.locator(".turn.current").wait_for()
    assert place(page)[0] == 4


def test_the_gallery_has_a_card_for_every_core_env(open_page, url, picture):
    from latentgym_core.registry.registry import load_registry

    page = open_page(f"{url}#/environments")
    page.locator(".game").first.wait_for()
    names = [entry.spec.name for entry in load_registry().core_envs()]
    assert page.locator(".game h2").all_inner_texts() == [n.replace("_", " ") for n in names]
    card = page.locator("#game-number_guessing")
    card.get_by_text("Rules", exact=True).click()
    assert "hidden whole number" in card.locator(".rules").inner_text()
    card.get_by_text("easy").click()
    assert card.get_by_text("set_of_2", exact=True).is_visible()
    picture(page, "environments")
    card.get_by_role("link", name="Watch a play").click()
    page.locator(".turn.current").wait_for()


def test_an_address_that_leads_nowhere_says_so(open_page, url):
    page = open_page(f"{url}#/sequence/0000000000/1/1")
    page.get_by_role("heading", name="There is no such sequence").wait_for()
    page.goto(f"{url}#/nowhere")
    page.get_by_role("heading", name="There is no such page").wait_for()
    page.get_by_role("link", name="All sequences").click()
    page.locator(".sequences").wait_for()
