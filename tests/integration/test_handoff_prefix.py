"""Hand-offs from recorded plays, and among any number of agents, through the command."""

import json

import pytest
from click.testing import CliRunner

from latentgym_core.cli.commands import eval as eval_command
from latentgym_core.cli.commands import handoff as handoff_command
from latentgym_core.errors import LatentGymError, SpecError, TrajectoryError
from latentgym_core.handoff.notes import HEADING, REQUEST
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, write_trajectories

ID = "number_guessing/set_of_2/no_info/standard/ep5"
BANDIT = "bandits/loyal_favorite_0/no_info/standard/ep4"
FILES = ("config.toml", TRAJECTORIES, "summary.json", "handoff.json")


def invoke(*arguments):
    return CliRunner().invoke(handoff_command.command, [str(each) for each in arguments])


def played(folder, *agents, env=ID, num_sequences=3, seed=4):
    flags = [flag for agent in agents for flag in ("--agent", agent)]
    numbers = ("-n", str(num_sequences), "--seed", str(seed), "-q", "--out", str(folder))
    result = CliRunner().invoke(eval_command.command, (env, *flags, *numbers))
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def solo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("solo") / "run"
    return played(folder, "scripted/blind", "scripted/bayes")


@pytest.fixture(scope="module")
def handed(solo, tmp_path_factory):
    """Both recorded players, handed to two others at two boundaries."""
    folder = tmp_path_factory.mktemp("handed") / "run"
    exploiters = ("--exploiter", "scripted/repeat_last", "--exploiter", "scripted/bayes")
    result = invoke("--prefix", solo, *exploiters, "--k", "2,4", "--out", folder)
    assert result.exit_code == 0, result.output
    assert "6 sequences (6 recorded), handed over 18 times; playing 18" in result.stderr
    return folder


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def by_job(folder):
    return {(each.agent, each.seed): each for each in read_trajectories(folder)}


# ---- our own runs


def test_recorded_plays_are_taken_over_and_carried_on(solo, handed):
    before, after = by_job(solo), by_job(handed)
    for key, play in before.items():
        assert after[key] == play
    for (agent, seed), play in after.items():
        hand_off = parse_hand_off(agent)
        if hand_off:
            prefix = [t for t in play.turns if t.task_index < hand_off.boundary]
            whole = before[hand_off.explorer, seed].turns
            assert prefix == list(whole[: len(prefix)])
            assert {each.agent for each in play.turns[len(prefix) :]} == {hand_off.exploiter}
    assert {seed for _, seed in after} == {4, 5, 6}


def test_it_is_what_playing_them_again_gives(handed, tmp_path):
    flags = [f"--{side}" for side in ("explorer", "explorer", "exploiter", "exploiter")]
    names = [f"scripted/{name}" for name in ("blind", "bayes", "repeat_last", "bayes")]
    pairs = [part for pair in zip(flags, names, strict=True) for part in pair]
    numbers = ("--k", "2,4", "-n", 3, "--seed", 4, "--out", tmp_path)
    result = invoke(ID, *pairs, *numbers)
    assert result.exit_code == 0, result.output
    assert (tmp_path / TRAJECTORIES).read_bytes() == (handed / TRAJECTORIES).read_bytes()
    assert (tmp_path / "handoff.json").read_bytes() == (handed / "handoff.json").read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.08, 0.5, 0.95])
def test_a_run_that_was_cut_anywhere_resumes_to_the_same_bytes(handed, tmp_path, share):
    whole = (handed / TRAJECTORIES).read_bytes()
    (tmp_path / "config.toml").write_bytes((handed / "config.toml").read_bytes())
    (tmp_path / TRAJECTORIES).write_bytes(whole[: int(len(whole) * share)])
    result = invoke("--resume", tmp_path, "-q")
    assert (result.exit_code, result.stderr) == (0, "")
    assert contents(tmp_path) == contents(handed)


def test_a_folder_needs_its_prefix_no_more_once_that_is_in_it(solo, tmp_path):
    copy = tmp_path / "solo.jsonl"
    copy.write_bytes((solo / TRAJECTORIES).read_bytes())
    out = tmp_path / "run"
    chosen = ("--explorer", "scripted/blind", "--exploiter", "scripted/bayes", "--k", 3)
    assert invoke("--prefix", copy, *chosen, "--out", out).exit_code == 0
    whole = contents(out)
    lines = (out / TRAJECTORIES).read_bytes().splitlines(keepends=True)
    (out / TRAJECTORIES).write_bytes(b"".join(lines[:4]))
    copy.unlink()
    assert invoke("--resume", out).exit_code == 0
    assert contents(out) == whole
    (out / TRAJECTORIES).write_bytes(b"".join(lines[:1]))
    assert isinstance(invoke("--resume", out).exception, LatentGymError)


def test_recorded_and_live_explorers_play_the_same_sequences(solo, tmp_path):
    sides = ("--explorer", "scripted/blind", "--explorer", "scripted/repeat_last")
    result = invoke(
        *("--prefix", solo, *sides, "--exploiter", "scripted/bayes", "--k", 2, "-n", 2),
        *("--out", tmp_path),
    )
    assert result.exit_code == 0, result.output
    plays = by_job(tmp_path)
    assert {seed for _, seed in plays} == {4, 5}
    for seed in (4, 5):
        live = plays["scripted/repeat_last", seed]
        assert live.tasks == plays["scripted/blind", seed].tasks


def test_chance_inside_tasks_is_that_of_the_record(tmp_path):
    """Bandits: the pulls of the recorded tasks come out as they did."""
    solo = played(tmp_path / "solo", "scripted/blind", env=BANDIT)
    chosen = ("--prefix", solo, "--exploiter", "scripted/blind", "--exploiter", "scripted/bayes")
    assert invoke(*chosen, "--k", "1,2", "--out", tmp_path / "run").exit_code == 0
    before, after = by_job(solo), by_job(tmp_path / "run")
    assert all(after[key] == play for key, play in before.items())


# ---- what is refused


def test_prefixes_of_another_environment_or_seed_are_refused(solo, tmp_path):
    chosen = ("--exploiter", "scripted/bayes", "--out", tmp_path / "run")
    with pytest.raises(SpecError, match="there are number_guessing/set_of_2"):
        raise invoke("wordle", "--prefix", solo, *chosen).exception
    with pytest.raises(SpecError, match=r"holds 3 sequences .* 9 are asked for"):
        raise invoke("--prefix", solo, *chosen, "-n", 9).exception
    with pytest.raises(SpecError, match="holds plays of scripted/blind, scripted/bayes alone"):
        raise invoke("--prefix", solo, *chosen, "--explorer", "gpt").exception
    text = (solo / TRAJECTORIES).read_text("utf-8")
    (tmp_path / "t.jsonl").write_text(text.replace('"seed":4', '"seed":40'), "utf-8")
    with pytest.raises(TrajectoryError, match="not of the sequence of seed 40"):
        raise invoke("--prefix", tmp_path / "t.jsonl", *chosen).exception
    assert not (tmp_path / "run").exists()


def test_a_prefix_that_plays_otherwise_today_is_refused(solo, tmp_path):
    changed = []
    for line in (solo / TRAJECTORIES).read_text("utf-8").splitlines():
        data = json.loads(line)
        data["outcomes"][1]["reward"] -= 0.25
        changed.append(json.dumps(data) + "\n")
    (tmp_path / "t.jsonl").write_text("".join(changed), "utf-8")
    with pytest.raises(TrajectoryError, match="in task 2 reward was"):
        raise invoke("--prefix", tmp_path / "t.jsonl", "--exploiter", "scripted/bayes").exception


def test_failed_plays_are_no_prefix(solo, tmp_path):
    from attrs import evolve

    from latentgym_core.records.trajectory import ErrorRecord

    failure = ErrorRecord(kind="ProviderError", message="gone")
    plays = [
        evolve(each, error=failure if each.seed == 5 else None) for each in read_trajectories(solo)
    ]
    write_trajectories(tmp_path / "t.jsonl", plays)
    chosen = ("--prefix", tmp_path / "t.jsonl", "--exploiter", "scripted/bayes", "--k", 2)
    assert invoke(*chosen, "--out", tmp_path / "run").exit_code == 0
    assert {seed for _, seed in by_job(tmp_path / "run")} == {4, 6}


def test_each_kind_of_run_names_the_command_that_resumes_it(solo, handed):
    with pytest.raises(SpecError, match=f"latentgym handoff --resume {handed}"):
        raise CliRunner().invoke(eval_command.command, ("--resume", str(handed))).exception
    with pytest.raises(SpecError, match="latentgym eval --resume"):
        raise invoke("--resume", solo).exception


def test_a_configuration_of_the_first_version_is_resumed(tmp_path):
    """It names A, B and C, and knows nothing of what came later."""
    roles = ("--a", "scripted/blind", "--b", "scripted/bayes", "--c", "scripted/blind")
    assert invoke(ID, *roles, "--k", 2, "-n", 2, "--out", tmp_path / "new").exit_code == 0
    later = ("explorers", "exploiters", "handed", "prefix", "recorded")
    lines = (tmp_path / "new" / "config.toml").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "old").mkdir()
    kept = "".join(line for line in lines if not line.startswith(later))
    (tmp_path / "old" / "config.toml").write_text(kept, "utf-8")
    assert invoke("--resume", tmp_path / "old").exit_code == 0
    for name in (TRAJECTORIES, "handoff.json"):
        new, old = tmp_path / "new" / name, tmp_path / "old" / name
        assert new.read_bytes() == old.read_bytes()


# ---- scripted agents whose order is known


def test_efficiencies_of_scripted_players_have_the_right_sign(tmp_path):
    """An ideal reader exploits best; who never saw an arm pay explores worst."""
    agents = [f for name in ("blind", "bayes") for f in ("--agent", f"scripted/{name}")]
    result = invoke(
        *("number_guessing/set_of_2/no_info/standard/ep6", *agents, "-n", 20, "--json"),
        *("--out", tmp_path / "numbers", "-q"),
    )
    for each in json.loads(result.stdout)["efficiencies"]:
        if each["kind"] == "exploitation":
            assert each["estimate"]["low"] > 0, each
    random, blind = "scripted/random", "scripted/blind"
    sides = ("--explorer", random, "--explorer", blind, "--exploiter", "scripted/bayes")
    result = invoke(
        *("number_guessing/set_of_2/no_info/standard/ep6", *sides, "-n", 20, "--k", "1-3"),
        *("--json", "--out", tmp_path / "explorers", "-q"),
    )
    for each in json.loads(result.stdout)["efficiencies"]:
        assert (each["kind"], each["explorer"]) == ("exploration", blind)
        assert each["estimate"]["low"] > 0, each


# ---- notes of a model


def test_a_model_hands_over_notes(loopback_server, tmp_path):
    scene = loopback_server.scene(reply="[500] it was, I think")
    model = f"vllm/m@{scene.url}"
    result = invoke(
        *("number_guessing/set_of_2/no_info/standard/ep3?env.max_turns=1", "-n", 1),
        *("--explorer", model, "--exploiter", f"{model}?seed=1", "--out", tmp_path),
        *("--handed", "history", "--handed", "notes", "--k", "1,2"),
        *("--concurrency", 1, "--format", "csv", "-q"),
    )
    assert result.exit_code == 0, result.output
    assert "\nnotes,vllm/m@" in result.stdout
    bodies = [each["messages"] for each in scene.stats()["bodies"]]
    asked = [each for each in bodies if REQUEST in each[-1]["content"]]
    assert (len(bodies), len(asked)) == (3 + 2 * (2 + 1) + 2, 2)
    assert "Task 2 of 3" not in asked[0][-1]["content"]
    notes = [each for key, each in by_job(tmp_path).items() if key[0].endswith("+notes")]
    assert len(notes) == 2
    for each in notes:
        k = parse_hand_off(each.agent).boundary
        first = next(turn for turn in each.turns if turn.task_index == k)
        assert first.carried.written.agent == model
        assert first.carried.parts == (HEADING, "[500] it was, I think")
        assert first.usage.attempts == 2


# ---- published recordings


def test_a_published_recording_is_a_prefix(recorded, tmp_path):
    env = "number_guessing/dynamic_range/no_info/information/ep10?sequence.packing=upstream"
    file = recorded("number_guessing")
    chosen = ("--explorer", "gpt-4o@frontier", "--exploiter", "scripted/bayes", "--k", "3,9")
    result = invoke(env, "--prefix", file, *chosen, "--out", tmp_path, "--json", "-q")
    assert result.exit_code == 0, result.output
    plays = by_job(tmp_path)
    whole = {seed: play for (agent, seed), play in plays.items() if "→" not in agent}
    assert whole
    assert {play.split for play in plays.values()} == {"published"}
    for (agent, seed), play in plays.items():
        assert play.tasks == whole[seed].tasks
        if "@ep9" in agent:
            assert play.rewards[:9] == whole[seed].rewards[:9]
