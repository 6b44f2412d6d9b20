import pytest

from latentgym_core import make
from latentgym_core import plugin as core_plugin
from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import Registry
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.subsets import Members
from latentgym_envs.bandits.task import Task

GAME = Bandits(**Bandits.published_rules("frontier"))
TRUTH = {"red": 0.3, "blue": 0.75, "green": 0.4}


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


@pytest.fixture
def recordings(recorded_data):
    return recorded_data("bandits")


def test_published_configurations():
    expected = Task(probabilities=(0.3, 0.75, 0.4), buttons=("red", "blue", "green"), max_turns=10)
    for turns in ("max_turns_per_episode", "num_turns", "max_turns"):
        config = {"ground_truth": TRUTH, "buttons": list(TRUTH), turns: 10, "note": "more"}
        assert GAME.published_task(config, "frontier") == expected
    assert GAME.published_task({"ground_truth": TRUTH}, "").max_turns == 30
    with pytest.raises(SpecError, match="ground_truth"):
        GAME.published_task({"buttons": ["red"]}, "frontier")
    with pytest.raises(SpecError, match="not those of its ground_truth"):
        GAME.published_task({"ground_truth": TRUTH, "buttons": ["red", "blue"]}, "frontier")


def test_published_rules_differ_in_the_end_of_the_budget():
    older, code = Bandits.published_rules("frontier"), Bandits.published_rules("")
    assert (older["budget_end"], code["budget_end"]) == ("open", "forced")
    assert {**older, "budget_end": "forced"} == code
    assert GAME.published_seed("frontier", 42) == 42


def test_a_published_draw(registry):
    environment = make("bandits/top_two_fixed/no_info/standard/ep1", registry=registry).environment
    sequence = environment.sequence(42, "published")
    assert sequence.z == Members((0, 4))
    red, blue, *_, purple = sequence.tasks[0].probabilities
    assert (red, blue, purple) == (0.55, 0.2704990352343015, 0.7244891853803476)


def test_recorded_tasks_are_drawn_again(registry, recordings):
    for recording in recordings:
        number = len(recording["episode_configs"])
        env_id = f"bandits/{recording['latent']}/no_info/standard/ep{number}"
        environment = make(env_id, registry=registry).environment
        seed = GAME.published_seed(recording["variant"], recording["seed"])
        recorded = tuple(
            GAME.published_task(config, recording["variant"])
            for config in recording["episode_configs"]
        )
        assert environment.sequence(seed, "published").tasks == recorded, recording["seed"]


def test_recorded_replies_earn_what_was_recorded(recordings):
    for recording in recordings:
        replies = iter(
            message["content"]
            for message in recording["conversation"]
            if message["role"] == "assistant"
        )
        game = Bandits(**Bandits.published_rules(recording["variant"]))
        outcomes = []
        for config in recording["episode_configs"][: len(recording["episode_turns"])]:
            state, _ = game.start(game.published_task(config, recording["variant"]), 0)
            done = False
            while not done:
                state, result = game.step(state, next(replies))
                done = result.done
            outcomes.append((state.turns, result.reward))
        assert [turns for turns, _ in outcomes] == recording["episode_turns"]
        rewards = [reward for _, reward in outcomes]
        assert rewards == pytest.approx(recording["episode_rewards"], abs=1e-9)
