import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_envs.bandits.env import Bandits, State
from latentgym_envs.bandits.task import Task

BUTTONS = ("red", "blue", "green", "yellow", "purple")
SURE = (1.0, 0.0, 0.0, 0.0, 0.0)  # red always pays, the others never do
PUBLISHED = {"budget_notice": "replaces", "unknown_selection": "ends", "parsing": "published"}
FORCED = Bandits(**PUBLISHED, budget_end="forced")
OPEN = Bandits(**PUBLISHED, budget_end="open")
GAME = Bandits()


def task_of(probabilities=SURE, max_turns=30):
    return Task(probabilities=probabilities, buttons=BUTTONS, max_turns=max_turns)


def play(game, task, *replies, key=0):
    state, _ = game.start(task, key)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


def facts(kind, button=None, outcome=None, correct=None, valid=True):
    return {
        "kind": kind,
        "button": button,
        "outcome": outcome,
        "correct": correct,
        "valid": valid,
    }


# ------------------------------------------------------------------ texts


def test_the_opening_tells_buttons_and_turns():
    _, observation = GAME.start(task_of(max_turns=12), 0)
    assert all(part in observation for part in (*BUTTONS, "5 buttons", "12 turns"))
    assert "1 turn." in GAME.start(task_of(max_turns=1), 0)[1]


def test_rules_tell_everything_but_numbers_of_the_reward():
    rules = GAME.rules(task_of())
    assert all(part in rules for part in (*BUTTONS, "[red]", "select", "earlier", "last turn"))
    assert not any(part in rules for part in ("0.0", "30", "decay"))
    assert "earlier" not in Bandits(decay=0).rules(task_of())
    assert "select" not in Bandits(final_press_only=True).rules(task_of())


def test_reveal_lists_the_best_first_with_two_decimals():
    text = GAME.reveal(task_of((0.25, 0.704, 0.3, 0.45, 0.399)))
    assert "best button was blue" in text
    assert "blue 0.70, yellow 0.45, purple 0.40, green 0.30, red 0.25" in text


@given(st.permutations([0.31, 0.72, 0.33, 0.34, 0.35]))
def test_nothing_visible_depends_on_the_probabilities(probabilities):
    one, other = task_of(), task_of(tuple(probabilities))
    assert GAME.visible(one) == GAME.visible(other)
    assert GAME.visible(one) == {"buttons": list(BUTTONS), "max_turns": 30}
    assert GAME.rules(one) == GAME.rules(other)
    assert GAME.start(one, 0)[1] == GAME.start(other, 1)[1]


# ------------------------------------------------------------------ turns


def test_answers():
    _, results = play(GAME, task_of(), "[red]", "[blue]", "[orange]", "hm", "[select red]")
    assert [result.facts for result in results] == [
        facts("press", "red", 1),
        facts("press", "blue", 0),
        facts("bad_button", valid=False),
        facts("bad_format", valid=False),
        facts("select", "red", correct=True),
    ]
    paid, unpaid, bad_button, bad_format, chosen = (result.observation for result in results)
    assert "red" in paid
    assert "1" in paid
    assert "0" in unpaid
    assert bad_button != bad_format
    assert all("nothing was pressed" in text for text in (bad_button, bad_format))
    assert "red" in chosen
    assert "turn 5" in chosen
    assert [result.done for result in results] == [False] * 4 + [True]
    assert results[-1].reward == 1 - 0.015 * 5


@pytest.mark.parametrize(("turn", "reward"), [(1, 0.985), (5, 0.925), (30, 0.55)])
def test_reward_falls_with_every_reply(turn, reward):
    _, results = play(GAME, task_of(), *["?"] * (turn - 1), "[select red]")
    assert results[-1].solved
    assert results[-1].reward == pytest.approx(reward, abs=1e-12)


def test_a_wrong_selection_ends_the_task_with_nothing():
    state, (result,) = play(GAME, task_of(), "[select blue]")
    assert (result.done, result.solved, result.reward) == (True, False, 0.0)
    assert result.facts == facts("select", "blue", correct=False)
    assert GAME.outcome_facts(state) == {
        "solved": False,
        "reward": 0.0,
        "turns": 1,
        "max_turns": 30,
        "choice": "blue",
    }


def test_the_first_of_equal_buttons_is_the_best():
    task = task_of((0.3, 0.7, 0.7, 0.3, 0.2))
    assert (task.best, task.worst) == (1, 4)
    assert not play(GAME, task, "[select green]")[1][-1].solved


def test_a_selection_of_no_button():
    state, (result,) = play(FORCED, task_of(), "[select orange]")
    assert (result.done, result.reward, state.choice) == (True, 0.0, None)
    assert result.facts == facts("select", correct=False)
    _, (result,) = play(GAME, task_of(), "[select orange]")
    assert not result.done
    assert result.facts == facts("bad_button", valid=False)


def test_presses_pay_by_chance_that_key_and_turn_decide():
    task = task_of((0.8, 0.3, 0.3, 0.3, 0.3), max_turns=2000)
    replies = ["[red]", "[blue]"] * 900
    _, results = play(GAME, task, *replies)
    outcomes = [result.facts["outcome"] for result in results]
    assert sum(outcomes[::2]) / 900 == pytest.approx(0.8, abs=0.05)
    assert sum(outcomes[1::2]) / 900 == pytest.approx(0.3, abs=0.05)
    assert play(GAME, task, *replies)[1] == results
    assert play(GAME, task, *replies, key=1)[1] != results


# ------------------------------------------------------------------ end of the turns


def test_the_notice_adds_to_the_answer_or_replaces_it():
    for reply, kind in (("[red]", "press"), ("[orange]", "bad_button"), ("hm", "bad_format")):
        _, (_, new, _) = play(GAME, task_of(max_turns=4), "[red]", "[red]", reply)
        _, (_, _, added) = play(GAME, task_of(max_turns=4), "[red]", "[red]", reply)
        assert "final choice" not in new.observation
        assert added.facts["kind"] == kind
        assert "final choice" in added.observation
        _, (*_, replaced) = play(FORCED, task_of(max_turns=4), "[red]", "[red]", reply)
        assert replaced.facts == facts("unanswered", valid=None)
        assert replaced.observation in added.observation
        assert "paid" not in replaced.observation


def test_a_selection_counts_on_the_turn_of_the_notice():
    _, results = play(FORCED, task_of(max_turns=2), "[select red]")
    assert results[-1].solved


@pytest.mark.parametrize("game", [GAME, FORCED, OPEN])
def test_a_press_on_the_last_turn_is_the_choice(game):
    _, results = play(game, task_of(max_turns=2), "[blue]", "[red]")
    assert results[-1].facts == facts("select", "red", correct=True)
    assert results[-1].reward == 1 - 0.015 * 2
    _, results = play(game, task_of(max_turns=1), "[blue]")
    assert (results[-1].done, results[-1].reward) == (True, 0.0)


@pytest.mark.parametrize(
    ("reply", "choice", "solved"),
    [
        ("[Red]", "red", True),
        ("[not this] [RED] or [blue]", "red", True),
        ("[blue] or [red]", "blue", False),
        ("[orange]", None, False),
    ],
)
def test_forced_end_takes_the_first_word_in_brackets(reply, choice, solved):
    state, results = play(FORCED, task_of(max_turns=2), "hm", reply)
    assert (results[-1].done, results[-1].solved, state.choice) == (True, solved, choice)
    assert results[-1].facts["kind"] == "select"


@pytest.mark.parametrize("game", [GAME, FORCED])
@pytest.mark.parametrize("reply", ["hm", "[ ]", "[not one word]"])
def test_forced_end_without_a_word_is_no_choice(game, reply):
    state, results = play(game, task_of(max_turns=2), "hm", reply)
    assert (results[-1].done, results[-1].reward, state.choice) == (True, 0.0, None)
    assert results[-1].facts["valid"] is False
    assert results[-1].facts["correct"] is None
    assert "no final choice" in results[-1].observation


def test_open_end_goes_on_until_a_selection():
    replies = ["hm", "[red]"] * 16 + ["[blue]", "[select red]"]
    _, results = play(OPEN, task_of(max_turns=29), *replies)
    assert [result.done for result in results] == [False] * 33 + [True]
    assert results[28].facts["kind"] == "bad_format"
    assert results[29].facts == facts("press", "red", 1)
    assert results[32].facts == facts("press", "blue", 0)
    assert results[33].reward == pytest.approx(1 - 0.015 * 34)
    _, results = play(OPEN, task_of(max_turns=1), *["hm"] * 80, "[select red]")
    assert (results[-1].solved, results[-1].reward) == (True, 0.0)


def test_the_example_environment_as_parameters():
    game = Bandits(
        final_press_only=True,
        decay=0,
        max_turns=3,
        best_low=0.7,
        best_high=0.7,
        other_low=0.2,
        other_high=0.4,
    )
    task = game.sample_task(random.Random(0))
    assert max(task.probabilities) == 0.7
    best = task.buttons[task.best]
    _, results = play(game, task, f"[select {best}]", f"[{best}]", f"[{best}]")
    assert [result.facts["kind"] for result in results] == ["bad_button", "press", "select"]
    assert results[-1].reward == 1.0
    _, results = play(game, task, "?", "?", f"[{best.upper()}!]")
    assert (results[-1].done, results[-1].reward) == (True, 0.0)


# ------------------------------------------------------------------ parameters and tasks


def test_stepping_leaves_the_state_as_it_was():
    state, _ = GAME.start(task_of(), 7)
    GAME.step(state, "[red]")
    assert state == State(task=task_of(), key=7)


def test_buttons_are_a_number_or_names():
    assert Bandits(buttons=7).buttons[:5] == BUTTONS
    assert len(set(Bandits(buttons=12).buttons)) == 12
    assert Bandits(buttons="left+right").buttons == ("left", "right")


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"buttons": 1}, "2 to 12"),
        ({"buttons": 13}, "2 to 12"),
        ({"buttons": "one"}, "at least two"),
        ({"buttons": "one+one"}, "different"),
        ({"buttons": "One+two"}, "lower-case"),
        ({"buttons": "one two+three"}, "letters, digits"),
        ({"max_turns": 0}, "max_turns is 0"),
        ({"decay": 2}, "decay is 2"),
        ({"other_high": 0.7}, "keep their order"),
        ({"best_high": 0.6}, "keep their order"),
        ({"budget_end": "never"}, "budget_end"),
        ({"parsing": "strict"}, "parsing"),
    ],
)
def test_rule_parameters_are_checked(parameters, sentence):
    with pytest.raises((SpecError, ValueError), match=sentence):
        Bandits(**parameters)


@pytest.mark.parametrize(
    "fields",
    [
        {"probabilities": (0.5,), "buttons": ("red",)},
        {"probabilities": (0.5, 0.6, 0.7), "buttons": ("red", "blue")},
        {"probabilities": (0.5, 0.6), "buttons": ("red", "red")},
        {"probabilities": (0.5, 1.1), "buttons": ("red", "blue")},
        {"probabilities": (0.5, "0.6"), "buttons": ("red", "blue")},
        {"probabilities": (0.5, 0.6), "buttons": ("red", "blue"), "max_turns": 0},
        {"probabilities": (0.5, 0.6), "buttons": ("red", "blue"), "max_turns": True},
    ],
)
def test_impossible_tasks_are_refused(fields):
    with pytest.raises(SpecError, match="bandits task"):
        Task(**fields)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12), st.integers(1, 99))
def test_tasks_survive_json(probabilities, max_turns):
    game = Bandits(buttons=len(probabilities), max_turns=max_turns)
    task = game.task(probabilities)
    assert from_data(Task, to_data(task), strict=True) == task


@pytest.mark.parametrize("game", [GAME, FORCED, OPEN, Bandits(buttons=2, max_turns=1)])
def test_demonstration_ends_in_the_right_choice(game):
    for seed in range(20):
        task = game.sample_task(random.Random(seed))
        _, results = play(game, task, *game.demonstrate(task), key=seed)
        assert [result.done for result in results] == [False] * (len(results) - 1) + [True]
        assert results[-1].solved
        assert all(result.facts["valid"] is not False for result in results)
