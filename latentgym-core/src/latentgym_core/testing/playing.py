"""A scripted player at play, watched closer than a rollout watches it."""

import random

from attrs import evolve

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.agents.scripted import ScriptedAgent
from latentgym_core.errors import AgentError, LatentGymError
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv
from latentgym_core.testing.result import brief, explain
from latentgym_core.testing.subject import NO_REPLY

TURNS_A_TASK = 500


class PlayerFailedError(AgentError):
    """A scripted player could not play; the sentence names it, the place and the reason."""


def total(
    environment: Environment,
    registry: Registry,
    name: str,
    seed: int,
    *,
    judging: bool = False,
    remembers: int | None = None,
) -> float:
    """What a scripted player earns in the sequence of a seed.

    Args:
        environment: Of one game.
        registry: Where the player is registered.
        name: As in `scripted/blind`.
        seed: Of the sequence.
        judging: Whether it is also asked, once a task, what it thinks of some replies.
        remembers: How many of the latest tasks it is shown, as under the scaffolds `none` and
            `last_k`; None: all.

    Raises:
        PlayerFailedError: It raises, or does not come to an end.
        LatentGymError: It refuses, in its own words.
    """
    agent = make_agent(name, tuple(environment.core_envs), registry)
    assert isinstance(agent, ScriptedAgent)
    budget = Budget(max_turns=TURNS_A_TASK * environment.num_tasks)
    env = SequenceEnv(environment, budget=budget)
    env.reset(seed)
    while not env.done:
        env.step(_reply(env, agent, judging=judging, remembers=remembers))
    if env.truncated:
        raise PlayerFailedError(f"{name} needs over {TURNS_A_TASK} turns a task (seed {seed})")
    return sum(env.rewards)


def _reply(env: SequenceEnv, agent: ScriptedAgent, *, judging: bool, remembers: int | None) -> str:
    view, truth = env.view, env.truth if agent.privileged else None
    if remembers is not None:
        view = evolve(view, history=view.history[max(0, view.index - remembers) :])
    player = agent.players[view.core_env_name]
    where = f"seed {env.sequence.seed}, task {view.index + 1}, turn {len(view.turns) + 1}"
    rng = random.Random(f"{env.sequence.seed}/{view.index}/{len(view.turns)}")
    try:
        reply = player.act(view, truth, rng)
        if not isinstance(reply, str):
            raise TypeError(f"act returned {brief(reply)}, which is no text")
        if judging and not view.turns:
            judgements = player.appraise(view, truth, (reply, NO_REPLY))
            if judgements is not None and len(judgements) != 2:
                raise TypeError(f"appraise gave {len(judgements)} judgements of 2 replies")
    except LatentGymError:
        raise
    except (Exception, SystemExit) as error:
        raise PlayerFailedError(f"{agent.name} raised {explain(error)} ({where})") from error
    return reply
