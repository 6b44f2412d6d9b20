"""Curves over the task index: reward, solved tasks and turns."""

from collections.abc import Iterator, Sequence

from latentgym_core.metrics.records import Summary
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.cast import Cast
from latentgym_viz.charts.grammar.chart import Chart, Drawing, Row
from latentgym_viz.charts.grammar.curves import Panel, curve_grid, curve_panel, wrapped
from latentgym_viz.charts.grammar.estimates import curve_rows, interval_sentence, sample_sentence
from latentgym_viz.charts.grammar.layout import bounds
from latentgym_viz.reading.findings import Findings
from latentgym_viz.wording import environment_labels, plain

SECTION = "Reward"
PROMPTS = "no_info some_info full_info oracle_info"
"""From knowing little to knowing all; a stranger's prompts come first."""
SHARE = (-0.04, 1.04)
"""Ends of an axis of shares, with room for the markers at 0 and 1."""
BANDS = interval_sentence("Bands")


def reward_curve_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """The learning curve, its environments one by one, solved tasks and turns."""
    if not findings.scores:
        return
    pooled = findings.summaries("core_env")
    yield _chart(
        findings,
        cast,
        pooled,
        curve="reward",
        key="learning_curve",
        title="Learning curve: reward of each task",
        y_title="mean reward",
        what="Mean reward of task i.",
    )
    yield from _environment_charts(findings, cast)
    yield _chart(
        findings,
        cast,
        pooled,
        curve="solved",
        key="solved",
        title="Share of solved tasks",
        y_title="solved",
        what="Share of sequences in which task i was solved.",
        domain=SHARE,
        y_format=".0%",
    )
    yield _chart(
        findings,
        cast,
        pooled,
        curve="turns",
        key="turns",
        title="Turns per task",
        y_title="mean turns",
        what="Mean replies used in task i, illegal ones included, where the task ended by itself.",
    )


def _chart(
    findings: Findings,
    cast: Cast,
    summaries: Sequence[Summary],
    *,
    curve: str,
    key: str,
    title: str,
    y_title: str,
    what: str,
    domain: Sequence[float] | None = None,
    y_format: str = "",
) -> Chart:
    rows = list(curve_rows(summaries, curve, cast))
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row["group"], []).append(row)
    drawing: Drawing
    if len(by_group) == 1:
        drawing = curve_panel(rows, cast, y_title=y_title, domain=domain, y_format=y_format)
    else:
        panels = [Panel(plain(group), "", found) for group, found in by_group.items()]
        drawing = curve_grid(
            wrapped(panels), cast, y_title=y_title, domain=domain, y_format=y_format
        )
    return Chart(
        key=key,
        section=SECTION,
        title=title,
        caption=" ".join((what, pooling_sentence(findings), sample_sentence(summaries), BANDS)),
        commands=findings.commands,
        drawing=drawing,
    )


def pooling_sentence(findings: Findings) -> str:
    """Which environments are behind the numbers of a core env."""
    if len(findings.environments) == 1:
        return f"Environment: {findings.environments[0]}."
    played = {
        agent: {str(each.env_id) for each in findings.scores if each.agent == agent}
        for agent in findings.agents
    }
    unequal = len({frozenset(each) for each in played.values()}) > 1
    warning = " The agents did not all play the same environments." if unequal else ""
    return f"Pooled over {counted(len(findings.environments), 'environment')}.{warning}"


def _environment_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Small multiples, environment by prompt: one chart per core env with several of them."""
    by_core_env: dict[str, list[Summary]] = {}
    for each in findings.report.summaries:
        name = "+".join(EnvId.parse(each.group).core_envs)
        by_core_env.setdefault(name, []).append(each)
    for name, summaries in by_core_env.items():
        ids = list(dict.fromkeys(each.group for each in summaries))
        if len(ids) > 1:
            yield _small_multiples(findings, cast, name, ids, summaries)


def _small_multiples(
    findings: Findings, cast: Cast, name: str, ids: list[str], summaries: list[Summary]
) -> Chart:
    labels = environment_labels(ids, without=("core_env", "prompt"))
    cells: dict[str, dict[str, list[Row]]] = {label: {} for label in labels.values()}
    rows = list(curve_rows(summaries, "reward", cast))
    for row in rows:
        prompt = EnvId.parse(row["group"]).prompt
        cells[labels[row["group"]]].setdefault(prompt, []).append(row)
    played = {prompt for found in cells.values() for prompt in found}
    prompts = sorted(played, key=lambda each: (PROMPTS.find(each), each))
    panels = [
        [Panel(label, prompt, found.get(prompt, [])) for prompt in prompts]
        for label, found in cells.items()
    ]
    return Chart(
        key=f"environments_{name.replace('+', '_')}",
        section=SECTION,
        title=f"Learning curves of {name}, environment by prompt",
        caption=f"Mean reward of task i. {sample_sentence(summaries)} {BANDS}",
        commands=findings.commands,
        drawing=curve_grid(panels, cast, y_title="mean reward", domain=bounds(rows)),
    )
