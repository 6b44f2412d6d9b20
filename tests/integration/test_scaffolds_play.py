"""Scaffolds in real evaluations: what a model server receives, and what amnesia costs a player."""

import json

import pytest
from click.testing import CliRunner

from latentgym_core.cli.commands import eval as eval_command
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_core.scaffolds.sending import sent_messages

ID = "number_guessing/set_of_2/no_info/standard/ep3"


def evaluated(*agents, env=ID, num_sequences=4, **settings):
    config = RunConfig(
        environments=(RunEnvironment(id=env),),
        agents=agents,
        num_sequences=num_sequences,
        **settings,
    )
    return evaluate_sync(config)


def replies(trajectory):
    return [turn.reply for turn in trajectory.turns]


def by_target(trajectory):
    """Target to the replies of every task that had it."""
    found = {}
    for index, task in enumerate(trajectory.tasks):
        said = tuple(turn.reply for turn in trajectory.turns if turn.task_index == index)
        found.setdefault(task["target"], []).append(said)
    return found


@pytest.mark.parametrize("feedback", ["standard", "information"])
def test_an_inferring_player_without_memory_is_the_blind_one(feedback):
    """Number guessing: it halves the range, and plays a task that recurs as it did before."""
    env = f"number_guessing/set_of_2/no_info/{feedback}/ep6"
    names = ("scripted/blind", *(f"scripted/bayes?scaffold={each}" for each in ("none", "full")))
    played = evaluated(*names, "scripted/bayes", env=env, num_sequences=6)
    blind, amnesic, full, bayes = (played[i : i + 6] for i in range(0, 24, 6))
    for one, other in zip(blind, amnesic, strict=True):
        assert one.rewards == pytest.approx(other.rewards, abs=0.021)  # ties fall either way
        for played_alike in by_target(other).values():
            assert len(set(played_alike)) == 1
    for one, other in zip(bayes, full, strict=True):
        assert (replies(one), one.rewards) == (replies(other), other.rewards)
    assert sum(map(sum, (each.rewards for each in bayes))) > sum(
        map(sum, (each.rewards for each in blind))
    )


@pytest.mark.parametrize(
    "env",
    [
        *("wordle", "bandits", "secretary", "hangman", "mastermind", "wordladder"),
        "bandits/alternating?latent.of=loyal_favorite_0+ping_pong",
    ],
)
def test_every_game_can_be_played_without_memory(env):
    played = evaluated(
        "scripted/bayes?scaffold=none", "scripted/bayes", env=env, num_sequences=2, max_turns=60
    )
    assert not [each.error for each in played if each.error]
    amnesic, bayes = played[0], played[2]
    first_task = [[t.reply for t in each.turns if t.task_index == 0] for each in (amnesic, bayes)]
    assert first_task[0] == first_task[1]


def test_a_server_receives_what_the_record_says(loopback_server, monkeypatch, tmp_path):
    """Notes: a call more at each boundary, its tokens in the usage, its text in the record."""
    scene = loopback_server.scene(reply="I remember [500]")
    agent = f"vllm/m@{scene.url}"
    out = tmp_path / "run"
    arguments = (
        *(ID, "--agent", agent, "--scaffold", "notes?max_words=30", "-n", "1"),
        *("--max-turns", "8", "--out", str(out), "-q", "--json"),
    )
    result = CliRunner().invoke(eval_command.command, arguments)
    assert result.exit_code == 0, result.output
    (trajectory,) = read_trajectories(out)
    bodies = [each["messages"] for each in scene.stats()["bodies"]]
    moves = [each for each in bodies if "write notes for yourself" not in each[-1]["content"]]
    assert moves == [sent_messages(trajectory, n) for n in range(len(trajectory.turns))]
    boundaries = {turn.task_index for turn in trajectory.turns} - {0}
    assert len(bodies) - len(moves) == len(boundaries)
    for turn in trajectory.turns:
        written = turn.carried and turn.carried.written
        if written:
            assert written.text == "I remember [500]"
            assert "at most 30 words" in written.request
            assert turn.usage.output_tokens == 6
            assert turn.usage.attempts == 2
        else:
            assert turn.usage.output_tokens == 3
    total = json.loads(result.stdout)["summaries"][0]["tokens"]["output"]
    assert total == 3 * len(bodies)
    # The same run resumed has nothing to ask.
    before = (out / TRAJECTORIES).read_bytes()
    resumed = CliRunner().invoke(eval_command.command, ("--resume", str(out), "-q"))
    assert resumed.exit_code == 0
    assert (out / TRAJECTORIES).read_bytes() == before
    assert len(scene.stats()["bodies"]) == len(bodies)


def test_agents_are_multiplied_by_scaffolds(tmp_path):
    arguments = (
        *(ID, "--agent", "scripted/bayes", "--agent", "scripted/blind"),
        *("--scaffold", "none", "--scaffold", "last_k?k=2", "--dry-run", "--json"),
    )
    shown = json.loads(CliRunner().invoke(eval_command.command, arguments).stdout)
    assert shown["agents"] == [
        f"scripted/{player}?scaffold={scaffold}"
        for player in ("bayes", "blind")
        for scaffold in ("none", "last_k&scaffold.k=2")
    ]
