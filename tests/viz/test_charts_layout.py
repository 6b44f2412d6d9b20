"""Where labels go, how names are written, and how axes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_viz.charts.grammar.agent_style import DASHES, agent_styles
from latentgym_viz.charts.grammar.layout import bounds, number_format, spread
from latentgym_viz.palette import AGENT_COLOURS
from latentgym_viz.wording import display_names, environment_labels, plain


@given(st.lists(st.floats(-100, 100), max_size=12), st.floats(0.1, 10))
def test_labels_are_moved_apart_and_keep_their_order(positions, gap):
    moved = spread(positions, gap)
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    for before, after in pairwise(order):
        assert moved[after] - moved[before] >= gap - 1e-9
    assert sum(moved) == pytest.approx(sum(positions), abs=1e-6)


def test_labels_with_room_stay_where_they_are():
    assert spread([0.0, 5.0, 2.0], 1.0) == [0.0, 5.0, 2.0]
    assert spread([1.0, 1.0], 2.0) == [0.0, 2.0]


def test_an_axis_shows_every_interval():
    rows = [{"value": 1.0, "low": 0.0, "high": 3.0}, {"value": None, "low": None, "high": None}]
    low, high = bounds(rows)
    assert low < 0.0 < 3.0 < high < 3.5
    assert bounds([]) == [0.0, 1.0]
    assert bounds(rows, include=(-1.0,))[0] < -1.0
    low, high = bounds([{"value": 5.0, "low": None, "high": None}])
    assert low < 5.0 < high


@pytest.mark.parametrize(
    ("domain", "form"),
    [((0, 10), ",.0f"), ((0.8, 1.0), ",.2f"), ((0, 1), ",.1f"), ((0, 0), ",.0f")],
)
def test_ticks_have_the_decimals_they_need(domain, form):
    assert number_format(domain) == form


def test_what_cannot_be_seen_is_replaced():
    assert plain("a\x00b\x1b[31m\u202ec\ud800") == "a�b�[31m�c�"
    assert plain("שלום\nx", keep="\n") == "שלום\nx"
    assert plain("a\nb") == "a�b"


def test_displayed_names_are_short_and_different():
    long = [f"openrouter/{'very-' * 10}large-model-{n}?temperature=0" for n in range(3)]
    twins = ["a\x00", "a\x01"]
    shown = display_names([*long, *twins])
    assert len(set(shown.values())) == 5
    assert all(len(name) <= 40 for name in shown.values())
    assert shown[long[0]].startswith("openrouter/")
    assert shown[long[0]].endswith("-0?temperature=0")


def test_environments_are_labelled_by_what_tells_them_apart():
    same = "number_guessing/set_of_2/no_info/standard/ep7"
    assert environment_labels([same]) == {same: "number_guessing/set_of_2"}
    other = "number_guessing/set_of_2/full_info/standard/ep7?env.max_turns=5"
    assert environment_labels([same, other]) == {
        same: "number_guessing/set_of_2, no_info",
        other: "number_guessing/set_of_2, full_info, env.max_turns=5",
    }
    without = environment_labels([same, other], without=("core_env", "prompt"))
    assert without == {same: "set_of_2", other: "set_of_2, env.max_turns=5"}


def test_styles_depend_on_the_set_and_not_on_its_order():
    agents = [f"agent {n}" for n in range(20)]
    styles = agent_styles(agents)
    assert styles == agent_styles(reversed(agents))
    assert len({(each.colour, each.dash) for each in styles.values()}) == len(agents)
    assert {each.dash for each in list(styles.values())[: len(AGENT_COLOURS)]} == {DASHES[0]}
