"""Analyse whole runs, on several processes."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from attrs import frozen

from latentgym_core.errors import LatentGymError, UnknownNameError
from latentgym_core.inference.analysis import Setting, analyse_walk, setting_for
from latentgym_core.inference.findings.failure_modes import key_of, label_all
from latentgym_core.inference.findings.miscalibration import label_harm
from latentgym_core.inference.fresh_processes import in_processes
from latentgym_core.inference.posterior.spaces import FAMILY, Space, declared_space
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.inference.replaying import Walk, walk
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.registry import Registry, load_registry

DECLARED = "declared"
OnDone = Callable[[int], None]
CHUNK = 8  # sequences that share their loaded environment


@frozen(kw_only=True)
class Order:
    """What is asked of the analysis.

    Attributes:
        space: `family`, `declared`, or names of latents joined by commas: the declared set.
        jobs: Processes; 0: one for each core.
    """

    space: str = FAMILY
    jobs: int = 0


def analyse_all(
    trajectories: Iterable[Trajectory], order: Order, on_done: OnDone | None = None
) -> list[SequenceAnalysis]:
    """Analyse trajectories; those handed from one agent to another are left out.

    Args:
        trajectories: Any number; failed ones are left out.
        order: How.
        on_done: Called with the number of sequences that were finished, time and again.

    Returns:
        In the order of the trajectories.
    """
    whole = whole_plays(trajectories)
    chunks = list(_chunks(whole))
    workers = min(order.jobs or os.cpu_count() or 1, max(1, len(chunks)))
    found: dict[int, SequenceAnalysis] = {}
    for chunk, analyses in _map(chunks, order.space, workers):
        found.update(zip(chunk.numbers, analyses, strict=True))
        if on_done is not None:
            on_done(len(analyses))
    analyses = [found[number] for number in range(len(whole))]
    return label_harm(label_all(analyses, {key_of(each): each for each in whole}))


def whole_plays(trajectories: Iterable[Trajectory]) -> list[Trajectory]:
    """Those that are analysed: one agent's own, and not ended by a failure."""
    return [
        each for each in trajectories if each.error is None and parse_hand_off(each.agent) is None
    ]


def check_space(name: str, registry: Registry) -> None:
    """Check that a hypothesis space names latents that exist.

    Raises:
        UnknownNameError: It does not.
    """
    known = {entry.spec.name for entry in registry.latents()}
    for latent in () if name in (FAMILY, DECLARED) else name.split(","):
        if latent not in known:
            names = (FAMILY, DECLARED, *known)
            raise UnknownNameError("space or latent", latent, names, "latentgym list latents")


def space_of(name: str, core_envs: tuple[str, ...], registry: Registry) -> Space:
    """The hypothesis space of an order."""
    if name == FAMILY:
        return Space()
    names = () if name == DECLARED else tuple(name.split(","))
    return declared_space(core_envs, registry, names)


@frozen
class _Chunk:
    """Some sequences of one agent in one environment, and for each another one for the null."""

    numbers: tuple[int, ...]
    trajectories: tuple[Trajectory, ...]
    others: tuple[Trajectory | None, ...]


def _chunks(whole: Sequence[Trajectory]) -> Iterable[_Chunk]:
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, trajectory in enumerate(whole):
        groups[trajectory.env_id, trajectory.agent].append(number)
    for numbers in groups.values():
        shifted = [*numbers[1:], numbers[0]]
        others = [whole[n] if n != m else None for n, m in zip(shifted, numbers, strict=True)]
        for start in range(0, len(numbers), CHUNK):
            part = slice(start, start + CHUNK)
            mine = tuple(whole[n] for n in numbers[part])
            yield _Chunk(tuple(numbers[part]), mine, tuple(others[part]))


def _map(
    chunks: Sequence[_Chunk], space: str, workers: int
) -> Iterable[tuple[_Chunk, list[SequenceAnalysis]]]:
    work = partial(_work, space=space)
    if workers == 1:
        return ((chunk, work(chunk)) for chunk in chunks)
    return in_processes(work, chunks, workers)


def _work(chunk: _Chunk, space: str) -> list[SequenceAnalysis]:
    registry = load_registry()
    try:
        first = chunk.trajectories[0]
        games = tuple(dict.fromkeys(first.core_envs))
        setting = setting_for(first, registry, space_of(space, games, registry))
    except LatentGymError as error:
        return [_unknown(each, str(error)) for each in chunk.trajectories]
    walks: dict[int, Walk] = {}
    pairs = zip(chunk.trajectories, chunk.others, strict=True)
    return [_analyse(each, setting, other, walks) for each, other in pairs]


def _analyse(
    trajectory: Trajectory, setting: Setting, other: Trajectory | None, walks: dict[int, Walk]
) -> SequenceAnalysis:
    """Analyse one; most are also the foreign history of another, and walked through once."""
    try:
        for each in filter(None, (trajectory, other)):
            if id(each) not in walks:
                walks[id(each)] = walk(setting.environment, each)
        return analyse_walk(walks[id(trajectory)], setting, walks.get(id(other)))
    except Exception as error:  # a stranger's player or latent costs its own sequences alone
        return _unknown(trajectory, f"{type(error).__name__}: {error}")


def _unknown(trajectory: Trajectory, reason: str) -> SequenceAnalysis:
    return SequenceAnalysis(
        env_id=trajectory.env_id,
        split=trajectory.split,
        seed=trajectory.seed,
        agent=trajectory.agent,
        reason=reason,
    )
