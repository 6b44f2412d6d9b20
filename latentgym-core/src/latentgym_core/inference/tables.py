"""What inference found, as tables and as rows of numbers."""

from collections.abc import Iterator, Mapping, Sequence

from latentgym_core.inference.findings.bayes_hand_off import BayesHandOff
from latentgym_core.inference.findings.priming import Priming
from latentgym_core.inference.measures import CURVES, MEASURES
from latentgym_core.inference.summary import InferenceReport, InferenceSummary
from latentgym_core.metrics.records import Estimate
from latentgym_core.metrics.rendering.tables import UNDEFINED, Table, with_interval

STANDARD_ONLY = (
    "Bits about z are shown under standard feedback alone: where every task is revealed, all "
    "agents are told the same. Reference players are strong, not optimal: a gap may be negative."
)
Row = tuple[object, ...]


def inference_tables(report: InferenceReport) -> Iterator[Table]:
    """For every group the measures, history use by task, failure modes and Bayes hand-offs."""
    for group in dict.fromkeys(each.group for each in report.summaries):
        summaries = [each for each in report.summaries if each.group == group]
        heading = group or "all environments"
        yield _measures(heading, summaries, report.confidence)
        yield _history_use(summaries)
        if any(each.labels for each in summaries):
            yield _labels(summaries)
        if hand_offs := report.hand_offs.get(group):
            yield _hand_offs(hand_offs, report.confidence)
    for env_id, found in report.primings.items():
        yield _primings(env_id, found, report.confidence)


def inference_rows(report: InferenceReport) -> Iterator[Row]:
    """Rows of `metrics.rendering.CSV_HEADER`: one number each, unrounded."""
    for one in report.summaries:
        key = (one.group, one.agent, "", one.num_sequences)
        for name, estimate in one.measures.items():
            yield (*key, name, "", estimate.value, estimate.low, estimate.high)
        for name, curve in one.by_task.items():
            for task, estimate in enumerate(curve, start=1):
                yield (*key, name, task, estimate.value, estimate.low, estimate.high)
        for label, count in one.labels.items():
            yield (*key, f"label {label}", "", count, None, None)
    for group, hand_offs in report.hand_offs.items():
        for each in hand_offs:
            key = (group, each.a, each.b, each.num_sequences)
            for name in ("explore", "exploit", "solo"):
                estimate = getattr(each, name)
                row = (f"bayes_{name}", each.k, estimate.value, estimate.low, estimate.high)
                yield (*key, *row)
    for env_id, found in report.primings.items():
        for pair in found:
            key = (env_id, f"{pair.a}→{pair.exploiter}", pair.b, pair.num_sequences)
            share = pair.priming
            yield (*key, "priming", pair.k, share.value, share.low, share.high)


def _measures(heading: str, summaries: Sequence[InferenceSummary], confidence: float) -> Table:
    rows = [
        (measure.title, *(with_interval(each.measures[name], measure.form) for each in summaries))
        for name, measure in MEASURES.items()
        if any(each.measures[name].value is not None for each in summaries)
    ]
    rows.append(("sequences", *(str(each.num_sequences) for each in summaries)))
    rows.append(("  without a posterior", *(str(each.num_unknown) for each in summaries)))
    reasons = dict.fromkeys(reason for each in summaries for reason in each.reasons)
    return Table(
        title=f"{heading}\nWhat could be known of z and what was used, {confidence:.0%} intervals.",
        header=("", *(each.agent for each in summaries)),
        rows=tuple(rows),
        notes=(STANDARD_ONLY, *(f"No posterior: {reason}." for reason in reasons)),
    )


def _history_use(summaries: Sequence[InferenceSummary]) -> Table:
    num_tasks = max(len(each.by_task[next(iter(CURVES))]) for each in summaries)
    rows = []
    for each in summaries:
        curve = [*each.by_task["history_use"], *[Estimate()] * num_tasks][:num_tasks]
        rows.append((each.agent, *(_rounded(point.value) for point in curve)))
    return Table(
        title="History use by task (0 ignores it, 1 plays by it).",
        header=("task", *map(str, range(1, num_tasks + 1))),
        rows=tuple(rows),
    )


def _labels(summaries: Sequence[InferenceSummary]) -> Table:
    names = sorted({name for each in summaries for name in each.labels})
    return Table(
        title="Failure modes: sequences with each label.",
        header=("", *(each.agent for each in summaries)),
        rows=tuple((n, *(str(each.labels.get(n, 0)) for each in summaries)) for n in names),
    )


def _hand_offs(hand_offs: Sequence[BayesHandOff], confidence: float) -> Table:
    return Table(
        title=(
            f"Bayes hand-off against {hand_offs[0].b} after K tasks, from solo runs, "
            f"{confidence:.0%} intervals."
        ),
        header=("agent", "K", "explore", "exploit", "own tail"),
        rows=tuple(
            (each.a, str(each.k), *(_share(each, name) for name in ("explore", "exploit", "solo")))
            for each in hand_offs
        ),
        notes=("(1 + explore)(1 + exploit) = 1 + own tail: see docs/metrics.md.",),
    )


def _primings(env_id: str, found: Sequence[Priming], confidence: float) -> Table:
    return Table(
        title=(
            f"{env_id}\nExplorers compared in the hands of an agent and of the Bayes player, "
            f"{confidence:.0%} intervals."
        ),
        header=("explorer against", "exploiter", "K", "explore", "by Bayes", "priming"),
        rows=tuple(
            (
                f"{each.a} against {each.b}",
                *(each.exploiter, str(each.k)),
                *(
                    with_interval(share, ".1%", signed=True)
                    for share in (each.explore, each.bayes, each.priming)
                ),
            )
            for each in found
        ),
        notes=("Priming is what a history does beyond what it tells about z.",),
    )


def _share(hand_off: BayesHandOff, name: str) -> str:
    shares: Mapping[str, Estimate] = {
        "explore": hand_off.explore,
        "exploit": hand_off.exploit,
        "solo": hand_off.solo,
    }
    return with_interval(shares[name], ".1%", signed=True)


def _rounded(value: float | None) -> str:
    return UNDEFINED if value is None else f"{value:.2f}"
