"""Finished specifications as SVG, PNG and PDF, without a browser and without a network."""

import re
from collections.abc import Mapping
from typing import Any

PIXELS_PER_INCH = 200
NO_NETWORK: list[str] = []
"""Addresses a specification may load data from."""
IDENTIFIER = re.compile(r'id="((clip|gradient_)[0-9]+)"')
REFERENCE = re.compile(r'(?<=[#"])(?:clip|gradient_)[0-9]+(?=[)"])')


def as_svg(spec: Mapping[str, Any], *, background: str = "transparent") -> str:
    """Draw a specification.

    Args:
        spec: As `catalog` gives it.
        background: Any colour of CSS.
    """
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(
        {**spec, "background": background},
        vl_version=_version(spec),
        allowed_base_urls=NO_NETWORK,
    )
    return _renumbered(svg)


def svg_to_png(svg: str) -> bytes:
    """A picture as PNG at 200 pixels per inch."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg, ppi=PIXELS_PER_INCH)
    return png


def svg_to_pdf(svg: str) -> bytes:
    """A picture as PDF, text kept as text."""
    import vl_convert

    pdf: bytes = vl_convert.svg_to_pdf(svg)
    return pdf


def _renumbered(svg: str) -> str:
    """Count the identifiers of a picture from 0: Vega counts on from one picture to the next."""
    found = dict.fromkeys(IDENTIFIER.findall(svg))
    names = {old: f"{kind}{index}" for index, (old, kind) in enumerate(found)}
    return REFERENCE.sub(lambda match: names.get(match[0], match[0]), svg)


def _version(spec: Mapping[str, Any]) -> str | None:
    """The Vega-Lite the specification was written for, if the converter has it."""
    import vl_convert

    schema = str(spec.get("$schema", "")).rpartition("/v")[2].removesuffix(".json")
    version = ".".join(schema.split(".")[:2])
    return version if version in vl_convert.get_vegalite_versions() else None
