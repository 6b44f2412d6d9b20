"""What a hand-off measurement plays."""

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from latentgym_core.agents.agent_string import AgentString
from latentgym_core.errors import SpecError
from latentgym_core.hand_off_name import HandOff
from latentgym_core.registry import Registry, load_registry
from latentgym_core.runs.config import Job, RunConfig, RunEnvironment


def _increasing(boundaries: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(boundaries)))


@frozen(kw_only=True)
class HandOffConfig(RunConfig):
    """A run in which agents hand sequences over to each other.

    The agents of the run are the different ones among `a`, `b` and `c`; each also plays every
    sequence alone.

    Attributes:
        a: The baseline.
        b: The agent in question.
        c: The reference agent on the other side of every hand-off.
        boundaries: Every K, the number of tasks before a hand-off; from 1 to N - 1.
    """

    a: str
    b: str
    c: str
    boundaries: tuple[int, ...] = field(converter=_increasing)

    @property
    def hand_offs(self) -> tuple[HandOff, ...]:
        """Every hand-off from one agent to another, in the order of the results."""
        pairs = ((self.a, self.c), (self.b, self.c), (self.c, self.a), (self.c, self.b))
        return tuple(
            HandOff(explorer, exploiter, boundary)
            for explorer, exploiter in dict.fromkeys(pairs)
            if explorer != exploiter
            for boundary in self.boundaries
        )

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every sequence in canonical order: whole plays, then hand-offs; seeds within."""
        (environment,) = self.environments
        players = (*self.agents, *map(str, self.hand_offs))
        seeds = self.seeds(environment)
        return tuple(Job(environment.id, player, seed) for player in players for seed in seeds)


def make_hand_off_config(
    env_id: str,
    *,
    a: str,
    b: str,
    c: str,
    boundaries: Iterable[int] | None = None,
    registry: Registry | None = None,
    **settings: Any,
) -> HandOffConfig:
    """Configure a hand-off measurement.

    Args:
        env_id: What is played; parts left out take the core env's defaults.
        a: Agent string of the baseline.
        b: Agent string of the agent in question.
        c: Agent string of the reference agent; may be `a` or `b`.
        boundaries: Every K; None for all of 1 .. N - 1.
        registry: Defaults to the installed plugins.
        **settings: Other fields of `RunConfig`.

    Raises:
        UnknownNameError: A part of the id is not registered.
        SpecError: The agents are the same, or a boundary is not inside the sequence.
    """
    complete = (registry or load_registry()).complete(env_id)
    inside = range(1, complete.num_tasks)
    if not inside:
        raise SpecError(f"{complete} has one task; a hand-off needs at least two.")
    chosen = tuple(inside if boundaries is None else boundaries)
    for boundary in chosen:
        if boundary not in inside:
            raise SpecError(
                f"A hand-off after task {boundary} of {complete.num_tasks} leaves nothing to "
                f"compare; K goes from 1 to {inside[-1]}."
            )
    names = [str(AgentString.parse(text)) for text in (a, b, c)]
    if names[0] == names[1]:
        raise SpecError(f"A and B are both {names[0]}; name two agents to compare.")
    return HandOffConfig(
        environments=(RunEnvironment(id=str(complete)),),
        agents=tuple(dict.fromkeys(names)),
        a=names[0],
        b=names[1],
        c=names[2],
        boundaries=chosen,
        **settings,
    )


def parse_boundaries(text: str) -> tuple[int, ...] | None:
    """Read `all` (None), `1,3,5`, `1-4`, or a mixture such as `1,4-6`.

    Raises:
        SpecError: The text is none of these.
    """
    if text.strip() == "all":
        return None
    boundaries: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        try:
            boundaries += range(int(first), int(last if dash else first) + 1)
        except ValueError:
            raise SpecError(f"{text!r} names no boundaries; write all, 1,3,5 or 1-4.") from None
    if not boundaries:
        raise SpecError(f"{text!r} names no boundaries; write all, 1,3,5 or 1-4.")
    return tuple(boundaries)
