"""Put the greatest value of a row at a given place.

`raised`, the published law: the value there becomes M = min(1, greatest + 0.1), all others stay.
M is exactly 1 in two tasks of three, which gives it away.
`exchanged`: the greatest value changes places with the value there, so that the value alone gives
nothing away.
"""

from typing import Literal

from attrs import frozen

Top = Literal["raised", "exchanged"]
TOPS = ("raised", "exchanged")
RAISE = 0.1
SHARED_TOP: Top = "exchanged"  # under latents that other games share


@frozen
class Greatest:
    """What a task hides, as players see it.

    Attributes:
        place: Where the greatest value stands, from 0.
        top: How it got there.
        is_judged: Whether the latent says much of its value beyond its place.
    """

    place: int
    top: Top = SHARED_TOP
    is_judged: bool = False


def place_top(values: list[float], place: int, top: Top) -> list[float]:
    """Return the row with its greatest value at `place`.

    Args:
        values: Numbers from 0 to 1, shape [N].
        place: From 0.
        top: See the module.
    """
    row, greatest = list(values), max(values)
    if top == "raised":
        row[place] = min(1.0, greatest + RAISE)
    else:
        old = row.index(greatest)
        row[place], row[old] = row[old], row[place]
    return row
