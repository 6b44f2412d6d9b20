"""Published recordings, read into our words."""

import gzip
import json

import pytest

from latentgym_core.errors import TrajectoryError
from latentgym_core.recordings.files import find_recordings
from latentgym_core.recordings.published import is_published, read_published


def outcome(reward, turns, **config):
    return {"reward": reward, "turns": turns, "success": reward >= 0.01, "ground_truth": config}


def conversation(replies):
    said = [{"role": "system", "content": "Rules. First task."}]
    for number, reply in enumerate(replies):
        said.append({"role": "assistant", "content": reply})
        said.append({"role": "user", "content": f"answer {number}"})
    return said


def compact(**changes):
    """A website file: two tasks of two and one replies."""
    return {
        "variant": "frontier",
        "model": "some-model",
        "env": "doors",
        "latent": "same_door",
        "prompt": "no_info",
        "feedback": "standard",
        "horizon": "ep10",
        "seed": 42,
        "benchmark_id": "doors/same_door/no_info/standard/ep10",
        "model_name_raw": "router/vendor:some-model",
        "reward_type": "cumulative",
        "episode_rewards": [0.5, 1.0],
        "episode_turns": [2, 1],
        "episode_outcomes": [outcome(0.5, 2, door="a"), outcome(1.0, 1, door="b")],
        "episode_configs": [{"door": "a"}, {"door": "b"}],
        "reasoning_trace": ["first thought", "", None],
        "agent_assignments": ["router/vendor:some-model"] * 2,
        "conversation": conversation(["b", "a", "b"]),
        "file": "trajectories/frontier/doors/x.json",
    } | changes


def raw(**changes):
    """A raw result file of the same sequence."""
    data = {
        "benchmark_id": "benchmark_doors/same_door/no_info/standard/ep2",
        "env_name": "MultiEpisodeEnv",
        "latent_id": "same_door",
        "prompt_id": "no_info",
        "feedback_id": "standard",
        "reward_type": "per_episode",
        "seed": 7,
        "model_name": "openai:some-model",
        "episode_outcomes": [outcome(0.5, 2, door="a"), outcome(1.0, 1, door="b")],
        "episode_configs": [],
        "conversation": conversation(["b", "a", "b"]),
        "reasoning_trace": None,
        "agent_assignments": ["first:one", "second:two"],
    }
    return data | changes


def test_a_compact_file_becomes_a_recording_in_our_words():
    recording = read_published(compact(), "here")
    assert str(recording.env_id) == "doors/same_door/no_info/standard/ep2"  # two tasks, not ten
    assert recording.agent == "some-model@frontier"
    assert recording.where == "trajectories/frontier/doors/x.json"
    assert (recording.rewards, recording.turn_counts) == ((0.5, 1.0), (2, 1))
    assert recording.opening == ({"role": "system", "content": "Rules. First task."},)
    assert [turn.reply for turn in recording.turns] == ["b", "a", "b"]
    assert [turn.event.text for turn in recording.turns] == ["answer 0", "answer 1", "answer 2"]
    assert [turn.reasoning for turn in recording.turns] == ["first thought", None, None]
    assert [(turn.task_index, turn.turn_index) for turn in recording.turns] == [
        (0, 0),
        (0, 1),
        (1, 0),
    ]
    assert recording.metadata["recorded_turns"] == [2, 1]


def test_a_raw_file_gets_its_core_env_from_the_id_and_its_tasks_from_the_outcomes():
    recording = read_published(raw(), "traj_0000.json", variant="qwen-base")
    assert recording.env_id.core_envs == ("doors",)
    assert recording.configurations == ({"door": "a"}, {"door": "b"})
    assert (recording.variant, recording.reward_type) == ("qwen-base", "per_task")
    assert recording.where == "traj_0000.json"


def test_several_players_are_named_like_a_hand_off_and_each_turn_names_its_own():
    recording = read_published(raw(), "x")
    assert recording.agent == "first:one->second:two@ep1"
    assert [turn.agent for turn in recording.turns] == ["first:one", "first:one", "second:two"]


def test_replies_after_the_last_finished_task_belong_to_the_open_one():
    cut = compact(
        episode_outcomes=[outcome(0.5, 2, door="a")],
        conversation=conversation(["b", "a", "x", "y"]),
        reasoning_trace=[],
    )
    recording = read_published(cut, "x")
    assert recording.env_id.num_tasks == 2
    assert [(t.task_index, t.turn_index) for t in recording.turns] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]


def test_a_reply_may_be_followed_by_several_messages_or_none():
    said = [{"role": role, "content": role} for role in ("system", "user", "assistant")]
    said += [{"role": "assistant", "content": None}, *said[:2]]
    recording = read_published(compact(conversation=said), "x")
    assert [message["role"] for message in recording.opening] == ["system", "user"]
    assert [turn.reply for turn in recording.turns] == ["assistant", ""]
    assert [turn.event.text for turn in recording.turns] == ["", "system\n\nuser"]


def test_the_names_are_read_from_single_fields_where_there_is_no_id():
    recording = read_published(compact(benchmark_id=None), "x")
    assert str(recording.env_id) == "doors/same_door/no_info/standard/ep2"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": "many"}, "seed"),
        ({"conversation": [1]}, "index 0"),
        ({"episode_outcomes": [{"turns": 1}]}, "'reward' is missing"),
        ({"episode_outcomes": [], "episode_configs": []}, "holds no task"),
    ],
)
def test_a_damaged_recording_is_refused_by_the_name_of_the_field(changes, said):
    with pytest.raises(TrajectoryError, match=said):
        read_published(compact(**changes), "file.json")


# ---- finding them


def names(found):
    return [(each.record is not None, each.problem) for each in found]


def test_folders_are_searched_and_what_is_no_recording_is_passed_over(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "one.json").write_text(json.dumps(compact()))
    (tmp_path / "index.json").write_text(json.dumps({"trajectories": []}))
    (tmp_path / "notes.txt").write_text("no JSON")
    with gzip.open(tmp_path / "two.jsonl.gz", "wt") as file:
        file.write(json.dumps(compact()) + "\n" + json.dumps(raw()) + "\n")
    found = list(find_recordings([tmp_path]))
    assert names(found) == [(True, "")] * 3
    assert found[1].where == f"{tmp_path / 'two.jsonl.gz'}:1"


def test_a_named_file_must_hold_recordings_and_damage_costs_one_of_them(tmp_path):
    file = tmp_path / "mixed.jsonl"
    lines = [compact(), compact(seed="many"), {"something": "else"}, compact()]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = list(find_recordings([file]))
    assert [each.record is not None for each in found] == [True, False, False, True]
    assert "seed" in found[1].problem
    assert found[2].where == f"{file}:3"


def test_broken_json_is_a_problem_of_that_file_and_a_missing_path_an_error(tmp_path):
    (tmp_path / "broken.json").write_text('{"conversation": [')
    (tmp_path / "good.json").write_text(json.dumps(compact()))
    assert [each.record is not None for each in find_recordings([tmp_path])] == [False, True]
    with pytest.raises(TrajectoryError, match="There is no file"):
        list(find_recordings([tmp_path / "absent"]))


def test_a_torn_archive_is_a_problem_of_that_file(tmp_path):
    whole = gzip.compress((json.dumps(compact()) + "\n").encode() * 200)
    (tmp_path / "torn.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    last = list(find_recordings([tmp_path]))[-1]
    assert last.record is None
    assert "torn.jsonl.gz is damaged" in last.problem


def test_indexes_and_our_own_records_are_not_published_recordings():
    assert is_published(compact())
    assert is_published(raw())
    assert not is_published({"trajectories": []})
    assert not is_published([])
    assert not is_published({"schema_version": 1})
