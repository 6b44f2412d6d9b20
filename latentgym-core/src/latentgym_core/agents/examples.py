"""Worked turns before the first task (`?examples=K`), so that small models hold the action format.

The conversation that is recorded stays as it was; only the wrapped agent sees the worked turns.
"""

import itertools
import random
from collections.abc import Iterator

from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.errors import AgentError, EnvError

PRACTICE_OVER = "The practice is over; the tasks that count begin now."
OPENED_ABOVE = "The first of them was opened above: reply to it."


class ExamplesAgent(Agent):
    """Shows worked turns to another agent.

    They are put between the system message and the first user message, as turns of a chat. Where
    the system message is the only one before the first reply (packing `upstream`), it keeps its
    place and a user message that points back to it follows the worked turns.

    All worked turns of a session are of the game that is current when the agent is first asked,
    also in a mixed sequence: the head of the conversation then never changes, and an agent that
    caches it reads it once.

    Args:
        inner: Who replies.
        num_examples: Worked turns K, from 1.
    """

    def __init__(self, inner: Agent, num_examples: int) -> None:
        self.inner = inner
        self.num_examples = num_examples
        self.name = inner.name
        self.privileged = inner.privileged
        self.goes_by = inner.goes_by
        self._shown: dict[str, list[dict[str, str]]] = {}

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Ask the wrapped agent, with the worked turns in front of the first task."""
        if context.session not in self._shown:
            self._shown[context.session] = self._worked(context)
        return await self.inner.reply(_insert(messages, self._shown[context.session]), context)

    async def finish(self, session: str) -> None:
        """Forget the worked turns of a sequence, and let the wrapped agent forget the rest."""
        self._shown.pop(session, None)
        await self.inner.finish(session)

    async def close(self) -> None:
        """Close the wrapped agent."""
        await self.inner.close()

    def _worked(self, context: AgentContext) -> list[dict[str, str]]:
        try:
            return worked_turns(
                context.view.core_env, context.view.visible, context.seed, self.num_examples
            )
        except EnvError as error:
            raise AgentError(f"{self.name}: {error}") from error


def worked_turns(
    core_env: AnyCoreEnv, visible: Facts, seed: int, num_turns: int
) -> list[dict[str, str]]:
    """Turns of a sensible player on tasks that no latent shaped.

    Args:
        core_env: The game.
        visible: Public facts of the first task, which the worked ones may resemble.
        seed: Seed of the sequence; nothing else of it enters, so the tasks tell nothing about it.
        num_turns: How many replies are shown; several tasks are played if one does not fill them.

    Returns:
        A user message, an assistant message, and so on, ending with the user message that answers
        the last reply: 2 * `num_turns` + 1 messages.

    Raises:
        EnvError: The core env draws no tasks of its own or demonstrates nothing.
    """
    messages: list[dict[str, str]] = []
    turns = _practice(core_env, visible, random.Random(f"examples/{seed}"))
    pending = ""
    for observation, reply, answer in itertools.islice(turns, num_turns):
        told = "\n\n".join(filter(None, (pending, observation)))
        messages.append({"role": "user", "content": told})
        messages.append({"role": "assistant", "content": reply})
        pending = answer
    return [*messages, {"role": "user", "content": pending}]


def _practice(
    core_env: AnyCoreEnv, visible: Facts, rng: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Opening (first turn of a task alone), reply and answer of one worked turn after another."""
    for number in itertools.count(1):
        task = core_env.practice_task(rng, visible)
        state, first = core_env.start(task, rng.getrandbits(64))
        opening = f"Practice task {number}\n{first}"
        for reply in core_env.demonstrate(task):
            state, result = core_env.step(state, reply)
            yield opening, reply, result.observation
            opening = ""
            if result.done:
                break
        if opening:
            raise EnvError(f"{type(core_env).__name__} demonstrates no reply to its own task.")


def _insert(messages: Messages, worked: list[dict[str, str]]) -> list[dict[str, str]]:
    """Put worked turns before the first message that is not the system's."""
    start = next(
        (i for i, message in enumerate(messages) if message["role"] != "system"), len(messages)
    )
    head, rest = list(messages[:start]), list(messages[start:])
    first = rest.pop(0)["content"] if rest and rest[0]["role"] == "user" else OPENED_ABOVE
    *turns, last = worked
    parts = filter(None, (last["content"], PRACTICE_OVER, first))
    return [*head, *turns, {"role": "user", "content": "\n\n".join(parts)}, *rest]
