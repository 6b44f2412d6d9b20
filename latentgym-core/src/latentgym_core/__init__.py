"""LatentGym: measure and train cross-task experiential learning.

An agent plays a sequence of N related tasks that share a hidden latent z. `import latentgym_core
as lg` is cheap: every public name, listed in `__init__.pyi`, is imported on first use::

    env = lg.make("number_guessing/set_of_3/no_info/standard/ep10")
    messages = env.reset(seed=0)
    answer = env.step("[500]")
"""

import ast
import importlib
from pathlib import Path
from typing import Any


def _read_homes() -> dict[str, str]:
    """Public name to the module that has it, from the file that also type checkers read."""
    listed = ast.parse(Path(__file__).with_suffix(".pyi").read_text("utf-8"))
    imports = (each for each in listed.body if isinstance(each, ast.ImportFrom))
    return {alias.name: str(each.module) for each in imports for alias in each.names}


_HOME_OF = _read_homes()

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - exactly the names of the list


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
