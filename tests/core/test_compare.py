"""`latentgym compare`: pairs by hand, coverage, groups, and layouts that can be pasted."""

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner

from latentgym_core.cli.commands import compare as compare_command
from latentgym_core.cli.options import FORMATS
from latentgym_core.errors import SpecError
from latentgym_core.metrics import duels
from latentgym_core.metrics.bootstrap import CONFIDENCE
from latentgym_core.metrics.duels import build_duels
from latentgym_core.metrics.measures import AXES
from latentgym_core.metrics.rendering.tables import Table, as_latex, as_markdown
from latentgym_core.metrics.scores import score
from latentgym_core.records.jsonl import TRAJECTORIES, write_trajectories
from latentgym_core.records.trajectory import ErrorRecord, TaskOutcome, Trajectory
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec

FAILURE = ErrorRecord(kind="ProviderError", message="gone")


def trajectory(agent, seed, *rewards, latent="same", prompt="no_info", **changes):
    return Trajectory(
        env_id=f"doors/{latent}/{prompt}/standard/ep2",
        split="test",
        seed=seed,
        agent=agent,
        core_envs=("doors",) * 2,
        tasks=({},) * 2,
        outcomes=tuple(
            TaskOutcome(core_env="doors", reward=each, solved=True, turns=1) for each in rewards
        ),
        **changes,
    )


PLAYED = [
    *(trajectory("a", seed, 0.5, 0.5) for seed in range(5)),
    trajectory("b", 0, 0.5, 1.0),
    trajectory("b", 1, 1.0, 0.25),
    trajectory("b", 2, 0.5, 0.5),
    trajectory("b", 3, 0.0, 0.0),
    trajectory("b", 4, 1.0, 1.0, error=FAILURE),
    trajectory("b", 7, 1.0, 1.0),
]


def duel(played, **options):
    (one,) = build_duels(map(score, played), **options).duels
    return one


# ---- numbers


def test_wins_losses_and_superiority_by_hand():
    """b - a on seeds 0 to 3: +.5, +.25, 0, -1; seed 4 failed, seed 7 has no partner."""
    one = duel(PLAYED)
    assert (one.wins, one.ties, one.losses) == (2, 1, 1)
    assert one.superiority.value == pytest.approx(2.5 / 4)
    assert one.superiority.low < 2.5 / 4 < one.superiority.high
    assert one.comparison.num_pairs == 4
    assert one.comparison.differences["cumulative_reward"].value == pytest.approx(-0.25 / 4)
    assert one.comparison.relative_reward.value == pytest.approx(-0.25 / 4)
    assert (one.num_alone, one.num_baseline_alone, one.num_failed) == (1, 1, 1)
    assert "1 play failed" in one.warning
    assert "compared: 4 pairs." in one.warning


def test_equal_coverage_needs_no_warning_and_the_other_way_round_mirrors():
    both = [each for each in PLAYED if each.seed < 4]
    one, other = duel(both), duel(both, baseline="b")
    assert one.warning == other.warning == ""
    assert (other.wins, other.ties, other.losses) == (1, 1, 2)
    assert one.superiority.value + other.superiority.value == pytest.approx(1)
    assert one.comparison.differences["gain"].value == -other.comparison.differences["gain"].value


def test_several_plays_of_one_sequence_are_one_pair():
    again = [*PLAYED[:5], trajectory("b", 0, 1.0, 1.0), trajectory("b", 0, 0.0, 0.0)]
    one = duel(again)
    assert (one.comparison.num_pairs, one.wins, one.ties, one.losses) == (1, 0, 1, 0)


def test_no_shared_sequence_is_told_and_not_a_crash():
    one = duel([trajectory("a", 0, 1, 1), trajectory("b", 1, 1, 1)])
    assert (one.comparison.num_pairs, one.superiority.value) == (0, None)
    assert "compared: 0 pairs." in one.warning


def test_prompts_are_compared_on_the_same_sequences_and_agents():
    """A pair shares the agent; a's gain is not set against b's loss."""
    played = [
        trajectory(agent, seed, *rewards, prompt=prompt)
        for seed in range(3)
        for agent, prompt, rewards in (
            ("a", "no_info", (0.0, 0.0)),
            ("a", "full_info", (0.5, 0.5)),
            ("b", "no_info", (1.0, 1.0)),
            ("b", "full_info", (1.0, 1.0)),
        )
    ]
    one = duel(played, of="prompt")
    assert (one.comparison.baseline, one.comparison.agent) == ("no_info", "full_info")
    assert one.comparison.group == "doors/same/any/standard/ep2"
    assert (one.wins, one.ties, one.losses) == (3, 3, 0)
    assert one.comparison.num_sequences == 3
    by_agent = build_duels(map(score, played), of="prompt", by="agent").duels
    assert [(each.comparison.group, each.wins, each.ties) for each in by_agent] == [
        ("a", 3, 0),
        ("b", 0, 3),
    ]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("env", ["doors/same/no_info/standard/ep2", "doors/other/no_info/standard/ep2"]),
        ("core_env", ["doors"]),
        ("latent", ["doors/same", "doors/other"]),
        ("prompt", ["no_info"]),
        ("feedback", ["standard"]),
        ("seed", [f"test {seed}" for seed in (0, 1, 2, 3, 4, 7)]),
        ("all", [""]),
        ("parity", ["0", "1"]),
    ],
)
def test_any_axis_groups(by, groups):
    played = [
        *(trajectory(agent, seed, 1, 1) for agent in "ab" for seed in (0, 1, 2, 3, 4, 7)),
        *(trajectory(agent, 0, 1, 1, latent="other") for agent in "ab"),
    ]
    axes = {"parity": lambda each: str(each.seed % 2)}
    report = build_duels(map(score, played), by=by, axes=axes)
    assert [each.comparison.group for each in report.duels] == groups


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"of": "seed"}, "Cannot compare"),
        ({"by": "colour"}, "axes are env"),
        ({"of": "prompt", "by": "prompt"}, "differ in their prompt"),
        ({"by": "agent"}, "differ in their agent"),
        ({"of": "prompt"}, "There is one prompt alone"),
        ({"baseline": "c"}, "No agent 'c'"),
    ],
)
def test_what_cannot_be_compared_is_told(options, sentence):
    with pytest.raises(SpecError, match=sentence):
        build_duels(map(score, PLAYED), **options)


# ---- the command


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self):
        return (CoreEnvSpec(name="doors", factory="nowhere:Doors"),)

    @hookimpl
    def latentgym_register_latents(self):
        return (
            LatentSpec(name="same", core_envs=("doors",), factory="nowhere:Same", tier="easy"),
            LatentSpec(name="other", core_envs=("doors",), factory="nowhere:Other", tier="hard"),
        )


@pytest.fixture
def run(tmp_path):
    def write(name, played):
        (tmp_path / name).mkdir()
        write_trajectories(tmp_path / name / TRAJECTORIES, played)
        return tmp_path / name

    return write


def invoke(*arguments):
    registry = Registry.from_plugins([Plugin()])
    return CliRunner().invoke(
        compare_command.command, [str(each) for each in arguments], obj=registry
    )


def test_runs_are_pooled_and_hand_offs_left_out(run):
    one, other = run("one", PLAYED[:5]), run("other", PLAYED[5:])
    handed = run("handed", [trajectory("a→b@ep1", 0, 1, 1)])
    data = json.loads(invoke(one, other, handed, one / TRAJECTORIES, "--json").stdout)
    assert (data["baseline"], data["confidence"]) == ("a", CONFIDENCE)
    (found,) = data["duels"]
    assert (found["wins"], found["ties"], found["losses"]) == (2, 1, 1)


def test_an_agent_of_two_runs_is_compared_with_itself(run):
    old = run("old", [trajectory("m", seed, 0, 0) for seed in range(3)])
    new = run("new", [trajectory("m", seed, 1, 1) for seed in range(3)])
    (found,) = json.loads(invoke(old, new, "--json").stdout)["duels"]
    assert (found["comparison"]["baseline"], found["comparison"]["agent"]) == (
        f"m [{old}]",
        f"m [{new}]",
    )
    assert found["wins"] == 3
    more = run("more", [trajectory("m", seed, 1, 1) for seed in (8, 9)])
    assert "one agent alone" in str(invoke(new, more).exception)  # one play, in two parts


def test_a_warning_goes_with_every_layout(run):
    where = run("run", PLAYED)
    for form in FORMATS:
        result = invoke(where, "--format", form)
        shown = result.stderr if form == "csv" else result.stdout
        assert "have not played the same" in shown
    assert "have not played the same" in invoke(where, "--json").stderr


def test_environments_are_told_apart_briefly_and_what_they_share_once(run):
    played = [
        trajectory(agent, seed, 1, 1, latent=latent)
        for latent in ("same", "other")
        for agent in "ab"
        for seed in (0, 1)
    ]
    lines = invoke(run("run", played)).stdout.splitlines()
    assert sum(line.startswith(("doors/same ", "doors/other ")) for line in lines) == 2
    assert lines.count("All of them: no_info, standard, ep2.") == 1


def test_tiers_come_from_the_registry(run):
    where = run("run", [*PLAYED, *(trajectory(x, 0, 1, 1, latent="other") for x in "ab")])
    data = json.loads(invoke(where, "--by", "tier", "--json").stdout)
    assert [each["comparison"]["group"] for each in data["duels"]] == ["easy", "hard"]


def test_csv_holds_every_number(run):
    rows = list(csv.DictReader(io.StringIO(invoke(run("run", PLAYED), "--format", "csv").stdout)))
    values = {(row["measure"], row["task"]): row["value"] for row in rows}
    assert values["wins", ""] == "2"
    assert float(values["superiority", ""]) == 0.625
    assert float(values["reward", "2"]) == pytest.approx((1 + 0.25 + 0.5 + 0 - 2) / 4)
    assert {row["num_pairs"] for row in rows} == {"4"}


def test_all_measures_are_shown_where_they_are_wanted(run):
    where = run("run", PLAYED)
    assert "turns per task" not in invoke(where).stdout
    assert "turns per task" in invoke(where, "--all-measures").stdout


def test_choices_are_those_of_the_measures():
    assert compare_command.OF == duels.OF
    assert set(compare_command.BY) == {*AXES, "tier", duels.POOLED}


# ---- LaTeX


def test_latex_escapes_every_sign():
    table = Table(
        title="a_b & 5%",
        header=("", "x{1}"),
        rows=(("[0, 1] #1", "±3 → ~^\\$"), ("<m>", "-")),
        notes=("100% sure",),
    )
    shown = as_latex(table)
    assert r"\caption{a\_b \& 5\%}" in shown
    assert r" & x\{1\} \\" in shown
    row = r"{}[0, 1] \#1 & $\pm$3 $\rightarrow$ \textasciitilde{}\textasciicircum{}"
    assert row + r"\textbackslash{}\$ \\" in shown
    assert r"\textless{}m\textgreater{} & - \\" in shown
    assert r"100\% sure" in shown
    body = re.sub(r"\\[A-Za-z]+(\{[a-z]*\})?|\\.|\$\\[a-z]+\$", "", shown)
    assert not re.search(r"[%#_~^]", body)


def test_markdown_keeps_bars_inside_cells():
    table = Table(title="t", header=("", "a|b"), rows=(("r", "c"),))
    assert r"|  | a\|b |" in as_markdown(table)
