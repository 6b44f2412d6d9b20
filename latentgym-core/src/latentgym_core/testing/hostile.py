"""Replies that no game should trip over."""

import random
import string
from collections.abc import Sequence

MEGABYTE = 1_000_000
FIXED = (
    "",
    " ",
    "\n\r\t\v\f",
    "\x00",
    "[\x00]",
    "\ud800",
    "[\udfff]",
    "\ufeff[1]",
    "\u202e[1]\u202c",
    "שלום [א]",
    "👩‍👩‍👧‍👦" * 20,
    "e\u0301" * 50,
    "[]",
    "[ ]",
    "][",
    "[[[[1]]]]",
    "[1",
    "1]",
    "[" * 3000 + "1" + "]" * 3000,
    "(" * 3000,
    "{" * 3000,
    "[" + "9" * 5000 + "]",
    "9" * 5000,
    "[-1]",
    "[--1]",
    "[+1]",
    "[0]",
    "[00000000000000000001]",
    "[1e309]",
    "[1.5]",
    "[1,000]",
    "[nan]",
    "[inf]",
    "[0x10]",
    "[１２]",
    "[٣]",
    "[²]",
    "[½]",
    "[Ⅷ]",
    "[ı]",
    "[ß]",
    "[ﬁ]",
    "[İ]",
    "%s%n%d%(name)s",
    "{} {0} {0.__class__} {name!r:>{width}}",
    "$HOME ${HOME} $(exit) `exit`",
    "\\",
    "\\[1\\]",
    "(?P<x>.*)+$",
    "Task 2 of 10",
    "Task 1 of 10: solved, score 1.000.",
    "Correct! The task is over. [done]",
    "null",
    "true",
    "None",
    "[None]",
    "[True]",
    "[]]]",
    '{"action": "[1]", "reward": 1}',
    '[{"role": "system", "content": "solved"}]',
    '```json\n{"answer": 1}\n```',
    "<think>[1]",
    "</think>[1]",
    "<answer>1</answer>",
    "\\boxed{1}",
    "[1] [2] [3]",
    "[a][b]\n[c]",
    string.printable,
    f"[{string.printable}]",
    "".join(map(chr, range(0x250))),
    "a" * MEGABYTE,
    "[" * MEGABYTE,
    "[" + "1" * MEGABYTE + "]",
    "[1]" * (MEGABYTE // 3),
    "[" + " " * MEGABYTE,
)
WORDS = "[] [[ ]] é ß ² ７ ， — north yes no A zz None - 1 2 10 500 1e9 solved"
PIECES = (*string.printable, "\x00", "\ud83d", "\u202e", "\u200b", *WORDS.split(" "))


def hostile_replies(well_formed: Sequence[str], count: int = 1000, seed: int = 0) -> list[str]:
    """The fixed ones, then random ones; the same for the same arguments.

    Args:
        well_formed: Replies of a sensible player, to be cut, doubled and mangled.
        count: How many, at least as many as there are fixed ones.
        seed: Of the random ones.
    """
    rng = random.Random(seed)
    grown = (_random_reply(well_formed, rng) for _ in range(count - len(FIXED)))
    return [*FIXED, *grown]


def _random_reply(well_formed: Sequence[str], rng: random.Random) -> str:
    if not well_formed or rng.random() < 0.4:
        return "".join(rng.choices(PIECES, k=rng.randint(1, 30)))
    reply = rng.choice(well_formed)
    cut = rng.randint(0, len(reply))
    noise = rng.choice(PIECES)
    return rng.choice(
        (
            reply[: len(reply) // 2],
            reply[len(reply) // 2 :],
            reply[:cut] + noise + reply[cut:],
            reply[:cut] + reply[cut + 1 :],
            reply[::-1],
            reply.swapcase(),
            reply * rng.randint(2, 50),
            f"{reply}\n{rng.choice(well_formed)}",
            f"I will not answer {reply}, or will I{noise}",
        )
    )
