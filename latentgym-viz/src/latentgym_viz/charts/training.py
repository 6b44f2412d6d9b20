"""What a training run logged, step by step: rewards by task, and every other number."""

import re
from collections.abc import Iterator, Mapping

import altair as alt
from attrs import frozen

from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Chart, Drawing, Row, below, drawn, inlined
from latentgym_viz.charts.grammar.layout import (
    HEIGHT,
    MOST_COLUMNS,
    PANEL_GAP,
    PANEL_HEIGHT,
    PANEL_WIDTH,
    WIDTH,
)
from latentgym_viz.charts.strips import reward_colour
from latentgym_viz.reading.findings import Findings
from latentgym_viz.reading.training_log import LoggedStep, TrainingLog
from latentgym_viz.wording import plain

SECTION = "Training"
RAW = "No intervals: each point is one step, measured on its own batch."
TASK = re.compile(r"r([1-9][0-9]*)")
FIRST, LAST = ("reward_first", "reward_last")
LINES = {"first task": "#c2663a", "last task": "#3d86c4"}
"""Contrast of at least 3:1 on light and dark."""
KNOWN = {
    "reward": "reward of a sequence",
    "gain": "gain, last − first task",
    "entropy": "entropy of the policy",
    "kl": "KL divergence",
    "kl/sampled": "KL to the sampling policy",
    "kl/reference": "KL to the reference",
    "grad_norm": "gradient norm",
    "policy_loss": "policy loss",
    "value_loss": "value loss",
    "loss": "loss",
    "length": "length of replies",
    "tokens": "tokens of a sequence",
    "sampled_tokens": "sampled tokens of a sequence",
    "turns": "turns of a sequence",
    "truncated": "share cut short",
}
"""Names that logs are known to use, in the order of the panels; any other name comes after."""
VALIDATION = "validation/"


@frozen
class _Training:
    """The logs of all training runs; the runs take the place of agents."""

    findings: Findings
    logs: Mapping[str, TrainingLog]
    cast: Cast

    @property
    def steps(self) -> str:
        """How many steps stand behind a chart."""
        counts = [counted(len(log.steps), "logged step") for log in self.logs.values()]
        return f"n = {', '.join(counts)}. {RAW}"

    def chart(self, key: str, title: str, caption: str, drawing: Drawing) -> Chart:
        """A chart of this section."""
        return Chart(
            key=key,
            section=SECTION,
            title=title,
            caption=f"{caption} {self.steps}",
            commands=self.findings.training_commands,
            drawing=drawing,
        )


def training_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Rewards of the first and last task, of all tasks, and every other number of the logs."""
    del cast  # training runs are told apart by their folders, not by agents
    logs = {str(log.run): log for log in findings.training if log.steps}
    if not logs:
        return
    names = {name: name.rstrip("/").rpartition("/")[2] for name in logs}
    unique = len(set(names.values())) == len(names)
    shown = {names[name] if unique else name: log for name, log in logs.items()}
    training = _Training(findings, shown, Cast.of(shown))
    yield from _rewards(training)
    yield from _tasks(training)
    yield from _signals(training)


def _rewards(training: _Training) -> Iterator[Chart]:
    found = {
        training.cast.names[name]: [row for step in log.steps for row in _ends(step)]
        for name, log in training.logs.items()
    }
    panels = [
        _reward_panel(rows, name, is_alone=len(training.logs) == 1)
        for name, rows in found.items()
        if rows
    ]
    if panels:
        yield training.chart(
            "training_reward",
            "Reward of the first and the last task during training",
            "Mean reward of the first and of the last task of the sampled sequences; rings: on "
            "the validation stream.",
            _wrapped(panels),
        )


def _ends(step: LoggedStep) -> Iterator[Row]:
    """Rewards of the first and last task, as sampled and on the validation stream."""
    for prefix in ("", VALIDATION):
        rewards = _rewards_by_task(step, prefix)
        ends = {
            "first task": step.numbers.get(
                f"{prefix}{FIRST}", rewards.get(min(rewards, default=0))
            ),
            "last task": step.numbers.get(f"{prefix}{LAST}", rewards.get(max(rewards, default=0))),
        }
        for line, value in ends.items():
            if value is not None:
                stream = "validation" if prefix else "sampled"
                yield {"line": line, "step": step.step, "value": value, "stream": stream}


def _rewards_by_task(step: LoggedStep, prefix: str = "") -> dict[int, float]:
    """Task from 1 to its reward, of a log that has `r1`, `r2`, and so on."""
    found = {}
    for name, value in step.numbers.items():
        match = TASK.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if match:
            found[int(match[1])] = value
    return found


def _reward_panel(rows: list[Row], title: str, *, is_alone: bool) -> Drawing:
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(LINES), range=list(LINES.values())))
    base = alt.Chart().encode(
        x=_step_axis(),
        y=alt.Y("value:Q", title="mean reward", scale=alt.Scale(zero=False)),
        color=colour,
    )
    lines = base.transform_filter("datum.stream == 'sampled'").mark_line()
    rings = base.transform_filter("datum.stream == 'validation'").mark_point(
        filled=False, size=70, strokeWidth=2
    )
    layered = alt.layer(lines, rings, data=inlined(rows))
    if is_alone:
        return drawn(layered.properties(width=WIDTH, height=HEIGHT))
    return drawn(layered.properties(title=title, width=PANEL_WIDTH, height=PANEL_HEIGHT))


def _tasks(training: _Training) -> Iterator[Chart]:
    found: dict[str, list[Row]] = {
        training.cast.names[name]: [
            {"step": step.step, "until": step.step + 1, "task": task, "value": value}
            for step in log.steps
            for task, value in _rewards_by_task(step).items()
        ]
        for name, log in training.logs.items()
    }
    panels = [_task_panel(rows, name) for name, rows in found.items() if rows]
    if panels:
        yield training.chart(
            "training_tasks",
            "Reward of every task during training",
            "Mean reward of task i of the sampled sequences, step by step.",
            below(panels, spacing=PANEL_GAP),
        )


def _task_panel(rows: list[Row], title: str) -> Drawing:
    panel: alt.Chart = (
        alt.Chart(inlined(rows), title=title)
        .mark_rect()
        .encode(
            x=_step_axis(),
            x2="until:Q",
            y=alt.Y("task:O", title="task", axis=alt.Axis(grid=False)),
            color=reward_colour(),
        )
        .properties(width=WIDTH, height=alt.Step(20))
    )
    return drawn(panel)


def _signals(training: _Training) -> Iterator[Chart]:
    shown = {
        (name, step.stage)
        for log in training.logs.values()
        for step in log.steps
        for name in step.numbers
        if not TASK.fullmatch(name.removeprefix(VALIDATION))
        and name.removeprefix(VALIDATION) not in (FIRST, LAST)
    }
    stages = list(dict.fromkeys(stage for log in training.logs.values() for stage in log.stages))
    order = list(KNOWN)
    ranked = sorted(
        shown,
        key=lambda each: (
            order.index(each[0]) if each[0] in KNOWN else len(order),
            each[0],
            stages.index(each[1]),
        ),
    )
    panels = [_signal_panel(training, *each, several=len(stages) > 1) for each in ranked]
    if panels:
        yield training.chart(
            "training_signals",
            "Numbers logged during training",
            "Every other number of the log.",
            _wrapped(panels),
        )


def _signal_panel(training: _Training, name: str, stage: str, *, several: bool) -> Drawing:
    rows: list[Row] = [
        {AGENT: training.cast.names[run], "step": step.step, "value": step.numbers[name]}
        for run, log in training.logs.items()
        for step in log.steps
        if step.stage == stage and name in step.numbers
    ]
    title = alt.TitleParams(KNOWN.get(name, plain(name)), subtitle=plain(stage) if several else "")
    colour = training.cast.colour(list(training.logs), legend=len(training.logs) > 1)
    panel: alt.Chart = (
        alt.Chart(inlined(rows), title=title)
        .mark_line(strokeWidth=1.6, point=alt.OverlayMarkDef(size=60) if len(rows) == 1 else False)
        .encode(
            x=_step_axis(),
            y=alt.Y(
                "value:Q",
                title=None,
                scale=alt.Scale(zero=False),
                axis=alt.Axis(tickCount=4, format="~g"),
            ),
            color=colour,
        )
        .properties(width=PANEL_WIDTH, height=PANEL_HEIGHT)
    )
    return drawn(panel)


def _wrapped(panels: list[Drawing]) -> Drawing:
    return {"concat": panels, "columns": MOST_COLUMNS, "spacing": PANEL_GAP}


def _step_axis() -> alt.X:
    axis = alt.Axis(grid=False, tickCount=5, format="d", tickMinStep=1)
    return alt.X("step:Q", title="step", scale=alt.Scale(nice=False, zero=False), axis=axis)
