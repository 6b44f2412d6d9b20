"""Reviews: kept safely, shown side by side, and their agreement."""

import csv
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner

from latentgym_core.cli import cli
from latentgym_core.errors import SpecError, TrajectoryError
from latentgym_core.inference.folder import write_analyses
from latentgym_core.inference.records import Label, SequenceAnalysis
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories
from latentgym_core.registry.registry import load_registry
from latentgym_viz.reviews.agreement import (
    ALPHA,
    KAPPA,
    agreements,
    alpha,
    coincidence_table,
    count_table,
    kappa,
)
from latentgym_viz.reviews.records import Review, review_of
from latentgym_viz.reviews.store import add_reviews, read_reviews, reviews_path
from latentgym_viz.reviews.tables import as_csv, as_json, side_by_side

ENV_ID = "number_guessing/set_of_2/no_info/standard/ep4"


def review(seed=0, task_index=0, reviewer="ann", label="neglect", note=""):
    return Review(
        env_id=ENV_ID,
        split="test",
        seed=seed,
        agent="scripted/blind",
        task_index=task_index,
        reviewer=reviewer,
        label=label,
        note=note,
    )


def labelled(*columns):
    """Reviews of one reviewer for each string; a letter per unit, a dot for none."""
    return [
        review(seed=unit, reviewer=f"reviewer {number}", label=letter)
        for number, letters in enumerate(columns)
        for unit, letter in enumerate(letters)
        if letter != "."
    ]


# ---- the statistics, against published numbers


def test_kappa_of_the_textbook_table():
    # 50 units, both yes 20, both no 15: p_o = .7, p_e = .5 * .6 + .5 * .4 = .5
    assert kappa(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)


def test_alpha_of_krippendorffs_two_observers():
    # Krippendorff (2011), part A: 10 binary units, o(0,0) = 10, o(0,1) = o(1,0) = 4, o(1,1) = 2
    meg, owen = "0100000010", "1110010000"
    total = sum(coincidence_table(pair, "01") for pair in zip(meg, owen, strict=True))
    assert total.tolist() == [[10.0, 4.0], [4.0, 2.0]]
    assert alpha(total) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_krippendorffs_four_observers_with_gaps():
    # Krippendorff (2011), part C: 12 units, nominal, missing observations
    data = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    (everybody,) = [each for each in agreements(labelled(*data)) if each.statistic == ALPHA]
    assert everybody.estimate.value == pytest.approx(0.743, abs=5e-4)
    assert everybody.num_units == 11
    assert len(everybody.reviewers) == 4


def test_perfect_and_chance_agreement():
    assert kappa(np.array([[5.0, 0.0], [0.0, 5.0]])) == 1.0
    assert kappa(np.array([[4.0, 4.0], [4.0, 4.0]])) == 0.0
    tables = np.stack([np.eye(2) * 5, np.ones((2, 2)) * 4])
    assert kappa(tables).tolist() == [1.0, 0.0]
    assert count_table(("b", "a"), "ab").tolist() == [[0.0, 0.0], [1.0, 0.0]]


def test_two_reviewers_have_kappa_alone_and_three_have_alpha_too():
    (pair,) = agreements(labelled("aabb", "aaba"))
    assert pair.statistic == KAPPA
    assert pair.reviewers == ("reviewer 0", "reviewer 1")
    assert pair.observed == 0.75
    assert pair.estimate.value == pytest.approx(0.5)
    assert pair.estimate.low <= 0.5 <= pair.estimate.high
    kinds = [each.statistic for each in agreements(labelled("aabb", "aaba", "bbbb"))]
    assert kinds == [KAPPA, KAPPA, KAPPA, ALPHA]


def test_agreement_needs_common_units_and_different_labels():
    assert agreements(labelled("aa..", "..bb")) == []
    assert agreements([review(label="", note="only a note")]) == []
    (same,) = agreements(labelled("aaa", "aaa"))
    assert same.observed == 1.0
    assert same.estimate.value is None


# ---- keeping


def test_the_latest_remark_counts_and_an_empty_one_withdraws(tmp_path):
    add_reviews(tmp_path, [review(label="neglect"), review(task_index=None, note="whole")])
    add_reviews(tmp_path, [review(label="adapted"), review(reviewer="bob")])
    assert [each.label for each in read_reviews(tmp_path)] == ["adapted", "neglect", "neglect"]
    add_reviews(tmp_path, [review(label="", note="")])
    assert [each.reviewer for each in read_reviews(tmp_path)] == ["ann", "bob"]
    assert reviews_path(tmp_path).read_text("utf-8").count("\n") == 5


def test_a_torn_line_is_cut_off_and_a_whole_one_is_kept(tmp_path):
    path = reviews_path(tmp_path)
    add_reviews(tmp_path, [review(seed=0)])
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"env_id": "torn')
    assert len(read_reviews(tmp_path)) == 1
    add_reviews(tmp_path, [review(seed=1)])
    assert [each.seed for each in read_reviews(tmp_path)] == [0, 1]
    path.write_bytes(whole.rstrip(b"\n"))
    add_reviews(tmp_path, [review(seed=2)])
    assert [each.seed for each in read_reviews(tmp_path)] == [0, 2]


def test_a_damaged_line_is_an_error(tmp_path):
    reviews_path(tmp_path).write_text("x\n{}\n", "utf-8")
    with pytest.raises(TrajectoryError, match="line 1"):
        read_reviews(tmp_path)
    reviews_path(tmp_path).write_text("{}\n", "utf-8")
    with pytest.raises(SpecError, match="Review"):
        read_reviews(tmp_path)


def test_many_writers_lose_nothing(tmp_path):
    def write(writer):
        for seed in range(20):
            add_reviews(tmp_path, [review(seed=seed, reviewer=f"r{writer}", note="n" * 5000)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(read_reviews(tmp_path)) == 80


def test_reviews_of_a_file_lie_beside_it(tmp_path, scripted_run):
    shutil.copy(scripted_run / TRAJECTORIES, tmp_path / "some.jsonl")
    assert reviews_path(tmp_path / "some.jsonl") == tmp_path / "some.reviews.jsonl"
    before = (tmp_path / "some.jsonl").read_bytes()
    add_reviews(tmp_path / "some.jsonl", [review()])
    assert len(read_reviews(tmp_path / "some.jsonl")) == 1
    assert (tmp_path / "some.jsonl").read_bytes() == before


def test_a_review_names_a_task_and_a_reviewer(scripted_run):
    trajectory = next(read_trajectories(scripted_run))
    with pytest.raises(SpecError, match="no task 5; the sequence has tasks 1 to 4"):
        review_of(trajectory, 4, reviewer="ann")
    with pytest.raises(SpecError, match="--reviewer"):
        review_of(trajectory, 0, reviewer=" ")


# ---- showing


def test_reviewers_stand_side_by_side():
    table = side_by_side([review(note="why"), review(reviewer="bob"), review(task_index=None)])
    assert table.header == ("environment", "agent", "seed", "task", "ann", "bob")
    assert table.rows == (
        ("number_guessing/set_of_2", "scripted/blind", "0", "all", "neglect", ""),
        ("number_guessing/set_of_2", "scripted/blind", "0", "1", "neglect: why", "neglect"),
    )


def test_exports_can_be_read_back():
    reviews = [review(note='he said "x",\nthen left'), review(task_index=None)]
    rows = list(csv.DictReader(io.StringIO(as_csv(reviews))))
    assert [row["note"] for row in rows] == ['he said "x",\nthen left', ""]
    assert [row["task_index"] for row in rows] == ["0", ""]
    assert [each["note"] for each in json.loads(as_json(reviews))] == [reviews[0].note, ""]


# ---- the command


@pytest.fixture
def run(tmp_path, scripted_run):
    shutil.copytree(scripted_run, tmp_path / "run")
    return tmp_path / "run"


def latentgym(*arguments):
    return CliRunner().invoke(cli, ["review", *map(str, arguments)], obj=load_registry())


def test_reviews_are_added_listed_and_compared(run):
    one = ("--seed", 0, "--agent", "scripted/blind", "--env", ENV_ID)
    for reviewer in ("ann", "bob"):
        added = latentgym(
            "add", run, *one, "--task", 2, "--label", "neglect", "--reviewer", reviewer
        )
        assert added.exit_code == 0, added.output
    latentgym("add", run, *one, "--label", "adapted", "--note", "late", "--reviewer", "ann")
    listed = latentgym("list", run).stdout.splitlines()
    assert listed[0].split("\t")[2:] == ["seed", "task", "ann", "bob"]
    assert listed[1].split("\t")[2:] == ["0", "all", "adapted: late", ""]
    assert listed[2].split("\t")[2:] == ["0", "2", "neglect", "neglect"]
    assert len(json.loads(latentgym("list", run, "--json").stdout)) == 3
    assert latentgym("export", run).stdout.count("\n") == 4
    assert len(json.loads(latentgym("export", run, "--format", "json").stdout)) == 3
    (found,) = json.loads(latentgym("agreement", run, "--json").stdout)
    assert found["observed"] == 1.0
    assert "Cohen's kappa\tn/a\t100%\t1" in latentgym("agreement", run).stdout


def test_the_detectors_can_count_as_a_reviewer(run):
    played = list(read_trajectories(run))
    write_analyses(
        run,
        [
            SequenceAnalysis(
                env_id=each.env_id,
                split=each.split,
                seed=each.seed,
                agent=each.agent,
                labels=(Label(mode="neglect" if "blind" in each.agent else "adapted"),),
            )
            for each in played
        ],
    )
    add_reviews(run, [review_of(each, None, reviewer="ann", label="neglect") for each in played])
    (found,) = json.loads(latentgym("agreement", run, "--detectors", "--json").stdout)
    assert found["reviewers"] == ["ann", "detectors"]
    assert found["observed"] == 0.5
    assert found["estimate"]["value"] == 0.0


def test_the_command_asks_for_the_one_sequence_that_is_meant(run):
    several = latentgym("add", run, "--seed", 0, "--label", "x")
    assert several.exit_code == 1
    assert "add --env" in several.stderr
    several = latentgym("add", run, "--seed", 0, "--env", ENV_ID, "--label", "x")
    assert "add --agent: scripted/bayes, scripted/blind" in several.stderr
    assert "holds no sequence with seed 77" in latentgym("add", run, "--seed", 77).stderr
    assert "No task has labels of two reviewers" in latentgym("agreement", run).stderr
    assert not reviews_path(run).exists()
