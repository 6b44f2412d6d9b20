"""Inference about the latent: what could be known about z, and what of it an agent used."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentgym_core.inference.run import Order, analyse_all
    from latentgym_core.inference.summary import build_inference_report

__all__ = ["Order", "analyse_all", "build_inference_report"]

_HOMES = {
    "Order": "latentgym_core.inference.run",
    "analyse_all": "latentgym_core.inference.run",
    "build_inference_report": "latentgym_core.inference.summary",
}


def __getattr__(name: str) -> Any:
    """Load on first use: a name costs only what it needs."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
