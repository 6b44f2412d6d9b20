"""LatentGym: measure and train cross-task experiential learning.

An agent plays a sequence of N related tasks that share a hidden latent z. `import latentgym_core
as lg` is cheap: every public name, listed in `__init__.pyi`, is imported on first use::

    env = lg.make("number_guessing/set_of_3/no_info/standard/ep10")
    messages = env.reset(seed=0)
    answer = env.step("[500]")
"""

import importlib
from pathlib import Path
from typing import Any


def _read_homes() -> dict[str, str]:
    """Public name to the module that has it, from the file that also type checkers read.

    Each of its lines is `from MODULE import NAME as NAME`.
    """
    lines = Path(__file__).with_suffix(".pyi").read_text("utf-8").splitlines()
    listed = (line.split() for line in lines if line.startswith("from "))
    return {name: module for _, module, _, name, *_ in listed}


_HOME_OF = _read_homes()

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - exactly the names of the list


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
