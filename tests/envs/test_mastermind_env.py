import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core import plugin as core_plugin
from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.mastermind.codes import MAX_CODES, all_codes, count_codes, count_pegs
from latentgym_envs.mastermind.env import Mastermind, State
from latentgym_envs.mastermind.task import Task

GAME = Mastermind()
SECRET = Task(secret_code=(1, 3, 5, 6))


def play(task, *replies, game=GAME):
    state, _ = game.start(task, 0)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


# ------------------------------------------------------------------ pegs


def peg_by_peg(guess, code):
    """Take away what is black, then match what is left digit by digit."""
    left = [(g, c) for g, c in zip(guess, code, strict=True) if g != c]
    unmatched = [c for _, c in left]
    white = 0
    for g, _ in left:
        if g in unmatched:
            unmatched.remove(g)
            white += 1
    return len(guess) - len(left), white


@given(st.data())
def test_pegs(data):
    length = data.draw(st.integers(1, 6))
    code = st.tuples(*[st.integers(1, 5)] * length)
    guess, secret = data.draw(code), data.draw(code)
    assert count_pegs(guess, secret) == count_pegs(secret, guess) == peg_by_peg(guess, secret)


@pytest.mark.parametrize(
    ("guess", "code", "pegs"),
    [
        ((1, 1, 2, 2), (2, 2, 1, 1), (0, 4)),
        ((1, 1, 1, 2), (2, 1, 3, 3), (1, 1)),
        ((5, 5, 5, 5), (5, 1, 1, 5), (2, 0)),
    ],
)
def test_pegs_of_repeated_digits(guess, code, pegs):
    assert count_pegs(guess, code) == pegs


@pytest.mark.parametrize(("repeats", "number"), [(False, 360), (True, 1296)])
def test_codes_are_listed_in_order(repeats, number):
    codes = list(all_codes(4, 6, duplicates_allowed=repeats))
    assert codes == sorted(set(codes))
    assert len(codes) == count_codes(4, 6, duplicates_allowed=repeats) == number
    assert codes == list(Mastermind(duplicates_allowed=repeats).codes())


# ------------------------------------------------------------------ turns


def test_answers():
    replies = ["[1 2 3 4]", "?", "  ", "[1 2 3]", "[1 2 3 7]", "[0 2 3 3]", "[1 2 3 3]"]
    _, results = play(SECRET, *replies, "[1 2 3 4]", "[1 3 5 6]")
    assert [result.facts for result in results] == [
        {"kind": "scored", "valid": True, "guess": [1, 2, 3, 4], "black": 1, "white": 1},
        {"kind": "format", "valid": False, "guess": None, "black": None, "white": None},
        {"kind": "empty", "valid": False, "guess": None, "black": None, "white": None},
        {"kind": "length", "valid": False, "guess": None, "black": None, "white": None},
        {"kind": "range", "valid": False, "guess": [1, 2, 3, 7], "black": None, "white": None},
        {"kind": "range", "valid": False, "guess": [0, 2, 3, 3], "black": None, "white": None},
        {"kind": "duplicates", "valid": False, "guess": [1, 2, 3, 3], "black": None, "white": None},
        {"kind": "repeat", "valid": False, "guess": [1, 2, 3, 4], "black": None, "white": None},
        {"kind": "correct", "valid": True, "guess": [1, 3, 5, 6], "black": 4, "white": 0},
    ]
    texts = [result.observation for result in results]
    assert "[1 2 3 4] scores 1 black and 1 white" in texts[0]
    assert "4 digits, separated by blanks" in texts[1]
    assert "empty" in texts[2]
    assert "exactly 4 digits" in texts[3]
    assert "from 1 to 6" in texts[4]
    assert "each digit once" in texts[6]
    assert "before" in texts[7]
    assert "4 black and 0 white" in texts[8]
    assert not any("black" in text for text in texts[1:8])
    assert [result.done for result in results] == [False] * 8 + [True]
    assert (results[-1].reward, results[-1].solved) == (1.0, True)


def test_a_rejected_guess_may_be_tried_again():
    _, results = play(SECRET, "[1 1 2 3]", "[1 1 2 3]")
    assert [result.facts["kind"] for result in results] == ["duplicates", "duplicates"]


def test_repeated_digits_where_they_are_allowed():
    game = Mastermind(duplicates_allowed=True)
    task = game.task((1, 1, 2, 2))
    _, results = play(task, "[1 2 1 1]", "[1 2 1 1]", "[1 1 2 2]", game=game)
    assert [result.facts["kind"] for result in results] == ["scored", "repeat", "correct"]
    assert (results[0].facts["black"], results[0].facts["white"]) == (1, 2)


def test_the_published_rule_takes_quotations_for_guesses():
    reply = "My guess [1 2 3 4] was wrong, so [1 3 5 6]"
    _, (last,) = play(SECRET, reply)
    _, (first,) = play(SECRET, reply, game=Mastermind(pick="first"))
    assert (last.solved, first.solved) == (True, False)
    assert first.facts["guess"] == [1, 2, 3, 4]


def test_numbers_that_json_may_change_are_no_facts():
    _, results = play(SECRET, f"[1 2 3 {2**53}]", f"[1 2 3 {'9' * 10_000}]")
    assert [(each.facts["kind"], each.facts["guess"]) for each in results] == [("range", None)] * 2


def test_only_a_scored_guess_hears_that_it_was_the_last():
    task = Task(secret_code=(1, 3, 5, 6), max_turns=2)
    _, (first, last) = play(task, "[1 2 3 4]", "[1 2 4 3]")
    assert (first.done, last.done, last.solved) == (False, True, False)
    assert "used up" in last.observation
    assert "used up" not in first.observation
    assert "used up" not in play(task, "?", "?")[1][1].observation


# ------------------------------------------------------------------ rewards


@pytest.mark.parametrize(("partial", "reward"), [("best", 0.625), ("last", 0.25), ("none", 0.0)])
def test_partial_credit(partial, reward):
    game = Mastermind(partial=partial)
    task = Task(secret_code=(1, 3, 5, 6), max_turns=4)
    # 2 black 1 white, then 0 black 2 white, then two replies without a score
    replies = ["[1 3 6 2]", "[3 2 4 1]", "?", "[1 3 6 2]"]
    state, results = play(task, *replies, game=game)
    assert [result.reward for result in results] == [0, 0, 0, reward]
    assert not results[-1].solved
    assert game.outcome_facts(state)["reward"] == reward


@pytest.mark.parametrize("partial", ["best", "last", "none"])
def test_no_credit_without_a_scored_guess(partial):
    task = Task(secret_code=(1, 3, 5, 6), max_turns=2)
    state, results = play(task, "?", "[1 1 1 1]", game=Mastermind(partial=partial))
    assert results[-1].reward == 0
    assert GAME.outcome_facts(state)["last_guess"] == []


@pytest.mark.parametrize(("turn", "reward"), [(1, 1.0), (2, 0.8), (5, 0.2), (6, 0.0), (9, 0.0)])
def test_every_guess_but_the_first_costs_the_penalty(turn, reward):
    game = Mastermind(turn_penalty=0.2, partial="none")
    _, results = play(game.task((1, 3, 5, 6)), *["?"] * (turn - 1), "[1 3 5 6]", game=game)
    assert results[-1].solved
    assert results[-1].reward == pytest.approx(reward)


def test_the_last_turn_can_win():
    _, results = play(Task(secret_code=(1, 3, 5, 6), max_turns=2), "?", "[1 3 5 6]")
    assert (results[-1].solved, results[-1].done, results[-1].reward) == (True, True, 1.0)


@given(st.integers(1, 5), st.data())
def test_a_found_code_is_worth_more_than_any_partial_credit(length, data):
    max_turns = data.draw(st.integers(1, 12))
    penalty = data.draw(st.floats(0, 1))
    parameters = {"code_length": length, "max_turns": max_turns, "turn_penalty": penalty}
    lost = penalty * (max_turns - 1)
    if lost >= 1 / length:
        with pytest.raises(SpecError, match="partial=none"):
            Mastermind(**parameters)
    game = Mastermind(**parameters, partial="none" if lost >= 1 / length else "best")
    assert game.task(tuple(range(1, length + 1))).turn_penalty == penalty


# ------------------------------------------------------------------ what is told


@pytest.mark.parametrize("repeats", [False, True])
def test_rules_and_opening_tell_the_shape(repeats):
    game = Mastermind(
        code_length=3, num_numbers=8, duplicates_allowed=repeats, max_turns=7, turn_penalty=0.01
    )
    task = game.sample_task(random.Random(0))
    rules, (_, opening) = game.rules(task), game.start(task, 0)
    assert all(part in rules for part in ("3 digits", "1 to 8", "[1 2 3]"))
    assert ("never repeat" in rules) != repeats
    assert all(part in opening for part in ("3 digits", "1 to 8", "7 guesses"))
    assert ("no digit is repeated" in opening) != repeats
    assert "7" not in rules
    assert "fewer guesses" in rules
    assert "fewer guesses" not in GAME.rules(SECRET)
    _, opening = GAME.start(Task(secret_code=(1,), max_turns=1), 0)
    assert "1 digit " in opening
    assert "1 guess." in opening


@given(st.permutations(range(1, 7)), st.permutations(range(1, 7)))
def test_nothing_visible_depends_on_the_code(one, two):
    tasks = [Task(secret_code=tuple(digits[:4])) for digits in (one, two)]
    told = [(GAME.visible(task), GAME.rules(task), GAME.start(task, 0)[1]) for task in tasks]
    assert told[0] == told[1]
    assert told[0][0] == {
        "code_length": 4,
        "num_numbers": 6,
        "duplicates_allowed": False,
        "max_turns": 10,
        "pays_early": False,
    }


def test_outcome_facts_hold_no_code_that_was_not_found():
    lost, _ = play(Task(secret_code=(1, 3, 5, 6), max_turns=2), "[1 2 3 4]", "?")
    assert GAME.outcome_facts(lost) == {
        "solved": False,
        "reward": 0.375,
        "turns": 2,
        "max_turns": 2,
        "last_guess": [1, 2, 3, 4],
        "black": 1,
        "white": 1,
    }
    won, _ = play(SECRET, "[1 3 5 6]")
    assert GAME.outcome_facts(won)["reward"] == 1.0
    assert "[1 3 5 6]" in GAME.reveal(SECRET)


def test_stepping_leaves_the_state_as_it_was():
    state, _ = GAME.start(SECRET, 0)
    GAME.step(state, "[1 2 3 4]")
    assert state == State(task=SECRET)


# ------------------------------------------------------------------ tasks


@pytest.mark.parametrize("repeats", [False, True])
def test_demonstrations_find_the_code_in_well_formed_replies(repeats):
    game = Mastermind(duplicates_allowed=repeats)
    rng = random.Random(0)
    kinds = Counter()
    for _ in range(40):
        task = game.sample_task(rng)
        replies = list(game.demonstrate(task))
        _, results = play(task, *replies, game=game)
        assert results[-1].done
        kinds.update(result.facts["kind"] for result in results)
    assert set(kinds) == {"scored", "correct"}
    assert kinds["correct"] >= 39


def test_a_demonstration_may_run_out_of_guesses():
    task = Task(secret_code=(6, 5, 4, 3), max_turns=2)
    assert list(GAME.demonstrate(task)) == ["[1 2 3 4]", "[2 1 5 6]"]


@given(st.data())
def test_tasks_survive_json(data):
    numbers = data.draw(st.integers(1, 9))
    code = data.draw(st.lists(st.integers(1, numbers), min_size=1, max_size=5))
    task = Task(
        secret_code=tuple(code),
        num_numbers=numbers,
        duplicates_allowed=True,
        max_turns=data.draw(st.integers(1, 99)),
        turn_penalty=data.draw(st.floats(0, 1)),
    )
    assert from_data(Task, to_data(task), strict=True) == task


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"secret_code": (1, 2, 3, 7)}, "from 1 to num_numbers"),
        ({"secret_code": (0, 2, 3, 4)}, "from 1 to num_numbers"),
        ({"secret_code": ()}, "from 1 to num_numbers"),
        ({"secret_code": (1, 2, 3, 4.0)}, "whole numbers"),
        ({"secret_code": (True, 2, 3, 4)}, "whole numbers"),
        ({"secret_code": (1, 2, 3, 4), "max_turns": 0}, "one turn"),
        ({"secret_code": (1, 1, 2, 3)}, "repeats a digit"),
        ({"secret_code": (1, 2), "turn_penalty": 1.5}, "penalty"),
    ],
)
def test_impossible_tasks_are_refused(fields, sentence):
    with pytest.raises(SpecError, match=sentence):
        Task(**fields)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"max_turns": 0}, "max_turns is 0"),
        ({"code_length": 7}, "code_length=7 different digits"),
        ({"code_length": 9, "num_numbers": 9, "duplicates_allowed": True}, str(MAX_CODES)),
        ({"code_length": 10**9, "duplicates_allowed": True}, str(MAX_CODES)),
        ({"num_numbers": 10**9}, str(MAX_CODES)),
        ({"turn_penalty": 2}, "turn_penalty is 2"),
        ({"turn_penalty": 0.1}, "partial=none"),
        ({"pick": "middle"}, "pick"),
        ({"partial": "half"}, "partial"),
        ({"duplicates_allowed": "yes"}, "duplicates_allowed"),
    ],
)
def test_rule_parameters_are_checked(parameters, sentence):
    spec = Registry.from_plugins([core_plugin, envs_plugin]).core_env("mastermind").spec
    with pytest.raises(SpecError, match=sentence):
        construct(spec, parameters)


def test_published_configurations():
    config = {
        "secret_code": [2, 2, 7],
        "code_length": 3,
        "num_numbers": 7,
        "duplicates_allowed": True,
        "max_turns_per_episode": 8,
        "turn_penalty": 0.05,
    }
    expected = Task(
        secret_code=(2, 2, 7),
        num_numbers=7,
        duplicates_allowed=True,
        max_turns=8,
        turn_penalty=0.05,
    )
    assert GAME.published_task(config, "frontier") == expected
    config["max_turns"] = config.pop("max_turns_per_episode")
    assert GAME.published_task({**config, "latent_id": "more"}, "") == expected
    assert GAME.published_task({"secret_code": [1, 3, 5, 6]}, "frontier") == SECRET
    with pytest.raises(SpecError, match="secret_code"):
        GAME.published_task({"num_numbers": 6}, "frontier")
    with pytest.raises(SpecError, match="length 5"):
        GAME.published_task({"secret_code": [1, 2, 3, 4], "code_length": 5}, "frontier")


def test_published_seeds_and_rules():
    assert GAME.published_seed("frontier", 42) == 10000
    assert GAME.published_seed("unknown", 42) is None
    assert GAME.published_rules("frontier") == {"pick": "first", "partial": "last"}
