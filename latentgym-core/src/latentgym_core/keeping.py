"""Keep what methods of immutable objects have worked out: the one memo, and it is bounded."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from types import MethodType
from typing import Any, TypeVar, cast

MethodT = TypeVar("MethodT", bound=Callable[..., Any])


def kept(most: int) -> Callable[[MethodT], MethodT]:
    """Make a method keep its latest results, for each object by itself.

        @frozen
        class Family(Latent):
            @kept(256)
            def members(self, value: str) -> tuple[str, ...]: ...

    What is kept lies in the object, outside of its fields: equality, hash, `repr`, `evolve` and
    the pickle of an attrs class do not know of it, and it goes when the object goes, even where
    results refer to the object. Several tasks or threads may call at once; at worst a result is
    worked out twice. An error is not kept.

    Args:
        most: How many results, of the arguments that were asked for last.

    Returns:
        A decorator for methods of attrs classes (with or without slots) and of plain classes.
        Arguments must be hashable. The method itself may not call `super()` without arguments, nor
        be called through it. For something without arguments, `functools.cached_property` is it.
    """

    def decorate(method: MethodT) -> MethodT:
        def memory(self: Any) -> Callable[..., Any]:
            return lru_cache(most)(MethodType(method, self))

        memory.__doc__ = method.__doc__
        return cast("MethodT", cached_property(memory))  # attrs gives it a slot

    return decorate
