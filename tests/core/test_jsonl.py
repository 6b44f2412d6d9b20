import gzip

import pytest

from latentgym_core.errors import TrajectoryError
from latentgym_core.records.jsonl import read_trajectories, to_line, write_trajectories
from latentgym_core.records.trajectory import (
    ErrorRecord,
    Event,
    TaskOutcome,
    Trajectory,
    TurnRecord,
    Usage,
)

TRAJECTORY = Trajectory(
    env_id="doors/same_door/no_info/standard/ep1",
    split="test",
    seed=3,
    agent="scripted/blind",
    latent={"family": "same_door", "params": {}},
    z={"side": "left"},
    core_envs=("doors",),
    tasks=({"answer": "left"},),
    task_keys=(2**64 - 1,),
    opening=({"role": "system", "content": "Which door?"},),
    turns=(
        TurnRecord(
            task_index=0,
            turn_index=0,
            reply="left \ud800 \x00 \u2028 ü",
            usage=Usage(input_tokens=3, latency_seconds=0.25),
            facts={"valid": True},
            event=Event(observation="Open."),
        ),
    ),
    outcomes=(TaskOutcome(core_env="doors", reward=0.98, solved=True, turns=1),),
    error=ErrorRecord(kind="ProviderError", message="gone", status_code=503),
)


def test_records_come_back_as_they_were_even_with_hostile_text(tmp_path):
    file = tmp_path / "trajectories.jsonl"
    write_trajectories(file, [TRAJECTORY, TRAJECTORY])
    assert list(read_trajectories(file)) == [TRAJECTORY] * 2
    assert list(read_trajectories(tmp_path)) == [TRAJECTORY] * 2
    assert len(file.read_bytes().splitlines()) == 2


def test_gzip_is_read_too(tmp_path):
    file = tmp_path / "some.jsonl.gz"
    file.write_bytes(gzip.compress(to_line(TRAJECTORY).encode(errors="backslashreplace")))
    assert list(read_trajectories(file)) == [TRAJECTORY]


def test_a_torn_last_line_is_left_out_at_every_length(tmp_path):
    line = to_line(TRAJECTORY).encode(errors="backslashreplace")
    file = tmp_path / "trajectories.jsonl"
    for length in range(0, len(line) - 1, 7):
        file.write_bytes(line + line[:length])
        assert list(read_trajectories(file)) == [TRAJECTORY]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{]\n", "line 1 is no JSON"),
        (b'{"schema_version": 99}\n', "schema 99"),
        (b"[]\n", "schema None"),
        (b'{"schema_version": 1, "env_id": "x"}\n', "line 1: Trajectory: the field"),
    ],
)
def test_damage_before_the_end_is_one_sentence(tmp_path, content, said):
    file = tmp_path / "trajectories.jsonl"
    file.write_bytes(content)
    with pytest.raises(TrajectoryError, match=said):
        list(read_trajectories(file))


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(TrajectoryError, match="There is no file"):
        list(read_trajectories(tmp_path / "nothing.jsonl"))
