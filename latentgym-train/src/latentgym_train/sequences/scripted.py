"""Sequences played by scripted players, as tokens to imitate."""

import random
from collections.abc import Mapping

from attrs import frozen

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.agents.scripted import ScriptedAgent
from latentgym_core.contract.player import Player
from latentgym_core.errors import SpecError
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_train.learning.plays import TokenPlay, Turn
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.playing.playing import Start


@frozen
class Mixture:
    """Scripted players of which one is drawn for every turn.

    Attributes:
        players: Core env to its players, in one order.
        weights: How often each is drawn.
        privileged: Whether each is told the truth.
    """

    players: Mapping[str, tuple[Player, ...]]
    weights: tuple[float, ...]
    privileged: tuple[bool, ...]

    def act(self, env: SequenceEnv, rng: random.Random) -> str:
        """What one of them replies."""
        index = rng.choices(range(len(self.weights)), self.weights)[0]
        view = env.view
        player = self.players[view.core_env_name][index]
        return player.act(view, env.truth if self.privileged[index] else None, rng)


def make_mixture(
    weights: Mapping[str, float], core_envs: tuple[str, ...], registry: Registry
) -> Mixture:
    """Make the players of a mixture.

    Args:
        weights: Agent string of a scripted player to how often it is drawn.
        core_envs: The games it plays.
        registry: Where the players are found.

    Raises:
        UnknownNameError: No such player.
        SpecError: An agent is no scripted player.
    """
    agents = []
    for name in weights:
        agent = make_agent(name, core_envs, registry)
        if not isinstance(agent, ScriptedAgent):
            raise SpecError(f"{name} is no scripted player; to imitate it, give its trajectories.")
        agents.append(agent)
    return Mixture(
        {game: tuple(agent.players[game] for agent in agents) for game in core_envs},
        tuple(weights.values()),
        tuple(agent.privileged for agent in agents),
    )


def play_mixture(start: Start, mixture: Mixture, rng: random.Random) -> Trajectory:
    """Play one sequence."""
    env = SequenceEnv(start.environment)
    env.load(start.sequence)
    while not env.done:
        env.step(mixture.act(env, rng))
    return env.trajectory


def from_trajectory(trajectory: Trajectory, chat: ChatFormat) -> TokenPlay:
    """A play as tokens to imitate: the turns, the end of each included."""
    tokens = list(chat.opening(trajectory.opening))
    turns = []
    for record in trajectory.turns:
        end, *block = chat.following({"role": "user", "content": record.event.text})
        start = len(tokens)
        tokens += [*chat.encode(record.reply), end]
        turns.append(Turn(start=start, stop=len(tokens), task_index=record.task_index))
        if record is not trajectory.turns[-1]:
            tokens += block
    return TokenPlay(
        tokens=tuple(tokens),
        log_probs=(0.0,) * len(tokens),
        turns=tuple(turns),
        trajectory=trajectory,
    )
