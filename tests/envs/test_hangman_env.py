"""The core env: answers, endings, rewards, rule parameters, secrecy."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_envs.hangman.board import drawn
from latentgym_envs.hangman.env import Hangman, State
from latentgym_envs.hangman.task import Task

GAME = Hangman()
PUBLISHED = Hangman(**Hangman.published_rules("qwen-base"))
PAPER = Task(target_word="paper", lives=2, max_turns=8)


def play(task, *replies, game=GAME):
    """Last state and all results."""
    state, _ = game.start(task, 0)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


def test_the_opening_tells_all_that_is_visible():
    _, opening = GAME.start(PAPER, 0)
    assert GAME.visible(PAPER) == {"length": 5, "lives": 2, "max_turns": 8}
    assert all(part in opening for part in ("5 letters", "Lives left: 2", "8 turns", "C04"))
    uncapped = Hangman(turn_cap=False)
    assert uncapped.visible(PAPER)["max_turns"] is None
    assert "turn" not in uncapped.start(PAPER, 0)[1]


def test_answers():
    _, results = play(PAPER, "[P]", "[p]", "Q?", "[x]", "[PAPAYA]")
    told = [
        (r.facts["kind"], r.facts["valid"], r.facts["board"], r.facts["lives"]) for r in results
    ]
    assert told == [
        ("hit", True, "p_p__", 2),
        ("repeat", False, "p_p__", 2),
        ("format", False, "p_p__", 2),
        ("miss", True, "p_p__", 1),
        ("wrong_word", True, "p_p__", 0),
    ]
    assert [r.facts["guess"] for r in results] == ["p", "p", None, "x", "papaya"]
    assert [r.done for r in results] == [False] * 4 + [True]
    hit, repeat, unreadable, miss, wrong = (r.observation for r in results)
    assert "P is in the word" in hit
    assert "C00 C01 C02 C03 C04\n  P   _   P   _   _" in hit
    assert "already" in repeat
    assert "[E]" in unreadable
    assert "X is not in the word" in miss
    assert "Lives left: 1. Letters guessed: P X." in miss
    assert "PAPAYA is not the hidden word" in wrong
    assert "PAPER" not in "".join((hit, repeat, unreadable, miss, wrong))


def test_the_bare_board_tells_nothing_else():
    _, (hit, miss, wrong, repeat) = play(PAPER, "[p]", "[x]", "[papaya]", "[p]", game=PUBLISHED)
    board = drawn("p_p__")
    assert (hit.observation, miss.observation, wrong.observation) == (board,) * 3
    assert "already" in repeat.observation
    assert "Lives" not in repeat.observation


@pytest.mark.parametrize(
    ("replies", "reward", "solved"),
    [
        (["[paper]"], 1.0, True),
        (["[p]", "[a]", "[e]", "[r]"], 1.0, True),
        (["[p]", "[x]", "[y]"], 0.4, False),
        (["[x]", "[y]"], 0.0, False),
        (["[wrong]", "[wrong]"], 0.0, False),  # the same word costs again
        (["[e]", *["?"] * 7], 0.2, False),  # the turns are used up
        ([*["[a]"] * 7, "[paper]"], 1.0, True),  # the last turn can win
        (["[x]", *["[x]"] * 6, "[y]"], 0.0, False),  # out of lives and turns at once
    ],
)
def test_endings(replies, reward, solved):
    state, results = play(PAPER, *replies)
    assert [result.done for result in results] == [False] * (len(replies) - 1) + [True]
    assert (results[-1].reward, results[-1].solved) == (reward, solved)
    facts = GAME.outcome_facts(state)
    assert (facts["reward"], facts["solved"], facts["turns"]) == (reward, solved, len(replies))


def test_without_a_cap_repeats_go_on_for_ever():
    game = Hangman(**Hangman.published_rules("frontier"))
    _, results = play(PAPER, "[p]", *["[p]"] * 2000, game=game)
    assert not any(result.done for result in results)
    _, results = play(PAPER, "[p]", *["[p]"] * 2000, "[x]", "[y]", game=game)
    assert (results[-1].done, results[-1].reward) == (True, 0.4)


def test_reward_parameters():
    costly = Hangman(turn_penalty=0.25)
    assert play(PAPER, "[p]", "[paper]", game=costly)[1][-1].reward == 0.75
    assert play(PAPER, "[p]", "[paper]", game=GAME)[1][-1].reward == 1.0
    assert play(PAPER, "[x]", "[y]", game=costly)[1][-1].reward == 0.0
    lost = play(PAPER, "[p]", "[x]", "[y]", game=Hangman(partial="none"))[1][-1]
    assert (lost.reward, lost.solved) == (0.0, False)
    assert "fewer replies" in costly.rules(PAPER)
    assert "share" not in Hangman(partial="none").rules(PAPER)


def test_pick():
    reply = "[p] and if that fails [x]"
    assert play(PAPER, reply)[1][0].facts["guess"] == "x"
    assert play(PAPER, reply, game=PUBLISHED)[1][0].facts["guess"] == "p"


def test_words_may_be_no_guesses():
    letters = Hangman(word_guesses=False)
    _, results = play(PAPER, "[paper]", "[p]", game=letters)
    assert [result.facts["kind"] for result in results] == ["format", "hit"]
    assert (results[0].facts["lives"], results[0].facts["guess"]) == (2, None)
    assert "APPLE" in GAME.rules(PAPER)
    assert "APPLE" not in letters.rules(PAPER) + results[0].observation


def test_a_one_letter_word_is_won_by_its_letter():
    _, (result,) = play(Task(target_word="i"), "[I]")
    assert (result.solved, result.reward, result.facts["kind"]) == (True, 1.0, "hit")


def test_an_endless_word_is_wrong_and_not_repeated():
    _, (result,) = play(PAPER, f"[{'a' * 1_000_000}]")
    assert (result.facts["kind"], result.facts["guess"]) == ("wrong_word", None)
    assert len(result.observation) < 200


@given(st.sampled_from(["paper", "table", "green"]), st.lists(st.text(max_size=12), max_size=12))
def test_any_replies_keep_the_books(word, replies):
    task = Task(target_word=word)
    state, _ = GAME.start(task, 0)
    for turn, reply in enumerate([*replies, "[e]", "[E]", "[zzz]"], 1):
        state, result = GAME.step(state, reply)
        assert state.turns == turn
        assert all(shown in ("_", letter) for shown, letter in zip(state.board, word, strict=True))
        assert 0 <= result.reward <= 1
        if result.done:
            return


def test_stepping_leaves_the_state_as_it_was():
    state, _ = GAME.start(PAPER, 0)
    GAME.step(state, "[p]")
    assert state == State(task=PAPER, board="_____", lives=2)


def test_nothing_shown_at_first_depends_on_the_word():
    one, other = Task(target_word="paper"), Task(target_word="green")
    assert GAME.rules(one) == GAME.rules(other)
    assert GAME.visible(one) == GAME.visible(other)
    assert GAME.start(one, 0)[1] == GAME.start(other, 1)[1]


def test_outcome_facts_and_reveal():
    state, _ = play(PAPER, "[x]", "[p]", "[y]")
    facts = GAME.outcome_facts(state)
    assert (facts["board"], facts["guessed"], facts["lives"]) == ("p_p__", ["p", "x", "y"], 0)
    assert "PAPER" in GAME.reveal(PAPER)


def test_demonstrations_are_well_formed_and_end_the_task():
    rng = random.Random(0)
    for pool in ("basic", "common"):
        game = Hangman(pool=pool)
        for _ in range(20):
            task = game.sample_task(rng)
            _, results = play(task, *game.demonstrate(task), game=game)
            assert [result.done for result in results] == [False] * (len(results) - 1) + [True]
            assert all(result.facts["valid"] for result in results)


@given(st.from_regex(r"[a-z]{1,40}", fullmatch=True), st.integers(1, 99), st.integers(1, 99))
def test_tasks_survive_json(word, lives, turns):
    task = Task(target_word=word, lives=lives, max_turns=turns)
    assert from_data(Task, to_data(task), strict=True) == task


@pytest.mark.parametrize(
    "fields",
    [
        {"target_word": ""},
        {"target_word": "Paper"},
        {"target_word": "a b"},
        {"target_word": "é"},
        {"target_word": "a" * 41},
        {"target_word": None},
        {"target_word": "paper", "lives": 0},
        {"target_word": "paper", "max_turns": 2.5},
        {"target_word": "paper", "lives": True},
    ],
)
def test_impossible_tasks_are_refused(fields):
    with pytest.raises(SpecError, match="hangman"):
        Task(**fields)


@pytest.mark.parametrize(
    "parameters",
    [{"lives": 0}, {"max_turns": 0}, {"turn_penalty": 2}, {"turn_cap": 1}, {"pool": "open"}],
)
def test_rule_parameters_are_checked(parameters):
    with pytest.raises((ValueError, TypeError, SpecError), match=next(iter(parameters))):
        Hangman(**parameters)
