"""Which words can be targets."""

from functools import cache
from typing import Literal

from latentgym_envs.words import of_length

Pool = Literal["published", "basic", "common", "open"]
POOLS: tuple[Pool, ...] = ("published", "basic", "common", "open")
LEFT_OUT = frozenset(
    """
    about after again among angry black clear early equal every false first fixed great green
    happy jelly loose mixed other quiet quite ready sharp short small solid still there tired
    under where while white wrong young
    """.split()
)
"""Five-letter words of the 850 that the published environment does not use: it keeps what a
part-of-speech tagger takes for a noun."""


@cache
def pool_words(pool: Pool, length: int) -> tuple[str, ...]:
    """The words of a pool that have `length` letters.

    Args:
        pool: `published` (156 words of five letters, in alphabetical order), or a list of
            `latentgym_envs.words` in its own order.
        length: Letters.
    """
    if pool != "published":
        return of_length(pool, length)
    if length != len("about"):
        return ()
    return tuple(sorted(set(of_length("basic", length)) - LEFT_OUT))
