"""`human`: a person at the terminal."""

import asyncio
import threading
from collections.abc import Callable

from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.errors import AgentError, SpecError

Typed = Callable[[str], str]
"""The reply that a line means, see `CoreEnv.typed`."""


class HumanAgent(Agent):
    """Shows what is new on standard error and reads one line of standard input per reply.

    An empty line is no reply and is asked again; brackets may be left out where moves have them.

    Args:
        model: Takes none; `human` is the whole agent string.
    """

    goes_by = "itself"

    def __init__(self, model: str = "") -> None:
        if model:
            raise SpecError(f"A person has no model: write human instead of human/{model}.")
        self._num_shown: dict[str, int] = {}
        self._terminal = threading.Lock()

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Show the messages of this sequence that were not shown yet, then read a line.

        Raises:
            AgentError: Standard input has ended.
        """
        shown = self._num_shown.get(context.session, 0)
        self._num_shown[context.session] = len(messages) + 1  # the reply needs no showing
        line = await self._in_daemon(messages[shown:], context.view.core_env.typed)
        if line is None:
            raise AgentError("The player left.")
        return Reply(text=line)

    async def finish(self, session: str) -> None:
        """Forget what was shown."""
        self._num_shown.pop(session, None)

    async def _in_daemon(self, news: Messages, typed: Typed) -> str | None:
        """Ask in a thread that nobody waits for at exit, so that Ctrl-C ends the program."""
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str | None] = loop.create_future()

        def hand_over(read: str | None) -> None:
            if not line.cancelled():
                line.set_result(read)

        def ask() -> None:
            with self._terminal:
                read = _ask(news, typed)
            if not loop.is_closed():
                loop.call_soon_threadsafe(hand_over, read)

        threading.Thread(target=ask, daemon=True).start()
        return await line


def _ask(news: Messages, typed: Typed) -> str | None:
    """Print messages, read a line that is not empty; None at the end of input."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    for message in news:
        console.rule(message["role"], style="dim")
        console.print(message["content"])
    line = ""
    while not line.strip():
        console.print("> ", end="")
        try:
            line = input()
        except EOFError:
            return None
    if (reply := typed(line)) != line:
        console.print(f"taken as {reply}", style="dim")
    return reply
