"""The index: everything that filters, tables and strips need, in columns and without a text twice.

Thousands of sequences fit into a megabyte: names are written once and referred to by position.
"""

from collections.abc import Hashable, Iterable
from typing import Any

from latentgym_core.inference.records import Label
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.parameters import format_parameters
from latentgym_viz.explorer.following.followed_runs import Snapshot
from latentgym_viz.palette import agent_colours

FORMAT = 1
PACKING = "sequence.packing"
"""How messages are packed: all recordings differ in it from our own runs."""


class Names:
    """Values in the order of their first appearance, each once."""

    def __init__(self) -> None:
        self._positions: dict[Hashable, int] = {}

    def position(self, value: Hashable) -> int:
        """Where a value stands, from 0."""
        return self._positions.setdefault(value, len(self._positions))

    @property
    def values(self) -> list[Any]:
        """All of them."""
        return list(self._positions)


def build_index(snapshot: Snapshot) -> dict[str, Any]:
    """The index of a library, as JSON-able data.

    `columns` holds one list for each property, with one value for each sequence. The columns
    `agent`, `env`, `variant`, `split` and `end`, and the lists in `labels`, are positions in the
    lists of the same name; `run` is a position in `runs`.
    """
    agents, envs, variants, splits, ends, labels = (Names() for _ in range(6))
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for entry in snapshot.entries:
        row, finding = entry.row, entry.finding
        values = (
            entry.key,
            entry.run,
            agents.position(row.played.agent),
            envs.position(row.played.env_id),
            variants.position(row.variant),
            splits.position(row.played.split),
            row.played.seed,
            [_short(each) for each in row.rewards],
            list(row.turns),
            row.states,
            row.num_invalid,
            ends.position(row.end),
            [labels.position(_label(each)) for each in finding.labels] if finding else None,
            _short(finding.regret) if finding else None,
            _short(finding.score) if finding else None,
        )
        for name, value in zip(COLUMNS, values, strict=True):
            columns[name].append(value)
    colours = agent_colours(agents.values)
    return {
        "format": FORMAT,
        "version": snapshot.version,
        "live": any(run.is_live for run in snapshot.runs),
        "runs": [_run(snapshot, index) for index in range(len(snapshot.runs))],
        "agents": [{"name": name, "colour": colours[name]} for name in agents.values],
        "envs": _environments(envs.values),
        "variants": variants.values,
        "splits": splits.values,
        "ends": ends.values,
        "labels": labels.values,
        "columns": columns,
    }


COLUMNS = (
    *("key", "run", "agent", "env", "variant", "split", "seed", "rewards", "turns", "states"),
    *("invalid", "end", "labels", "regret", "score"),
)


def _run(snapshot: Snapshot, index: int) -> dict[str, Any]:
    run = snapshot.runs[index]
    return {
        "name": run.name,
        "planned": run.num_planned,
        "live": run.is_live,
        "problems": list(run.problems),
    }


def _environments(ids: Iterable[str]) -> list[dict[str, Any]]:
    """The parts of each id; `draw` is the same where equal seeds draw equal sequences."""
    draws = Names()
    return [_environment(EnvId.parse(text), draws) for text in ids]


def _environment(env_id: EnvId, draws: Names) -> dict[str, Any]:
    told = {key: value for key, value in env_id.parameters.items() if key != PACKING}
    drawn = {
        key: value for key, value in told.items() if not key.startswith(("prompt.", "feedback."))
    }
    return {
        "id": str(env_id),
        "game": "+".join(env_id.core_envs),
        "latent": env_id.latent,
        "prompt": env_id.prompt,
        "feedback": env_id.feedback,
        "horizon": env_id.num_tasks,
        "parameters": format_parameters(told),
        "draw": draws.position((env_id.core_envs, env_id.latent, format_parameters(drawn))),
    }


def _label(label: Label) -> str:
    return f"{label.mode}/{label.kind}" if label.kind else label.mode


def _short(number: float | None) -> float | int | None:
    """Four decimals are more than a table shows; whole numbers lose their point."""
    if number is None:
        return None
    rounded = round(number, 4)
    return int(rounded) if rounded == int(rounded) else rounded
