"""What a hand-off measurement plays."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from attrs import field, frozen

from latentgym_core.agents.agent_string import AgentString
from latentgym_core.errors import SpecError
from latentgym_core.handoff.prefix import Prefix
from latentgym_core.records.hand_off_name import HANDED, Handed, HandOff
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.runs.config import Job, RunConfig, RunEnvironment


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _ways(values: Iterable[Handed]) -> tuple[Handed, ...]:
    given = tuple(values)
    for way in given:
        if way not in HANDED:
            raise SpecError(f"{way!r} cannot be handed over; there is {' and '.join(HANDED)}.")
    return tuple(way for way in HANDED if way in given)


def _increasing(boundaries: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(boundaries)))


@frozen(kw_only=True)
class HandOffConfig(RunConfig):
    """A run in which agents hand sequences over to each other.

    Either `a`, `b` and `c` are named, or `explorers` and `exploiters`. The agents of the run are
    all those that are asked for replies.

    Attributes:
        a: The baseline.
        b: The agent in question.
        c: The reference agent on the other side of every hand-off.
        explorers: Who plays sequences from the beginning; each hands over to every exploiter.
        exploiters: Who carries on.
        boundaries: Every K, the number of tasks before a hand-off; from 1 to N - 1.
        handed: What is handed over (`hand_off_name.HANDED`), one or both.
        prefix: Files and folders that the plays of `recorded` come from.
        recorded: Those who play from the beginning on disk alone.
        recorded_seeds: The seeds they have in common; empty if nobody is recorded.
    """

    a: str | None = None
    b: str | None = None
    c: str | None = None
    explorers: tuple[str, ...] = field(default=(), converter=_texts)
    exploiters: tuple[str, ...] = field(default=(), converter=_texts)
    boundaries: tuple[int, ...] = field(converter=_increasing)
    handed: tuple[Handed, ...] = field(default=("history",), converter=_ways)
    prefix: tuple[str, ...] = field(default=(), converter=_texts)
    recorded: tuple[str, ...] = field(default=(), converter=_texts)
    recorded_seeds: tuple[int, ...] = field(default=(), converter=_increasing)

    @property
    def roles(self) -> tuple[str, str, str] | None:
        """A, B and C, if they are named."""
        if self.a is None or self.b is None or self.c is None:
            return None
        return self.a, self.b, self.c

    @property
    def beginners(self) -> tuple[str, ...]:
        """Everybody who plays sequences from the beginning, alone to the end."""
        return tuple(dict.fromkeys(self.roles or self.explorers))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every explorer and exploiter that are measured together, equal ones included."""
        if self.roles is None:
            return tuple(product(self.explorers, self.exploiters))
        a, b, c = self.roles
        return tuple(dict.fromkeys(((a, c), (b, c), (c, a), (c, b))))

    @property
    def hand_offs(self) -> tuple[HandOff, ...]:
        """Every hand-off that is played, in the order of the results.

        Who is handed its own history just plays on, so that is no hand-off.
        """
        return tuple(
            HandOff(explorer, exploiter, boundary, handed)
            for handed in self.handed
            for explorer, exploiter in self.pairs
            if explorer != exploiter or handed == "notes"
            for boundary in self.boundaries
        )

    def seeds(self, environment: RunEnvironment) -> Sequence[int]:
        """The seeds that are played: those of the recorded plays, if there are any."""
        return self.recorded_seeds or super().seeds(environment)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every sequence in canonical order: whole plays, then hand-offs; seeds within."""
        (environment,) = self.environments
        players = (*self.beginners, *map(str, self.hand_offs))
        seeds = self.seeds(environment)
        return tuple(Job(environment.id, player, seed) for player in players for seed in seeds)


def make_hand_off_config(
    env_id: str,
    *,
    a: str | None = None,
    b: str | None = None,
    c: str | None = None,
    explorers: Iterable[str] = (),
    exploiters: Iterable[str] = (),
    boundaries: Iterable[int] | None = None,
    handed: Iterable[Handed] = ("history",),
    prefix: Prefix | None = None,
    registry: Registry | None = None,
    **settings: Any,
) -> HandOffConfig:
    """Configure a hand-off measurement.

    Args:
        env_id: What is played; parts left out take the core env's defaults.
        a: Agent string of the baseline.
        b: Agent string of the agent in question.
        c: Agent string of the reference agent; may be `a` or `b`.
        explorers: In place of `a`, `b`, `c`: who plays the first tasks; by default everybody in
            `prefix`.
        exploiters: Who plays the rest, after each of the explorers.
        boundaries: Every K; None for all of 1 .. N - 1.
        handed: What is handed over.
        prefix: Recorded plays; who is in there is not asked for the first tasks.
        registry: Defaults to the installed plugins.
        **settings: Other fields of `RunConfig`.

    Raises:
        UnknownNameError: A part of the id is not registered.
        SpecError: The agents do not fit together, or a boundary is not inside the sequence.
    """
    complete = (registry or load_registry()).complete(env_id)
    ways = _ways(handed)
    there = prefix.agents if prefix else ()
    roles = _normal(each for each in (a, b, c) if each is not None)
    first, second = _normal(explorers), _normal(exploiters)
    if not roles and prefix:
        first = first or there
    _check_agents(roles, first, second)
    recorded = tuple(each for each in dict.fromkeys(roles or first) if each in there)
    writers = first if "notes" in ways else [each for each in first if each not in recorded]
    settings |= zip("abc", roles, strict=bool(roles))
    if prefix:
        settings |= _from_record(prefix, str(complete), recorded, settings)
    return HandOffConfig(
        environments=(RunEnvironment(id=str(complete)),),
        agents=tuple(dict.fromkeys((*roles, *writers, *second))),
        explorers=first,
        exploiters=second,
        boundaries=_inside(boundaries, complete.num_tasks, str(complete)),
        handed=ways,
        **settings,
    )


def _from_record(
    prefix: Prefix, env_id: str, recorded: tuple[str, ...], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """The settings that recorded plays decide."""
    if prefix.env_id != env_id:
        raise SpecError(f"The recorded plays are of {prefix.env_id}, not of {env_id}.")
    seeds = prefix.seeds_of(recorded, settings.get("num_sequences"), settings.get("seed"))
    return {
        "prefix": prefix.sources,
        "recorded": recorded,
        "recorded_seeds": seeds,
        "num_sequences": len(seeds),
        "split": prefix.split,
    }


def _normal(agents: Iterable[str]) -> tuple[str, ...]:
    """Agent strings as they are recorded."""
    return tuple(str(AgentString.parse(text)) for text in agents)


def _check_agents(
    roles: tuple[str, ...], explorers: tuple[str, ...], exploiters: tuple[str, ...]
) -> None:
    if roles and (explorers or exploiters):
        raise SpecError("Name either A, B and C, or explorers and exploiters, not both.")
    if roles and len(roles) != 3:
        raise SpecError("Name all three agents A, B and C; C may be A or B.")
    if roles and roles[0] == roles[1]:
        raise SpecError(f"A and B are both {roles[0]}; name two agents to compare.")
    if not roles and not (explorers and exploiters):
        raise SpecError("Name at least one explorer and one exploiter, or agents A, B and C.")
    for names in (explorers, exploiters):
        for name in names:
            if names.count(name) > 1:
                raise SpecError(f"{name} is given twice.")


def _inside(boundaries: Iterable[int] | None, num_tasks: int, env_id: str) -> tuple[int, ...]:
    inside = range(1, num_tasks)
    if not inside:
        raise SpecError(f"{env_id} has one task; a hand-off needs at least two.")
    chosen = tuple(inside if boundaries is None else boundaries)
    for boundary in chosen:
        if boundary not in inside:
            raise SpecError(
                f"A hand-off after task {boundary} of {num_tasks} leaves nothing to compare; K "
                f"goes from 1 to {inside[-1]}."
            )
    return chosen


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
