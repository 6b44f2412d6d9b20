"""Published configurations and recordings."""

from collections import Counter

import pytest

from latentgym_core import make
from latentgym_core import plugin as core_plugin
from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import Registry
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.task import Task

GAME = Hangman()


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


@pytest.fixture(scope="module")
def recordings(recorded_data):
    return list(recorded_data("hangman"))


def test_published_configurations():
    expected = Task(target_word="frame", lives=10, max_turns=10)
    for turns in ("max_turns_per_episode", "max_attempts"):
        config = {"target_word": "frame", turns: 10, "note": "more"}
        assert GAME.published_task(config, "frontier") == expected
    assert GAME.published_task({"target_word": "frame"}, "").lives == 6
    with pytest.raises(SpecError, match="target_word"):
        GAME.published_task({"max_attempts": 6}, "frontier")


def test_published_rules_and_seeds():
    older, code = (Hangman.published_rules(variant) for variant in ("frontier", "qwen-base"))
    assert (older["turn_cap"], code["turn_cap"]) == (False, True)
    assert {**older, "turn_cap": True} == code == Hangman.published_rules("")
    assert Hangman.published_seed("frontier", 42) == 10000
    assert Hangman.published_seed("qwen-cross-rl", 43) == 20001
    assert Hangman.published_seed("unknown", 42) is None


def test_recorded_tasks_are_drawn_again(registry, recordings):
    for recording in recordings:
        configs = recording["episode_configs"]
        turns = configs[0]["max_turns_per_episode"]
        parts = ["hangman", recording["latent"], "no_info", "standard", f"ep{len(configs)}"]
        rules = f"env.lives={turns}&env.max_turns={turns}"
        drawn = make(f"{'/'.join(parts)}?{rules}", registry=registry).environment
        seed = GAME.published_seed(recording["variant"], recording["seed"])
        recorded = tuple(GAME.published_task(each, recording["variant"]) for each in configs)
        assert drawn.sequence(seed, "published").tasks == recorded, recording["file"]


def test_recorded_replies_earn_and_see_what_was_recorded(recordings):
    kinds = Counter()
    for recording in recordings:
        game = Hangman(**GAME.published_rules(recording["variant"]))
        said = [message["content"] for message in recording["conversation"]]
        turns = iter(zip(said[1::2], [*said[2::2], ""], strict=False))
        outcomes = [
            outcome
            for config in recording["episode_configs"]
            if (outcome := play(game, game.published_task(config, ""), turns, kinds)) is not None
        ]
        recorded = zip(recording["episode_rewards"], recording["episode_turns"], strict=True)
        assert outcomes == [
            (pytest.approx(reward, abs=1e-9), count) for reward, count in recorded
        ], recording["file"]
    assert kinds.total() > 10_000
    assert set(kinds) == {"hit", "miss", "wrong_word", "repeat", "format"}, kinds


def play(game, task, turns, kinds):
    """Reward and turns of a task, comparing every answer; None if the recording ends before it."""
    state, _ = game.start(task, 0)
    for reply, answered in turns:
        state, result = game.step(state, reply)
        if result.done:
            return result.reward, state.turns
        kind = result.facts["kind"]
        kinds[kind] += 1
        if kind in ("repeat", "format"):
            assert ("already" in answered) == (kind == "repeat")
            assert "C00" not in answered
        else:
            assert answered.strip("\n ") == result.observation
    return None
