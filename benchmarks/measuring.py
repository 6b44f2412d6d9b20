"""What the benchmarks share: CPU time, and a table of what was measured with the goal beside it."""

import argparse
import json
import time
from collections.abc import Callable, Iterable

Row = tuple[str, str, str, str]
"""What, measured, goal, and how many times better than the goal."""
KEYS = ("what", "measured", "goal", "times_better_than_goal")


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Best of several, because other processes only ever make it slower."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def at_least(what: str, measured: float, goal: float) -> Row:
    """A row where more is better."""
    return what, f"{measured:,.0f}", f"{goal:,.0f}", f"{measured / goal:.2f}"


def at_most(what: str, measured: float, goal: float) -> Row:
    """A row where less is better."""
    return what, f"{measured:.4g}", f"{goal:g}", f"{goal / measured:.2f}"


def show(rows: Iterable[Row], description: str | None) -> None:
    """Print the rows as a table, or with --json as JSON."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    if parser.parse_args().json:
        print(json.dumps([dict(zip(KEYS, row, strict=True)) for row in rows], indent=2))
        return
    print(f"{'what':76}{'measured':>12}{'goal':>10}{'x goal':>8}")
    for what, measured, goal, ratio in rows:
        print(f"{what:76}{measured:>12}{goal:>10}{ratio:>8}", flush=True)
