"""Scripted players: the law they infer, what they guess, the published win rates, their order."""

import math
import random
import statistics

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from latentgym_core import make
from latentgym_core import plugin as core_plugin
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.hangman.clues import Clue, clue_of, learned
from latentgym_envs.hangman.env import FREQUENT_FIRST, Hangman
from latentgym_envs.hangman.latents.categories import Category
from latentgym_envs.hangman.latents.shape import Length, VowelCount
from latentgym_envs.hangman.latents.spelling import Ending, StartsWith
from latentgym_envs.hangman.lexicon import lexicon
from latentgym_envs.hangman.players.reference import Bayes, Blind, FixedOrder, Looper, Oracle
from latentgym_envs.hangman.task import Task
from latentgym_envs.words import words

NAME = "hangman"
GAME = Hangman()
ANYTHING = random.Random(0)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def play(word, *replies):
    """Facts of the turns."""
    state, _ = GAME.start(Task(target_word=word), 0)
    turns = []
    for reply in replies:
        state, result = GAME.step(state, reply)
        turns.append(result.facts)
    return tuple(turns)


def finished(word, *replies, revealed=False):
    task, turns = Task(target_word=word), play(word, *replies)
    solved = bool(turns) and "_" not in turns[-1]["board"]
    told = GAME.revealed(task) if revealed else None
    return FinishedTask(NAME, GAME.visible(task), turns, solved, told)


def view_of(latent, word, *replies, history=()):
    visible = GAME.visible(Task(target_word=word))
    turns = play(word, *replies)
    history = in_order(*history)
    return SequenceView(latent, NAME, GAME, 10, len(history), visible, turns, history)


def in_order(*tasks):
    return tuple(evolve(task, index=place) for place, task in enumerate(tasks))


def play_sequences(registry, player, env_id, num_sequences):
    """Rewards and outcomes of seeds 0, 1, …; shape [sequences, N]."""
    env = make(env_id, registry=registry)
    rewards, solved = [], []
    for seed in range(num_sequences):
        env.reset(seed)
        while not env.done:
            env.step(player.act(env.view, env.truth, ANYTHING))
        rewards.append(env.rewards)
        solved.append([outcome.solved for outcome in env.trajectory.outcomes])
    return rewards, solved


# ------------------------------------------------------------------ clues


def test_clues():
    turns = play("paper", "[p]", "[x]", "[p]", "?", "[papal]", "[no]", "[papal]", f"[{'a' * 99}]")
    assert clue_of({"length": 5}, turns) == Clue("p_p__", "x", ("papal",))
    assert clue_of({"length": 3}, ()) == Clue("___")
    assert learned(finished("paper", "[x]")) == Clue("_____", "x")
    assert learned(finished("paper", "[x]", revealed=True)) == Clue("paper")
    assert learned(finished("paper", "[x]", "[paper]")) == Clue("paper")


@settings(max_examples=60)
@given(st.sampled_from(words("basic")), st.lists(st.sampled_from(FREQUENT_FIRST), max_size=6))
def test_words_fit_a_clue_if_they_would_have_answered_the_same(word, letters):
    replies = [f"[{letter}]" for letter in letters] + ["[angle]"]
    boards = [facts["board"] for facts in play(word, *replies)]
    clue = clue_of({"length": len(word)}, play(word, *replies))
    listed = lexicon("basic", len(word))
    fitting = {listed.words[index] for index in listed.fitting(clue)}
    alike = {
        other
        for other in listed.words
        if [facts["board"] for facts in play(other, *replies)] == boards
    }
    assert fitting == alike


# ------------------------------------------------------------------ inference


def told_of(clue):
    """A lost task that told a clue, or, if that is the whole word, a revealed one."""
    board, visible = clue.board, {"length": len(clue.board)}
    guesses = [("miss", each) for each in clue.absent] + [("wrong_word", w) for w in clue.wrong]
    turns = tuple({"board": board, "kind": kind, "guess": guess} for kind, guess in guesses)
    told = FinishedTask(NAME, visible, turns, False, None if "_" in board else {"word": board})
    assert learned(told) == clue
    return told


def law_after(latent, clues, length):
    """The law of a word of some length after tasks that told the clues."""
    upcoming = Upcoming(NAME, {"length": length}, len(clues), 10)
    return latent.foresee({NAME: GAME}, upcoming, in_order(*map(told_of, clues)))


def brute_posterior(latent, clues):
    """Bayes' theorem word by word."""
    weights = {}
    for value in latent.values():
        members = latent.members(GAME, value)
        if not members:
            continue
        weights[value] = 1.0
        for clue in clues:
            listed = lexicon("basic", len(clue.board))
            fitting = {listed.words[index] for index in listed.fitting(clue)}
            weights[value] *= sum(word in fitting for word in members) / len(members)
    return {value: weight / sum(weights.values()) for value, weight in weights.items()}


def brute_law(latent, clues):
    """The mixture of the values' own laws, word by word."""
    law = dict.fromkeys(words("basic"), 0.0)
    for value, weight in brute_posterior(latent, clues).items():
        members = latent.members(GAME, value)
        for word in members:
            law[word] += weight / len(members)
    return law


SHORT = (Clue("ra__", "e"), Clue("_____", "qz"), Clue("____", "", ("hand",)))
MIXED = (Clue("_______", "qz"), Clue("______", "", ("butter",)), Clue("________", "k"))


@pytest.mark.parametrize(
    ("latent", "clues"),
    [(Length(), SHORT), (VowelCount(), SHORT), (Ending(), MIXED), (Category(), SHORT + MIXED[:2])],
    ids=lambda each: getattr(each, "family", ""),
)
def test_the_posterior_and_the_law_are_exact(latent, clues):
    for known in range(len(clues) + 1):
        told = in_order(*map(told_of, clues[:known]))
        held = latent.beliefs({NAME: GAME}, {"length": 4}, told)
        posterior = brute_posterior(latent, clues[:known])
        assert dict(zip(held.values, held.probabilities, strict=True)) == pytest.approx(posterior)
        law = brute_law(latent, clues[:known])
        assert sum(law.values()) == pytest.approx(1)
        for length in range(1, 15):
            of_length = {word: law[word] for word in lexicon("basic", length).words}
            possible = {word: share for word, share in of_length.items() if share}
            total = math.fsum(possible.values())
            found = dict(law_after(latent, clues[:known], length).items())
            assert found == pytest.approx({w: share / total for w, share in possible.items()})


def test_a_revealed_word_decides():
    law = law_after(StartsWith(), [Clue("rain")], 4)
    assert sum(law.probabilities) == pytest.approx(1)
    assert {word[0] for word, _ in law.items()} == {"r"}
    assert {len(word) for word, _ in law.items()} == {4}
    assert law_after(StartsWith(), [Clue("rain"), Clue("snow")], 4).refuted
    assert law_after(StartsWith(), [Clue("zzzz")], 4).refuted


def test_bayes_does_not_know_the_value_of_a_preset():
    for word in ("information", "hand"):
        blank = Bayes().act(view_of(StartsWith(value="S"), word), None, ANYTHING)
        assert blank == Bayes().act(view_of(StartsWith(), word), None, ANYTHING)


# ------------------------------------------------------------------ what they guess


def test_blind_guesses_the_letter_of_most_words_or_the_last_word():
    three = [word for word in words("basic") if len(word) == 3]
    most = max(FREQUENT_FIRST, key=lambda letter: sum(letter in word for word in three))
    assert Blind().act(view_of(StartsWith(), "ant"), None, ANYTHING) == f"[{most.upper()}]"
    assert Blind().act(view_of(StartsWith(), "square", "[q]"), None, ANYTHING) == "[SQUARE]"


def test_the_oracle_names_the_only_word_of_z():
    view, truth = view_of(Ending(), "able"), Truth("ABLE", Task(target_word="able"))
    assert Oracle().act(view, truth, ANYTHING) == "[ABLE]"
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(view, None, ANYTHING)
    assert Oracle().act(view, Truth(None, Task(target_word="able")), ANYTHING) == "[ABLE]"


def test_bayes_learns_from_words_it_did_not_find():
    lost = finished("probable", "[b]", "[l]")
    view = view_of(Ending(), "able", history=[lost] * 3)
    assert Bayes().act(view, None, ANYTHING) == "[ABLE]"


def test_players_pass_over_a_word_that_their_family_cannot_explain():
    rain, snow = (finished(word, f"[{word}]") for word in ("rain", "snow"))
    view = view_of(StartsWith(), "hand", history=[rain, snow])
    only_rain = view_of(StartsWith(), "hand", history=[rain])
    assert Bayes().act(view, None, ANYTHING) == Bayes().act(only_rain, None, ANYTHING)
    truth = Truth("R", Task(target_word="rain"))
    assert Bayes().act(view, None, ANYTHING) == Oracle().act(view, truth, ANYTHING)
    assert Bayes().act(view, None, ANYTHING) != Blind().act(view, None, ANYTHING)


def test_players_fall_back_where_their_words_are_refuted():
    view = view_of(StartsWith(), "hand", "[h]", history=[finished("rain", "[rain]")])
    assert Bayes().act(view, None, ANYTHING) == Blind().act(view, None, ANYTHING)
    strange = view_of(StartsWith(), "zzyzx", "[e]", "[z]")
    for player in (Bayes(), Blind()):
        assert player.act(strange, None, ANYTHING) == "[T]"
    assert Oracle().act(strange, Truth("Z", Task(target_word="zzyzx")), ANYTHING) == "[T]"


def test_players_spell_the_word_where_words_are_no_guesses(registry):
    env_id = f"{NAME}/ending_ABLE/no_info/standard/ep2?env.word_guesses=false"
    for player in (Blind(), Bayes(), Oracle()):
        assert np.all(play_sequences(registry, player, env_id, 3)[1])


def test_simple_players():
    assert FixedOrder().act(view_of(StartsWith(), "hand", "[e]", "[a]"), None, ANYTHING) == "[T]"
    assert Looper().act(view_of(StartsWith(), "hand", "[e]"), None, ANYTHING) == "[E]"


def test_scripted_players_are_registered(registry):
    names = {"blind", "oracle", "bayes", "fixed_order", "looper"}
    found = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in found.items() if spec.privileged] == ["oracle"]
    assert construct(found["bayes"], {}) == Bayes()


# ------------------------------------------------------------------ what they earn

NO_CAP, TIGHT, WIDE = "turn_cap=false", "max_turns=6", "lives=10&env.max_turns=10"


@pytest.mark.parametrize(
    ("latent", "rules", "blind", "oracle"),
    [
        ("starts_with_S", NO_CAP, 0.93, 1.0),
        ("starts_with_S", TIGHT, 0.62, 0.81),
        ("starts_with_S", WIDE, 0.99, 1.0),
        ("has_double_letter", TIGHT, 0.80, 0.92),
        ("vowel_count_2", TIGHT, 0.72, 0.74),
        ("consonant_heavy", TIGHT, 0.68, 0.71),
        ("high_frequency_score", TIGHT, 0.78, 0.85),
        ("consonant_heavy", NO_CAP, 0.95, 0.97),
        ("ending_ABLE", NO_CAP, 1.0, 1.0),
    ],
)
def test_blind_and_oracle_win_as_often_as_published(registry, latent, rules, blind, oracle):
    env_id = f"{NAME}/{latent}/no_info/standard/ep10?env.{rules}"
    for player, expected in ((Blind(), blind), (Oracle(), oracle)):
        _, solved = play_sequences(registry, player, env_id, 20)
        won = [each for sequence in solved for each in sequence]
        # Both rates are simulated, with ties broken in different ways.
        error = math.sqrt(max(expected * (1 - expected), 0.01) * 2 / len(won))
        assert statistics.mean(won) == pytest.approx(expected, abs=3.5 * error + 0.005)


@pytest.mark.parametrize(
    ("env", "gain"),
    [
        ("vowel_count_0/full_info/information/ep10", 0.15),
        ("low_frequency_score/full_info/information/ep10", 0.10),
        ("ending_ABLE/full_info/standard/ep10?env.turn_penalty=0.1", 0.15),
        ("category/full_info/standard/ep10?env.lives=3", 0.15),
        ("cluster/full_info/information/ep10?env.lives=3", 0.15),
        ("category_weather/full_info/standard/ep10?env.pool=common&env.lives=4", 0.15),
        ("starts_with_S/full_info/standard/ep10", 0),
        ("consonant_heavy/full_info/standard/ep10?env.max_turns=6", 0),
        ("contains_J/full_info/information/ep10", 0),
        ("double_O/full_info/information/ep10", 0),
        ("easy_word/full_info/information/ep10", 0),
        ("all_words/full_info/information/ep10", 0),
        ("property/full_info/information/ep5?env.lives=4", 0),
    ],
)
def test_players_keep_their_order(registry, env, gain):
    env_id = f"{NAME}/{env}"
    blind, bayes, oracle = (
        np.sum(play_sequences(registry, player, env_id, 16)[0], axis=1)
        for player in (Blind(), Bayes(), Oracle())
    )
    assert bayes.mean() >= (1 + gain) * blind.mean() - slack(bayes - blind)
    assert oracle.mean() >= bayes.mean() - slack(oracle - bayes)


def slack(differences):
    """Three standard errors of a paired mean."""
    return 3 * differences.std(ddof=1) / math.sqrt(len(differences)) + 1e-9


def test_players_follow_the_part_whose_turn_it_is(registry):
    env_id = f"{NAME}/alternating/no_info/information/ep10?latent.of=cluster_th+vowel_count_0"
    hard = f"{env_id}&env.lives=3"
    blind, bayes, oracle = (
        np.sum(play_sequences(registry, player, hard, 20)[0], axis=1).mean()
        for player in (Blind(), Bayes(), Oracle())
    )
    assert blind + 1 < bayes <= oracle


def test_the_looper_is_stopped_by_the_cap(registry):
    env = make(f"{NAME}/no_E/no_info/standard/ep2", registry=registry)
    env.reset(0)
    turns = 0
    while not env.done:
        env.step(Looper().act(env.view, None, ANYTHING))
        turns += 1
    assert turns == 2 * GAME.max_turns
