"""What an agent knew about the hidden latent, and what it made of that."""

from collections import Counter
from collections.abc import Iterator, Mapping

from attrs import frozen

from latentgym_core.inference.findings.bayes_hand_off import BayesHandOff
from latentgym_core.inference.summary import InferenceReport, build_inference_report
from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.bars import stacked_bars
from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Chart, Drawing, Row
from latentgym_viz.charts.grammar.curves import Panel, curve_grid, curve_panel, wrapped
from latentgym_viz.charts.grammar.dots import dot_chart
from latentgym_viz.charts.grammar.estimates import count_phrase, estimate_fields, interval_sentence
from latentgym_viz.charts.grammar.grain import Grain, grain_of
from latentgym_viz.reading.findings import Findings
from latentgym_viz.wording import plain

SECTION = "Knowledge of the latent"
BANDS, BARS = interval_sentence("Bands"), interval_sentence("Bars")
MODES = {
    "adapted": "#3f9a77",
    "none": "#7f8a94",
    "neglect": "#c2663a",
    "breakdown": "#9a6fb5",
    "miscalibration": "#a58a1f",
}


@frozen
class _Knowledge:
    """What inference says, at the grain of the other charts."""

    findings: Findings
    cast: Cast
    grain: Grain
    report: InferenceReport

    def rows(self, curve: str) -> dict[str, list[Row]]:
        """Group to the rows of a curve; groups without any value are left out."""
        groups: dict[str, list[Row]] = {}
        for each in self.report.summaries:
            for task, estimate in enumerate(each.by_task[curve], start=1):
                groups.setdefault(each.group, []).append(
                    {
                        AGENT: self.cast.names[each.agent],
                        "task": task,
                        **estimate_fields(estimate),
                        "n": each.num_sequences,
                    }
                )
        return {
            group: rows
            for group, rows in groups.items()
            if any(row["value"] is not None for row in rows)
        }

    @property
    def sample(self) -> str:
        """How many sequences stand behind the estimates."""
        summaries = self.report.summaries
        unknown = sum(each.num_unknown for each in summaries)
        without = f"; {counted(unknown, 'sequence')} without a posterior" if unknown else ""
        panel = " and panel" if len(self.grain.labels) > 1 else ""
        counts = count_phrase([each.num_sequences for each in summaries])
        return f"{self.grain.pooling} {counts} per agent{panel}{without}."

    def chart(self, key: str, title: str, caption: str, drawing: Drawing) -> Chart:
        """A chart of this section."""
        return Chart(
            key=key,
            section=SECTION,
            title=title,
            caption=caption,
            commands=(*self.findings.commands, *self.findings.inference_commands),
            drawing=drawing,
        )


def knowledge_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Entropy, bits, gaps, history use, normalised score, failure modes, Bayes hand-off."""
    if not findings.analyses:
        return
    grain = grain_of(findings)
    report = build_inference_report(findings.analyses, by=grain.axis)
    known = _Knowledge(findings, cast, grain, report)
    yield from _curve(
        known,
        "entropy_after",
        key="entropy",
        title="Uncertainty about the latent after each task",
        y_title="entropy left, bits",
        what="Entropy of the posterior over the hidden latent z after task i. Standard feedback "
        "alone.",
    )
    yield from _curve(
        known,
        "information",
        key="information",
        title="Bits learned about the latent in each task",
        y_title="information, bits",
        what="Information gained about z in task i, KL(posterior after || posterior before). "
        "Standard feedback alone.",
    )
    yield from _gaps(known)
    yield from _curve(
        known,
        "history_use",
        key="history_use",
        title="Use of the history in each task",
        y_title="history use",
        what="Share of decisions that follow the history where it matters: 0 ignores it, 1 plays "
        "by it.",
        domain=(-0.04, 1.04),
    )
    yield from _normalised_score(known)
    yield from _failure_modes(known)
    yield from _bayes_hand_offs(known)


def _curve(
    known: _Knowledge,
    curve: str,
    *,
    key: str,
    title: str,
    y_title: str,
    what: str,
    domain: tuple[float, float] | None = None,
) -> Iterator[Chart]:
    groups = known.rows(curve)
    if not groups:
        return
    drawing: Drawing
    if len(groups) == 1:
        (rows,) = groups.values()
        drawing = curve_panel(rows, known.cast, y_title=y_title, domain=domain)
    else:
        panels = [Panel(known.grain.labels[group], "", rows) for group, rows in groups.items()]
        drawing = curve_grid(wrapped(panels), known.cast, y_title=y_title, domain=domain)
    yield known.chart(key, title, f"{what}{known.sample} {BANDS}", drawing)


def _gaps(known: _Knowledge) -> Iterator[Chart]:
    information, exploitation = known.rows("information_gap"), known.rows("exploitation_gap")
    groups = dict.fromkeys((*information, *exploitation))
    if not groups:
        return
    several = len(groups) > 1
    panels = [
        [
            Panel("information gap", labels, information.get(group, [])),
            Panel("exploitation gap", labels, exploitation.get(group, [])),
        ]
        for group in groups
        for labels in (known.grain.labels[group] if several else "",)
    ]
    yield known.chart(
        "gaps",
        "Reward lost by not knowing, and by not using what was known",
        "Information gap: reward of the player who is told z minus that of the Bayes player with "
        "the agent's history. Exploitation gap: the Bayes player's minus the agent's own. Their "
        f"sum is what separates the agent from knowing z.{known.sample} {BANDS}",
        curve_grid(panels, known.cast, y_title="reward lost", mark=0.0),
    )


def _normalised_score(known: _Knowledge) -> Iterator[Chart]:
    rows: list[Row] = [
        {
            AGENT: known.cast.names[each.agent],
            "environment": known.grain.labels[each.group],
            **estimate_fields(each.measures["normalised_score"]),
            "n": each.num_sequences,
        }
        for each in known.report.summaries
        if each.measures["normalised_score"].value is not None
    ]
    if rows:
        yield known.chart(
            "normalised_score",
            "Score between the blind player and the player who knows z",
            "Reward between that of the player who ignores the latent (0) and that of the player "
            f"who is told z (1), a ratio of sums over sequences.{known.sample} {BARS}",
            dot_chart(
                rows, known.cast, title="normalised score", marks={0.0: "blind", 1.0: "oracle"}
            ),
        )


def _failure_modes(known: _Knowledge) -> Iterator[Chart]:
    counts: Counter[tuple[str, str]] = Counter(
        (each.agent, label.mode) for each in known.findings.analyses for label in each.labels
    )
    rows: list[Row] = [
        {AGENT: known.cast.names[agent], "mode": mode, "count": counts[agent, mode]}
        for mode in MODES
        for agent in known.findings.agents
        if counts[agent, mode]
    ]
    if rows:
        yield known.chart(
            "failure_modes",
            "Failure modes",
            f"n = {counted(len(known.findings.analyses), 'sequence')} by what the detectors found; "
            "none: nothing, or no headroom. Counts have no intervals.",
            stacked_bars(rows, known.cast, part="mode", colours=MODES),
        )


def _bayes_hand_offs(known: _Knowledge) -> Iterator[Chart]:
    panels = [
        panel
        for group, found in known.report.hand_offs.items()
        for panel in _bayes_panels(found, known, known.grain.labels[group])
    ]
    if panels:
        yield known.chart(
            "bayes_hand_off",
            "Hand-off to the Bayes player, from whole plays alone",
            "Explore: what the agent's first K tasks are worth to the Bayes player, relative to "
            "the baseline's. Exploit: what the agent earns after task K of what the Bayes player "
            f"would, relative to the baseline.{known.sample} {BANDS}",
            curve_grid(
                [panels[at : at + 2] for at in range(0, len(panels), 2)],
                known.cast,
                x="K",
                y_title="relative difference",
                y_format="+.0%",
                mark=0.0,
            ),
        )


def _bayes_panels(
    found: tuple[BayesHandOff, ...], known: _Knowledge, label: str
) -> Iterator[Panel]:
    if not found:
        return
    sides: Mapping[str, list[Row]] = {"explore": [], "exploit": []}
    for each in found:
        for side, rows in sides.items():
            place = {AGENT: known.cast.names[each.a], "K": each.k, "n": each.num_sequences}
            rows.append({**place, **estimate_fields(getattr(each, side))})
    against = f"against {plain(known.cast.names[found[0].b])}"
    several = len(known.grain.labels) > 1
    for side, rows in sides.items():
        yield Panel(side, f"{label}, {against}" if several else against, rows)
