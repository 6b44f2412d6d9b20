"""A sequence as styled text: heading, strip of tasks, transcript. Nothing is read as markup."""

import json
from collections.abc import Iterable, Iterator

from rich.style import Style
from rich.text import Text

from latentgym_core.records.trajectory import Trajectory, TurnRecord
from latentgym_core.wording import counted
from latentgym_viz.palette import agent_colours
from latentgym_viz.wording import plain

RAMP = ((0, 32, 77), (124, 123, 120), (255, 234, 70))
"""From the lowest reward of a sequence to the highest: dark blue, grey, yellow."""
CUT_OFF = "cut off"


def heading(trajectory: Trajectory, number: int, total: int, agents: Iterable[str]) -> Text:
    """Which sequence this is, who plays, and how it ended.

    Args:
        trajectory: What is read.
        number: Its number from 1.
        total: How many there are.
        agents: Everybody who is to be told apart.
    """
    colour = agent_colours([*agents, trajectory.agent])[trajectory.agent]
    text = Text()
    text.append(f"{number}/{total}  ", style="dim")
    text.append(plain(trajectory.env_id), style="bold")
    text.append(f"  seed {trajectory.seed} ({plain(trajectory.split)})  ", style="dim")
    text.append(plain(trajectory.agent) or "nobody", style=Style(bold=True, color=colour))
    text.append(f"  reward {sum(trajectory.rewards):.2f}", style="dim")
    if trajectory.error is not None:
        text.append(f"  failed: {plain(trajectory.error.kind)}", style="bold red")
    if trajectory.truncated:
        text.append(f"  cut short by {plain(trajectory.truncated)}", style="bold yellow")
    return text


def strip(trajectory: Trajectory, task: int | None) -> Text:
    """One cell per task with its reward; the current one in brackets.

    Args:
        trajectory: What is read.
        task: The current task, from 0; None for none.
    """
    low, high = min(trajectory.rewards, default=0.0), max(trajectory.rewards, default=1.0)
    text = Text()
    for index, reward in enumerate(trajectory.rewards):
        shown = f"{reward:.2f}" if index < len(trajectory.outcomes) else " –  "
        share = (reward - low) / (high - low) if high > low else 0.5
        current = index == task
        text.append("[" if current else " ", style="bold")
        text.append(f" {shown} ", style=_cell(share) if index < len(trajectory.outcomes) else "dim")
        text.append("]" if current else " ", style="bold")
    return text


def truth(trajectory: Trajectory, task: int) -> Text:
    """Z and the ground truth of a task."""
    text = Text()
    z = trajectory.z_text or json.dumps(trajectory.z, ensure_ascii=False)
    text.append("z  ", style="bold magenta")
    text.append(plain(z) + "\n")
    text.append(f"task {task + 1}  ", style="bold magenta")
    text.append(plain(json.dumps(trajectory.tasks[task], ensure_ascii=False, default=str)))
    return text


def opening(trajectory: Trajectory, task: int) -> Text:
    """What the agent was told before its first reply in a task."""
    text = Text()
    if task == 0:
        for message in trajectory.opening:
            text.append(f"{plain(message.get('role', ''))}\n", style="bold dim")
            text.append(_body(message.get("content", "")) + "\n", style="dim")
        return text
    before = [turn for turn in trajectory.turns if turn.task_index < task]
    if before:
        event = before[-1].event
        parts = "\n".join(part for part in (event.transition, event.opening) if part)
        text.append(_body(parts) + "\n", style="dim")
    return text


def turns(trajectory: Trajectory, task: int, *, tells_reasoning: bool) -> Iterator[Text]:
    """Every reply of a task with its answer, one text each."""
    for turn in trajectory.turns:
        if turn.task_index == task:
            yield _turn(turn, tells_reasoning=tells_reasoning)


def outcome(trajectory: Trajectory, task: int) -> Text:
    """How a task ended."""
    if task >= len(trajectory.outcomes):
        return Text("never begun", style="dim")
    ended = trajectory.outcomes[task]
    word = CUT_OFF if ended.truncated else "solved" if ended.solved else "not solved"
    style = "yellow" if ended.truncated else "green" if ended.solved else "red"
    text = Text()
    text.append(f"task {task + 1} {word}", style=f"bold {style}")
    text.append(f", reward {ended.reward:.3f}, {counted(ended.turns, 'turn')}", style="dim")
    return text


def _turn(turn: TurnRecord, *, tells_reasoning: bool) -> Text:
    text = Text()
    text.append(f"turn {turn.turn_index + 1}  ", style="bold cyan")
    facts = {name: value for name, value in turn.facts.items() if name != "valid"}
    if facts:
        text.append(plain(json.dumps(facts, ensure_ascii=False, default=str)), style="dim")
    if turn.facts.get("valid") is False:
        text.append("  invalid", style="bold red")
    text.append("\n")
    if turn.reasoning:
        shown = (
            _body(turn.reasoning)
            if tells_reasoning
            else f"({counted(len(turn.reasoning), 'character')})"
        )
        text.append(f"reasoning {shown}\n", style="italic dim")
    text.append(_body(turn.reply) + "\n")
    if turn.event.observation:
        text.append(_indented(turn.event.observation), style="blue")
    if turn.event.task_feedback:
        text.append(_indented(turn.event.task_feedback), style="bold blue")
    return text


def _indented(text: str) -> str:
    return "".join(f"  │ {line}\n" for line in _body(text).splitlines())


def _body(text: str) -> str:
    """Running text: its line breaks stay, what cannot be seen is replaced."""
    return plain(text.replace("\r\n", "\n").expandtabs(4), keep="\n")


def _cell(share: float) -> Style:
    """Background between the colours of the ramp, ink that can be read on it."""
    scaled = share * (len(RAMP) - 1)
    first = min(int(scaled), len(RAMP) - 2)
    part = scaled - first
    red, green, blue = (
        round(a + (b - a) * part) for a, b in zip(RAMP[first], RAMP[first + 1], strict=True)
    )
    ink = "#000000" if share > 0.5 else "#ffffff"
    return Style(color=ink, bgcolor=f"#{red:02x}{green:02x}{blue:02x}")
