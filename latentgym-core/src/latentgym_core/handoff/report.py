"""The report of a hand-off measurement, and its text."""

from collections.abc import Iterable

from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.handoff.efficiency import (
    BoundaryReport,
    Efficiency,
    HandOffReport,
    boundary_report,
    tail_rewards,
)
from latentgym_core.metrics.tables import Table, as_text, with_interval
from latentgym_core.trajectory import Trajectory


def build_hand_off_report(
    config: HandOffConfig, trajectories: Iterable[Trajectory]
) -> HandOffReport:
    """Measure both efficiencies at every boundary; a pure function of the trajectories.

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
        a=config.a,
        b=config.b,
        c=config.c,
        boundaries=tuple(
            boundary_report(
                tails, num_sequences, a=config.a, b=config.b, c=config.c, boundary=boundary
            )
            for boundary in config.boundaries
        ),
    )


def render_hand_off(report: HandOffReport) -> str:
    """Both efficiencies per boundary as aligned plain text."""
    reasons = dict.fromkeys(
        f"K = {each.boundary}: {side.undefined}"
        for each in report.boundaries
        for side in (each.exploration, each.exploitation)
        if side.undefined
    )
    roles = {"A": report.a, "B": report.b, "C": report.c}
    table = Table(
        title="\n".join(
            (
                report.env_id,
                *(f"{role} {name}" for role, name in roles.items()),
                "",
                f"B against A, with {report.confidence:.0%} intervals over n paired sequences.",
                "Exploration: A or B plays tasks 1 .. K, C the rest.",
                "Exploitation: C plays tasks 1 .. K, A or B the rest.",
            )
        ),
        header=("K", "exploration", "n", "failed", "exploitation", "n", "failed"),
        rows=tuple(_row(each) for each in report.boundaries),
        notes=tuple(reasons),
    )
    return as_text(table) + "\n"


def _row(report: BoundaryReport) -> tuple[str, ...]:
    cells = (_cells(side) for side in (report.exploration, report.exploitation))
    return (str(report.boundary), *(cell for side in cells for cell in side))


def _cells(side: Efficiency) -> tuple[str, str, str]:
    shown = with_interval(side.estimate, ".1%", signed=True)
    return (shown, str(side.num_sequences), str(side.num_failed))
