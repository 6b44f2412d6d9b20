"""The table of normalised scores: who comes how far from the blind player to the oracle."""

from collections.abc import Iterable, Iterator
from typing import Any

from latentgym_core.errors import LatentGymError
from latentgym_core.inference.folder import INFERENCE, read_analyses
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.inference.summary import build_inference_report
from latentgym_core.records.serial import to_data
from latentgym_viz.explorer.following.followed_runs import FollowedRun

MEASURE = "normalised_score"


def build_tables(runs: Iterable[FollowedRun]) -> dict[str, Any]:
    """Normalised scores by latent and agent with their intervals, as JSON-able data."""
    try:
        report = build_inference_report(_analyses(runs), by="latent")
    except (LatentGymError, OSError) as error:
        return {"scores": [], "problem": str(error)}
    scores = [
        {
            "group": each.group,
            "agent": each.agent,
            "num_sequences": each.num_sequences,
            "estimate": to_data(each.measures[MEASURE]),
        }
        for each in report.summaries
        if each.measures[MEASURE].value is not None
    ]
    return {"scores": scores, "confidence": report.confidence, "problem": ""}


def _analyses(runs: Iterable[FollowedRun]) -> Iterator[SequenceAnalysis]:
    for run in runs:
        if run.source.holds(run.source.folder / INFERENCE):
            yield from read_analyses(run.source.folder)
