"""Methods of components that raise: whose they are, and where."""

import traceback
from types import FrameType
from typing import Any

from latentgym_core.contract.agent import Agent
from latentgym_core.contract.core_env import CoreEnv
from latentgym_core.contract.feedback import Feedback
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.player import Player
from latentgym_core.contract.prompt import Prompt
from latentgym_core.registry.blame import module_of, package_of, place_in, whose
from latentgym_core.scaffolds.base import Scaffold

COMPONENTS = (CoreEnv, Latent, Prompt, Feedback, Agent, Player, Scaffold)
CORE = "latentgym_core"


def raised_in(error: BaseException) -> str | None:
    """Name the method, plugin and line of the component that let an error out.

    The innermost method counts: a player that asks a game which raises is not to blame.

    Args:
        error: Raised while a sequence was drawn or played.

    Returns:
        As in `Maze.step of plugin acme:main (acme/maze.py:12)`; None if no component outside core
        was running.
    """
    methods = [_method(frame) for frame, _ in traceback.walk_tb(error.__traceback__)]
    innermost = next(filter(None, reversed(methods)), None)
    if innermost is None:
        return None
    package, method = innermost
    return f"{method} of {whose(package)} ({place_in(package, error)})"


def _method(frame: FrameType) -> tuple[str, str] | None:
    """Package and name of the component method that a frame runs, if it does."""
    code, package = frame.f_code, package_of(module_of(frame))
    first: Any = code.co_varnames[0] if code.co_argcount else None
    owner = frame.f_locals.get(first)
    kind = owner if isinstance(owner, type) else type(owner)
    if package in ("", CORE) or not issubclass(kind, COMPONENTS):
        return None
    return package, f"{kind.__name__}.{code.co_name}"
