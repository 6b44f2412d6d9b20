"""Charts: they draw everywhere, and every number in them is the core's."""

import json
import shlex
import shutil
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from click.testing import CliRunner

from latentgym_core.cli import cli
from latentgym_core.errors import TrajectoryError
from latentgym_core.handoff.run import HANDOFF
from latentgym_core.inference.folder import write_analyses
from latentgym_core.inference.run import Order, analyse_all
from latentgym_core.inference.summary import build_inference_report
from latentgym_core.metrics import build_report
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, write_trajectories
from latentgym_core.records.trajectory import ErrorRecord
from latentgym_core.registry.registry import load_registry
from latentgym_core.runs.folder import CONFIG
from latentgym_core.runs.suite import read_config
from latentgym_viz.charts import (
    as_svg,
    catalog,
    charts_of,
    read_findings,
    svg_to_pdf,
    svg_to_png,
    theme_config,
)
from latentgym_viz.charts.grammar.chart import rows_of
from latentgym_viz.palette import agent_colours

LOG = [
    {"stage": "sft", "step": 1, "loss": 2.0, "grad_norm": 1.5},
    {"stage": "rl", "step": 1, "r1": 0.1, "r2": 0.2, "r3": 0.3, "gain": 0.2, "kl/sampled": 0.001},
    {"stage": "rl", "step": 2, "r1": 0.1, "r2": 0.4, "r3": 0.7, "gain": 0.6, "validation/r1": 0.1},
    {"stage": "rl", "step": 3, "entropy": float("nan"), "nested": {"length": 7}, "name": "x"},
]
ALL_CHARTS = {
    *("learning_curve", "environments_number_guessing", "solved", "turns", "gain"),
    *("cumulative_reward", "reward_strip", "entropy", "information", "gaps", "history_use"),
    *("normalised_score", "failure_modes", "bayes_hand_off", "hand_off", "hand_off_tails"),
    *("training_reward", "training_tasks", "training_signals", "coverage"),
}


@pytest.fixture(scope="module")
def analysed_run(tmp_path_factory, scripted_run):
    """The scripted run with real analyses."""
    folder = tmp_path_factory.mktemp("analysed") / "run"
    shutil.copytree(scripted_run, folder)
    write_analyses(folder, analyse_all(read_trajectories(folder), Order(jobs=1)))
    return folder


@pytest.fixture(scope="module")
def training_run(tmp_path_factory):
    """A training folder with a short log and a torn last line."""
    folder = tmp_path_factory.mktemp("training")
    lines = "".join(json.dumps(line) + "\n" for line in LOG)
    (folder / "log.jsonl").write_text(lines + '{"step": 4, "r1"', "utf-8")
    (folder / "config.toml").write_text('name = "tiny"\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def everything(analysed_run, hand_off_run, training_run):
    """What the charts of all kinds of runs together show."""
    return read_findings([analysed_run, hand_off_run, training_run])


@pytest.fixture(scope="module")
def charts(everything):
    return {chart.key: chart for chart in charts_of(everything)}


@pytest.fixture(scope="module")
def specs(charts):
    return {key: chart.spec() for key, chart in charts.items()}


def rows_in(spec, **wanted):
    """The rows of a chart that have these values."""
    return [r for r in rows_of(spec) if all(r.get(k) == v for k, v in wanted.items())]


def fields(estimate):
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


# ---- drawing


def test_every_kind_of_data_has_its_chart(specs):
    assert set(specs) == ALL_CHARTS


def test_every_chart_becomes_svg_png_and_pdf_without_a_browser(specs):
    for key, spec in specs.items():
        json.dumps(spec, allow_nan=False)
        svg = as_svg(spec)
        root = ET.fromstring(svg)
        assert root.tag.endswith("svg"), key
        assert float(root.get("width")) > 200, key
        assert "<script" not in svg, key
        assert svg_to_png(svg).startswith(b"\x89PNG"), key
        assert svg_to_pdf(svg).startswith(b"%PDF"), key


def test_the_theme_is_the_config_and_nothing_else(charts):
    light, dark = (charts["gaps"].spec(theme) for theme in ("light", "dark"))
    assert light["config"] != dark["config"] == theme_config("dark")
    assert {**light, "config": None} == {**dark, "config": None}


def test_an_agent_has_one_colour_in_all_charts(everything, specs):
    wanted = agent_colours(everything.agents)
    seen = set()

    def look(part):
        encoded = part.get("encoding", {}).get("color") if isinstance(part, dict) else None
        if encoded and encoded.get("field") == "agent":
            scale = encoded["scale"]
            for agent, colour in zip(scale["domain"], scale["range"], strict=True):
                assert colour == wanted[agent]
                seen.add(agent)
        for each in part.values() if isinstance(part, dict) else part:
            if isinstance(each, dict | list):
                look(each)

    look([spec for key, spec in specs.items() if not key.startswith("training_")])
    assert seen == set(wanted)


def test_captions_say_n_interval_and_command(specs):
    for key, spec in specs.items():
        caption = spec["usermeta"]["caption"]
        assert "n = " in caption, key
        assert "95% bootstrap intervals" in caption or "ntervals" in caption, key
        made_by = "latentgym train" if key.startswith("training") else "latentgym eval"
        assert f"Produced by `{made_by}" in caption, key
        assert spec["usermeta"]["title"] in spec["description"], key


def test_the_command_of_a_caption_plays_the_same_again(scripted_run, hand_off_run):
    for run in (scripted_run, hand_off_run):
        (command,) = read_findings([run]).commands
        program, *arguments = shlex.split(command)
        assert program == "latentgym"
        result = CliRunner().invoke(cli, [*arguments, "--dry-run"], obj=load_registry())
        assert result.exit_code == 0, result.output
        assert (run / CONFIG).read_text("utf-8") in result.output


def test_a_run_with_settings_of_its_own_is_named_as_a_suite(tmp_path, scripted_run):
    shutil.copytree(scripted_run, tmp_path / "a run")
    text = (tmp_path / "a run" / CONFIG).read_text("utf-8")
    text = text.replace("[versions]", "seed = 7\n\n[versions]")
    (tmp_path / "a run" / CONFIG).write_text(text, "utf-8")
    assert read_config(tmp_path / "a run" / CONFIG).environments[-1].seed == 7
    (command,) = read_findings([tmp_path / "a run"]).commands
    assert shlex.split(command)[1:] == ["eval", "--suite", str(tmp_path / "a run" / CONFIG)]


# ---- numbers


def test_rewards_by_task_are_those_of_the_metrics(scripted_run):
    (_, spec), *_ = catalog([scripted_run]).items()
    summaries = build_report(read_trajectories(scripted_run), by="core_env").summaries
    assert len(summaries) == 2
    for summary in summaries:
        for task, estimate in enumerate(summary.by_task["reward"], start=1):
            found = rows_in(spec, agent=summary.agent, task=task, n=summary.num_sequences)
            assert found, (summary.agent, task)
            assert all(row.items() >= fields(estimate).items() for row in found)


@pytest.mark.parametrize("key", ["gain", "cumulative_reward"])
def test_dots_are_the_measures_of_each_environment(scripted_run, key):
    spec = catalog([scripted_run])[key]
    summaries = build_report(read_trajectories(scripted_run)).summaries
    dots = [row for row in rows_of(spec) if "environment" in row]
    for row, summary in zip(dots, summaries, strict=True):
        assert row["group"] == summary.group
        assert row["agent"] == summary.agent
        assert row.items() >= fields(summary.measures[key]).items()
    prompts = {row["environment"].rpartition(", ")[2] for row in dots}
    assert prompts == {"no_info", "some_info"}


def test_curves_of_each_environment_stand_under_latent_and_prompt(scripted_run):
    spec = catalog([scripted_run])["environments_number_guessing"]
    ((first, second),) = [line["hconcat"] for line in spec["vconcat"]]
    assert first["title"] == {"text": "set_of_2", "subtitle": "no_info"}
    assert second["title"] == {"text": "set_of_2", "subtitle": "some_info"}
    for panel, prompt in ((first, "no_info"), (second, "some_info")):
        assert {row["group"].split("/")[2] for row in rows_of(panel)} == {prompt}


def test_knowledge_is_what_inference_found(analysed_run, specs, everything):
    report = build_inference_report(everything.analyses)
    keys = {"entropy": "entropy_after", "information": "information", "history_use": "history_use"}
    for key, curve in keys.items():
        for summary in report.summaries:
            for task, estimate in enumerate(summary.by_task[curve], start=1):
                found = rows_in(specs[key], agent=summary.agent, task=task, **fields(estimate))
                assert found, (key, summary.agent, task)
    scores = {(r["agent"], r["value"]) for r in rows_of(specs["normalised_score"]) if "agent" in r}
    assert scores == {(s.agent, s.measures["normalised_score"].value) for s in report.summaries}
    gaps = {row["value"] for row in rows_of(specs["gaps"])}
    assert {s.by_task["information_gap"][0].value for s in report.summaries} <= gaps


def test_hand_offs_are_those_of_the_report(hand_off_run, specs):
    report = json.loads((hand_off_run / HANDOFF).read_text("utf-8"))
    assert report["efficiencies"]
    for each in report["efficiencies"]:
        agent = each["explorer"] if each["kind"] == "exploration" else each["exploiter"]
        row = {"agent": agent, "K": each["boundary"], **each["estimate"]}
        assert rows_in(specs["hand_off"], **row), each
    for each in report["cells"]:
        assert rows_in(specs["hand_off_tails"], K=each["boundary"], **each["tail"]), each


def test_hand_offs_are_nobodys_own_play(hand_off_run):
    findings = read_findings([hand_off_run])
    assert {each.agent for each in findings.scores} == set(findings.agents)
    assert not any("→" in agent for agent in findings.agents)


def test_a_training_log_is_drawn_whatever_it_holds(specs):
    reward = rows_of(specs["training_reward"])
    sampled = [
        (row["line"], row["step"], row["value"]) for row in reward if row["stream"] == "sampled"
    ]
    assert sorted(sampled) == [
        ("first task", 1, 0.1),
        ("first task", 2, 0.1),
        ("last task", 1, 0.3),
        ("last task", 2, 0.7),
    ]
    assert len(rows_in(specs["training_reward"], stream="validation")) == 2
    assert rows_in(specs["training_tasks"], task=2, step=2, value=0.4)
    titles = [panel["title"]["text"] for panel in specs["training_signals"]["concat"]]
    assert titles == [
        "gain, last − first task",
        "KL to the sampling policy",
        "gradient norm",
        "loss",
        "nested.length",
    ]


def test_rewards_may_be_named_first_and_last(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"step": 5, "reward_first": 0.25, "reward_last": 0.5}\n')
    spec = catalog([tmp_path])["training_reward"]
    assert [(r["line"], r["value"]) for r in rows_of(spec)] == [
        ("first task", 0.25),
        ("last task", 0.5),
    ]


def test_coverage_counts_what_is_missing_and_what_failed(tmp_path, scripted_run):
    shutil.copy(scripted_run / CONFIG, tmp_path / CONFIG)
    played = list(read_trajectories(scripted_run))
    error = ErrorRecord(kind="ProviderError", message="gone")
    some = [evolve(played[0], error=error), evolve(played[1], truncated="turns"), *played[2:5]]
    write_trajectories(tmp_path / TRAJECTORIES, some)
    found = catalog([tmp_path])
    counts = {(r["agent"], r["state"]): r["count"] for r in rows_of(found["coverage"])}
    assert sum(counts.values()) == len(played)
    assert counts[played[0].agent, "failed"] == counts[played[1].agent, "truncated"] == 1
    assert sum(number for (_, state), number in counts.items() if state == "not played yet") == 3
    (row,) = rows_of(found["errors"])
    assert row.items() >= {"agent": played[0].agent, "kind": "ProviderError", "count": 1}.items()


# ---- runs that hold little, or much, or mischief


def test_a_run_without_sequences_has_no_chart_but_its_plan(tmp_path, scripted_run):
    assert catalog([tmp_path]) == {}
    shutil.copy(scripted_run / CONFIG, tmp_path / CONFIG)
    assert list(catalog([tmp_path])) == ["coverage"]
    (tmp_path / TRAJECTORIES).touch()
    assert list(catalog([tmp_path])) == ["coverage"]


def test_a_damaged_run_is_an_error(tmp_path):
    (tmp_path / TRAJECTORIES).write_text("no json\n{}\n", "utf-8")
    with pytest.raises(TrajectoryError, match="line 1"):
        catalog([tmp_path])
    (tmp_path / HANDOFF).write_text("{}", "utf-8")
    (tmp_path / TRAJECTORIES).unlink()
    with pytest.raises(TrajectoryError, match="no hand-off report"):
        catalog([tmp_path])


def test_failed_and_lone_sequences_can_be_drawn(tmp_path, scripted_run):
    first = next(read_trajectories(scripted_run))
    error = ErrorRecord(kind="ProviderError", message="gone")
    single = evolve(first, tasks=first.tasks[:1], outcomes=first.outcomes[:1])
    single = evolve(single, env_id=first.env_id.replace("ep4", "ep1"))
    for name, trajectory in (("failed", evolve(first, error=error)), ("lone", single)):
        write_trajectories(tmp_path / f"{name}.jsonl", [trajectory])
        for key, spec in catalog([tmp_path / f"{name}.jsonl"]).items():
            assert ET.fromstring(as_svg(spec)).tag.endswith("svg"), (name, key)


def test_a_run_named_twice_counts_once(scripted_run):
    once, twice = read_findings([scripted_run]), read_findings([scripted_run, scripted_run])
    assert len(twice.scores) == len(once.scores)


def test_names_cannot_break_a_picture(tmp_path, scripted_run):
    first = next(read_trajectories(scripted_run))
    hostile = evolve(first, agent="<b>agent</b></script>\u202e\x1b[31m{{x}}")
    write_trajectories(tmp_path / TRAJECTORIES, [hostile])
    for key, spec in catalog([tmp_path]).items():
        root = ET.fromstring(as_svg(spec))
        tags = {each.tag.rpartition("}")[2] for each in root.iter()}
        assert not tags & {"script", "b", "img", "foreignObject"}, key
        text = "".join(root.itertext())
        assert "\u202e" not in text
        assert "<b>agent</b></script>" in text


def test_many_agents_and_many_environments_fit(tmp_path, scripted_run):
    first = next(read_trajectories(scripted_run))
    many = [evolve(first, agent=f"provider/{'long-' * 9}model-{n}") for n in range(12)]
    many += [
        evolve(first, env_id=first.env_id.replace("set_of_2", f"latent_{n}")) for n in range(20)
    ]
    write_trajectories(tmp_path / TRAJECTORIES, many)
    specs = catalog([tmp_path])
    names = {row["agent"] for row in rows_of(specs["learning_curve"]) if "agent" in row}
    assert len(names) == 13
    assert max(map(len, names)) <= 40
    assert "All environments of a core env are pooled" in specs["gain"]["usermeta"]["caption"]
    assert "did not all play the same" in specs["learning_curve"]["usermeta"]["caption"]
    assert as_svg(specs["learning_curve"]).count("model-") >= 12
