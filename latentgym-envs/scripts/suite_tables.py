"""Tables of suites as Markdown, for the documents that measure_suites.py writes."""

from collections.abc import Iterable, Sequence

from latentgym_core.metrics import Estimate, Report, Summary
from latentgym_core.metrics.records import NormalisedScore
from latentgym_core.metrics.rendering.scores import short_names
from latentgym_core.worth.references import BLIND, TOLD


def score_table(report: Report) -> str:
    """Environments down; what blind and the oracle earn a task, and the score of everybody else."""
    agents = list(dict.fromkeys(each.agent for each in report.scores))
    groups = list(dict.fromkeys(each.group for each in report.scores))
    earned = {(each.group, each.agent): each for each in report.summaries}
    scores = {(each.group, each.agent): each for each in report.scores}
    header = ["environment", *(f"`{each}`" for each in (BLIND, TOLD, *agents))]
    rows = [
        [
            f"`{name}`",
            *(_mean(earned[group, player]) for player in (BLIND, TOLD)),
            *(_score(scores.get((group, agent))) for agent in agents),
        ]
        for name, group in zip(short_names(groups), groups, strict=True)
    ]
    counts = {each.num_environments for each in report.overall}
    last = [f"**mean of {' or '.join(map(str, sorted(counts)))}**", "", ""]
    rows.append([*last, *(f"**{_score(each)}**" for each in report.overall)])
    rows.append(["sequences", "", "", *(str(each.num_sequences) for each in report.overall)])
    return _markdown(header, rows)


def players_table(report: Report) -> str:
    """Players down, environments of one game across: reward a task, and the score in brackets."""
    agents = list(dict.fromkeys(each.agent for each in report.summaries))
    groups = list(dict.fromkeys(each.group for each in report.summaries))
    earned = {(each.group, each.agent): each for each in report.summaries}
    scores = {(each.group, each.agent): each for each in report.scores}

    def cell(group: str, agent: str) -> str:
        score = scores.get((group, agent))
        value = score.score.value if score else None
        return _mean(earned[group, agent]) + (f" ({value:.2f})" if value is not None else "")

    header = ["player", *(f"`{each}`" for each in short_names(groups))]
    rows = [[f"`{agent}`", *(cell(group, agent) for group in groups)] for agent in agents]
    return _markdown(header, rows)


def tiny_table(report: Report) -> str:
    """Agents of one environment down: reward of every task, and the score."""
    scores = {each.agent: each for each in report.scores}
    num_tasks = report.summaries[0].num_tasks
    header = ["agent", *(f"task {task}" for task in range(1, num_tasks + 1)), "score"]
    rows = [
        [
            f"`{each.agent}`",
            *(_estimate(task) for task in each.by_task["reward"]),
            _score(scores.get(each.agent)) or {BLIND: "0", TOLD: "1"}[each.agent],
        ]
        for each in report.summaries
    ]
    return _markdown(header, rows)


def _mean(summary: Summary) -> str:
    return _estimate(summary.measures["mean_reward"])


def _estimate(estimate: Estimate) -> str:
    half = estimate.half_width
    return f"{estimate.value:.2f}" + (f" ± {half:.2f}" if half is not None else "")


def _score(score: NormalisedScore | None) -> str:
    """Value and interval; how many sequences it rests on is said where the table stands."""
    if score is None:
        return ""
    one = score.score
    if one.value is None:
        return "n/a"
    return f"{one.value:.2f}" + (f" [{one.low:.2f}, {one.high:.2f}]" if one.low is not None else "")


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (header, rule, *rows))
