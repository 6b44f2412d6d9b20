"""An agent that is shown what its scaffold carries, instead of the whole conversation."""

from collections.abc import Sequence

from attrs import evolve

from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.contract.prompt import OracleInfo, Scene
from latentgym_core.contract.view import SequenceView
from latentgym_core.errors import SpecError
from latentgym_core.records.trajectory import Carried, Written
from latentgym_core.scaffolds.base import Part, Past, Scaffold
from latentgym_core.scaffolds.sending import compose


class ScaffoldAgent(Agent):
    """Shows another agent what a scaffold chose.

    It keeps nothing: what was chosen at the beginning of a task is read from the record, so that
    a sequence may be forked, handed over and resumed, and what is recorded is what was sent.

    Args:
        inner: Who replies.
        scaffold: What it carries over a boundary.

    Raises:
        SpecError: The scaffold cannot be used by this agent.
    """

    def __init__(self, inner: Agent, scaffold: Scaffold) -> None:
        _check(inner, scaffold)
        self.inner = inner
        self.scaffold = scaffold
        self.name = inner.name
        self.privileged = inner.privileged or scaffold.privileged
        self.goes_by = inner.goes_by

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Ask the wrapped agent, with the past cut to what is carried."""
        del messages  # they are made anew from the record
        index = context.view.index
        of_task = (each for each in context.turns if each.task_index == index)
        carried = next((each.carried for each in of_task if each.carried is not None), None)
        if carried is not None:
            return await self._ask([*carried.parts, index], context)
        carried = await self.carry(context)
        reply = await self._ask([*carried.parts, index], context)
        usage, written = reply.usage, carried.written
        if written is not None and written.usage is not None:
            usage = written.usage.plus(usage)
        return evolve(reply, usage=usage, carried=carried)

    async def carry(self, context: AgentContext) -> Carried:
        """What the scaffold chooses for the task that begins.

        In a mixed sequence the rules of a game are said when the game changes; they are added
        where the choice would lose them.
        """

        async def write(parts: Sequence[Part], request: str) -> Written:
            return await self.write(parts, request, context)

        carried = await self.scaffold.carry(self._past(context), write)
        if _loses_rules(context.view, carried.parts):
            return evolve(carried, parts=(*carried.parts, context.rules))
        return carried

    async def write(self, parts: Sequence[Part], request: str, context: AgentContext) -> Written:
        """Show the wrapped agent some parts of the past and ask it for a text.

        Raises:
            AgentError: It could not reply.
        """
        reply = await self._ask([*parts, request], context)
        return Written(
            agent=self.name,
            request=request,
            text=reply.text,
            reasoning=reply.reasoning,
            usage=reply.usage,
        )

    async def finish(self, session: str) -> None:
        """Let the wrapped agent forget a sequence that is over."""
        await self.inner.finish(session)

    async def close(self) -> None:
        """Close the wrapped agent."""
        await self.inner.close()

    async def _ask(self, parts: Sequence[Part], context: AgentContext) -> Reply:
        kept = {part for part in parts if isinstance(part, int)}
        history = tuple(task for task in context.view.history if task.index in kept)
        shown = evolve(
            context,
            view=evolve(context.view, history=history),
            truth=context.truth if self.inner.privileged else None,
            turns=(),  # what was carried is all there is
        )
        return await self.inner.reply(compose(context.opening, context.turns, parts), shown)

    def _past(self, context: AgentContext) -> Past:
        view, turns = context.view, context.turns
        ends = {each.task_index: each.event.task_feedback for each in turns}
        own = [each for each in turns if each.agent == self.name]
        return Past(
            index=view.index,
            num_tasks=view.num_tasks,
            turns=turns,
            reports=tuple(ends[index] for index in range(view.index)),
            carried={each.task_index: each.carried for each in own if each.carried is not None},
            disclosure=_disclosure(context) if self.scaffold.privileged else "",
        )


def _check(inner: Agent, scaffold: Scaffold) -> None:
    name = type(scaffold).__name__
    if inner.goes_by == "itself":
        raise SpecError(f"{inner.name} takes no scaffold: what it knows does not lie in messages.")
    if inner.goes_by == "view" and not scaffold.whole_tasks:
        raise SpecError(
            f"{inner.name} reads no texts, so it cannot use the scaffold {name}; scripted players "
            f"take full, none and last_k."
        )


def _disclosure(context: AgentContext) -> str:
    if context.truth is None:
        raise SpecError("A privileged scaffold was not told the truth.")
    view = context.view
    return OracleInfo().briefing(Scene(view.latent, context.truth.z, view.num_tasks))


def _loses_rules(view: SequenceView, parts: Sequence[Part]) -> bool:
    """Whether neither the first message, nor what is carried, nor the task says its rules."""
    games = [*(task.core_env_name for task in view.history), view.core_env_name]
    changes = {i for i, game in enumerate(games) if i == 0 or games[i - 1] != game}
    stated = {i for i in changes if games[i] == view.core_env_name}
    return stated.isdisjoint({0, view.index, *parts})
