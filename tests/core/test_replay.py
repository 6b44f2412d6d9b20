"""Recordings played again: what must agree, what may differ, and what is kept."""

import asyncio
import json
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.agent import Agent, Reply
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.errors import EnvError, UnknownNameError
from latentgym_core.recordings.adoption import adopt
from latentgym_core.recordings.agreement import OURS, AgreementReport, attempt_replays
from latentgym_core.recordings.files import find_recordings
from latentgym_core.recordings.published import read_published
from latentgym_core.recordings.replay import replay
from latentgym_core.records.jsonl import to_line, write_trajectories
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec
from latentgym_core.runs.rollout import play
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv


@frozen(kw_only=True)
class Door:
    answer: int


@frozen(kw_only=True)
class Doors(CoreEnv[Door, tuple[Door, int]]):
    """Name the door; reward 1 minus `price` for each wrong name; `cap` replies, if any."""

    task_type: ClassVar[type] = Door
    price: float = 0.1
    cap: int = 3

    def rules(self, task):
        return "Rules."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return (task, 0), "Which door?"

    def step(self, state, reply):
        task, wrong = state
        if reply == "dynamite":
            raise RuntimeError("no more door")
        solved = reply == str(task.answer)
        wrong += not solved
        reward = 1 - self.price * wrong if solved else 0.0
        done = solved or wrong == self.cap
        return (task, wrong), StepResult("", done, reward, solved, {"reply": reply})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return f"It was {task.answer}."

    def published_task(self, config, variant):
        return Door(answer=config["door"])

    @classmethod
    def published_rules(cls, variant):
        return {"cap": 0} if variant == "endless" else {}

    @classmethod
    def published_seed(cls, variant, seed):
        return seed + 100 if variant == "shifted" else None


@frozen(kw_only=True)
class Mute(Doors):
    """Has no past."""

    def published_task(self, config, variant):
        return CoreEnv.published_task(self, config, variant)


@frozen(kw_only=True)
class PricedDoor(Door):
    price: float = 0.1


@frozen(kw_only=True)
class PricedDoors(Doors):
    """Its tasks repeat a rule."""

    task_type: ClassVar[type] = PricedDoor

    def published_task(self, config, variant):
        return PricedDoor(answer=config["door"], price=config["price"])


@frozen(kw_only=True)
class SameDoor(Latent[int]):
    family: ClassVar[str] = "same_door"
    z_type: ClassVar[Any] = int
    doors: int = 5

    def draw(self, core_envs, rng):
        return rng.randrange(self.doors)

    def task(self, z, context, rng):
        return Door(answer=z)

    def describe(self, z):
        return f"Always door {z}."


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self):
        yield CoreEnvSpec(name="doors", factory=Doors)
        yield CoreEnvSpec(name="mute", factory=Mute)
        yield CoreEnvSpec(name="priced", factory=PricedDoors)

    @hookimpl
    def latentgym_register_latents(self):
        yield LatentSpec(name="same_door", core_envs=("doors", "mute"), factory=SameDoor)


REGISTRY = Registry.from_plugins([core_plugin, Plugin()])


def recording(replies, outcomes, doors, **changes):
    said = [{"role": "system", "content": "Published rules."}]
    for reply in replies:
        said += [
            {"role": "assistant", "content": reply},
            {"role": "user", "content": f"Heard {reply}."},
        ]
    data = {
        "variant": "plain",
        "model": "model",
        "benchmark_id": "doors/same_door/some_info/standard/ep10",
        "seed": 7,
        "reward_type": "cumulative",
        "episode_outcomes": [{"reward": reward, "turns": turns} for reward, turns in outcomes],
        "episode_configs": [{"door": door} for door in doors],
        "conversation": said,
        "file": "published/x.json",
    }
    return data | changes


AGREEING = recording(["1", "4", "9"], [(0.9, 2), (1.0, 1)], [4, 9])


def replayed(data, registry=REGISTRY):
    return replay(adopt(read_published(data, "x"), registry), registry)


class Counting(Agent):
    """Names the doors from 0 on."""

    async def reply(self, messages, context):
        return Reply(text=str(len(context.view.turns)), reasoning="next")


def own_trajectory(budget=None, env_id="doors/same_door/no_info/standard/ep3", seed=1):
    env = SequenceEnv(build_environment(EnvId.parse(env_id), REGISTRY), budget=budget)
    env.reset(seed)
    return asyncio.run(play(env, Counting(), session="s"))


# ---- published recordings


def test_a_recording_that_agrees_becomes_a_native_record_of_what_the_agent_saw():
    result = replayed(AGREEING)
    trajectory = result.trajectory
    assert result.mismatches == ()
    assert result.num_tasks == 2
    assert trajectory.env_id == "doors/same_door/some_info/standard/ep2?sequence.packing=upstream"
    assert (trajectory.agent, trajectory.split, trajectory.seed) == ("model@plain", "published", 7)
    assert trajectory.rewards == (0.9, 1.0)
    assert [outcome.solved for outcome in trajectory.outcomes] == [True, True]
    assert [turn.facts for turn in trajectory.turns] == [{"reply": r} for r in ("1", "4", "9")]
    assert [message["content"] for message in trajectory.messages] == [
        "Published rules.",
        *("1", "Heard 1.", "4", "Heard 4.", "9", "Heard 9."),
    ]
    assert (trajectory.truncated, trajectory.error) == (None, None)
    assert trajectory.metadata["recorded_rewards"] == [0.9, 1.0]
    assert trajectory.versions["core_env:doors"].startswith("v1 ")


def test_z_is_unknown_unless_a_seed_regenerates_the_tasks():
    assert replayed(AGREEING).trajectory.z is None
    assert replayed(AGREEING).trajectory.z_text == ""
    environment = build_environment(EnvId.parse("doors/same_door/no_info/standard/ep2"), REGISTRY)
    drawn = environment.sequence(107, "published")
    doors = [task.answer for task in drawn.tasks]
    known = recording(map(str, doors), [(1.0, 1)] * 2, doors, variant="shifted")
    found = replayed(known).trajectory
    assert (found.z, found.z_text) == (drawn.z, f"Always door {drawn.z}.")
    assert (found.seed, found.metadata["regenerated_from_seed"]) == (7, 107)
    other = [doors[0] + 1] * 2
    wrong = recording(map(str, other), [(1.0, 1)] * 2, other, variant="shifted")
    assert replayed(wrong).trajectory.z is None


def test_every_kind_of_difference_is_found_and_located():
    cases = {
        "reward": ([(0.8, 2), (1.0, 1)], (0, "reward", 0.8, 0.9)),
        "turns": ([(0.9, 1), (1.0, 1)], (0, "turns", 1, 2)),
        "not finished then": ([(0.9, 2)], (1, "reward", None, 1.0)),
    }
    for outcomes, expected in cases.values():
        result = replayed(recording(["1", "4", "9"], outcomes, [4, 9]))
        first = result.mismatches[0]
        assert (first.task_index, first.field, first.recorded, first.replayed) == expected
        assert result.trajectory.metadata["replay_mismatches"] == len(result.mismatches)
    missing = replayed(recording(["1", "4"], [(0.9, 2), (1.0, 1)], [4, 9])).mismatches
    assert [(m.task_index, m.field, m.replayed) for m in missing] == [
        (1, "reward", None),
        (1, "turns", None),
    ]


def test_rewards_agree_to_one_in_a_billion_and_no_further():
    near = recording(["4"], [(1.0 + 5e-10, 1)], [4])
    far = recording(["4"], [(1.0 + 5e-9, 1)], [4])
    assert replayed(near).mismatches == ()
    assert len(replayed(far).mismatches) == 1


def test_a_run_that_was_cut_keeps_its_open_task_as_truncated():
    cut = recording(["4", *["0"] * 50], [(1.0, 1)], [4, 9], variant="endless")
    result = replayed(cut)
    assert result.mismatches == ()
    assert result.trajectory.truncated == "turns"
    assert "env.cap=0" in result.trajectory.env_id
    finished, open_task = result.trajectory.outcomes
    assert (finished.truncated, finished.turns) == (False, 1)
    assert (open_task.truncated, open_task.turns, open_task.reward) == (True, 50, 0.0)


def test_an_open_task_that_nobody_recorded_is_noted_and_the_rest_compared():
    result = replayed(recording(["4", "0", "0"], [(1.0, 1)], [4]))
    assert result.mismatches == ()
    assert result.trajectory.truncated == "turns"
    assert result.trajectory.metadata["unplayed_replies"] == 2


def test_a_latent_that_is_not_installed_is_stood_in_for_and_keeps_its_name():
    other = recording(
        ["4"], [(1.0, 1)], [4], benchmark_id="doors/gone_door/full_info/information/ep1"
    )
    result = replayed(other)
    assert result.mismatches == ()
    assert result.trajectory.env_id.startswith("doors/gone_door/full_info/information/ep1")
    assert result.trajectory.latent["family"] == "fixed_list"
    assert result.trajectory.z is None


@pytest.mark.parametrize(
    ("prices", "parameter"), [((0.2, 0.2), "env.price=0.2&"), ((0.1, 0.1), ""), ((0.2, 0.3), "")]
)
def test_a_rule_that_all_tasks_repeat_is_named_in_the_id(prices, parameter):
    data = recording(
        ["4", "9"],
        [(1.0, 1), (1.0, 1)],
        [],
        benchmark_id="priced/same_door/no_info/standard/ep2",
        episode_configs=[{"door": d, "price": p} for d, p in zip((4, 9), prices, strict=True)],
    )
    trajectory = replayed(data).trajectory
    tail = f"{parameter}sequence.packing=upstream"
    assert trajectory.env_id == f"priced/same_door/no_info/standard/ep2?{tail}"


def test_what_is_not_installed_or_cannot_be_read_is_refused_with_the_reason():
    with pytest.raises(UnknownNameError, match="no core env named 'windows'"):
        replayed({**AGREEING, "benchmark_id": "windows/same_door/no_info/standard/ep2"})
    with pytest.raises(EnvError, match="Mute reads no published tasks"):
        replayed({**AGREEING, "benchmark_id": "mute/same_door/no_info/standard/ep2"})


# ---- our own runs


@pytest.mark.parametrize("budget", [None, Budget(max_turns=4)])
def test_our_own_trajectory_replays_to_itself_byte_for_byte(budget):
    recorded = evolve(own_trajectory(budget), agent="test", metadata={"note": 1})
    result = replay(recorded, REGISTRY)
    assert result.mismatches == ()
    assert to_line(result.trajectory) == to_line(recorded)


def test_a_published_recording_can_be_replayed_from_its_native_record():
    once = replayed(AGREEING)
    twice = replay(once.trajectory, REGISTRY)
    assert twice == once


def test_our_own_run_without_its_latent_keeps_z():
    recorded = evolve(own_trajectory(), env_id="doors/gone_door/no_info/standard/ep3")
    result = replay(recorded, REGISTRY)
    assert result.mismatches == ()
    assert (result.trajectory.z, result.trajectory.z_text) == (recorded.z, recorded.z_text)


def test_a_changed_rule_shows():
    recorded = evolve(own_trajectory(), env_id="doors/same_door/no_info/standard/ep3?env.price=0.2")
    fields = {mismatch.field for mismatch in replay(recorded, REGISTRY).mismatches}
    assert fields == {"reward"}


# ---- many


def test_a_report_counts_by_core_env_and_variant_and_nothing_stops_it(tmp_path):
    lines = [
        AGREEING,
        {
            **AGREEING,
            "episode_outcomes": [{"reward": 0.9, "turns": 2}, {"reward": 0.5, "turns": 1}],
        },
        {**AGREEING, "variant": "endless"},
        {**AGREEING, "benchmark_id": "windows/same_door/no_info/standard/ep2"},
        {**AGREEING, "seed": "many"},
        {**AGREEING, "episode_configs": [{"window": 1}, {}]},
        recording(["dynamite"], [(1.0, 1)], [4]),
    ]
    file = tmp_path / "recorded.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    run = tmp_path / "run"
    run.mkdir()
    write_trajectories(run / "trajectories.jsonl", [own_trajectory()])
    report = AgreementReport()
    for attempt in attempt_replays(find_recordings([file, run]), REGISTRY):
        report.add(attempt)
    plain = report.groups["doors", "plain"]
    assert (plain.num_recordings, plain.num_replayed, plain.num_agreeing) == (4, 2, 1)
    assert (plain.num_tasks, plain.num_rewards, plain.num_turn_counts) == (4, 3, 4)
    assert report.groups["doors", "endless"].num_agreeing == 1
    assert report.groups["doors", OURS].num_agreeing == 1
    assert report.groups["windows", "plain"].num_replayed == 0
    assert [each.where for each in report.mismatches] == [f"{file}:2"]
    assert sum(report.skipped.values()) == 1
    assert sum(report.failed.values()) == 3
    assert any("'door'" in reason for reason in report.failed)
    assert any("no more door" in reason for reason in report.failed)


def test_only_the_first_mismatches_are_kept_but_all_are_counted(tmp_path):
    wrong = {**AGREEING, "episode_outcomes": [{"reward": 0.1, "turns": 1}] * 2}
    file = tmp_path / "recorded.jsonl"
    file.write_text((json.dumps(wrong) + "\n") * 9)
    report = AgreementReport(keep=10)
    for attempt in attempt_replays(find_recordings([file]), REGISTRY):
        report.add(attempt)
    assert (len(report.mismatches), report.num_mismatches) == (10, 27)


# ---- the recordings themselves


@pytest.mark.parametrize(
    "core_env",
    ["bandits", "hangman", "mastermind", "number_guessing", "secretary", "wordladder", "wordle"],
)
def test_every_published_recording_agrees(core_env, recorded):
    report = AgreementReport()
    for attempt in attempt_replays(find_recordings([recorded(core_env)]), load_registry()):
        report.add(attempt)
    assert report.mismatches == []
    assert (report.skipped, report.failed) == ({}, {})
    assert all(group.num_agreeing == group.num_recordings for group in report.rows)


def test_z_of_every_published_number_guessing_recording_is_found_again(recorded):
    for found in find_recordings([recorded("number_guessing")]):
        trajectory = adopt(found.record, load_registry())
        assert trajectory.z is not None, found.where
