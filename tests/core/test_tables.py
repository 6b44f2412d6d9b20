"""Tables of reports and listings in the width they have."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.cli.shown.table_layout import lines_below, lines_of, plan
from latentgym_core.folding import fold
from latentgym_core.metrics.rendering.tables import Table, as_text

AGENTS = ("scripted/blind", "openai/gpt-4o-mini?temperature=0&scaffold=last_k", "local/tiny-base")
CELL = "+0.804 [+0.556, +1.060]"
LONG = "number_guessing/set_of_2/no_info/information/ep4?env.max_turns=3&latent.high=16"


def squeezed(text):
    return sorted("".join(text.split()))


# ---- folding


@given(st.text("ab /?&_-", max_size=60), st.integers(1, 20))
def test_folding_loses_nothing_but_blanks_and_keeps_the_width(text, width):
    lines = fold(text, width)
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("short", 10, ["short"]),
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("wordle/starts_with_S/no_info", 22, ["wordle/starts_with_S/", "no_info"]),
        ("multiple_repeated_letters", 20, ["multiple_repeated_", "letters"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_lines_break_at_blanks_then_after_the_signs_of_ids(text, width, lines):
    assert fold(text, width) == lines


# ---- reports


def table(num_rows=3, labels=("cumulative reward", "gain r_N - r_1", "a longer label of a row")):
    rows = tuple((labels[n % 3], *(CELL for _ in AGENTS)) for n in range(num_rows))
    return Table(
        title=f"{LONG}\nDifference to scripted/blind on shared sequences, paired 95% intervals.",
        header=("", *AGENTS),
        rows=rows,
        notes=("Differences of shares are in percentage points, and this note is long enough.",),
    )


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_a_report_fits_its_width_and_loses_nothing(width):
    text = as_text(table(), width)
    lines = [line for line in text.splitlines() if line != LONG]  # an id stays whole
    assert all(len(line) <= width for line in lines)
    assert all(line == line.rstrip() for line in lines)
    assert text.count(CELL) == 9
    assert LONG in text
    for name in AGENTS:
        for piece in fold(name, len(CELL)):
            assert piece in text


def test_a_wide_terminal_has_one_block_and_a_narrow_one_several():
    assert as_text(table(), 200).count("cumulative reward") == 1
    assert as_text(table(), 80).count("cumulative reward") == 2
    assert as_text(table(), 60).count("cumulative reward") == 3


def test_long_labels_are_folded_and_go_on_beside_rows_without_a_label():
    label = "openai/some-very-long-model-name?temperature=0&scaffold=notes"
    rows = ((label, *["0.5"] * 20), ("", *["±0.1"] * 20), ("short", *["0.6"] * 20))
    text = as_text(Table(title="T", header=("task", *map(str, range(20))), rows=rows), 60)
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("openai/"))
    assert "0.5" in lines[first]
    assert "±0.1" in lines[first + 1]
    assert lines[first + 1].split("±")[0].strip()
    assert all(len(line) <= 60 for line in lines)
    left = "".join(line[:24].strip() for line in lines[first : first + 3])
    assert left.startswith("openai/some-very-long-model-name?")


def test_a_block_has_no_blank_heading_for_the_sake_of_another():
    assert not re.search(r"intervals\.\n\n", as_text(table(), 60))


def test_a_table_without_rows_is_its_heading():
    empty = Table(title="T", header=("task", "a"), rows=())
    assert as_text(empty, 80) == "T\ntask  a"


# ---- listings

PROSE = "Words that begin with a letter and go on for much longer than a column of text would."
ROWS = [
    ["starts_with_S", "medium", "number_guessing, bandits, secretary", PROSE, "7"],
    ["multiple_repeated_letters", "easy", "wordle", "", "10"],
]
HEADINGS = ["name", "tier", "core_envs", "summary", "default_num_tasks"]


def drawn(width):
    layout = plan(HEADINGS, ROWS, width)
    numeric = [False] * 4 + [True]
    lines = []
    for row in (HEADINGS, *ROWS):
        lines += [*lines_of(row, numeric, layout), *lines_below(row, layout, width)]
    return lines


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 120, 160, 200, 300])
def test_a_listing_fits_every_width_and_loses_nothing(width):
    lines = drawn(width)
    assert all(len(line) <= width for line in lines)
    written = "".join("".join(row) for row in (HEADINGS, *ROWS))
    assert squeezed("".join(lines)) == squeezed(written)


def test_names_stay_whole_from_80_columns_on():
    for width in (80, 120, 200):
        text = "\n".join(drawn(width))
        assert "multiple_repeated_letters" in text
        assert "number_guessing," in text


def test_running_text_goes_below_where_it_has_no_room_beside():
    assert plan(HEADINGS, ROWS, 300).below == ()
    assert plan(HEADINGS, ROWS, 160).below == ()
    narrow = plan(HEADINGS, ROWS, 80)
    assert narrow.below == (3,)
    lines = drawn(80)
    assert sum(line.startswith("    ") and line.strip() in PROSE for line in lines) == 2
    assert "" not in lines  # an empty text takes no line


def test_a_heading_is_broken_only_where_that_helps():
    assert lines_count(plan(HEADINGS, ROWS, 300)) == 1
    assert lines_count(plan(HEADINGS, ROWS, 80)) > 1


def lines_count(layout):
    return len(list(lines_of(HEADINGS, [False] * 5, layout)))
