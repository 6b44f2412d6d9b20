"""A report of many environments in one line each; `report_tables` has the details."""

from collections.abc import Iterator, Sequence

from latentgym_core.metrics.measures import MEASURES
from latentgym_core.metrics.records import Estimate, Report, Summary
from latentgym_core.metrics.rendering.env_labels import environment_labels, shared_note
from latentgym_core.metrics.rendering.layouts import joined
from latentgym_core.metrics.rendering.scores import score_table
from latentgym_core.metrics.rendering.tables import UNDEFINED, WIDTH, Table

REWARD, GAIN = "mean_reward", "gain"
COUNTED = {"solved": "solve_rate", "turns": "turns_per_task"}


def render_overview(report: Report, width: int = WIDTH) -> str:
    """A report that is grouped by environment, as aligned plain text.

    Args:
        report: Of several environments.
        width: Most characters of a line.
    """
    return joined(overview_tables(report), width=width)


def overview_tables(report: Report) -> Iterator[Table]:
    """One line for each environment: of one agent all that matters, of several one table each.

    Scores have a line for each environment as well, and stand last.
    """
    agents = tuple(dict.fromkeys(each.agent for each in report.summaries))
    rows: dict[str, dict[str, Summary]] = {}
    for each in report.summaries:
        rows.setdefault(each.group, {})[each.agent] = each
    labels = environment_labels(rows)
    notes = shared_note(rows)
    meant = f"mean ± half width of the {report.confidence:.0%} interval."
    if len(agents) == 1:
        yield Table(
            title=f"{agents[0]}\nReward per task, gain r_N - r_1: {meant}",
            header=("environment", "reward", "gain", *COUNTED),
            rows=tuple((labels[group], *_all_of(rows[group][agents[0]])) for group in rows),
            notes=notes,
        )
        return
    for title, name in (
        ("Reward per task", REWARD),
        ("Gain r_N - r_1", GAIN),
    ):
        yield Table(
            title=f"{title}: {meant}",
            header=("environment", *agents),
            rows=tuple((labels[group], *_one_of_each(rows[group], agents, name)) for group in rows),
            notes=notes,
        )
    if report.scores:
        yield score_table(report)


def _all_of(summary: Summary) -> tuple[str, ...]:
    counts = (
        UNDEFINED if (value := summary.measures[name].value) is None else _written(name, value)
        for name in COUNTED.values()
    )
    return (_cell(summary, REWARD), _cell(summary, GAIN), *counts)


def _one_of_each(by_agent: dict[str, Summary], agents: Sequence[str], name: str) -> Iterator[str]:
    return (_cell(by_agent[each], name) if each in by_agent else "" for each in agents)


def _cell(summary: Summary, name: str) -> str:
    one: Estimate = summary.measures[name]
    if one.value is None:
        return UNDEFINED
    around = "" if one.half_width is None else f" ±{_written(name, one.half_width)}"
    sign = "+" if name == GAIN and one.value >= 0 else ""
    return f"{sign}{_written(name, one.value)}{around}"


def _written(name: str, value: float) -> str:
    return format(value, MEASURES[name].form)
