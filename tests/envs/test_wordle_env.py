import hashlib
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_envs.wordle.env import State, Wordle
from latentgym_envs.wordle.marks import credit, mark
from latentgym_envs.wordle.pools import pool_words
from latentgym_envs.wordle.task import Task

GAME = Wordle()
CRANE = Task(target_word="crane")
short_words = st.text("abc", min_size=4, max_size=4)


def play(task, *replies, game=GAME):
    state, _ = game.start(task, 0)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


# ------------------------------------------------------------------ marks


@pytest.mark.parametrize(
    ("guess", "target", "expected"),
    [
        ("crane", "crane", "GGGGG"),
        ("slate", "crane", "XXGXG"),
        ("nacre", "crane", "YYYYG"),
        ("geese", "eerie", "XGYXG"),  # one e is at its place, one e is left for the 2nd
        ("eerie", "geese", "YGXXG"),
        ("alloy", "llama", "YGYXX"),
        ("llama", "alloy", "YGYXX"),
        ("speed", "abide", "XXYXY"),
        ("aabbb", "bbbaa", "YYGYY"),
        ("mamma", "maxim", "GGYXX"),
    ],
)
def test_marks(guess, target, expected):
    assert mark(guess, target) == expected


@given(short_words, short_words)
def test_marks_use_every_letter_of_the_target_at_most_once(guess, target):
    marks = mark(guess, target)
    assert [each == "G" for each in marks] == [a == b for a, b in zip(guess, target, strict=True)]
    for letter in "abc":
        used = sum(g == letter and m != "X" for g, m in zip(guess, marks, strict=True))
        assert used == min(guess.count(letter), target.count(letter))
    for letter in set(guess):  # among misplaced copies, Y never follows X
        said = [m for g, m in zip(guess, marks, strict=True) if g == letter and m != "G"]
        assert said == sorted(said, reverse=True)


def test_credit():
    assert credit("GGGGX") == 0.8
    assert credit("GYXXX") == pytest.approx(0.3)
    assert credit("XXXXX") == 0.0


# ------------------------------------------------------------------ play


def test_answers():
    replies = ("[slate]", "", "no idea", "[cranes]", "[slate]", "[zzzzz]")
    state, results = play(CRANE, *replies, game=Wordle(max_turns=6))
    assert [result.facts for result in results] == [
        {"kind": "scored", "valid": True, "guess": "slate", "marks": "XXGXG"},
        {"kind": "empty", "valid": False, "guess": None, "marks": None},
        {"kind": "format", "valid": False, "guess": None, "marks": None},
        {"kind": "length", "valid": False, "guess": None, "marks": None},
        {"kind": "repeat", "valid": False, "guess": "slate", "marks": None},
        {"kind": "word", "valid": False, "guess": "zzzzz", "marks": None},
    ]
    said = [result.observation for result in results]
    assert "S L A T E\nX X G X G" in said[0]
    assert [f"left: {5 - turn}" in text for turn, text in enumerate(said)] == [True] * 6
    assert "empty" in said[1]
    assert "square brackets" in said[2]
    assert "5 letters" in said[3]
    assert "already" in said[4]
    assert "dictionary" in said[5]
    assert [result.done for result in results] == [False] * 5 + [True]
    assert state == State(task=CRANE, turns=6, scored=("slate",), marks=("XXGXG",))


def test_a_word_that_was_refused_is_refused_for_the_same_reason_again():
    _, results = play(CRANE, "[zzzzz]", "[zzzzz]")
    assert [result.facts["kind"] for result in results] == ["word", "word"]


@pytest.mark.parametrize("turn", range(1, 7))
def test_a_win_counts_whenever_it_comes(turn):
    _, results = play(CRANE, *["?"] * (turn - 1), "[CRANE]")
    assert (results[-1].solved, results[-1].done, results[-1].reward) == (True, True, 1.0)
    assert [result.reward for result in results[:-1]] == [0.0] * (turn - 1)


@pytest.mark.parametrize("turn", range(1, 7))
def test_a_penalty_makes_late_wins_cheaper(turn):
    game = Wordle(turn_penalty=0.15, partial="none")
    _, results = play(game.task("crane"), *["?"] * (turn - 1), "[crane]", game=game)
    assert results[-1].reward == pytest.approx(1 - 0.15 * (turn - 1))


def test_a_reward_never_falls_below_zero():
    game = Wordle(turn_penalty=1, partial="none")
    _, results = play(game.task("crane"), "?", "?", "[crane]", game=game)
    assert (results[-1].solved, results[-1].reward) == (True, 0.0)


@pytest.mark.parametrize(
    ("replies", "best", "last"),
    [
        (["[crate]", "[clump]"], 0.8, 0.2),
        (["[clump]", "[crate]"], 0.2, 0.8),
        (["[crate]", "?"], 0.8, 0.8),
        (["?", "[zzzzz]"], 0.0, 0.0),
    ],
)
def test_a_loss_gets_the_credit_that_the_rule_says(replies, best, last):
    best = max(best, last)
    task = Task(target_word="crane", max_turns=2)
    for partial, expected in (("best", best), ("last", last), ("none", 0.0)):
        game = Wordle(partial=partial)
        state, results = play(task, *replies, game=game)
        assert (results[-1].done, results[-1].solved) == (True, False)
        assert results[-1].reward == pytest.approx(expected)
        assert game.outcome_facts(state)["reward"] == results[-1].reward


def test_partial_credit_stays_below_every_win():
    with pytest.raises(SpecError, match="partial=none"):
        Wordle(turn_penalty=0.04)
    assert Wordle(turn_penalty=0.039).turn_penalty == 0.039
    assert Wordle(turn_penalty=0.04, max_turns=5).max_turns == 5


@pytest.mark.parametrize(
    ("dictionary", "greys", "cafe", "qqqqq"),
    [("open", True, False, False), ("replay", False, True, False), ("any", True, True, True)],
)
def test_which_guesses_are_words(dictionary, greys, cafe, qqqqq):
    game = Wordle(dictionary=dictionary)
    for guess, target, expected in (
        ("greys", "crane", greys),
        ("cafe", "road", cafe),
        ("qqqqq", "crane", qqqqq),
        ("crane", "crane", True),
        ("zzzzz", "zzzzz", True),
    ):
        _, (result,) = play(Task(target_word=target), f"[{guess}]", game=game)
        assert result.facts["valid"] == expected


def test_first_observation_and_rules_tell_all_that_is_visible():
    task = Task(target_word="journey", max_turns=4, turn_penalty=0.05)
    _, observation = GAME.start(task, 0)
    assert "7 letters" in observation
    assert "4 guesses" in observation
    rules = GAME.rules(task)
    assert all(part in rules for part in ("7 letters", "4 guesses", "0.05", "square brackets"))
    assert "1 -" not in GAME.rules(CRANE)
    assert GAME.visible(task) == {"word_length": 7, "max_turns": 4, "turn_penalty": 0.05}


@pytest.mark.parametrize("partial", ["best", "last", "none"])
@pytest.mark.parametrize("pick", ["first", "last"])
def test_rules_tell_which_guess_counts_and_which_is_credited(partial, pick):
    rules = Wordle(partial=partial, pick=pick).rules(CRANE)
    assert f"only the {pick} word" in rules
    assert {"best": "best guess", "last": "last guess", "none": "nothing"}[partial] in rules


def test_nothing_visible_depends_on_the_target():
    one, two = Task(target_word="crane"), Task(target_word="mummy")
    assert GAME.visible(one) == GAME.visible(two)
    assert GAME.rules(one) == GAME.rules(two)
    assert GAME.start(one, 0)[1] == GAME.start(two, 1)[1]


def test_stepping_leaves_the_state_as_it_was():
    state, _ = GAME.start(CRANE, 0)
    GAME.step(state, "[slate]")
    assert state == State(task=CRANE)


def test_outcome_facts_hold_no_word_that_was_not_found():
    lost, _ = play(Task(target_word="crane", max_turns=1), "[slate]")
    assert GAME.outcome_facts(lost) == {
        "solved": False,
        "reward": pytest.approx(0.4),
        "turns": 1,
        "max_turns": 1,
        "last_guess": "slate",
        "last_marks": "XXGXG",
    }
    assert "CRANE" in GAME.reveal(CRANE)


@pytest.mark.parametrize("game", [GAME, Wordle(pool="common", word_length=7, max_turns=10)])
def test_demonstrations_are_well_formed_and_mostly_win(game):
    rng, wins = random.Random(0), 0
    for _ in range(30):
        task = game.sample_task(rng)
        replies = list(game.demonstrate(task))
        _, results = play(task, *replies, game=game)
        assert all(result.facts["valid"] for result in results)
        assert [result.done for result in results] == [False] * (len(replies) - 1) + [True]
        wins += results[-1].solved
    assert wins >= 20


# ------------------------------------------------------------------ pools, tasks, parameters


def test_the_published_pool_is_exactly_the_recorded_one():
    listed = "".join(f"{word}\n" for word in Wordle().candidates())
    assert hashlib.sha256(listed.encode()).hexdigest() == (
        "2ecb0f32e068262f95a5169766e40212f5cbeec4aa5cbe986175d316193b963e"
    )


def test_larger_pools_hold_the_smaller_ones_and_only_words():
    pools = [set(pool_words(pool, 5)) for pool in ("published", "basic", "common", "open")]
    assert [len(pool) for pool in pools] == [156, 192, 3568, 11167]
    assert all(small < large for small, large in pairwise(pools))


@given(st.text("abcxyz", min_size=1, max_size=15), st.integers(1, 99), st.floats(0, 1))
def test_tasks_survive_json(word, max_turns, penalty):
    task = Task(target_word=word, max_turns=max_turns, turn_penalty=penalty)
    assert from_data(Task, to_data(task), strict=True) == task


@pytest.mark.parametrize(
    "fields",
    [
        *({"target_word": word} for word in ("", "Crane", "cra ne", "a" * 16, "été", None, 5)),
        *({"target_word": "crane", "max_turns": turns} for turns in (0, 2.0, True, "6")),
        *({"target_word": "crane", "turn_penalty": cost} for cost in (-0.1, 1.1, "0", True)),
    ],
)
def test_impossible_tasks_are_refused(fields):
    with pytest.raises(SpecError, match="wordle"):
        Task(**fields)


@pytest.mark.parametrize(
    "parameters",
    [{"word_length": 1}, {"max_turns": 0}, {"turn_penalty": 2}, {"turn_penalty": "much"}],
)
def test_rule_parameters_are_checked(parameters):
    (name,) = parameters
    with pytest.raises(SpecError, match=f"{name} is "):
        Wordle(**parameters)


@pytest.mark.parametrize("parameters", [{"word_length": 6}, {"word_length": 16, "pool": "open"}])
def test_a_pool_without_words_of_the_length_is_refused(parameters):
    with pytest.raises(SpecError, match="has no words of"):
        Wordle(**parameters)


# ------------------------------------------------------------------ published recordings


def test_published_configurations():
    config = {"target_word": "Crane", "max_turns_per_episode": 4, "word_length": 5}
    expected = Task(target_word="crane", max_turns=4)
    assert GAME.published_task(config, "frontier") == expected
    config["max_attempts"] = config.pop("max_turns_per_episode")
    assert GAME.published_task({**config, "note": "more"}, "") == expected
    assert GAME.published_task({"target_word": "crane"}, "") == Task(target_word="crane")
    costly = GAME.published_task({"target_word": "crane", "turn_penalty": 0.1}, "")
    assert costly.turn_penalty == 0.1
    with pytest.raises(SpecError, match="target_word"):
        GAME.published_task({"word_length": 5}, "frontier")
    with pytest.raises(SpecError, match="length 6"):
        GAME.published_task({"target_word": "crane", "word_length": 6}, "frontier")


def test_published_seeds_and_rules():
    assert GAME.published_seed("frontier", 42) == 10000
    assert GAME.published_seed("unknown", 42) is None
    rules = GAME.published_rules("frontier")
    assert rules == {"dictionary": "replay", "pick": "first", "partial": "last"}
    assert Wordle(**rules).pick == "first"
