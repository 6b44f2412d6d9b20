"""The agents of a set of charts: their names and styles, as encodings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
from attrs import frozen

from latentgym_viz.charts.grammar.agent_style import AgentStyle, agent_styles
from latentgym_viz.wording import display_names

AGENT = "agent"
"""Field that holds the displayed name of an agent."""
LEGEND_WIDTH, CHARACTER, SYMBOL = 620, 7, 40
"""Pixels of a legend, of a letter in it, and of the rest of an entry."""


@frozen
class Cast:
    """Everybody who appears in some charts.

    Attributes:
        names: Agent to the name that charts write.
        styles: Agent to how it is drawn.
    """

    names: Mapping[str, str]
    styles: Mapping[str, AgentStyle]

    @classmethod
    def of(cls, agents: Iterable[str]) -> "Cast":
        """The cast of some agents, in their order."""
        names = display_names(agents)
        return cls(names, agent_styles(names))

    @property
    def label_width(self) -> int:
        """Pixels that the longest name takes beside an axis."""
        return max(map(len, self.names.values()), default=0) * CHARACTER

    def among(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """The agents that appear in rows, in the order of the cast."""
        present = {row[AGENT] for row in rows}
        return [agent for agent, name in self.names.items() if name in present]

    def colour(self, agents: Sequence[str], *, legend: bool = False) -> alt.Color:
        """Colour by agent.

        Args:
            agents: Who appears.
            legend: Whether a legend names them.
        """
        scale = self._scale(agents, [self.styles[each].colour for each in agents])
        return alt.Color(f"{AGENT}:N", scale=scale, legend=self._legend(agents, legend))

    def shape(self, agents: Sequence[str], *, legend: bool = False) -> alt.Shape:
        """Marker by agent; see `colour`."""
        scale = self._scale(agents, [self.styles[each].shape for each in agents])
        return alt.Shape(f"{AGENT}:N", scale=scale, legend=self._legend(agents, legend))

    def dash(self, agents: Sequence[str], *, legend: bool = False) -> alt.StrokeDash:
        """Dash by agent; see `colour`."""
        scale = self._scale(agents, [list(self.styles[each].dash) for each in agents])
        return alt.StrokeDash(f"{AGENT}:N", scale=scale, legend=self._legend(agents, legend))

    def _scale(self, agents: Sequence[str], values: list[Any]) -> alt.Scale:
        return alt.Scale(domain=[self.names[each] for each in agents], range=values)

    def _legend(self, agents: Sequence[str], wanted: bool) -> alt.Legend | None:
        """A legend of as many columns as fit."""
        longest = max((len(self.names[each]) for each in agents), default=0)
        columns = max(1, LEGEND_WIDTH // (longest * CHARACTER + SYMBOL))
        return alt.Legend(columns=columns) if wanted else None


def estimate_tooltip(*fields: str) -> list[alt.Tooltip]:
    """What a page shows of an estimate under the pointer.

    Args:
        fields: Shown between the agent and the estimate.
    """
    numbers = (alt.Tooltip(f"{name}:Q", format=".3f") for name in ("value", "low", "high"))
    return [*(alt.Tooltip(f"{name}:N") for name in (AGENT, *fields)), *numbers, alt.Tooltip("n:Q")]
