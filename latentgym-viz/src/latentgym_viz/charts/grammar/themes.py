"""Looks of all charts as Vega-Lite configurations: light for papers, dark for screens.

A specification names neither inks nor fonts, so swapping its `config` changes its theme.
"""

from typing import Any, Literal

from attrs import frozen

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"


@frozen
class Ink:
    """Neutral colours of a theme."""

    background: str
    text: str
    muted: str
    grid: str


INKS = {
    "light": Ink("#ffffff", "#1c2024", "#4d555e", "#e3e6ea"),
    "dark": Ink("#14171c", "#eceff2", "#b3bbc4", "#30363d"),
}


def theme_config(theme: Theme = "light") -> dict[str, Any]:
    """The `config` of a specification in the light or the dark theme."""
    ink = INKS[theme]
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 6,
        "view": {"stroke": None},
        "axis": _axis(ink),
        "axisY": {"titlePadding": 12},
        "legend": _legend(ink),
        "header": {
            "labelColor": ink.text,
            "labelFontSize": 13,
            "labelFontWeight": 600,
            "labelLimit": 420,
            "labelPadding": 6,
            "title": None,
        },
        "concat": {"spacing": 28},
        "facet": {"spacing": 18},
        "title": {
            "color": ink.text,
            "fontSize": 13,
            "fontWeight": 600,
            "anchor": "start",
            "subtitleColor": ink.muted,
            "subtitleFontSize": 13,
        },
        "line": {"strokeWidth": 2.2, "strokeCap": "round", "strokeJoin": "round"},
        "point": {"filled": True, "size": 56, "opacity": 1},
        "area": {"opacity": 0.14},
        "rule": {"color": ink.muted},
        "text": {"color": ink.text, "fontSize": 13},
    }


def _axis(ink: Ink) -> dict[str, Any]:
    return {
        "labelColor": ink.muted,
        "labelFontSize": 13,
        "labelLimit": 380,
        "labelPadding": 6,
        "titleColor": ink.text,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "grid": True,
        "gridColor": ink.grid,
        "domain": False,
        "ticks": False,
    }


def _legend(ink: Ink) -> dict[str, Any]:
    return {
        "orient": "top",
        "title": None,
        "titleColor": ink.text,
        "labelColor": ink.text,
        "labelFontSize": 13,
        "labelLimit": 300,
        "symbolSize": 90,
        "symbolStrokeWidth": 2,
        "columnPadding": 18,
        "offset": 14,
    }
