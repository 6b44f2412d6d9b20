"""Tables of inference, and hand-offs to the Bayes player, from analyses made by hand."""

import csv
import io

import pytest

from latentgym_core.inference.findings.bayes_hand_off import bayes_hand_offs
from latentgym_core.inference.findings.miscalibration import find_harm, label_harm
from latentgym_core.inference.findings.priming import primings
from latentgym_core.inference.findings.spoken import names_history, words_of
from latentgym_core.inference.folder import read_analyses, write_analyses
from latentgym_core.inference.records import Label, SequenceAnalysis, TaskAnalysis
from latentgym_core.inference.rendering import INFERENCE_RENDERERS
from latentgym_core.inference.summary import build_inference_report
from latentgym_core.metrics.rendering.reports import CSV_HEADER
from latentgym_core.records.trajectory import TaskOutcome, Trajectory

ENV = "lamps/any_lamp/{prompt}/{feedback}/ep3"


def analysis(agent, seed, rewards, tails, *, prompt="some_info", feedback="standard", **more):
    tasks = tuple(
        TaskAnalysis(index=i, reward=r, blind=0.2, oracle=1.0, information=1.0, entropy_after=2.0)
        for i, r in enumerate(rewards)
    )
    return SequenceAnalysis(
        env_id=ENV.format(prompt=prompt, feedback=feedback),
        split="test",
        seed=seed,
        agent=agent,
        prior_entropy=5.0,
        tasks=tasks,
        bayes_tails=tails,
        **more,
    )


def trajectory(agent, seed, rewards):
    return Trajectory(
        env_id=ENV.format(prompt="some_info", feedback="standard"),
        split="test",
        seed=seed,
        agent=agent,
        core_envs=("lamps",) * 3,
        tasks=({},) * 3,
        outcomes=tuple(
            TaskOutcome(core_env="lamps", reward=r, solved=r > 0, turns=1) for r in rewards
        ),
    )


A = [analysis("a", s, (0.1 * s, 0.5, 0.7), (2.0, 1.6, 0.9)) for s in range(1, 5)]
B = [analysis("b", s, (0.2, 0.4, 0.3 + 0.1 * s), (2.0, 1.5, 0.6 + 0.1 * s)) for s in range(1, 5)]


def test_the_bayes_hand_off_splits_the_solo_ratio_exactly():
    found = bayes_hand_offs(A, B)
    assert [each.k for each in found] == [1, 2]
    for each in found:
        parts = (1 + each.explore.value) * (1 + each.exploit.value)
        assert parts == pytest.approx(1 + each.solo.value, abs=1e-12)
    # K = 2: tails 0.9 against the mean of 0.7 .. 1.0; own tails 0.7 against 0.4 .. 0.7.
    assert found[1].explore.value == pytest.approx(0.9 / 0.85 - 1)
    assert found[1].exploit.value == pytest.approx((0.7 / 0.9) / (0.55 / 0.85) - 1)
    assert found[1].solo.value == pytest.approx(0.7 / 0.55 - 1)
    assert found[1].num_sequences == 4
    assert bayes_hand_offs(A, []) == []


def test_priming_is_the_quotient_of_the_two_hand_offs():
    played = [trajectory("a", s, (0, 0, 0)) for s in range(1, 5)]
    played += [trajectory("a→c@ep1", s, (0, 0.5, 0.7)) for s in range(1, 5)]
    played += [trajectory("b→c@ep1", s, (0, 0.3, 0.5)) for s in range(1, 5)]
    (found,) = primings(played, [*B, *A])
    assert (found.a, found.b, found.exploiter, found.k) == ("a", "b", "c", 1)
    assert found.explore.value == pytest.approx(1.2 / 0.8 - 1)
    assert found.bayes.value == pytest.approx(1.6 / 1.5 - 1)
    assert found.priming.value == pytest.approx(1.5 / (1.6 / 1.5) - 1)
    assert primings(played[:4], A) == ()


def test_bits_are_shown_under_standard_feedback_alone():
    told = [analysis("a", s, (0.1, 0.2, 0.3), None, feedback="information") for s in range(4)]
    (shown,) = build_inference_report(A).summaries
    (hidden,) = build_inference_report(told).summaries
    assert shown.measures["information"].value == pytest.approx(3.0)
    assert shown.measures["entropy_left"].value == pytest.approx(2.0)
    assert hidden.measures["information"].value is None
    assert hidden.measures["entropy_left"].value is None
    assert hidden.measures["blind"].value == pytest.approx(0.2)


def test_scores_are_normalised_as_a_ratio_of_sums():
    (found,) = build_inference_report(A).summaries
    own = sum(sum(task.reward for task in each.tasks) for each in A)
    assert found.measures["normalised_score"].value == pytest.approx((own - 4 * 0.6) / (4 * 2.4))


@pytest.mark.parametrize("form", INFERENCE_RENDERERS)
def test_every_layout_tells_the_same(form):
    labelled = [
        analysis("a_%", 1, (0.1, 0.2, 0.3), (1, 1, 1), labels=(Label(mode="neglect"),)),
        analysis("b", 1, (0.1, 0.2, 0.3), None, reason="the latent is not installed"),
    ]
    text = INFERENCE_RENDERERS[form](build_inference_report(labelled))
    assert "neglect" in text
    if form == "latex":
        assert r"a\_\%" in text
    if form == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert {len(row) for row in rows} == {len(CSV_HEADER)}
    else:
        assert "the latent is not installed" in text


def test_analyses_survive_their_file(tmp_path):
    write_analyses(tmp_path, [*A, *B])
    assert list(read_analyses(tmp_path)) == [*A, *B]
    assert list(read_analyses(tmp_path / "absent")) == []


# ---- miscalibration


def pairs(difference, number=8):
    """The same sequences under both prompts, with some noise that averages out."""
    found = []
    for seed in range(number):
        wobble = 0.02 * (seed % 2)
        some = (0.6, 0.6 - wobble, 0.6)
        full = tuple(r + difference + wobble for r in some)
        found.append(analysis("a", seed, some, None))
        found.append(analysis("a", seed, full, None, prompt="full_info"))
    return found


def test_a_group_that_loses_by_full_information_is_miscalibrated():
    (harm,) = find_harm(pairs(-0.2))
    assert harm.miscalibrated
    assert harm.num_pairs == 8
    assert harm.difference.high < 0
    labelled = label_harm(pairs(-0.2))
    modes = [[label.mode for label in each.labels] for each in labelled]
    assert modes[1::2] == [["miscalibration"]] * 8
    assert modes[0::2] == [[]] * 8
    assert "Told the family" in labelled[1].labels[0].sentence


@pytest.mark.parametrize("found", [pairs(0.1), pairs(0.0), pairs(-0.2, number=4)])
def test_other_groups_are_not(found):
    assert not any(harm.miscalibrated for harm in find_harm(found))
    assert not any(each.labels for each in label_harm(found))


# ---- words


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It was 137 and 793 before. [500]", True),
        ("It was 137 twice, so [137]", True),
        ("Once more I halve: [500]", False),
        ("The range is 1 to 1000, I take 793.5", False),
        ("Always between 120 and 180, so [150]", True),
        ("Between 1 and 1000: [500]", False),
        ("", False),
    ],
)
def test_what_counts_as_naming_the_past(text, named):
    visible = {"low": 1, "high": 1000}
    earlier = ["137", "793", "137"] if "120" not in text else ["137", "150", "141"]
    recurring = {"137"} if "twice" in text else set()
    assert names_history(text, earlier, recurring, visible) is named


def test_an_action_is_not_a_word():
    assert "red" not in words_of("[red]", None)
    assert "red" not in words_of("red", None)
    assert "red" in words_of("The best was red before. [blue]", None)
    assert "red" in words_of("[blue]", "red was best")


def test_words_are_named_whole():
    assert names_history("like STONE and crane", ["stone", "crane"], (), {})
    assert not names_history("like stones and cranes", ["stone", "crane"], (), {})
    assert not names_history("anything", [], (), {})
