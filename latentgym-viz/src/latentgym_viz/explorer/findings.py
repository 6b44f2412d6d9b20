"""What the detectors found, sequence by sequence: the list behind the page of failure modes."""

from collections.abc import Iterator
from typing import Any

from latentgym_viz.explorer.following.followed_runs import Snapshot

LONGEST_QUOTE = 400
"""Characters; the sequence itself holds the whole quote."""


def build_findings(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every label but `none`, with where it points, as JSON-able data."""
    return list(_findings(snapshot))


def _findings(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for entry in snapshot.entries:
        for label in entry.finding.labels if entry.finding else ():
            if label.mode != "none":
                yield {
                    "key": entry.key,
                    "mode": label.mode,
                    "kind": label.kind,
                    "task": label.task_index,
                    "turn": label.turn_index,
                    "sentence": label.sentence,
                    "quote": label.quote[:LONGEST_QUOTE],
                }
