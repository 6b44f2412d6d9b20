"""Recorded plays as the first part of hand-offs: nobody is asked for them again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from latentgym_core.errors import SpecError, TrajectoryError
from latentgym_core.recordings.adoption import adopt
from latentgym_core.recordings.files import find_recordings
from latentgym_core.recordings.replay import compare, play_again
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.records.serial import to_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_core.sequence.seeding import PUBLISHED
from latentgym_core.wording import counted

LISTED_IDS = 6
"""How many environments an error names."""


@frozen(kw_only=True)
class Prefix:
    """Plays of one environment and split, as they are played today.

    Attributes:
        sources: Where they come from.
        env_id: The environment, a full id.
        split: Stream of the sequences.
        plays: Agent and seed to the play.
    """

    sources: tuple[str, ...]
    env_id: str
    split: str
    plays: Mapping[tuple[str, int], Trajectory]

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody who has played, in order of appearance."""
        return tuple(dict.fromkeys(agent for agent, _ in self.plays))

    def seeds_of(
        self, agents: Sequence[str], num_sequences: int | None, first: int | None
    ) -> tuple[int, ...]:
        """The seeds that all of some agents have played, in ascending order.

        Args:
            agents: Who must have played them.
            num_sequences: How many; None for all there are.
            first: The first seed; None for the smallest.

        Raises:
            SpecError: There are none, or fewer than asked for.
        """
        if not agents:
            raise SpecError(f"{self._where} holds plays of {', '.join(self.agents)} alone.")
        played = ({seed for agent, seed in self.plays if agent == each} for each in agents)
        shared = sorted(seed for seed in set.intersection(*played) if seed >= (first or 0))
        wanted = len(shared) if num_sequences is None else num_sequences
        if not shared or wanted > len(shared):
            raise SpecError(
                f"{self._where} holds {counted(len(shared), 'sequence')} that "
                f"{' and '.join(agents)} played; {wanted or 'one or more'} are asked for."
            )
        return tuple(shared[:wanted])

    @property
    def _where(self) -> str:
        return ", ".join(self.sources)


def read_prefix(
    paths: Iterable[Path],
    env_id: str | None = None,
    split: str | None = None,
    registry: Registry | None = None,
) -> Prefix:
    """Read plays and play their replies again.

    Plays that failed and plays that were handed over are left out, and of several plays of one
    sequence by one agent all but the first.

    Args:
        paths: Run folders, published recordings, or folders of either.
        env_id: Whose plays are taken, partial or full; None: there must be one environment.
        split: Which of them are taken; None: there must be one.
        registry: Defaults to the installed plugins.

    Raises:
        SpecError: There is no play of that environment, or there are several environments.
        TrajectoryError: A file is damaged, or a play does not turn out today as recorded.
    """
    registry = registry or load_registry()
    sources = tuple(map(str, paths))
    where = ", ".join(sources)
    found = [each for each in _plays(map(Path, sources), registry) if split in (None, each.split)]
    wanted = str(registry.complete(env_id)) if env_id else None
    ids = dict.fromkeys(each.env_id for each in found)
    if wanted is None and len(ids) == 1:
        (wanted,) = ids
    if wanted not in ids:
        raise SpecError(f"{where}: name the environment of the plays; there are {_listed(ids)}.")
    chosen = [each for each in found if each.env_id == wanted]
    splits = dict.fromkeys(each.split for each in chosen)
    if len(splits) > 1:
        raise SpecError(f"{where} holds the splits {', '.join(splits)}; choose one with --split.")
    environment = build_environment(EnvId.parse(wanted), registry)
    plays: dict[tuple[str, int], Trajectory] = {}
    for each in chosen:
        if (each.agent, each.seed) not in plays:
            plays[each.agent, each.seed] = _as_played_today(each, registry)
    _check_sequences(plays.values(), environment, where)
    return Prefix(sources=sources, env_id=wanted, split=chosen[0].split, plays=plays)


def _listed(ids: Iterable[str]) -> str:
    known = sorted(ids)
    more = f" and {len(known) - LISTED_IDS} more" if len(known) > LISTED_IDS else ""
    return (", ".join(known[:LISTED_IDS]) or "none that was played to its end") + more


def _plays(paths: Iterable[Path], registry: Registry) -> Iterator[Trajectory]:
    for found in find_recordings(paths):
        record = found.record
        if record is None:
            raise TrajectoryError(f"{found.where}: {found.problem}")
        played = record if isinstance(record, Trajectory) else adopt(record, registry)
        if played.error is None and parse_hand_off(played.agent) is None:
            yield played


def _as_played_today(recorded: Trajectory, registry: Registry) -> Trajectory:
    played = play_again(recorded, registry)
    for mismatch in compare(recorded, played):
        raise TrajectoryError(
            f"The play of {recorded.agent} at seed {recorded.seed} cannot be handed over: in task "
            f"{mismatch.task_index + 1} {mismatch.field} was {mismatch.recorded} and is "
            f"{mismatch.replayed} today; `latentgym replay` compares them all."
        )
    return evolve(played, agent=recorded.agent)


def _check_sequences(plays: Iterable[Trajectory], environment: Environment, where: str) -> None:
    """Check that whoever carries on plays the tasks of its seed, and everybody the same.

    Published sequences are what was recorded; all others must be what their seed gives today.
    """
    known: dict[int, object] = {}
    for each in plays:
        if each.seed not in known:
            drawn = None if each.split == PUBLISHED else environment.sequence(each.seed, each.split)
            known[each.seed] = (
                (each if drawn is None else drawn).task_keys,
                (each.tasks if drawn is None else tuple(map(to_data, drawn.tasks))),
            )
        if known[each.seed] != (each.task_keys, each.tasks):
            raise TrajectoryError(
                f"{where}: the play of {each.agent} is not of the sequence of seed {each.seed}."
            )
