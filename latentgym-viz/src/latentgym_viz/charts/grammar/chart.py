"""A chart: one Vega-Lite specification with the words that belong to it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
from attrs import frozen

from latentgym_viz.charts.grammar.themes import Theme, theme_config

Drawing = dict[str, Any]
"""A specification, or a part of one, that lacks only its look and its words."""
Row = dict[str, Any]
"""One datum of a chart: JSON values by field name."""


@frozen(kw_only=True)
class Chart:
    """A chart that is ready to be drawn.

    Attributes:
        key: Names it in files and links.
        section: Heading that it belongs under.
        title: One line.
        caption: What is shown, over how many sequences, and what the intervals are.
        commands: The commands that produced the data.
        drawing: What is drawn.
    """

    key: str
    section: str
    title: str
    caption: str
    commands: tuple[str, ...]
    drawing: Drawing

    @property
    def full_caption(self) -> str:
        """The caption with the commands."""
        return " ".join((self.caption, *(f"Produced by `{each}`." for each in self.commands)))

    def spec(self, theme: Theme = "light") -> dict[str, Any]:
        """The finished specification: data inlined, the words under `usermeta`.

        Args:
            theme: Look of everything that is not data.
        """
        return {
            "$schema": alt.SCHEMA_URL,
            **self.drawing,
            "description": f"{self.title}. {self.caption}",
            "config": theme_config(theme),
            "usermeta": {
                "key": self.key,
                "section": self.section,
                "title": self.title,
                "caption": self.full_caption,
                "commands": list(self.commands),
            },
        }


class _Carrier(str):
    """The name of a data set with its rows: Altair copies and checks data again and again."""

    rows: list[Row]


def inlined(rows: list[Row]) -> alt.NamedData:
    """Rows as the data of a chart; in the finished specification they stand beside their marks."""
    carrier = _Carrier(f"rows-{id(rows)}")
    carrier.rows = rows
    return alt.NamedData(name=carrier)


def drawn(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Drawing:
    """What Altair made, as a part of a specification that can stand beside others."""
    spec = chart.to_dict(validate=False)
    parts = {key: part for key, part in spec.items() if key not in ("$schema", "config")}
    return {key: _unpacked(part) for key, part in parts.items()}


def beside(drawings: Sequence[Drawing], *, spacing: int) -> Drawing:
    """Drawings from left to right."""
    return {"hconcat": list(drawings), "spacing": spacing}


def below(drawings: Sequence[Drawing], *, spacing: int) -> Drawing:
    """Drawings from top to bottom."""
    return {"vconcat": list(drawings), "spacing": spacing}


def _unpacked(spec: Any) -> Any:
    """A specification with the rows in place of the names that carry them."""
    if isinstance(spec, list):
        return [_unpacked(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    if isinstance(name := spec.get("name"), _Carrier):
        return {"values": name.rows}
    return {key: _unpacked(part) for key, part in spec.items()}


def rows_of(spec: Any) -> Iterator[Row]:
    """Every datum in a finished specification, layer by layer."""
    if isinstance(spec, Mapping):
        yield from spec.get("data", {}).get("values", ())
        spec = list(spec.values())
    if isinstance(spec, list):
        for part in spec:
            yield from rows_of(part)
