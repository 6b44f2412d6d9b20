"""What LatentGym infers about this game by itself: the plugin brings no beliefs of its own."""

import asyncio
import math

import pytest

from latentgym_core import SequenceEnv, build_environment, load_registry, make_agent, play
from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.spaces import Space
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_maze.latents import WanderingExit


def _analyse(env_id: str, player: str, seed: int) -> SequenceAnalysis:
    registry = load_registry()
    env = SequenceEnv(build_environment(registry.complete(env_id)))
    env.reset(seed)
    agent = make_agent(f"scripted/{player}", ("maze",))
    trajectory = asyncio.run(play(env, agent, session=str(seed)))
    return analyse(trajectory, setting_for(trajectory, registry, Space()))


@pytest.mark.parametrize(
    ("latent", "values", "needed"), [("same_exit", 8, 1), ("rotating_exit", 8 * 7, 2)]
)
@pytest.mark.parametrize("player", ["blind", "bayes"])
def test_exits_tell_the_plan(latent: str, values: int, needed: int, player: str) -> None:
    """Every exit that is found leaves the plans that put it there."""
    analysis = _analyse(f"maze/{latent}/no_info/standard/ep4", player, seed=0)
    assert (analysis.method, analysis.reason) == ("exact", "")
    assert analysis.prior_entropy == pytest.approx(math.log2(values))
    assert analysis.identified_at == needed
    assert analysis.tasks[0].information == pytest.approx(3)
    assert sum(task.information for task in analysis.tasks) == pytest.approx(math.log2(values))
    assert analysis.tasks[-1].log2_prob_z == pytest.approx(0, abs=1e-9)


def test_plans_do_not_depend_on_earlier_mazes() -> None:
    """So that a task that became known needs no memory."""
    assert not WanderingExit().uses_history


def test_players_are_told_apart() -> None:
    """The plugin's own players are the references, and their judgements the history use."""
    env_id, players = "maze/same_exit/no_info/standard/ep5", ("blind", "bayes")
    blind, bayes = ([_analyse(env_id, player, seed) for seed in range(3)] for player in players)
    assert [analysis.history_use for analysis in blind] == [0, 0, 0]
    assert [analysis.history_use for analysis in bayes] == [1, 1, 1]
    for task in (task for analysis in bayes for task in analysis.tasks):
        assert task.exploitation_gap == 0
        assert task.oracle >= 0
    assert sum(task.blind < task.bayes for analysis in bayes for task in analysis.tasks[1:]) > 6
