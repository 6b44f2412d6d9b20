"""Scripted players: exact values where they exist, and who earns more than whom."""

import math
import random
import statistics
from itertools import product
from string import ascii_lowercase

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core import plugin as core_plugin
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_core.sequence.sequence_env import make
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.common.catalogue import catalogue_law, different
from latentgym_envs.common.search import most_answers, most_information
from latentgym_envs.wordle.clues import known_moves, moves_of
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.latents.shape import AlphabetHalf, LetterFrequency, Repetition
from latentgym_envs.wordle.latents.spelling import StartsWith
from latentgym_envs.wordle.lexicon import Lexicon, lexicon, mark_all, number
from latentgym_envs.wordle.marks import mark
from latentgym_envs.wordle.players.catalogue import law_of_catalogue
from latentgym_envs.wordle.players.reference import (
    Bayes,
    Blind,
    Catalogue,
    Consistent,
    Noisy,
    Oracle,
)
from latentgym_envs.wordle.specs import LATENTS
from latentgym_envs.wordle.task import Task

NAME = "wordle"
GAME = Wordle()
WORDS = lexicon("published", 5)
COSTLY = "?env.turn_penalty=0.15&env.partial=none"


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def view_of(latent, task, turns=(), history=(), game=GAME):
    visible, history = game.visible(task), in_order(*history)
    return SequenceView(latent, NAME, game, 10, len(history), visible, tuple(turns), history)


def in_order(*tasks):
    return tuple(evolve(task, index=place) for place, task in enumerate(tasks))


def play_task(player, latent, task, z=None, history=(), game=GAME):
    """Facts of the turns of one task, and its reward."""
    state, _ = game.start(task, 0)
    turns = []
    while True:
        view = view_of(latent, task, turns, history, game)
        reply = player.act(view, Truth(z, task), random.Random(len(turns)))
        state, result = game.step(state, reply)
        turns.append(result.facts)
        if result.done:
            return turns, result.reward


def totals(registry, player, env_id, num_sequences):
    """Cumulative reward of seeds 0, 1, …"""
    env = make(env_id, registry=registry)
    earned = []
    for seed in range(num_sequences):
        env.reset(seed)
        turn = 0
        while not env.done:
            env.step(player.act(env.view, env.truth, random.Random(f"{seed}/{turn}")))
            turn += 1
        earned.append(sum(env.rewards))
    return earned


# ------------------------------------------------------------------ exact values


@pytest.mark.parametrize(
    ("latent", "blind", "oracle"),
    [
        (Repetition(value="no_repeated_letters"), 2.75, 2.62),
        (LetterFrequency(value="high"), 2.78, 2.34),
        (LetterFrequency(value="medium"), 2.69, 2.61),
        (AlphabetHalf(value="mixed_balanced"), 2.63, 2.50),
    ],
    ids=lambda value: getattr(value, "value", None),
)
def test_mean_turns_of_the_published_players(latent, blind, oracle):
    """The blind player is the published one; the oracle searches by another score."""
    means = []
    for player in (Blind(), Oracle()):
        members = latent.members(GAME, latent.value)
        plays = [play_task(player, latent, GAME.task(word), latent.value)[0] for word in members]
        assert all(turns[-1]["marks"] == "GGGGG" for turns in plays)
        means.append(statistics.mean(map(len, plays)))
    assert means[0] == pytest.approx(blind, abs=0.006)
    assert means[1] == pytest.approx(oracle, abs=0.03)


def test_the_oracle_of_two_words_needs_one_guess_and_a_half():
    latent = StartsWith(value="g")
    members = latent.members(GAME, "g")
    used = [finished(word, word) for word in members[2:]]
    plays = [
        play_task(Oracle(), latent, GAME.task(word), "g", history=used)[0] for word in members[:2]
    ]
    assert sorted(map(len, plays)) == [1, 2]


# ------------------------------------------------------------------ who earns more


@pytest.mark.parametrize(
    ("latent", "parameters", "least_gain"),
    [
        ("starts_with_S", "", 0.0),
        ("near_STALE", "", 0.15),
        ("cluster_start_ST-cluster", "", 0.15),
        ("ending_CH", "", 0.30),
        ("category_food", "", 0.30),
        ("multi_position_P_start_E_end", "", 0.15),
        ("double_E", "", 0.10),
        ("mixed_balanced", "", 0.0),
        ("position", "", 0.0),
        ("ending_ER", "&env.pool=basic", 0.05),
    ],
)
def test_knowing_more_earns_more(registry, latent, parameters, least_gain):
    env_id = f"{NAME}/{latent}/no_info/standard/ep10{COSTLY}{parameters}"
    blind, bayes, oracle = (
        np.array(totals(registry, player, env_id, 16)) for player in (Blind(), Bayes(), Oracle())
    )
    for less, more in ((blind, bayes), (bayes, oracle)):
        gain = more - less  # paired: all play the same sequences
        assert gain.mean() > -2.5 * gain.std(ddof=1) / math.sqrt(len(gain)) - 1e-9
    assert bayes.mean() >= (1 + least_gain) * blind.mean()


def test_without_a_penalty_everybody_wins(registry):
    for player in (Blind(), Bayes(), Oracle(), Catalogue()):
        assert totals(registry, player, f"{NAME}/letter_freq_high", 3) == [10.0] * 3


def test_the_catalogue_learns_without_being_told_the_family(registry):
    env_id = f"{NAME}/near_STALE/no_info/information/ep10{COSTLY}"
    blind, catalogue = (
        statistics.mean(totals(registry, player, env_id, 10)) for player in (Blind(), Catalogue())
    )
    assert catalogue > 1.1 * blind


def test_combinators_are_followed_part_by_part(registry):
    env_id = (
        f"{NAME}/alternating/no_info/standard/ep10{COSTLY}"
        "&latent.of=cluster_start_CH-cluster+ending_TH"
    )
    blind, bayes, oracle = (
        statistics.mean(totals(registry, player, env_id, 10))
        for player in (Blind(), Bayes(), Oracle())
    )
    assert 1.05 * blind < bayes <= oracle + 0.1


# ------------------------------------------------------------------ what they look at


def finished(target, *guesses, revealed=False, game=GAME):
    task = game.task(target)
    state, _ = game.start(task, 0)
    turns = []
    for guess in guesses:
        state, result = GAME.step(state, f"[{guess}]")
        turns.append(result.facts)
    shown = GAME.revealed(task) if revealed else None
    return FinishedTask(NAME, GAME.visible(task), tuple(turns), state.solved, shown)


def test_evidence_is_what_the_marks_left():
    history = (
        finished("crane", "slate", "zzzzz", "crane"),
        finished("crane", "slate", revealed=True),
        finished("crane", "slate", "trace"),
    )
    found = (("crane", "GGGGG"),)
    known = (("slate", "XXGXG"), ("trace", "XGGYG"))
    assert tuple(map(known_moves, history)) == (found, found, known)


def test_tasks_of_another_length_tell_nothing():
    latent, long = StartsWith(), Wordle(word_length=6, pool="basic")
    stone, other = finished("stone", "stone"), finished("planet", "planet", game=long)
    view = view_of(latent, GAME.task("house"), history=(stone, other))
    law = dict(current_strand(view).inferred().items())
    assert law == dict(current_strand(evolve(view, history=view.history[:1])).inferred().items())
    assert {word[0] for word in law} == {"s"}
    catalogue = law_of_catalogue(GAME, view.history)
    assert not catalogue.refuted
    assert catalogue.items() == law_of_catalogue(GAME, view.history[:1]).items()


def test_bayes_does_not_look_at_the_value_a_preset_fixes():
    history = tuple(finished(word, word) for word in ("board", "brain", "bread"))
    task = GAME.task("stone")
    views = [view_of(StartsWith(value=value), task, history=history) for value in ("s", "b", None)]
    (reply,) = {Bayes().act(view, None, random.Random()) for view in views}
    for view in views:
        likely = [word for word, _ in current_strand(view).inferred().items()]
        assert all(word[0] == "b" for word in likely)
        assert len(likely) == count_starting("b") - 3  # none comes twice
    assert reply[1:-1] in WORDS.places


def test_a_word_that_the_family_cannot_explain_is_passed_over():
    stone, water = finished("stone", "stone"), finished("water", "water")
    view = view_of(StartsWith(), GAME.task("house"), history=(stone, water))
    likely = [word for word, _ in current_strand(view).inferred().items()]
    assert {word[0] for word in likely} == {"s"}
    assert len(likely) == count_starting("s") - 1
    assert Bayes().act(view, None, random.Random(0)) != Blind().act(view, None, random.Random(0))


def test_a_refuted_family_leaves_the_blind_player():
    turns = finished("house", "horse").turns
    view = view_of(StartsWith(), GAME.task("house"), turns, (finished("stone", "stone"),))
    assert current_strand(view).inferred(with_turns=True).refuted
    assert Bayes().act(view, None, random.Random(0)) == Blind().act(view, None, random.Random(0))


def test_a_word_outside_the_pool_is_found_in_the_dictionary():
    for player in (Blind(), Bayes(), Consistent(), Catalogue()):
        turns, _ = play_task(player, StartsWith(value="z"), Task(target_word="zebra", max_turns=12))
        assert turns[-1]["guess"] == "zebra"


def test_given_tasks_of_another_length_are_played():
    for player in (Blind(), Bayes(), Oracle()):
        turns, _ = play_task(player, StartsWith(), Task(target_word="planet", max_turns=15), "p")
        assert turns[-1]["marks"] == "GGGGGG"


def test_an_oracle_without_z_knows_the_word_and_without_the_truth_says_so():
    task = GAME.task("stone")
    assert play_task(Oracle(), StartsWith(), task)[1] == 1.0
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(view_of(StartsWith(), task), None, random.Random(0))


def test_players_refuse_other_games():
    view = view_of(StartsWith(), GAME.task("stone"))
    other = SequenceView(view.latent, "other", None, 1, 0, view.visible, (), ())
    with pytest.raises(AgentError, match="wordle"):
        Blind().act(other, None, random.Random(0))


def test_consistent_and_noisy_players(registry):
    env_id = f"{NAME}/starts_with_S/no_info/standard/ep5{COSTLY}"
    blind, consistent, noisy = (
        statistics.mean(totals(registry, player, env_id, 12))
        for player in (Blind(), Consistent(), Noisy())
    )
    assert noisy < consistent < blind


def test_scripted_players_are_registered(registry):
    names = {"blind", "oracle", "bayes", "catalogue", "consistent", "noisy"}
    found = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in found.items() if spec.privileged] == ["oracle"]
    assert construct(found["bayes"], {}) == Bayes()


# ------------------------------------------------------------------ laws


SMALL = Lexicon(("aab", "abb", "bab", "bbb", "cab"))
SETS = ({0, 1}, {1, 2, 3}, {0, 1, 2, 3, 4}, {4})


MASKS = np.array([[place in each for place in range(5)] for each in SETS])


def law_by_catalogue(masks, *places):
    """The law of the next word after tasks that left some places each."""
    fits = [np.isin(np.arange(5), each) for each in places]
    return catalogue_law(SMALL.guesses, masks, fits, replacement=False).probabilities


@given(st.lists(st.integers(0, 4), max_size=6))
def test_predictions_are_exact_where_all_words_are_known(seen):
    """Against the sum over every law, drawing without replacement."""
    weights, used = dict.fromkeys(map(frozenset, SETS), 1.0), set()
    for place in seen:
        left = {members: members - used or members for members in weights}
        grown = {each: w * (place in left[each]) / len(left[each]) for each, w in weights.items()}
        if any(grown.values()):  # what no law explains is passed over
            weights = grown
            used.add(place)
    expected = np.zeros(5)
    for members, weight in weights.items():
        left = members - used or members
        expected[list(left)] += weight / len(left)
    found = law_by_catalogue(MASKS, *([place] for place in seen))
    assert found == pytest.approx(expected / expected.sum())


def test_unsolved_tasks_count_by_what_their_marks_left():
    masks = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 1, 0]], bool)
    moves = (("cab", "XGG"), ("bbb", "XXG"))
    assert SMALL.consistent(moves[:1]).tolist() == [0, 2]
    assert SMALL.consistent(moves).tolist() == [0]
    # One word fits, so it is known: the first law has another one left, the second is refuted.
    found = law_by_catalogue(masks, SMALL.consistent(moves))
    assert found == pytest.approx([0, 1, 0, 0, 0])
    # Two fit: half of the first law, a third of the second; nothing is used up.
    weights = np.array([1 / 2, 1 / 3]) / (1 / 2 + 1 / 3)
    expected = weights @ (masks / masks.sum(axis=1, keepdims=True))
    found = law_by_catalogue(masks, SMALL.consistent(moves[:1]))
    assert found == pytest.approx(expected)


def test_laws_are_different_and_never_empty():
    empty = np.zeros((1, 5), bool)
    assert different([*MASKS, *empty, *MASKS[:2]]).tolist() == MASKS.tolist()
    for least in (1, 10):
        values, _ = StartsWith(min_pool=least).hypotheses((GAME,))
        assert list(values) == [each for each in ascii_lowercase if count_starting(each) >= least]


def test_the_catalogue_holds_every_published_set_of_words_possible_once():
    presets = [construct(spec, spec.params) for spec in LATENTS if spec.preset]
    rules = {frozenset(each.members(GAME, each.value)) for each in presets}
    rules = {frozenset(GAME.candidates()), *rules} - {frozenset()}
    assert len(rules) > 30
    tasks = in_order(finished("stone", "stone"), finished("stage", "slate", revealed=True))
    for known in range(3):
        law, by_hand = law_of_catalogue(GAME, tasks[:known]), dict.fromkeys(WORDS.guesses, 0.0)
        for rule in rules:
            left, weight = set(rule), 1.0
            for word in ("stone", "stage")[:known]:
                weight *= (word in left) / len(left)
                left = left - {word} or set(rule)
            for word in left:
                by_hand[word] += weight / len(left)
        total = math.fsum(by_hand.values())
        expected = [by_hand[word] / total for word in law.values]
        assert set(law.values) == set(by_hand)
        assert law.probabilities == pytest.approx(expected)


def count_starting(letter):
    return sum(word[0] == letter for word in GAME.candidates())


# ------------------------------------------------------------------ marks as arrays, and search


@given(st.data())
def test_marks_of_many_words_are_those_of_each(data):
    words = st.text("abcd", min_size=5, max_size=5)
    guess = data.draw(words)
    targets = tuple(data.draw(st.lists(words, min_size=1, max_size=8)))
    expected = [number(mark(guess, target)) for target in targets]
    assert mark_all(guess, Lexicon(targets).letters).tolist() == expected


@pytest.mark.parametrize("length", [2, 5, 6, 11, 15])
def test_marks_of_any_length_are_different_numbers(length):
    every = ("".join(marks) for marks in product("XYG", repeat=min(length, 5)))
    numbers = [number(marks.ljust(length, "G")) for marks in every]
    assert len(set(numbers)) == len(numbers)
    words = Lexicon(("a" * length, "b" * length))
    assert words.marks("a" * length).tolist() == [3**length - 1, 0]


def test_consistent_words_would_have_been_marked_so():
    rng = random.Random(0)
    for _ in range(20):
        target, *guesses = rng.sample(WORDS.guesses, 3)
        moves = tuple((guess, mark(guess, target)) for guess in guesses)
        alike = (all(mark(guess, word) == said for guess, said in moves) for word in WORDS.guesses)
        expected = [word for word, fits in zip(WORDS.guesses, alike, strict=True) if fits]
        assert [WORDS.guesses[place] for place in WORDS.consistent(moves)] == expected


def test_the_blind_opening_splits_the_pool_into_most_classes():
    every = np.arange(len(WORDS.guesses))
    best = most_answers(WORDS, every)
    classes = [len({mark(guess, word) for word in WORDS.guesses}) for guess in WORDS.guesses]
    assert classes[WORDS.places[best]] == max(classes)


def test_a_probe_that_separates_all_is_worth_more_than_a_blind_try():
    words = Lexicon(("bats", "cats", "hats", "rats", "chbr"))
    weights = np.array([1.0, 1.0, 1.0, 1.0])
    assert most_information(words, np.arange(4), weights) == "chbr"
    assert most_information(words, np.array([0, 1]), np.array([0.2, 0.8])) == "cats"


def test_invalid_turns_tell_nothing():
    task = finished("crane", "slate", "zzzzz", "slate")
    assert moves_of(task.turns) == (("slate", "XXGXG"),)
