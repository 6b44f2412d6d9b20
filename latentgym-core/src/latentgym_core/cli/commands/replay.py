"""`latentgym replay`: play recorded replies again and compare."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.options import JSON
from latentgym_core.cli.shown.console import print_table, say, write_json
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from latentgym_core.recordings.agreement import AgreementReport

SHOWN_REASONS = 10
FIELDS = (
    *("core_env", "variant", "num_recordings", "num_replayed", "num_agreeing"),
    *("num_tasks", "num_rewards", "num_turn_counts", "num_truncated"),
)


@click.command("replay")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write the replays as a run folder.")
@click.option("--limit", type=click.IntRange(1), help="Replay the first N recordings only.")
@click.option("--variant", default="", help="Variant of published recordings that name none.")
@click.option("--strict", is_flag=True, help="A recording that cannot be played is an error.")
@JSON
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    out: Path | None,
    limit: int | None,
    variant: str,
    strict: bool,
    as_json: bool,
) -> None:
    """Replay recorded trajectories and compare.

    FILES are published recordings, run folders or folders of either. Every recorded reply is
    played through the core envs as they are now; the reward and the turn count of each task must
    be what was recorded. Exit 1 if any is not, or if a file is damaged.
    """
    from latentgym_core.recordings.agreement import AgreementReport, attempt_replays
    from latentgym_core.recordings.files import find_recordings
    from latentgym_core.recordings.folder import check_new, write_replay
    from latentgym_core.records.trajectory import Trajectory

    report = AgreementReport()

    def replayed() -> Iterator[Trajectory]:
        attempts = attempt_replays(find_recordings(files, variant), current_registry(ctx))
        for attempt in islice(attempts, limit):
            report.add(attempt)
            if attempt.replay is not None:
                yield attempt.replay.trajectory

    if out is None:
        for _ in replayed():
            pass
    else:
        check_new(out)
        write_replay(out, replayed(), [str(file) for file in files])
    if as_json:
        write_json(_data(report))
    else:
        rows = [[getattr(row, name) for name in FIELDS] for row in report.rows]
        print_table([name.removeprefix("num_") for name in FIELDS], rows)
    _tell(report, out)
    ctx.exit(0 if report.agrees and not (strict and report.skipped) else 1)


def _data(report: "AgreementReport") -> dict[str, Any]:
    from latentgym_core.records.serial import to_data

    return {
        "agrees": report.agrees,
        "groups": to_data(report.rows),
        "num_mismatches": report.num_mismatches,
        "mismatches": to_data(report.mismatches),
        "skipped": report.skipped,
        "failed": report.failed,
    }


def _tell(report: "AgreementReport", out: Path | None) -> None:
    agreeing = sum(row.num_agreeing for row in report.rows)
    played = sum(row.num_replayed for row in report.rows)
    replayed = counted(played, "replayed recording")
    say(f"Equal in every reward and turn count: {agreeing:,} of {replayed}.")
    for located in report.mismatches:
        found = located.mismatch
        say(
            f"  {located.where} task {found.task_index + 1}: {found.field} was "
            f"{_shown(found.recorded)}, is {_shown(found.replayed)}"
        )
    more = report.num_mismatches - len(report.mismatches)
    if more:
        say(f"  and {more} more")
    for word, reasons in (("skipped", report.skipped), ("failed", report.failed)):
        for reason, count in islice(reasons.items(), SHOWN_REASONS):
            say(f"{word} {count}: {reason}")
    if not report.groups:
        say("There is no recording in these files.")
    if out is not None:
        say(f"The replays lie in {out}; next: latentgym metrics {out}")


def _shown(value: float | None) -> str:
    return "not finished" if value is None else f"{value:.12g}"
