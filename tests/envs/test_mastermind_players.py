"""Scripted players: published means exactly, inference against a plain calculation, order."""

import math
import random
import statistics

import numpy as np
import pytest
from attrs import evolve

import latentgym_core as lg
from latentgym_core import plugin as core_plugin
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.combinators import FixedList
from latentgym_core.families.strand import current_strand
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.common.search import most_answers, most_information
from latentgym_envs.mastermind.clues import known_moves
from latentgym_envs.mastermind.codes import all_codes, count_pegs
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.latents.places import FirstIs, Order
from latentgym_envs.mastermind.players.catalogue import law_of_catalogue
from latentgym_envs.mastermind.players.reference import (
    Bayes,
    Blind,
    Catalogue,
    Consistent,
    Oracle,
    Quoting,
)
from latentgym_envs.mastermind.space import build_space
from latentgym_envs.mastermind.specs import LATENTS

NAME = "mastermind"
GAME = Mastermind()
REPEATS = Mastermind(duplicates_allowed=True)
SPECS = {spec.name: spec for spec in LATENTS}
PENALTY = "env.turn_penalty=0.1&env.partial=none"
WITH_REPEATS = "env.duplicates_allowed=true"


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


@pytest.fixture(scope="module")
def players():
    """Shared, so that decision trees are worked out once."""
    return {"blind": Blind(), "catalogue": Catalogue(), "bayes": Bayes(), "oracle": Oracle()}


@pytest.fixture(scope="module")
def space():
    return build_space((4, 6, False))


def latent_of(name):
    return construct(SPECS[name], SPECS[name].params)


def view_of(latent, task, turns=(), history=(), game=GAME):
    visible, history = game.visible(task), in_order(*history)
    return SequenceView(latent, NAME, game, 10, len(history), visible, tuple(turns), history)


def in_order(*tasks):
    return tuple(evolve(task, index=place) for place, task in enumerate(tasks))


def upcoming(index, game=GAME):
    visible = game.visible(game.sample_task(random.Random(0)))
    return Upcoming(NAME, visible, index, 10)


def play_task(player, latent, task, z=None, history=(), game=GAME):
    """Reward and facts of one task."""
    state, _ = game.start(task, 0)
    turns = []
    while True:
        view = view_of(latent, task, turns, history, game)
        reply = player.act(view, Truth(z, task), random.Random(len(turns)))
        state, result = game.step(state, reply)
        turns.append(result.facts)
        if result.done:
            return result.reward, turns


def play_sequences(registry, player, env_id, num_sequences=24):
    """Task rewards and turns of seeds 0, 1, …; each of shape [sequences, N]."""
    env = lg.make(env_id, registry=registry)
    rewards, turns = [], []
    for seed in range(num_sequences):
        env.reset(seed)
        while not env.done:
            env.step(player.act(env.view, env.truth, random.Random(seed)))
        rewards.append(env.rewards)
        turns.append([outcome.turns for outcome in env.trajectory.outcomes])
    return np.array(rewards), np.array(turns)


def mean_turns(player, latent, game=GAME):
    """Exact mean over the codes of a preset."""
    codes = latent.members(game, latent.value)
    plays = [play_task(player, latent, game.task(code), latent.value, game=game) for code in codes]
    assert all(reward == 1 for reward, _ in plays)
    return statistics.mean(len(turns) for _, turns in plays)


# ------------------------------------------------------------------ published means

SIMULATED = {
    "ascending": (2.67, 2.40),
    "consecutive": (3.99, 3.54),
    "mixed_parity": (4.06, 4.06),
    "sum_divisible_by_3": (4.06, 3.68),
    "no_extremes": (4.38, 3.58),
    "sum_low": (3.58, 3.58),
}


@pytest.mark.parametrize(("name", "published"), SIMULATED.items())
def test_blind_takes_the_published_turns_and_the_oracle_no_more(players, name, published):
    latent = latent_of(name)
    blind, oracle = published
    assert mean_turns(players["blind"], latent) == pytest.approx(blind, abs=0.006)
    assert oracle - 0.05 <= mean_turns(players["oracle"], latent) < oracle + 0.005


def test_means_over_the_first_digits(players):
    latents = [latent_of(f"first_is_{digit}") for digit in range(1, 7)]
    blind = statistics.mean(mean_turns(players["blind"], latent) for latent in latents)
    assert blind == pytest.approx(4.06, abs=0.01)  # each code once
    assert mean_turns(players["blind"], latents[2]) == pytest.approx(4.12, abs=0.006)
    for latent in latents:
        assert 3.25 <= mean_turns(players["oracle"], latent) <= 3.285


@pytest.mark.parametrize(("name", "published"), SIMULATED.items())
def test_the_simulated_oracle_is_the_blind_rule_among_the_codes_of_z(space, name, published):
    latent = latent_of(name)
    members = [
        place for place, code in enumerate(space.guesses) if latent.accepts(code, latent.value)
    ]

    def total(left):
        """Turns over all codes that are left."""
        guess = most_answers(space, left)
        answers = space.table([guess], left)[0]
        others = [left[answers == each] for each in np.unique(answers) if each != 20]
        return len(left) + sum(total(each) for each in others)

    assert total(np.array(members)) / len(members) == pytest.approx(published[1], abs=0.006)


# ------------------------------------------------------------------ order


@pytest.mark.parametrize(
    "env_id",
    [
        f"{latent}/full_info/{feedback}/ep10?{tail}"
        for latent, feedback, tail in (
            ("mastermind/descending", "standard", PENALTY),
            ("mastermind/consecutive", "information", PENALTY),
            ("mastermind/first_is_5", "standard", PENALTY),
            ("mastermind/sum_low", "standard", PENALTY),
            ("mastermind/has_extreme", "standard", PENALTY),
            ("mastermind/mixed_parity", "standard", PENALTY),
            ("mastermind/contains_4", "information", PENALTY),
            ("mastermind/order", "standard", PENALTY),
            ("mastermind/first_is", "standard", PENALTY),
            ("mastermind/palindrome", "standard", f"{PENALTY}&{WITH_REPEATS}"),
            ("mastermind/all_prime", "information", f"{PENALTY}&{WITH_REPEATS}"),
            ("mastermind/shape", "standard", f"{PENALTY}&{WITH_REPEATS}"),
            ("mastermind/no_6", "standard", "env.max_turns=3"),
            ("mastermind/cyclic", "standard", f"latent.of=descending+last_is_4&{PENALTY}"),
        )
    ],
)
def test_oracle_bayes_and_blind_keep_their_order(registry, players, env_id):
    totals = {
        name: play_sequences(registry, players[name], env_id)[0].sum(axis=1)
        for name in ("blind", "bayes", "oracle")
    }
    for better, worse in (("oracle", "bayes"), ("bayes", "blind")):
        gains = totals[better] - totals[worse]
        error = gains.std(ddof=1) / math.sqrt(len(gains))
        assert gains.mean() >= -2 * error - 1e-9, (better, worse, gains.mean(), error)


@pytest.mark.parametrize(
    ("env_id", "least"),
    [
        (f"mastermind/descending/full_info/standard/ep10?{PENALTY}", 0.30),
        (f"mastermind/order/full_info/standard/ep10?{PENALTY}", 0.10),
        (f"mastermind/palindrome/full_info/standard/ep10?{PENALTY}&{WITH_REPEATS}", 0.15),
        (f"mastermind/all_prime/full_info/standard/ep10?{PENALTY}&{WITH_REPEATS}", 0.20),
    ],
)
def test_inference_pays(registry, players, env_id, least):
    blind, catalogue, bayes = (
        play_sequences(registry, players[name], env_id)[0].sum(axis=1).mean()
        for name in ("blind", "catalogue", "bayes")
    )
    assert bayes / blind - 1 > least
    assert catalogue / blind - 1 > least


def test_everybody_finds_every_code_under_the_published_rules(registry, players):
    env_id = f"{NAME}/last_is_2/no_info/information/ep10?env.pick=first&env.partial=last"
    for player in (*players.values(), Consistent()):
        assert (play_sequences(registry, player, env_id, 5)[0] == 1).all()


# ------------------------------------------------------------------ inference


def finished(task, *replies, revealed=False, game=GAME):
    state, _ = game.start(task, 0)
    turns = []
    for reply in replies:
        state, result = game.step(state, reply)
        turns.append(result.facts)
    told = game.revealed(task) if revealed else None
    return FinishedTask(NAME, game.visible(task), tuple(turns), state.solved, told)


def test_inference_agrees_with_counting(space):
    """Bayes' rule by hand for one open family and tasks known to different degrees."""
    latent = FirstIs()
    tasks = [GAME.task((2, 4, 1, 6)), GAME.task((2, 1, 3, 5)), GAME.task((2, 6, 5, 4))]
    history = (
        finished(tasks[0], "[1 2 3 4]", "?", "[2 3 5 6]"),
        finished(tasks[1], "[3 2 1 4]"),
        finished(tasks[2], revealed=False),
    )
    asked = [[(1, 2, 3, 4), (2, 3, 5, 6)], [(3, 2, 1, 4)], []]
    weights = []
    for digit in range(1, 7):
        codes = [code for code in space.guesses if code[0] == digit]
        chance = 1.0
        for task, guesses in zip(tasks, asked, strict=True):
            fits = sum(
                all(count_pegs(g, code) == count_pegs(g, task.secret_code) for g in guesses)
                for code in codes
            )
            chance *= fits / len(codes)
        weights.append(chance)
    posterior = [each / sum(weights) for each in weights]
    held = latent.beliefs({NAME: GAME}, history[0].visible, in_order(*history))
    assert list(held.values) == list(range(1, 7))
    assert list(held.probabilities) == pytest.approx(posterior)
    expected = latent.foresee({NAME: GAME}, upcoming(3), in_order(*history))
    by_digit = [sum(p for code, p in expected.items() if code[0] == d) for d in range(1, 7)]
    assert by_digit == pytest.approx(posterior)
    for digit, share in enumerate(posterior, start=1):
        alike = [p for code, p in expected.items() if code[0] == digit]
        assert alike == pytest.approx([share / 60] * (60 if share else 0))
    assert max(weights) == weights[1]


@pytest.mark.parametrize("revealed", [True, False])
def test_a_known_code_is_known_however_it_was_learned(revealed):
    task = GAME.task((6, 5, 2, 1))
    replies = ["[1 2 3 4]"] if revealed else ["[1 2 3 4]", "[6 5 2 1]"]
    known = finished(task, *replies, revealed=revealed)
    assert known_moves(known) == ((task.secret_code, 4, 0),)
    law = Order().foresee({NAME: GAME}, upcoming(1), (known,))
    possible = [code for code, _ in law.items()]
    assert len(possible) == 15
    assert all(sorted(code)[::-1] == list(code) for code in possible)


@pytest.mark.parametrize(
    ("one", "other", "game"),
    [
        ("first_is_1", "first_is_6", GAME),
        ("sum_even", "sum_odd", GAME),
        ("palindrome", "alternating", REPEATS),
    ],
)
def test_what_is_held_possible_does_not_depend_on_the_hidden_value(one, other, game):
    lost = finished(game.task((1, 5, 5, 1) if game is REPEATS else (1, 5, 4, 2)), "[1 2 3 4]")
    for history in ((), (lost,)):
        views = [
            view_of(latent_of(name), game.task((1, 2, 3, 4)), history=history, game=game)
            for name in (one, other)
        ]
        left, right = (current_strand(view).inferred() for view in views)
        assert not left.refuted
        assert list(left.values) == list(right.values)
        assert (left.probabilities == right.probabilities).all()
        answers = {Catalogue().act(view, None, random.Random(0)) for view in views}
        assert len(answers) == 1


@pytest.mark.parametrize(("game", "least"), [(GAME, 30), (REPEATS, 50)])
def test_the_catalogue_holds_every_published_set_of_codes_possible_once(game, least):
    codes = list(game.codes())
    presets = [construct(spec, spec.params) for spec in LATENTS if spec.preset]
    fitting = {frozenset(each.members(game, each.value)) for each in presets}
    rules = {frozenset(codes), *fitting} - {frozenset()}
    assert len(rules) > least
    task = game.task((5, 4, 2, 1))
    history = in_order(finished(task, "[1 2 3 4]"), finished(game.task((6, 4, 3, 1)), "[6 4 3 1]"))
    left = [
        {code for code in codes if count_pegs((1, 2, 3, 4), code) == (0, 3)},
        {(6, 4, 3, 1)},
    ]
    assert task.secret_code in left[0] != set(codes)
    for known in range(3):
        weights = {
            rule: math.prod(len(rule & fits) / len(rule) for fits in left[:known]) for rule in rules
        }
        total = math.fsum(weights.values())
        law = dict(law_of_catalogue(game, history[:known]).items())
        assert sum(law.values()) == pytest.approx(1)
        for code in codes:
            by_hand = math.fsum(w / len(rule) for rule, w in weights.items() if code in rule)
            assert law.get(code, 0.0) == pytest.approx(by_hand / total)


def test_bayes_passes_over_a_code_that_its_family_cannot_explain():
    ascending, neither = (
        finished(GAME.task(code), revealed=True) for code in ((1, 2, 3, 4), (4, 2, 3, 1))
    )
    view = view_of(Order(), GAME.task((1, 2, 5, 6)), history=(ascending, neither))
    law = dict(current_strand(view).inferred().items())
    assert len(law) == 15
    assert all(sorted(code) == list(code) for code in law)


def test_bayes_goes_on_where_every_law_is_refuted():
    history = (finished(GAME.task((1, 2, 3, 4)), revealed=True),)
    told = finished(GAME.task((6, 5, 4, 2)), "[6 5 4 3]")
    view = view_of(Order(), GAME.task((6, 5, 4, 2)), told.turns, history)
    assert current_strand(view).inferred(with_turns=True).refuted
    assert Bayes().act(view, None, random.Random(0)) == Blind().act(view, None, random.Random(0))


def test_on_the_last_turn_the_most_probable_code_is_guessed():
    task = Mastermind(max_turns=1).task((6, 5, 4, 1))
    history = tuple(
        finished(GAME.task(code), revealed=True) for code in ((6, 5, 4, 3), (5, 4, 3, 1))
    )
    view = view_of(Order(), task, history=history)
    assert Bayes().act(view, None, random.Random(0)) == "[4 3 2 1]"


def test_a_guess_that_cannot_be_right_may_tell_more():
    space = build_space((4, 6, True))
    palindromes = np.array([i for i, code in enumerate(space.guesses) if code == code[::-1]])
    weights = np.ones(len(palindromes))
    telling = most_information(space, palindromes, weights)
    assert telling != telling[::-1]
    second = space.guesses[palindromes[1]]
    assert most_information(space, palindromes[:2], np.array([1.0, 3.0])) == second
    candidate = most_answers(space, palindromes)
    assert candidate == candidate[::-1]


def test_large_spaces_are_thinned_out():
    game = Mastermind(code_length=5, num_numbers=8, duplicates_allowed=True)
    space = build_space((5, 8, True))
    assert len(space.guesses) == 8**5
    task = game.task((8, 2, 8, 5, 1))
    reward, turns = play_task(Blind(), FirstIs(), task, game=game)
    assert reward == 1
    assert all(facts["valid"] for facts in turns)


# ------------------------------------------------------------------ spaces


@pytest.mark.parametrize("shape", [(3, 5, False), (3, 4, True)])
def test_tables_hold_the_pegs(shape):
    length, numbers, repeats = shape
    space = build_space(shape)
    everything = np.arange(len(space.guesses))
    table = space.table(space.guesses, everything)
    assert (table == space.answers(everything, everything)).all()
    for i, guess in enumerate(all_codes(length, numbers, duplicates_allowed=repeats)):
        for j, code in enumerate(space.guesses):
            assert table[i, j] == space.answer(*count_pegs(guess, code))
            assert table[i, j] < space.num_answers


# ------------------------------------------------------------------ the others


def test_quoting_costs_everything_where_the_first_guess_counts(registry):
    for pick, kinds in (("last", {"scored", "correct"}), ("first", {"scored", "repeat"})):
        game = Mastermind(pick=pick)
        _, turns = play_task(Quoting(), FirstIs(), game.task((6, 5, 4, 3)), game=game)
        assert {facts["kind"] for facts in turns} == kinds


def test_the_random_player_guesses_consistent_codes():
    task = GAME.task((6, 5, 4, 3))
    _, turns = play_task(Consistent(), FirstIs(), task)
    guesses = [tuple(facts["guess"]) for facts in turns]
    for later in range(1, len(guesses)):
        for guess in guesses[:later]:
            answer = count_pegs(guess, task.secret_code)
            assert count_pegs(guess, guesses[later]) == answer


def test_an_oracle_without_the_truth_says_so():
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(view_of(Order(), GAME.task((1, 2, 3, 4))), None, random.Random(0))


@pytest.mark.parametrize("latent", [Order(), FixedList(tasks=[{"secret_code": [1, 3, 5, 6]}])])
def test_an_oracle_without_z_knows_the_code(latent):
    _, turns = play_task(Oracle(), latent, GAME.task((3, 1, 2, 6)), z=None)
    assert len(turns) == 1


def test_bayes_says_so_where_nobody_knows_the_law_and_the_catalogue_plays():
    latent, task = FixedList(tasks=[{"secret_code": [1, 3, 5, 6]}]), GAME.task((3, 1, 2, 6))
    with pytest.raises(AgentError, match="offers no exact law"):
        Bayes().act(view_of(latent, task), None, random.Random(0))
    reward, _ = play_task(Catalogue(), latent, task)
    assert reward == 1


def test_scripted_players_are_registered(registry):
    names = ("blind", "oracle", "bayes", "catalogue", "random", "quoting")
    specs = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in specs.items() if spec.privileged] == ["oracle"]
    kinds = [type(construct(spec, {})) for spec in specs.values()]
    assert kinds == [Blind, Oracle, Bayes, Catalogue, Consistent, Quoting]
