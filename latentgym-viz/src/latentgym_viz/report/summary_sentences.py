"""What the numbers say in a few sentences, for readers who read nothing else."""

from collections.abc import Iterator

from latentgym_core.metrics.records import Estimate, Summary
from latentgym_core.metrics.rendering.tables import with_interval
from latentgym_core.wording import counted
from latentgym_viz.reading.findings import Findings
from latentgym_viz.wording import environment_labels

MOST_ENVIRONMENTS = 3
"""Environments that get sentences of their own; for more, agents are counted over them."""


def summary_sentences(findings: Findings) -> list[str]:
    """Who earned most, who got better from task to task, and what went wrong."""
    groups: dict[str, list[Summary]] = {}
    for each in findings.report.summaries:
        groups.setdefault(each.group, []).append(each)
    if len(groups) > MOST_ENVIRONMENTS:
        return [*_over_environments(findings), *_losses(findings)]
    labels = environment_labels(groups)
    found = [sentence for group in groups for sentence in _of(labels[group], groups[group])]
    return [*found, *_losses(findings)]


def _of(label: str, summaries: list[Summary]) -> Iterator[str]:
    """Sentences on one environment."""
    best = _best(summaries)
    if best is None:
        yield f"{label}: no sequence was finished."
        return
    reward = with_interval(best.measures["cumulative_reward"], ".2f")
    among = f" of {counted(len(summaries), 'agent')}" if len(summaries) > 1 else ""
    yield f"{label}: {best.agent} earns most{among}, {reward} per sequence."
    for each in summaries:
        gain = each.measures["gain"]
        if gain.value is not None:
            shown = with_interval(gain, ".2f", signed=True)
            yield f"{each.agent} {_verdict(gain)} from the first to the last task: {shown}."


def _over_environments(findings: Findings) -> Iterator[str]:
    """One sentence per agent: where it gets better, and where it earns most."""
    summaries = findings.report.summaries
    groups = dict.fromkeys(each.group for each in summaries)
    best = [_best([each for each in summaries if each.group == group]) for group in groups]
    for agent in dict.fromkeys(each.agent for each in summaries):
        mine = [each for each in summaries if each.agent == agent]
        better = sum(_verdict(each.measures["gain"]) == BETTER for each in mine)
        most = sum(each is not None and each.agent == agent for each in best)
        yield (
            f"{agent} {BETTER} from the first to the last task in {better} of "
            f"{counted(len(mine), 'environment')} (interval above 0) and earns most in {most}."
        )


BETTER, WORSE, NEITHER = "gets better", "gets worse", "shows no clear change"


def _verdict(gain: Estimate) -> str:
    """Whether the interval leaves zero out, and on which side."""
    if gain.low is not None and gain.low > 0:
        return BETTER
    return WORSE if gain.high is not None and gain.high < 0 else NEITHER


def _best(summaries: list[Summary]) -> Summary | None:
    """Who has the highest cumulative reward; None if nobody has any."""
    rewards = {each.agent: each.measures["cumulative_reward"].value for each in summaries}
    known = {agent: value for agent, value in rewards.items() if value is not None}
    if not known:
        return None
    top = max(known, key=lambda agent: known[agent])
    return next(each for each in summaries if each.agent == top)


def _losses(findings: Findings) -> Iterator[str]:
    total = len(findings.scores)
    failed = sum(each.failed for each in findings.scores)
    truncated = sum(each.truncated for each in findings.scores)
    if failed:
        yield f"{failed:,} of {counted(total, 'sequence')} failed and are in no estimate."
    if truncated:
        yield f"{truncated:,} of {counted(total, 'sequence')} were cut short by a budget."
