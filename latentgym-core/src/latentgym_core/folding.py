"""Break a text into lines of a given width: at blanks, else after the signs of ids and paths."""

JOINTS = "/?&,=+→"
WORDS = "_-"


def fold(text: str, width: int) -> list[str]:
    """Break a text into lines.

    Args:
        text: One line.
        width: Most characters of a line, at least 1. Nothing is lost but the blanks at breaks.

    Returns:
        At least one line.
    """
    lines = []
    while len(text) > width:
        cut = _break(text, width)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def _break(text: str, width: int) -> int:
    """Where the first line ends."""
    blank = text.rfind(" ", 1, width + 1)
    if blank > 0:
        return blank
    for signs in (JOINTS, WORDS):
        joint = max(text.rfind(sign, 0, width) for sign in signs) + 1
        if joint > width // 3:
            return joint
    return width
