"""Playing many sequences at once, and the run folder they are written to."""

import asyncio
import importlib.util
import json
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

import latentgym_core.plugin
from latentgym_core.errors import LatentGymError, SpecError, TrajectoryError, UnknownNameError
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, to_line
from latentgym_core.records.whole_files import draft_of
from latentgym_core.registry.registry import Registry
from latentgym_core.runs.config import Job, RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate, evaluate_sync, play_jobs, prepare
from latentgym_core.runs.folder import (
    CONFIG,
    FAILED,
    LOG,
    SUMMARY,
    claim_default_path,
    create_run,
    default_path,
    resume_run,
)

SPEC = importlib.util.spec_from_file_location("lamps", Path(__file__).with_name("lamps.py"))
lamps = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lamps)
REGISTRY = Registry.from_plugins([latentgym_core.plugin, lamps])
ID = "lamps/any_lamp/no_info/standard/ep3"


def config(*agents, ids=("lamps",), **settings):
    settings = {"num_sequences": 6, **settings}
    environments = tuple(RunEnvironment(id=each) for each in ids)
    return RunConfig(environments=environments, agents=agents or ("steady",), **settings)


def run(path, config, *, resume=False, stop_after=None):
    """Play what is missing in a folder; `stop_after` breaks off after so many sequences."""
    stage = prepare(config, REGISTRY)
    with (resume_run if resume else create_run)(path, stage.config) as folder:
        written = 0

        def write(trajectory):
            nonlocal written
            if written == stop_after:
                raise InterruptedError
            folder.append(trajectory)
            written += 1

        log = lambda job, trace: folder.log(f"{job}\n{trace}")  # noqa: E731
        asyncio.run(play_jobs(stage, folder.missing, on_finish=write, on_crash=log))
        return folder.finish()


def contents(path):
    return {name: (path / name).read_bytes() for name in (CONFIG, TRAJECTORIES, SUMMARY)}


@pytest.fixture
def moods(tmp_path):
    """Sets which seeds the agent `moody/FILE` fails in; returns the agent string."""
    file = tmp_path / "moods.json"

    def set_moods(**moods):
        file.write_text(json.dumps({key.removeprefix("s"): mood for key, mood in moods.items()}))
        return f"moody/{file}"

    return set_moods


# ---- playing


def test_results_come_in_canonical_order_on_paired_seeds():
    agents, ids = ("steady?delay=0.001", "scripted/in_turn"), ("lamps", "lamps/any_lamp/some_info")
    seen = []
    played = evaluate_sync(config(*agents, ids=ids, seed=7, num_sequences=3), REGISTRY, seen.append)
    assert [(each.env_id.split("/")[2], each.agent, each.seed) for each in played] == [
        (prompt, agent, seed)
        for prompt in ("no_info", "some_info")
        for agent in agents
        for seed in (7, 8, 9)
    ]
    assert sorted(map(to_line, seen)) == sorted(map(to_line, played))
    assert len({json.dumps(each.tasks) for each in played}) == 3
    assert all(each.rewards == tuple(1 - t["number"] / 4 for t in each.tasks) for each in played)


def test_the_concurrency_limit_holds_and_is_used():
    stage = prepare(config("steady?delay=0.001", num_sequences=20, concurrency=4), REGISTRY)
    asyncio.run(play_jobs(stage, stage.config.jobs, on_finish=lambda _: None))
    (agent,) = stage.agents.values()
    assert agent.most_playing == 4
    assert agent.closed
    assert sorted(agent.finished) == sorted(map(str, stage.config.jobs))


def test_agents_take_turns_so_that_a_part_of_a_run_compares_them():
    stage = prepare(config("steady", "scripted/in_turn", concurrency=1), REGISTRY)
    order = []
    asyncio.run(play_jobs(stage, stage.config.jobs, on_finish=order.append))
    assert [each.agent for each in order] == ["steady", "scripted/in_turn"] * 6


def test_tasks_are_announced_as_they_end():
    stage = prepare(config(num_sequences=2), REGISTRY)
    over = []
    asyncio.run(play_jobs(stage, stage.config.jobs, on_finish=lambda _: None, on_task=over.append))
    assert sorted(over, key=str) == [Job(ID, "steady", seed) for seed in (0, 0, 1, 1)]


def test_whatever_goes_wrong_costs_its_own_sequence_alone(moods):
    agent = moods(
        s0="provider", s1="crash", s2="exit", s3="cancel", s4="burst", s5="smoke", s6="\ud800"
    )
    crashes = []
    stage = prepare(config(agent, num_sequences=8, concurrency=2), REGISTRY)
    finished = {}
    asyncio.run(
        play_jobs(
            stage,
            stage.config.jobs,
            on_finish=lambda each: finished.update({each.seed: each}),
            on_crash=lambda job, trace: crashes.append((job.seed, trace)),
        )
    )
    errors = {seed: each.error and each.error.kind for seed, each in finished.items()}
    assert errors == {
        0: "ProviderError",
        1: "RuntimeError",
        2: "SystemExit",
        3: "CancelledError",
        4: "ZeroDivisionError",
        5: "TypeError",
        6: None,
        7: None,
    }
    assert finished[0].error.status_code == 503
    assert finished[1].error.message.startswith("RuntimeError(), raised in Moody.reply of ")
    for seed in range(5):  # what was played before stays on record
        assert finished[seed].outcomes[0].solved
        assert finished[seed].outcomes[1].truncated
        assert finished[seed].rewards[1:] == (0, 0)
    assert finished[5].num_tasks == 3
    assert sorted(seed for seed, _ in crashes) == [1, 2, 3, 4, 5]
    assert all("Traceback" in trace for _, trace in crashes)


def test_an_impossible_draw_is_a_failure_of_that_sequence(monkeypatch):
    def draw(self, core_envs, rng):
        raise ValueError("nothing to draw from")

    monkeypatch.setattr(lamps.AnyLamp, "draw", draw)
    (failed,) = evaluate_sync(config(num_sequences=1), REGISTRY)
    assert failed.error.message.startswith("nothing to draw from, raised in AnyLamp.draw of ")
    assert (failed.env_id, failed.agent, failed.seed) == (ID, "steady", 0)
    assert (failed.num_tasks, failed.rewards) == (3, (0.0, 0.0, 0.0))


def test_budgets_and_reward_type_reach_the_sequence():
    (played,) = evaluate_sync(
        config(num_sequences=1, max_turns=1, reward_type="terminal", split="train"), REGISTRY
    )
    assert (len(played.turns), played.truncated) == (1, "turns")
    assert (played.reward_type, played.split, played.error) == ("terminal", "train", None)


def test_what_is_wrong_with_a_run_is_said_before_anything_is_played():
    with pytest.raises(UnknownNameError, match="lamp"):
        prepare(config(ids=("lamp",)), REGISTRY)
    with pytest.raises(UnknownNameError, match="in_turn"):
        prepare(config("scripted/in_tur"), REGISTRY)
    with pytest.raises(SpecError, match="given twice"):
        prepare(config(ids=("lamps", "lamps/any_lamp")), REGISTRY)
    with pytest.raises(SpecError, match="num_sequences is 0"):
        config(num_sequences=0)


def test_evaluation_can_be_cancelled():
    async def cancelled():
        task = asyncio.create_task(evaluate(config("steady?delay=60"), REGISTRY))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


# ---- the folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted run of two agents, one sequence at a time."""
    path = tmp_path_factory.mktemp("whole") / "run"
    run(path, config("scripted/in_turn", "steady", concurrency=1))
    return path


def test_the_trajectories_do_not_depend_on_concurrency(whole, tmp_path):
    run(tmp_path / "run", config("scripted/in_turn", "steady", concurrency=32))
    for name in (TRAJECTORIES, SUMMARY):
        assert (tmp_path / "run" / name).read_bytes() == (whole / name).read_bytes()
    played = list(read_trajectories(whole))
    assert [Job.of(each) for each in played] == [
        Job(ID, agent, seed) for agent in ("scripted/in_turn", "steady") for seed in range(6)
    ]


def test_resuming_after_a_cut_anywhere_gives_the_same_bytes(whole, tmp_path):
    expected = contents(whole)
    lines = expected[TRAJECTORIES].splitlines(keepends=True)
    cuts = {0}
    start = 0
    for line in lines:
        cuts |= {start + len(line) // 2, start + len(line) - 1, start + len(line)}
        start += len(line)
    recorded = prepare(config("scripted/in_turn", "steady", concurrency=1), REGISTRY).config
    for cut in sorted(cuts):
        path = tmp_path / str(cut)
        path.mkdir()
        (path / CONFIG).write_bytes(expected[CONFIG])
        (path / TRAJECTORIES).write_bytes(expected[TRAJECTORIES][:cut])
        run(path, recorded, resume=True)
        assert contents(path) == expected, f"cut at byte {cut}"


def test_resuming_plays_only_what_is_missing_and_once(whole, tmp_path, moods):
    path = tmp_path / "run"
    agent = moods()
    with pytest.raises(InterruptedError):
        run(path, config(agent), stop_after=4)
    kept = set((path / TRAJECTORIES).read_bytes().splitlines())
    assert len(kept) == 4
    moods(**{f"s{Job.of(each).seed}": "crash" for each in read_trajectories(path)})
    run(path, config(agent), resume=True)  # whoever plays a finished seed again fails
    after = list(read_trajectories(path))
    assert [each.seed for each in after] == list(range(6))
    assert not any(each.error for each in after)
    assert kept < set((path / TRAJECTORIES).read_bytes().splitlines())


def test_failures_are_kept_apart_and_played_again(tmp_path, moods):
    whole, path = tmp_path / "whole", tmp_path / "run"
    agent = moods()
    run(whole, config(agent))
    moods(s1="provider", s4="crash")
    report = run(path, config(agent))
    assert [each.num_failed for each in report.summaries] == [2]
    failed = [to_line(each) for each in read_trajectories(path) if each.error]
    assert "RuntimeError" in (path / LOG).read_text("utf-8")

    moods(s4="provider")
    run(path, config(agent), resume=True)
    assert [each.seed for each in read_trajectories(path) if each.error] == [4]
    assert (path / FAILED).read_text("utf-8").splitlines(keepends=True) == failed

    moods()
    run(path, config(agent), resume=True)
    assert contents(path) == contents(whole)
    assert len((path / FAILED).read_text("utf-8").splitlines()) == 3


def test_a_reply_that_is_no_unicode_is_written_and_read_back(tmp_path, moods):
    agent = moods(s0="half a \ud83d", s1="line\u2028break\r\n\x00")
    run(tmp_path / "run", config(agent, num_sequences=2))
    replies = [[turn.reply for turn in each.turns] for each in read_trajectories(tmp_path / "run")]
    assert "half a \ud83d" in replies[0]
    assert "line\u2028break\r\n\x00" in replies[1]
    before = contents(tmp_path / "run")
    run(tmp_path / "run", config(agent, num_sequences=2), resume=True)
    assert contents(tmp_path / "run") == before


def test_a_folder_that_holds_something_is_refused_and_left_alone(whole, tmp_path):
    before = contents(whole)
    with pytest.raises(SpecError, match="--resume"):
        run(whole, config())
    assert contents(whole) == before
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SpecError, match="not empty"):
        run(tmp_path, config())
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(SpecError, match=r"notes\.txt cannot be made"):
        run(tmp_path / "notes.txt", config())


def test_a_run_killed_before_its_first_write_can_be_begun_again(tmp_path):
    (tmp_path / LOG).write_text("")
    for draft in (draft_of(tmp_path / CONFIG), tmp_path / f"{CONFIG}.draft"):  # of 0.1
        draft.write_text("agents = [")
    run(tmp_path, config())
    assert len(list(read_trajectories(tmp_path))) == 6


def test_lines_that_are_damaged_or_foreign_are_never_thrown_away(whole, tmp_path):
    lines = (whole / TRAJECTORIES).read_bytes().splitlines(keepends=True)
    recorded = prepare(config("scripted/in_turn", "steady"), REGISTRY).config
    for lines_there, message in (
        ([b"{torn\n", *lines], "line 1 is no trajectory"),
        ([*lines, b"[1]\n"], "line 13 is no trajectory"),
        ([lines[0], lines[1].replace(b'"seed":1,', b'"seed":99,')], "seed 99"),
    ):
        (tmp_path / TRAJECTORIES).write_bytes(b"".join(lines_there))
        with pytest.raises(TrajectoryError, match=message):
            run(tmp_path, recorded, resume=True)
        assert (tmp_path / TRAJECTORIES).read_bytes() == b"".join(lines_there)


def _try_to_open(path, answers):
    try:
        with resume_run(path, prepare(config(), REGISTRY).config):
            answers.put("opened")
    except LatentGymError as error:
        answers.put(str(error))


def test_two_processes_cannot_have_one_folder_open(tmp_path):
    answers = multiprocessing.get_context("fork").SimpleQueue()

    def ask():
        other = multiprocessing.get_context("fork").Process(
            target=_try_to_open, args=(tmp_path, answers)
        )
        other.start()
        answer = answers.get()
        other.join()
        return answer

    with create_run(tmp_path, prepare(config(), REGISTRY).config):
        assert "in use by another process" in ask()
    assert ask() == "opened"


def test_a_full_disk_ends_the_run_with_a_sentence(tmp_path):
    stage = prepare(config(), REGISTRY)
    with create_run(tmp_path, stage.config) as folder:
        folder._file.close()
        folder._file = Path("/dev/full").open("wb")  # noqa: SIM115 - the folder closes it
        with pytest.raises(LatentGymError, match=r"No space left.*--resume"):
            asyncio.run(play_jobs(stage, stage.config.jobs, on_finish=folder.append))


def test_the_default_folder_is_named_after_what_is_played():
    now = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    one = prepare(config("steady?delay=0.5"), REGISTRY).config
    assert default_path(one, now).parts[-2:] == (
        "lamps-any_lamp-no_info-standard-ep3--steady-delay=0.5",
        "20310203T040506Z",
    )
    more = config("a", "b", ids=("x", "y", "z"))
    assert default_path(more, now).parts[-2] == "3-environments--2-agents"


def test_runs_begun_in_one_second_claim_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENTGYM_RUNS", str(tmp_path))
    now = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    one = prepare(config(), REGISTRY).config
    start = threading.Barrier(8)

    def claim(_):
        start.wait()
        return claim_default_path(one, now)

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(claim, range(8)))
    assert len(set(claimed)) == 8
    assert all(path.is_dir() for path in claimed)
    assert {path.name for path in claimed} == {
        "20310203T040506Z",
        *(f"20310203T040506Z-{number}" for number in range(2, 9)),
    }
    with create_run(claimed[0], one) as folder:  # a claimed folder is empty and can be begun
        assert folder.missing == one.jobs


def test_a_default_folder_that_cannot_be_made_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "runs").write_text("a file")
    monkeypatch.setenv("LATENTGYM_RUNS", str(tmp_path / "runs"))
    with pytest.raises(SpecError, match=r"^[^\n]+ cannot be made \(Not a directory\)\.$"):
        claim_default_path(prepare(config(), REGISTRY).config, datetime(2031, 2, 3, tzinfo=UTC))
