"""Text that comes from trajectories, made fit to be shown."""

import unicodedata
from collections.abc import Iterable, Sequence

from latentgym_core.metrics.rendering import env_labels
from latentgym_core.wording import shortened

LONGEST = 36
"""Characters of a name in a chart."""
NAMELESS = "(unnamed)"
REPLACEMENT = "�"
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories that nobody sees: control, format (bidirectional overrides), surrogates."""


def plain(text: str, keep: str = "") -> str:
    """Replace every character that cannot be seen by U+FFFD.

    Args:
        text: Anything, hostile text included.
        keep: Characters that stay nevertheless, as in a newline.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        each if each in keep or unicodedata.category(each) not in HIDDEN else REPLACEMENT
        for each in text
    )


def display_names(names: Iterable[str]) -> dict[str, str]:
    """Names as charts write them: plain, short, and still different from each other."""
    shown: dict[str, str] = {}
    for name in dict.fromkeys(names):
        whole = plain(name) or NAMELESS
        short, count = shortened(whole, LONGEST), 2
        while short in shown.values():
            short = f"{shortened(whole, LONGEST - 4)} ({count})"
            count += 1
        shown[name] = short
    return shown


def environment_labels(ids: Iterable[str], *, without: Sequence[str] = ()) -> dict[str, str]:
    """Short labels of environments: core env and latent, and whatever else tells them apart.

    Args:
        ids: Full environment ids.
        without: Parts that are shown elsewhere, among `core_env` and `prompt`.
    """
    labels = env_labels.environment_labels(ids, without=without)
    return {text: plain(label) for text, label in labels.items()}
