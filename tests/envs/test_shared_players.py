"""Players under a latent that several games share: what it is worth to them."""

import asyncio
import math
import os
import random
import statistics
import subprocess
import sys
from functools import cache

import pytest
from attrs import evolve

import latentgym_core as lg
from latentgym_core.agents.agent_string import make_agent
from latentgym_envs.secretary.players.reference import Bayes, Forgetful

WORDS = "wordle+hangman+wordladder"
ROWS = "bandits+secretary"
RULES = "?hangman.lives=3&wordle.partial=none&wordle.turn_penalty=0.15"
WORD_FAMILIES = (
    *("shared_start", "shared_end", "shared_contains", "shared_letter_at", "shared_pattern"),
    "shared_category",
)
ROW_FAMILIES = ("shared_place", "shared_place_set", "shared_place_shift", "shared_place_cycle")
ALL = [(WORDS, each, "ep9", RULES) for each in WORD_FAMILIES]
ALL += [(ROWS, each, "ep10", "") for each in ROW_FAMILIES]


class OwnGameAlone(lg.Agent):
    """Hides from another agent the tasks of all games but the current one."""

    def __init__(self, inner):
        self.inner = inner

    async def reply(self, messages, context):
        view = context.view
        history = tuple(task for task in view.history if task.core_env_name == view.core_env_name)
        context = evolve(context, view=evolve(view, history=history))
        return await self.inner.reply(messages, context)


@cache
def rewards(env_id, player, num_sequences=40, own_game_alone=False):
    """Rewards of seeds 0, 1, …; shape [sequences, N]."""
    env = lg.make(env_id)
    agent = make_agent(f"scripted/{player}", tuple(env.environment.core_envs))
    agent = OwnGameAlone(agent) if own_game_alone else agent
    played = []
    for seed in range(num_sequences):
        env.reset(seed)
        trajectory = asyncio.run(lg.play(env, agent, session=str(seed)))
        assert trajectory.error is None
        played.append(trajectory.rewards)
    return played


def gain(better, worse, places=slice(None)):
    """Paired difference of the summed rewards of some tasks: the ends of its 95 % interval."""
    each = [sum(one[places]) - sum(other[places]) for one, other in zip(better, worse, strict=True)]
    mean, half = statistics.mean(each), 1.96 * statistics.stdev(each) / math.sqrt(len(each))
    return mean - half, mean + half


def assert_in_order(env_id, num_sequences=40):
    """Who knows more earns more: oracle >= Bayes > blind."""
    blind, bayes, oracle = (
        rewards(env_id, player, num_sequences) for player in ("blind", "bayes", "oracle")
    )
    assert gain(bayes, blind)[0] > 0
    assert gain(oracle, bayes)[1] >= 0


@pytest.mark.parametrize("feedback", ["information", "standard"])
@pytest.mark.parametrize(("games", "family", "horizon", "rules"), ALL)
def test_the_more_a_player_knows_the_more_it_earns(games, family, horizon, rules, feedback):
    assert_in_order(f"{games}/{family}/full_info/{feedback}/{horizon}{rules}")


@pytest.mark.parametrize(
    ("games", "horizon", "latent"),
    [
        (WORDS, "ep12", "alternating?latent.of=shared_start+shared_end"),
        (WORDS, "ep12", "cyclic?latent.of=shared_start+shared_category+shared_contains"),
        (WORDS, "ep12", "progressive?latent.of=shared_end+shared_pattern"),
        (ROWS, "ep12", "alternating?latent.of=shared_place+shared_place_first"),
        (ROWS, "ep12", "cyclic?latent.of=shared_place+shared_place_shift+shared_place_cycle"),
        (ROWS, "ep12", "progressive?latent.of=shared_place+shared_place_set"),
    ],
)
def test_combinators_work_over_shared_latents(games, horizon, latent):
    name, _, of = latent.partition("?")
    rules = f"{RULES}&" if games == WORDS else "?"
    assert_in_order(f"{games}/{name}/full_info/information/{horizon}{rules}{of}", 25)


def test_a_single_game_may_have_a_shared_latent_too():
    assert_in_order("hangman/shared_end_K/full_info/information/ep6?env.lives=3", 20)
    assert_in_order("secretary/shared_place_set/full_info/information/ep6", 20)


PRINT_TRAJECTORIES = """
import asyncio, sys
import latentgym_core as lg
from latentgym_core.records.jsonl import to_line

for env_id in sys.argv[1:]:
    env = lg.make(env_id)
    agent = lg.make_agent("scripted/bayes", tuple(env.environment.core_envs))
    for seed in range(3):
        env.reset(seed)
        sys.stdout.write(to_line(asyncio.run(lg.play(env, agent, session=str(seed)))))
"""


def test_the_same_seed_gives_the_same_bytes_in_every_process():
    ids = [f"{WORDS}/shared_category/full_info/standard/ep6{RULES}", f"{ROWS}/shared_place_set"]

    def printed(hash_seed):
        command = [sys.executable, "-c", PRINT_TRAJECTORIES, *ids]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    one = printed("1")
    assert one == printed("2")
    assert one.count(b"\n") == 6


# ------------------------------------------------------------------ evidence crosses games


@pytest.mark.parametrize("family", ["shared_start", "shared_end", "shared_category"])
def test_what_was_learned_in_wordle_helps_in_the_first_hangman_task(family):
    """Tasks of wordle, then tasks of hangman, for a player that may remember the former or not."""
    rules = f"{RULES.replace('lives=3', 'lives=2')}&sequence.schedule=blocks"
    env_id = f"wordle+hangman/{family}/full_info/information/ep6{rules}"
    blind, bayes = (rewards(env_id, player, 60) for player in ("blind", "bayes"))
    forgetful = rewards(env_id, "bayes", 60, own_game_alone=True)
    first_of_hangman = slice(3, 4)
    assert gain(bayes, blind, first_of_hangman)[0] > 0.05
    assert gain(bayes, forgetful, first_of_hangman)[0] > 0.05
    assert [row[:3] for row in bayes] == [row[:3] for row in forgetful]


@pytest.mark.parametrize("order", [ROWS, "secretary+bandits"])
@pytest.mark.parametrize("latent", ["shared_place", "shared_place_shift"])
def test_what_was_learned_in_one_row_helps_in_the_first_row_of_the_other_game(order, latent):
    env_id = f"{order}/{latent}/full_info/information/ep6?sequence.schedule=blocks"
    bayes, forgetful = (rewards(env_id, "bayes", 100, alone) for alone in (False, True))
    assert gain(bayes, forgetful, slice(3, 4))[0] > 0.05
    assert [row[:3] for row in bayes] == [row[:3] for row in forgetful]


def test_the_forgetful_secretary_forgets_other_games_too():
    env = lg.make("bandits+secretary/shared_place/no_info/information/ep2")
    for seed in range(30):
        env.reset(seed)
        env.step("[select red]")
        alone = evolve(env.view, history=())
        moves = [
            player.act(view, None, random.Random(0))
            for player, view in ((Forgetful(), env.view), (Bayes(), alone))
        ]
        assert moves[0] == moves[1]


# ------------------------------------------------------------------ what players are not told


def test_bayes_does_not_know_the_value_of_a_preset():
    env = lg.make("hangman+wordle/shared_start_S/no_info/standard/ep2")
    player = make_agent("scripted/bayes", ("wordle", "hangman")).players["hangman"]
    for seed in range(5):
        env.reset(seed)
        open_family = evolve(env.view, latent=evolve(env.view.latent, value=None))
        told, not_told = (
            player.act(view, None, random.Random(0)) for view in (env.view, open_family)
        )
        assert told == not_told


def test_an_oracle_needs_no_press_and_no_look():
    env_id = f"{ROWS}/shared_place_cycle/oracle_info/standard/ep10"
    assert {reward for row in rewards(env_id, "oracle", 10) for reward in row} == {0.985, 1.0}


def test_rewards_can_be_normalised():
    plain = f"{ROWS}/shared_place/full_info/information/ep4"
    registry = lg.load_registry()
    scales = tuple(registry.core_env(name).spec.reward_scale for name in ROWS.split("+"))
    raw, paid = (
        rewards(f"{plain}{tail}", "bayes", 5) for tail in ("", "?sequence.rewards=normalised")
    )
    for one, other in zip(raw, paid, strict=True):
        assert [r / s for r, s in zip(one, scales * 2, strict=True)] == pytest.approx(other)
