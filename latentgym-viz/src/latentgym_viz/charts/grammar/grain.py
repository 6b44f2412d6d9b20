"""At which grain charts show many environments: as fine as still fits on a page."""

from collections.abc import Mapping

from attrs import frozen

from latentgym_core.metrics.measures import AXES
from latentgym_viz.reading.findings import Findings
from latentgym_viz.wording import environment_labels, plain

MOST_GROUPS = 16
GRAINS = {
    "env": "",
    "latent": " Prompts, feedbacks and horizons of a latent are pooled.",
    "core_env": " All environments of a core env are pooled.",
}
"""Axes from fine to coarse, and the sentence that says what was pooled."""


@frozen(kw_only=True)
class Grain:
    """How environments are grouped.

    Attributes:
        axis: One of `measures.AXES`.
        labels: Group to what charts call it.
        pooling: Sentence on what was pooled, with a blank in front; empty if nothing was.
    """

    axis: str
    labels: Mapping[str, str]
    pooling: str


def grain_of(findings: Findings) -> Grain:
    """Group by environment, by latent if these are too many, else by core env."""
    groups = {axis: _groups(findings, axis) for axis in GRAINS}
    fitting = [axis for axis in GRAINS if len(groups[axis]) <= MOST_GROUPS]
    axis = fitting[0] if fitting else "core_env"
    labels = environment_labels(groups["env"]) if axis == "env" else {}
    return Grain(
        axis=axis,
        labels=labels or {group: plain(group) for group in groups[axis]},
        pooling=GRAINS[axis],
    )


def _groups(findings: Findings, axis: str) -> dict[str, None]:
    return dict.fromkeys(AXES[axis](each) for each in findings.scores)
