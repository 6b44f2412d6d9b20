"""Scripted players: the published simulated means, and the order of what they know."""

import math
import random
import statistics

import pytest
from attrs import evolve

from latentgym_core import make
from latentgym_core import plugin as core_plugin
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.constant import FixedIndex
from latentgym_envs.bandits.latents.index_driven import Cycle
from latentgym_envs.bandits.latents.subsets import Payoff
from latentgym_envs.bandits.players.reference import Bayes, Blind, Oracle, RoundRobin, Thorough
from latentgym_envs.bandits.task import Task

NAME = "bandits"
GAME = Bandits()
SURE = Task(probabilities=(0.0, 1.0, 0.0, 0.0, 0.0), buttons=GAME.buttons)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, envs_plugin])


def view_of(latent, task, turns=(), history=(), game=GAME):
    visible = game.visible(task)
    return SequenceView(latent, NAME, game, 10, len(history), visible, tuple(turns), tuple(history))


def play_task(player, latent, task, z=None, game=GAME):
    """Replies and last result of one task."""
    state, _ = game.start(task, 0)
    turns, replies = [], []
    while True:
        view = view_of(latent, task, turns, game=game)
        replies.append(player.act(view, Truth(z, task), random.Random(0)))
        state, result = game.step(state, replies[-1])
        turns.append(result.facts)
        if result.done:
            return replies, result


def totals(registry, player, latent, number, feedback="standard", parameters=""):
    """Total reward of ten tasks for seeds 0, 1, …; shape [number]."""
    env = make(f"{NAME}/{latent}/no_info/{feedback}/ep10{parameters}", registry=registry)
    earned = []
    for seed in range(number):
        env.reset(seed)
        while not env.done:
            env.step(player.act(env.view, env.truth, random.Random(seed)))
        earned.append(sum(env.rewards))
    return earned


def error(values):
    return statistics.stdev(values) / math.sqrt(len(values))


@pytest.mark.parametrize(
    ("player", "latent", "published"),
    [
        (RoundRobin(presses=3), "cold_hand", 4.64),
        (RoundRobin(presses=4), "cold_hand", 4.67),
        (Blind(), "cold_hand", 6.40),
        (Blind(), "top_two_fixed", 5.53),
        (Oracle(), "bottom_excluded", 6.88),
        (Oracle(), "even_indices_only", 7.48),
        (Oracle(), "binary_switch_0_1", 8.17),
        (Oracle(), "top_two_fixed", 6.71),
        (Oracle(), "one_hot", 9.43),
    ],
)
def test_published_means(registry, player, latent, published):
    earned = totals(registry, player, latent, 60)
    # The published rules of stopping differ a little, and their means are simulated.
    assert statistics.mean(earned) == pytest.approx(published, abs=4 * error(earned) + 0.1)


@pytest.mark.parametrize(
    "latent",
    [
        *("loyal_favorite_3", "clockwise_rotation", "skip_3", "ping_pong", "cycle_length_5"),
        *("swap_top_two", "fibonacci", "same_ranking", "fixed_probabilities"),
    ],
)
def test_an_oracle_that_knows_the_button_needs_one_turn(registry, latent):
    assert totals(registry, Oracle(), latent, 3) == pytest.approx([9.85] * 3)


@pytest.mark.parametrize(
    ("latent", "feedback", "gain"),
    [
        ("loyal_favorite_2", "standard", 0.25),
        ("skip_2", "information", 0.25),
        ("swap_top_two", "standard", 0.25),
        ("same_ranking", "standard", 0.25),
        ("fixed_probabilities", "standard", 0.25),
        ("triangular", "information", 0.25),
        ("shadow", "information", 0.25),
        ("prime_indices", "standard", 0.02),
        ("top_two_fixed", "information", 0.02),
        ("hot_hand", "standard", 0.02),
        ("bottom_excluded", "standard", -0.05),
        ("cold_hand", "standard", -0.05),
        ("one_hot", "standard", 0.04),
    ],
)
def test_knowing_more_earns_more(registry, latent, feedback, gain):
    players = (Blind(), Bayes(), Oracle())
    blind, bayes, oracle = (totals(registry, each, latent, 30, feedback) for each in players)
    for less, more in ((blind, bayes), (bayes, oracle)):
        gains = [b - a for a, b in zip(less, more, strict=True)]
        assert statistics.mean(gains) >= -2 * error(gains) - 1e-9
    assert sum(bayes) / sum(blind) - 1 >= gain


@pytest.mark.parametrize(
    "latent", ["alternating?latent.of=skip_2+loyal_favorite_1", "fixed_index?env.buttons=8"]
)
def test_players_follow_combinators_and_rules(registry, latent):
    name, _, parameters = latent.partition("?")
    blind, bayes, oracle = (
        statistics.mean(totals(registry, each, name, 15, "information", f"?{parameters}"))
        for each in (Blind(), Bayes(), Oracle())
    )
    assert blind + 1 < bayes < oracle
    assert oracle == pytest.approx(9.85)


def test_bayes_does_not_look_at_a_fixed_z():
    for task in (SURE, GAME.sample_task(random.Random(1))):
        one, other = (play_task(Bayes(), FixedIndex(index=index), task)[0] for index in (None, 1))
        assert one == other


def test_players_choose_when_sure_and_press_before():
    replies, result = play_task(Blind(), FixedIndex(), SURE)
    assert replies[-1] == "[select blue]"
    assert result.solved
    assert "[blue]" in replies[:-1]
    assert not any("select" in reply for reply in replies[:-1])
    assert play_task(Oracle(), FixedIndex(), SURE, z=1)[0] == ["[select blue]"]


def test_players_favour_no_button():
    rng = random.Random(0)
    openings = {Blind().act(view_of(FixedIndex(), SURE), None, rng) for _ in range(100)}
    assert openings == {f"[{button}]" for button in GAME.buttons}


def test_players_end_in_time():
    unsure = Task(probabilities=(0.5,) * 5, buttons=GAME.buttons, max_turns=4)
    for player in (Blind(), RoundRobin()):
        replies, _ = play_task(player, FixedIndex(), unsure)
        assert [reply.startswith("[select") for reply in replies] == [False, False, False, True]
        hidden = Bandits(budget_notice="replaces")
        assert len(play_task(player, FixedIndex(), unsure, game=hidden)[0]) == 3
        pressing = Bandits(final_press_only=True)
        replies, result = play_task(player, FixedIndex(), unsure, game=pressing)
        assert not any("select" in reply for reply in replies)
        assert result.facts["kind"] == "select"


def test_bayes_falls_back_on_the_usual_rates_where_its_law_is_refuted():
    red, blue = ({"outcome": 1, "button": button} for button in ("red", "blue"))
    view = view_of(Payoff(), SURE, [red, red, blue])  # under Payoff() only one button ever pays
    assert Bayes().act(view, None, random.Random(0)) == "[red]"


def test_bayes_says_so_where_there_is_no_law():
    buttons = tuple("abcdefgh")
    view = evolve(view_of(Cycle(), SURE, []), core_env=Bandits(buttons=buttons))
    view = evolve(
        view, visible={**view.visible, "buttons": list(buttons)}, core_envs={NAME: view.core_env}
    )
    with pytest.raises(AgentError, match="cycle offers no exact law"):
        Bayes().act(view, None, random.Random(0))


def test_where_waiting_is_dear_bayes_guesses_and_the_thorough_player_finds_out(registry):
    """Six buttons of which one pays always; 0.4 a reply. The expectations are exact."""
    parameters = (
        "?env.buttons=6&env.max_turns=6&env.decay=0.4"
        "&env.best_low=1.0&env.best_high=1.0&env.other_low=0.0&env.other_high=0.0"
    )
    bayes, thorough = (
        totals(registry, player, "fixed_index", 60, parameters=parameters)
        for player in (Bayes(), Thorough())
    )
    # Guessing takes one of six buttons away per task: 0.6 (1 + 2 + ... + 6 + 4 x 6) / 6 in ten.
    assert statistics.mean(bayes) == pytest.approx(4.5, abs=3 * statistics.stdev(bayes) / 60**0.5)
    # Pressing finds it in task 1, where only a first press that pays is worth 1 - 2 x 0.4.
    assert statistics.mean(thorough) == pytest.approx(9 * 0.6 + 0.2 / 6, abs=0.05)


def test_an_oracle_without_the_truth_says_so():
    with pytest.raises(AgentError, match="truth"):
        Oracle().act(view_of(FixedIndex(), SURE), None, random.Random(0))


def test_an_oracle_without_z_knows_the_button():
    replies, _ = play_task(Oracle(), FixedIndex(), SURE, z=None)
    assert replies == ["[select blue]"]


def test_scripted_players_are_registered(registry):
    names = ("round_robin", "blind", "oracle", "bayes", "thorough")
    specs = {name: registry.agent(f"scripted/{name}", (NAME,)).spec for name in names}
    assert [name for name, spec in specs.items() if spec.privileged] == ["oracle"]
    players = [construct(spec, {}) for spec in specs.values()]
    assert players == [RoundRobin(), Blind(), Oracle(), Bayes(), Thorough()]
