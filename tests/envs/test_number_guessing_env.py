import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_envs.number_guessing.env import NumberGuessing, State
from latentgym_envs.number_guessing.task import Task

GAME = NumberGuessing()


def play(task, *replies, game=GAME):
    state, _ = game.start(task, 0)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


def test_first_observation_tells_range_and_number_of_guesses():
    _, observation = GAME.start(Task(target=5, low=3, high=977, max_turns=12), 0)
    assert all(part in observation for part in ("3", "977", "12 guesses"))
    _, observation = GAME.start(Task(target=5, max_turns=1), 0)
    assert "1 guess." in observation


def test_rules_tell_range_and_format_but_neither_reward_nor_number_of_guesses():
    rules = GAME.rules(Task(target=5, low=3, high=977, max_turns=12))
    assert all(part in rules for part in ("3", "977", "[490]", "square brackets"))
    assert not any(part in rules for part in ("12", "0.02", "reward", "score"))


def test_answers():
    task = Task(target=50, low=1, high=100)
    _, results = play(task, "[20]", "70", "fifty", "[101]", "[0]", "[50]")
    assert [result.facts for result in results] == [
        {"guess": 20, "kind": "higher", "valid": True, "parse": "bracket"},
        {"guess": 70, "kind": "lower", "valid": True, "parse": "bare"},
        {"guess": None, "kind": "unparsable", "valid": False, "parse": None},
        {"guess": 101, "kind": "out_of_range", "valid": False, "parse": "bracket"},
        {"guess": 0, "kind": "out_of_range", "valid": False, "parse": "bracket"},
        {"guess": 50, "kind": "correct", "valid": True, "parse": "bracket"},
    ]
    greater, less, unparsable, out, _, correct = (result.observation for result in results)
    assert "greater than 20" in greater
    assert "less than 70" in less
    assert "[1]" in unparsable
    assert all("1 to 100" in text for text in (unparsable, out))
    assert not any(word in out + unparsable for word in ("greater", "less"))
    assert "50" in correct
    assert "6 guesses" in correct
    assert [result.done for result in results] == [False] * 5 + [True]
    assert results[-1].reward == pytest.approx(0.88)


@pytest.mark.parametrize("turn", [1, 2, 9, 30])
def test_reward_falls_with_every_reply(turn):
    _, results = play(Task(target=50), *["?"] * (turn - 1), "[50]")
    assert results[-1].solved
    assert results[-1].reward == pytest.approx(1 - 0.02 * turn)


def test_reward_never_falls_below_zero():
    task = Task(target=50, max_turns=4)
    game = NumberGuessing(decay=0.5)
    _, results = play(task, "?", "?", "[50]", game=game)
    assert (results[-1].solved, results[-1].reward) == (True, 0.0)


def test_the_last_turn_can_win():
    _, results = play(Task(target=50, max_turns=2), "[49]", "[50]")
    assert (results[-1].solved, results[-1].done, results[-1].reward) == (True, True, 0.96)


@pytest.mark.parametrize(
    ("reply", "told"), [("[49]", True), ("[51]", True), ("fifty", False), ("[5000]", False)]
)
def test_only_a_wrong_guess_on_the_last_turn_hears_that_it_was_the_last(reply, told):
    _, (first, last) = play(Task(target=50, max_turns=2), reply, reply)
    assert (first.done, last.done, last.solved, last.reward) == (False, True, False, 0.0)
    assert ("used up" in last.observation) == told
    assert "used up" not in first.observation


def test_outcome_facts_hold_no_target():
    lost, _ = play(Task(target=437, max_turns=1), "[3]")
    assert GAME.outcome_facts(lost) == {
        "solved": False,
        "reward": 0.0,
        "turns": 1,
        "max_turns": 1,
    }
    won, _ = play(Task(target=437), "[3]", "[437]")
    assert GAME.outcome_facts(won)["reward"] == 0.96
    assert "437" in GAME.reveal(Task(target=437))


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 40))
def test_nothing_visible_depends_on_the_target(target, other, max_turns):
    one, two = (Task(target=t, low=1, high=99, max_turns=max_turns) for t in (target, other))
    assert GAME.visible(one) == GAME.visible(two) == {"low": 1, "high": 99, "max_turns": max_turns}
    assert GAME.rules(one) == GAME.rules(two)
    assert GAME.start(one, 0)[1] == GAME.start(two, 1)[1]


def test_stepping_leaves_the_state_as_it_was():
    state, _ = GAME.start(Task(target=50), 0)
    GAME.step(state, "[3]")
    assert state == State(task=Task(target=50))


def test_demonstration_finds_the_target_in_well_formed_replies():
    rng = random.Random(0)
    for _ in range(50):
        task = GAME.sample_task(rng)
        replies = list(GAME.demonstrate(task))
        _, results = play(task, *replies)
        assert [result.done for result in results] == [False] * (len(replies) - 1) + [True]
        assert results[-1].solved
        assert all(result.facts["parse"] == "bracket" for result in results)


def test_a_demonstration_may_run_out_of_guesses():
    assert list(GAME.demonstrate(Task(target=1, max_turns=3))) == ["[500]", "[250]", "[125]"]


@given(st.data())
def test_tasks_survive_json(data):
    low = data.draw(st.integers(0, 10**6))
    high = data.draw(st.integers(low, low + 10**6))
    target = data.draw(st.integers(low, high))
    task = Task(target=target, low=low, high=high, max_turns=data.draw(st.integers(1, 99)))
    assert from_data(Task, to_data(task), strict=True) == task


@pytest.mark.parametrize(
    "fields",
    [
        {"target": 1001},
        {"target": 0},
        {"target": 5, "low": -1},
        {"target": 5, "low": 6, "high": 5},
        {"target": 5, "max_turns": 0},
        {"target": 5.0},
        {"target": True},
        {"target": "5"},
    ],
)
def test_impossible_tasks_are_refused(fields):
    with pytest.raises(SpecError, match="number-guessing task"):
        Task(**fields)


@pytest.mark.parametrize(
    "parameters", [{"max_turns": 0}, {"max_turns": 2.5}, {"decay": -0.1}, {"decay": "fast"}]
)
def test_rule_parameters_are_checked(parameters):
    (name,) = parameters
    with pytest.raises(SpecError, match=f"{name} is "):
        NumberGuessing(**parameters)


def test_published_configurations():
    config = {"target_number": 7, "min_range": 2, "max_range": 9, "max_turns_per_episode": 10}
    expected = Task(target=7, low=2, high=9, max_turns=10)
    assert GAME.published_task(config, "frontier") == expected
    config["max_turns"] = config.pop("max_turns_per_episode")
    assert GAME.published_task({**config, "note": "more"}, "") == expected
    assert GAME.published_task({"target_number": 7}, "qwen-base") == Task(target=7)
    with pytest.raises(SpecError, match="target_number"):
        GAME.published_task({"min_range": 1}, "frontier")


def test_published_seeds():
    assert GAME.published_seed("frontier", 42) == 10000
    assert GAME.published_seed("qwen-single-rl", 42) == 20000
    assert GAME.published_seed("unknown", 42) is None
    assert GAME.published_rules("frontier") == {}
