"""What hand-off measurements show, from their report or, while they are played, from the plays."""

from collections.abc import Iterable
from typing import Any

from latentgym_core.errors import LatentGymError
from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.handoff.efficiency import HandOffReport
from latentgym_core.handoff.report import build_hand_off_report
from latentgym_core.handoff.run import HANDOFF, read_hand_off_report
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.serial import to_data
from latentgym_viz.explorer.following.followed_runs import FollowedRun
from latentgym_viz.explorer.following.run_sources import RunSource


def build_hand_offs(runs: Iterable[FollowedRun]) -> list[dict[str, Any]]:
    """One report for each hand-off run, as JSON-able data; a run that has none yet says why."""
    return [
        _hand_off(index, run.source, config)
        for index, run in enumerate(runs)
        if (config := run.hand_off) is not None
    ]


def _hand_off(index: int, source: RunSource, config: HandOffConfig) -> dict[str, Any]:
    common = {
        "run": index,
        "env_id": config.environments[0].id,
        "boundaries": list(config.boundaries),
        "problem": "",
    }
    try:
        return {**to_data(_report(source, config)), **common}
    except (LatentGymError, OSError, ValueError) as error:
        return {**common, "problem": str(error), "cells": [], "efficiencies": []}


def _report(source: RunSource, config: HandOffConfig) -> HandOffReport:
    kept = source.folder / HANDOFF
    if source.holds(kept):
        return read_hand_off_report(kept)
    return build_hand_off_report(config, read_trajectories(source.folder))
