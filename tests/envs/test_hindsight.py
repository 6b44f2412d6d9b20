"""Oracles of sequences whose z is not recorded: the Bayes player that was shown every task."""

import random

import pytest
from attrs import evolve

from latentgym_core.inference.analysis import analyse, setting_for
from latentgym_core.inference.posterior.spaces import Space
from latentgym_core.registry.registry import load_registry
from latentgym_core.sequence.environment import build_environment, construct
from latentgym_core.sequence.sequence_env import SequenceEnv

IDS = (
    "number_guessing/set_of_k/no_info/standard/ep3?latent.k=1&latent.high=50",
    "mastermind/first_is/no_info/standard/ep3",
    "hangman/starts_with/no_info/standard/ep3?env.lives=3",
    "bandits/fixed_index/no_info/standard/ep3",
    "secretary/fixed_position/no_info/standard/ep3",
    "bandits+secretary/shared_place/no_info/standard/ep4",
    "hangman+wordle/shared_start/no_info/standard/ep4",
)
SURE = ("number_guessing", "secretary")


@pytest.mark.parametrize("env_id", IDS)
def test_every_task_has_an_oracle(env_id):
    registry = load_registry()
    env = SequenceEnv(build_environment(registry.complete(env_id), registry))
    env.reset(3)
    blind = {
        name: construct(registry.agent("scripted/blind", (name,)).spec, {})
        for name in env.environment.core_envs
    }
    while not env.done:
        env.step(blind[env.view.core_env_name].act(env.view, None, random.Random(0)))
    unknown = evolve(env.trajectory, z=None)
    found = analyse(unknown, setting_for(unknown, registry, Space()))
    oracles = [task.oracle for task in found.tasks]
    assert None not in oracles
    told = analyse(env.trajectory, setting_for(env.trajectory, registry, Space()))
    if env_id.startswith(SURE):  # where who knows z knows how to play
        assert oracles == [task.oracle for task in told.tasks]
    assert sum(oracles) >= sum(task.blind for task in found.tasks) - 1e-9
