"""What a hand-off measurement comes to: a pure function of its trajectories."""

from collections.abc import Iterable, Iterator

from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.handoff.efficiency import (
    KINDS,
    Efficiency,
    HandOffReport,
    Kind,
    Tails,
    cell,
    efficiency,
    tail_rewards,
)
from latentgym_core.records.hand_off_name import HandOff
from latentgym_core.records.trajectory import Trajectory


def build_hand_off_report(
    config: HandOffConfig, trajectories: Iterable[Trajectory]
) -> HandOffReport:
    """Measure every pair, and every efficiency, at every boundary.

    With A, B and C: B against A, with C on the other side. Else every explorer against the first
    one for each exploiter, and every exploiter against the first one for each explorer. Where
    histories and notes were handed over: notes against history for every pair.

    Args:
        config: What was played.
        trajectories: What came of it, in any order.
    """
    (environment,) = config.environments
    tails = tail_rewards(trajectories, config.boundaries)
    num_sequences = len(config.seeds(environment))
    return HandOffReport(
        env_id=environment.id,
        split=config.split,
        num_sequences=num_sequences,
        cells=tuple(cell(tails, each, num_sequences) for each in _cells(config)),
        efficiencies=tuple(_efficiencies(config, tails, num_sequences)),
    )


def _cells(config: HandOffConfig) -> Iterator[HandOff]:
    for handed in config.handed:
        for explorer, exploiter in config.pairs:
            for boundary in config.boundaries:
                yield HandOff(explorer, exploiter, boundary, handed)


def _efficiencies(config: HandOffConfig, tails: Tails, num_sequences: int) -> Iterator[Efficiency]:
    for kind in KINDS:
        for hand_off in _cells(config):
            baseline = _baseline(config, kind, hand_off)
            if baseline is not None:
                yield efficiency(tails, kind, hand_off, baseline, num_sequences)


def _baseline(config: HandOffConfig, kind: Kind, hand_off: HandOff) -> str | None:
    """Who is exchanged for whom in a hand-off; None if it is not measured that way."""
    explorer, exploiter = hand_off.explorer, hand_off.exploiter
    if kind == "notes":
        return "" if hand_off.handed == "notes" and "history" in config.handed else None
    if config.roles is not None:
        a, b, c = config.roles
        wanted = (b, c) if kind == "exploration" else (c, b)
        return a if (explorer, exploiter) == wanted else None
    baseline, own = (
        (config.explorers[0], explorer)
        if kind == "exploration"
        else (config.exploiters[0], exploiter)
    )
    return baseline if own != baseline else None
