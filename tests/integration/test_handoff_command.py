"""`latentgym handoff` with scripted players: the folder, its report, and resuming it."""

import json

import pytest
from click.testing import CliRunner

import latentgym_core.plugin
import latentgym_envs.plugin
from latentgym_core.cli.commands import handoff as handoff_command
from latentgym_core.cli.commands import metrics as metrics_command
from latentgym_core.contract.agent import Agent, Reply
from latentgym_core.errors import AgentError, LatentGymError, SpecError
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import AgentSpec

ID = "number_guessing/set_of_2/no_info/information/ep4"
AGENTS = ("--a", "scripted/blind", "--b", "scripted/bayes", "--c", "scripted/repeat_last")
FILES = ("config.toml", TRAJECTORIES, "summary.json", "handoff.json")


def invoke(*arguments):
    return CliRunner().invoke(handoff_command.command, [str(each) for each in arguments])


def measure(out, *more):
    return invoke(ID, *AGENTS, "--k", "1,3", "-n", 3, "--seed", 5, "--out", out, *more)


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handoff") / "run"
    result = measure(folder)
    assert result.exit_code == 0, result.output
    return folder


def test_report_is_the_formula_over_the_trajectories(run):
    report = json.loads((run / "handoff.json").read_text("utf-8"))
    played = list(read_trajectories(run))

    def tail(explorer, exploiter, k):
        name = f"scripted/{explorer}→scripted/{exploiter}@ep{k}"
        found = [each for each in played if each.agent == name]
        assert [each.seed for each in found] == [5, 6, 7]
        return sum(sum(each.rewards[k:]) for each in found)

    efficiencies = report["efficiencies"]
    assert [(each["kind"], each["boundary"]) for each in efficiencies] == [
        ("exploration", 1),
        ("exploration", 3),
        ("exploitation", 1),
        ("exploitation", 3),
    ]
    for k, explored, exploited in zip((1, 3), efficiencies[:2], efficiencies[2:], strict=True):
        t1, t2 = tail("blind", "repeat_last", k), tail("bayes", "repeat_last", k)
        assert explored["estimate"]["value"] == pytest.approx((t2 - t1) / t1)
        t1, t2 = tail("repeat_last", "blind", k), tail("repeat_last", "bayes", k)
        assert exploited["estimate"]["value"] == pytest.approx((t2 - t1) / t1)
        assert exploited["estimate"]["low"] <= (t2 - t1) / t1 <= exploited["estimate"]["high"]
        assert explored["num_sequences"] == 3


def test_records_lie_in_canonical_order(run):
    order = [(each.agent, each.seed) for each in read_trajectories(run)]
    players = list(dict.fromkeys(agent for agent, _ in order))
    assert players[:3] == list(AGENTS[1::2])
    assert len(players) == 3 + 4 * 2
    assert order == [(player, seed) for player in players for seed in (5, 6, 7)]


def test_metrics_measure_the_whole_plays(run):
    shown = CliRunner().invoke(metrics_command.command, [str(run), "--json"])
    agents = [each["agent"] for each in json.loads(shown.stdout)["summaries"]]
    assert agents == list(AGENTS[1::2])


@pytest.mark.parametrize("share", [0.0, 0.1, 0.37, 0.62, 0.9, 1.0])
def test_a_run_that_was_cut_anywhere_resumes_to_the_same_bytes(run, tmp_path, share):
    """Lines in any order of finishing, the last one torn, no summary: what a kill leaves."""
    whole = (run / TRAJECTORIES).read_bytes()
    lines = whole.splitlines(keepends=True)
    finished = sorted(lines, key=lambda line: json.loads(line)["seed"])
    cut = b"".join(finished)[: int(len(whole) * share)]
    (tmp_path / "config.toml").write_bytes((run / "config.toml").read_bytes())
    (tmp_path / TRAJECTORIES).write_bytes(cut)
    result = invoke("--resume", tmp_path)
    assert result.exit_code == 0, result.output
    assert contents(tmp_path) == contents(run)


def test_failed_plays_are_repeated(run, tmp_path):
    records = [json.loads(line) for line in (run / TRAJECTORIES).read_text("utf-8").splitlines()]
    for record in records:
        handed = parse_hand_off(record["agent"])
        if handed and handed.boundary == 3 and record["seed"] == 6:
            record["error"] = {"kind": "ProviderError", "message": "gone"}
    (tmp_path / "config.toml").write_bytes((run / "config.toml").read_bytes())
    text = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / TRAJECTORIES).write_text(text, "utf-8")
    assert invoke("--resume", tmp_path).exit_code == 0
    assert (tmp_path / "handoff.json").read_bytes() == (run / "handoff.json").read_bytes()
    assert len((tmp_path / "failed.jsonl").read_text("utf-8").splitlines()) == 4


class Broken(Agent):
    """Fails at its second task."""

    async def reply(self, messages, context):
        if context.view.index == 1:
            raise AgentError("out of order")
        return Reply(text="[500]")


class BrokenPlugin:
    @hookimpl
    def latentgym_register_agents(self):
        return (AgentSpec(name="broken", factory=lambda model: Broken()),)


def test_failures_are_counted_and_end_with_exit_code_1(tmp_path):
    registry = Registry.from_plugins([latentgym_core.plugin, latentgym_envs.plugin, BrokenPlugin()])
    agents = ("--a", "scripted/blind", "--b", "broken", "--c", "scripted/blind")
    arguments = (ID, *agents, "--k", "1", "-n", "2", "--out", str(tmp_path), "--json")
    result = CliRunner().invoke(handoff_command.command, arguments, obj=registry)
    assert result.exit_code == 1, result.output
    data = json.loads(result.stdout)
    assert data["num_failed"] == 6
    explored, _ = data["efficiencies"]
    assert (explored["num_sequences"], explored["num_failed"]) == (0, 2)
    assert explored["estimate"]["value"] is None
    assert f"6 of 8 sequences failed; `latentgym handoff --resume {tmp_path}`" in result.stderr
    log = (tmp_path / "run.log").read_text("utf-8")
    assert log.count("failed: AgentError: out of order") == 6  # B, B→C and C→B, two seeds each


def test_text_and_json(tmp_path):
    text = measure(tmp_path / "text")
    assert "Exploitation" in text.stdout
    assert "scripted/repeat_last → scripted/bayes" in text.stdout
    assert "trajector" not in text.stdout
    data = json.loads(measure(tmp_path / "json", "--json").stdout)
    assert (data.pop("run"), data.pop("num_failed")) == (str(tmp_path / "json"), 0)
    assert data == json.loads((tmp_path / "json" / "handoff.json").read_text("utf-8"))


def test_quiet_says_nothing_and_resuming_may_change_the_concurrency(run, tmp_path):
    (tmp_path / "config.toml").write_bytes((run / "config.toml").read_bytes())
    result = invoke("--resume", tmp_path, "--concurrency", "1", "-q")
    assert (result.exit_code, result.stderr) == (0, "")
    assert contents(tmp_path) == contents(run)


def test_dry_run_prints_the_configuration_and_plays_nothing(tmp_path):
    result = measure(tmp_path / "run", "--dry-run")
    assert result.exit_code == 0
    assert "boundaries = [1, 3]" in result.stdout
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((ID, *AGENTS, "--k", "4"), "K goes from 1 to 3"),
        ((ID, *AGENTS, "--k", "x"), "names no boundaries"),
        ((ID, "--a", "scripted/blind", *AGENTS[:2], "--b", "scripted/blind", *AGENTS[4:]), "both"),
        (("number_guessing/set_of_2/no_info/standard/ep1", *AGENTS), "at least two"),
        (("--resume", "nowhere"), r"nowhere has no config\.toml, so no run was begun there"),
    ],
)
def test_what_cannot_be_measured_is_told(arguments, sentence):
    with pytest.raises(SpecError, match=sentence):
        raise invoke(*arguments).exception


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "environment"),
        ((ID, "--a", "scripted/blind"), "agent B"),
        (("--resume", ".", "-n", "3"), "keeps its configuration"),
    ],
)
def test_usage(arguments, word):
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert word in result.stderr


def test_a_folder_of_another_run_is_not_resumed(tmp_path):
    (tmp_path / "config.toml").write_text('agents = ["scripted/blind"]\n')
    assert isinstance(invoke("--resume", tmp_path).exception, LatentGymError)
