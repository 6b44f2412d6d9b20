"""Play one sequence with an agent."""

from collections.abc import Callable

from latentgym_core.contract.agent import Agent, AgentContext
from latentgym_core.errors import AgentError, ContextOverflowError, ProviderError, WrongTypeError
from latentgym_core.records.trajectory import ErrorRecord, Trajectory
from latentgym_core.sequence.sequence_env import SequenceEnv

Cast = Callable[[int], Agent]
"""Which agent plays a task, by task index."""
Boundary = Callable[[SequenceEnv], None]


async def play(
    env: SequenceEnv,
    agent: Agent | Cast,
    *,
    session: str,
    at_boundary: Boundary | None = None,
) -> Trajectory:
    """Play a begun sequence to its end.

    A failing agent ends the sequence with a recorded error; it raises nothing.

    Args:
        env: A sequence after `reset`, `load` or `fork`.
        agent: One agent, or a function of the task index.
        session: Identifies this play to the agents' caches.
        at_boundary: Called with the env whenever a task has ended and another begins.

    Returns:
        The record, with `error` set if a reply could not be had.

    Raises:
        WrongTypeError: The agent is a name.
    """
    if isinstance(agent, str):
        raise WrongTypeError("Whoever plays is an Agent", agent, "make_agent makes one of a name")
    cast: Cast = (lambda _: agent) if isinstance(agent, Agent) else agent
    messages = list(env.messages)
    used: dict[int, Agent] = {}
    while not env.done:
        index = env.task_index
        player = cast(index)
        used[id(player)] = player
        try:
            reply = await player.reply(messages, context_for(env, player, session))
        except ContextOverflowError:
            env.truncate("context")
            break
        except AgentError as error:
            env.fail(error_record(error))
            break
        answer = env.step(
            reply.text,
            agent=player.name,
            reasoning=reply.reasoning,
            usage=reply.usage,
            privileged=player.privileged,
            carried=reply.carried,
        )
        messages.append({"role": "assistant", "content": reply.text})
        if answer.message is not None:
            messages.append(answer.message)
        if at_boundary and env.task_index != index and not env.done:
            at_boundary(env)
    for player in used.values():
        await player.finish(session)
    return env.trajectory


def error_record(error: Exception) -> ErrorRecord:
    """The failure as data."""
    provider = error if isinstance(error, ProviderError) else None
    return ErrorRecord(
        kind=type(error).__name__,
        message=str(error),
        status_code=provider.status_code if provider else None,
        attempts=provider.attempts if provider else None,
    )


def context_for(env: SequenceEnv, player: Agent, session: str) -> AgentContext:
    """What an agent may know beside the messages, at the current position."""
    return AgentContext(
        session=session,
        seed=env.sequence.seed,
        view=env.view,
        truth=env.truth if player.privileged else None,
        opening=env.opening,
        turns=env.turns,
        rules=env.rules,
    )
