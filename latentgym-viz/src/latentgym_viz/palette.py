"""One colour per agent, in every page, chart and report."""

from collections.abc import Iterable

from latentgym_core.records.hand_off_name import parse_hand_off

AGENT_COLOURS = (
    *("#2794fb", "#c03809", "#047745", "#814ec6"),
    *("#819808", "#f15f7a", "#a65481", "#c665cf"),
)
"""Each has a contrast of 3 or more on white and on the dark page, and any two of them stay apart
for readers with protanopia, deuteranopia or tritanopia (searched in OKLab)."""


def agent_colours(names: Iterable[str]) -> dict[str, str]:
    """Give every agent a colour; the same set of names gives the same colours.

    A hand-off has the colour of the agent that takes over. Colours repeat from the ninth agent on.

    Args:
        names: Recorded agent names, hand-offs such as `A→B@ep3` among them.
    """
    hand_offs = {name: parse_hand_off(name) for name in names}
    players = {
        player
        for name, hand_off in hand_offs.items()
        for player in ((hand_off.explorer, hand_off.exploiter) if hand_off else (name,))
    }
    colours = {
        player: AGENT_COLOURS[index % len(AGENT_COLOURS)]
        for index, player in enumerate(sorted(players))
    }
    taken_over = {
        name: colours[hand_off.exploiter] for name, hand_off in hand_offs.items() if hand_off
    }
    return {**colours, **taken_over}
