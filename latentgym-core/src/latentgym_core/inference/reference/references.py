"""Reference players: what could have been earned with what was known.

`blind` remembers nothing, `bayes` knows the family and infers z, `oracle` is told z. They are the
scripted players that plugins register for a core env, so a stranger's are as good as ours. None is
an upper bound: inference may be exact, but play is greedy. Replies are judged by `one_step`, a
player that asks for most information, where there is one, else by `bayes`. Where none is
registered, the general one-step player stands in.
"""

import random
from collections.abc import Mapping

from attrs import evolve, frozen

from latentgym_core.contract.player import Player
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import Truth
from latentgym_core.errors import AgentError
from latentgym_core.inference.reference.general_player import GeneralPlayer
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import construct
from latentgym_core.sequence.sequence_env import SequenceEnv

BLIND = ("scripted/blind",)
BAYES = ("scripted/bayes", "scripted/one_step")
JUDGE = ("scripted/one_step", "scripted/bayes")
ORACLE = ("scripted/oracle",)
MAX_REPLIES = 10_000  # of one task; a reference player that needs more is broken
Players = Mapping[str, Player]
"""Core env to the player made for it."""


@frozen(kw_only=True)
class References:
    """The reference players of the games of an environment.

    Attributes:
        blind: Remembers nothing.
        bayes: Infers z from what the sequence told.
        judge: Infers z, and judges replies by it.
        oracle: Is told z; empty where none is registered.
    """

    blind: Players
    bayes: Players
    judge: Players
    oracle: Players


def references(core_envs: tuple[str, ...], registry: Registry) -> References:
    """Find the reference players.

    Args:
        core_envs: The games of an environment.
        registry: The installed plugins.
    """
    return References(
        blind={
            name: _first(BLIND, name, registry) or GeneralPlayer(remembers=False)
            for name in core_envs
        },
        bayes={name: _first(BAYES, name, registry) or GeneralPlayer() for name in core_envs},
        judge={name: _first(JUDGE, name, registry) or GeneralPlayer() for name in core_envs},
        oracle={
            name: player
            for name in core_envs
            if (player := _first(ORACLE, name, registry)) is not None
        },
    )


def play_task(
    env: SequenceEnv,
    players: Players,
    z: object = None,
    history: tuple[FinishedTask, ...] | None = None,
) -> float | None:
    """Play the current task to its end, and leave the env there.

    Args:
        env: A fork; it is changed.
        players: Who plays.
        z: The true z, for players that are told it.
        history: What they are shown of other tasks; None: what the env has seen.

    Returns:
        The task's reward; None if it did not end, or the player cannot play it.
    """
    index = env.task_index
    player = players[env.sequence.core_env_names[index]]
    for turn in range(MAX_REPLIES):
        view = env.view if history is None else evolve(env.view, history=history)
        truth = Truth(z, env.sequence.tasks[index])
        rng = random.Random(f"{env.sequence.seed}/{index}/{turn}")
        try:
            reply = player.act(view, truth, rng)
        except AgentError:
            return None
        answer = env.step(reply)
        if answer.task_reward is not None:
            return answer.task_reward
        if env.done:
            return None
    return None


def play_on(env: SequenceEnv, players: Players) -> tuple[float, ...] | None:
    """Play all tasks that are left; returns their rewards, None if one could not be played."""
    fork, rewards = env.fork(), []
    while not fork.done:
        reward = play_task(fork, players)
        if reward is None:
            return None
        rewards.append(reward)
    return tuple(rewards)


def _first(names: tuple[str, ...], core_env: str, registry: Registry) -> Player | None:
    for name in names:
        if name in registry.agent_names((core_env,)):
            spec = registry.agent(name, (core_env,)).spec
            player: Player = construct(spec, spec.params)
            return player
    return None
