import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_envs.secretary.env import Secretary, State
from latentgym_envs.secretary.task import Task

GAME = Secretary()
STRICT = Secretary(parsing="strict")
TASK = Task(values=(0.25, 0.5, 0.8, 0.4))
rows = st.lists(st.floats(0, 1), min_size=2, max_size=12).map(
    lambda values: Task(values=tuple(values))
)


def play(task, *replies, game=GAME):
    state, _ = game.start(task, 0)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


def test_the_first_observation_tells_the_first_value_alone():
    _, observation = GAME.start(TASK, 0)
    assert "0.2500" in observation
    assert "1 of 4" in observation
    assert not any(value in observation for value in ("0.5000", "0.8000", "0.4000"))


@pytest.mark.parametrize(
    ("game", "told", "untold"),
    [
        (GAME, ["4 values", "[accept]", "[continue]", "0.5 times", "brackets"], []),
        (STRICT, ["lower case", "nothing else"], ["brackets for"]),
        (Secretary(partial=0), ["earns nothing"], ["times"]),
        (Secretary(partial=0.25), ["0.25 times"], []),
    ],
)
def test_rules_tell_moves_format_and_reward(game, told, untold):
    rules = game.rules(TASK)
    assert all(part in rules for part in told)
    assert not any(part in rules for part in (*untold, "0.8", "0.2500"))


def test_a_task_move_by_move():
    state, (first, second, third) = play(TASK, "[continue]", "hm, [CONTINUE]", "[accept]")
    assert [result.facts for result in (first, second, third)] == [
        {"action": "continue", "valid": True, "place": 1, "value": 0.5},
        {"action": "continue", "valid": True, "place": 2, "value": 0.8},
        {"action": "accept", "valid": True, "place": 2, "value": 0.8},
    ]
    assert [result.done for result in (first, second, third)] == [False, False, True]
    assert "0.5000" in first.observation
    assert "taken value 3 of 4: 0.8000" in third.observation
    assert (third.reward, third.solved, state.turns) == (1.0, True, 3)


@pytest.mark.parametrize(("place", "reward"), [(0, 0.15625), (1, 0.3125), (2, 1.0), (3, 0.25)])
def test_rewards(place, reward):
    _, results = play(TASK, *["[continue]"] * place, "[accept]")
    assert results[-1].reward == pytest.approx(reward, abs=1e-12)
    assert results[-1].solved == (reward == 1)
    assert all(result.reward == 0 for result in results[:-1])


@given(rows, st.data(), st.floats(0, 1))
def test_the_reward_is_a_share_of_the_greatest_value(task, data, partial):
    place = data.draw(st.integers(0, len(task.values) - 1))
    game = Secretary(partial=partial)
    state, results = play(task, *["[continue]"] * place, "[accept]", game=game)
    value, greatest = task.values[place], max(task.values)
    solved = value == greatest > 0
    share = value / greatest if greatest else 0.0
    assert results[-1].solved == solved
    assert results[-1].reward == pytest.approx(1.0 if solved else partial * share)
    assert state.turns == place + 1


@pytest.mark.parametrize("last", ["[continue]", "[accept]", "well"])
def test_the_last_value_has_to_be_taken(last):
    state, results = play(TASK, *["[continue]"] * 3, last)
    assert results[-1].done
    assert (state.place, state.turns, results[-1].reward) == (3, 4, 0.25)
    assert ("no more values" in results[-1].observation) == (last != "[accept]")


def test_an_invalid_reply_passes_the_value_over_if_lenient():
    state, (result,) = play(TASK, "accept")
    assert result.facts == {"action": None, "valid": False, "place": 1, "value": 0.5}
    assert "counts as [continue]" in result.observation
    assert "0.5000" in result.observation
    assert (state.place, state.turns) == (1, 1)


def test_an_invalid_reply_costs_a_turn_alone_if_strict():
    state, results = play(TASK, *["I say [accept]"] * 50, game=STRICT)
    assert not any(result.done for result in results)
    assert results[-1].facts == {"action": None, "valid": False, "place": None, "value": None}
    assert "0.25" not in results[-1].observation
    assert (state.place, state.turns) == (0, 50)
    _, result = STRICT.step(state, "[accept]")
    assert (result.done, result.reward) == (True, 0.15625)


@given(rows)
def test_facts_hold_shown_values_alone(task):
    _, results = play(task, *["[continue]"] * len(task.values))
    shown = [round(value, 4) for value in task.values]
    assert GAME.visible(task) == {"num_values": len(shown), "value": shown[0]}
    told = [*shown[1:], shown[-1]]
    assert [result.facts["value"] for result in results] == told
    for result, value in zip(results, told, strict=True):
        assert f"{value:.4f}" in result.observation


def test_outcome_facts_hold_no_greatest_value():
    state, _ = play(TASK, "[accept]")
    assert GAME.outcome_facts(state) == {
        "solved": False,
        "reward": 0.15625,
        "score": 0.15625,
        "turns": 1,
        "place": 0,
        "value": 0.25,
    }


def test_the_reveal_counts_from_one():
    assert "0.8000, value 3 of 4 (counted from 1)" in GAME.reveal(TASK)
    assert "0.2500, 0.5000, 0.8000, 0.4000" in GAME.reveal(TASK)


def test_stepping_leaves_the_state_as_it_was():
    state, _ = GAME.start(TASK, 0)
    GAME.step(state, "[accept]")
    assert state == State(task=TASK)


def test_demonstrations_end_in_well_formed_moves():
    rng = random.Random(0)
    rewards = []
    for number in [2, 3, *[10] * 200]:
        task = Secretary(num_values=number).sample_task(rng)
        replies = list(GAME.demonstrate(task))
        _, results = play(task, *replies)
        assert [result.done for result in results] == [False] * (len(replies) - 1) + [True]
        assert all(result.facts["valid"] for result in results)
        assert replies[-1] == "[accept]"
        rewards.append(results[-1].reward)
    assert 0.5 < sum(rewards) / len(rewards) < 0.7


@given(rows)
def test_tasks_survive_json(task):
    assert from_data(Task, to_data(task), strict=True) == task


@pytest.mark.parametrize(
    "values", [(), (0.5,), (0.5, 1.1), (-0.1, 0.5), (0.5, 1), (0.5, float("nan")), ("a", 0.5)]
)
def test_impossible_tasks_are_refused(values):
    with pytest.raises(SpecError, match="secretary task"):
        Task(values=values)


@pytest.mark.parametrize(
    "parameters", [{"num_values": 1}, {"parsing": "loose"}, {"partial": 1.5}, {"partial": "no"}]
)
def test_rule_parameters_are_checked(parameters):
    (name,) = parameters
    with pytest.raises(SpecError, match=f"{name} is "):
        Secretary(**parameters)


def test_published_configurations():
    config = {"draws": [0.25, 0.5, 1], "num_draws": 3, "max_turns_per_episode": 3}
    task = Task(values=(0.25, 0.5, 1.0))
    assert GAME.published_task(config, "frontier") == task
    assert GAME.published_task({"draws": [0.25, 0.5, 1.0]}, "") == task
    with pytest.raises(SpecError, match="draws"):
        GAME.published_task({"num_draws": 3}, "")
    with pytest.raises(SpecError, match="3 draws and 2 turns"):
        GAME.published_task({**config, "max_turns_per_episode": 2}, "")


def test_published_rules_and_seeds():
    assert GAME.published_rules("frontier") == {"parsing": "strict", "told_score": "wins"}
    assert GAME.published_rules("qwen-base") == {"parsing": "lenient", "told_score": "wins"}
    assert GAME.published_seed("frontier", 42) == 42
    assert GAME.published_seed("qwen-cross-rl", 42) == 20000
    assert GAME.published_seed("unknown", 42) is None
