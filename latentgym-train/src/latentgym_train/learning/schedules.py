"""Learning rates as functions of the step, so that a resumed run has the same."""

from collections.abc import Sequence
from typing import Any

from latentgym_core.wording import counted
from latentgym_train.config.config import PhaseConfig, RlConfig


def phase_of(step: int, phases: Sequence[PhaseConfig]) -> tuple[int, int]:
    """Phase that a step of the supervised stage belongs to, and its step within the phase."""
    for index, phase in enumerate(phases):
        if step < phase.steps:
            return index, step
        step -= phase.steps
    raise ValueError(f"the phases have {counted(sum(each.steps for each in phases), 'step')}")


def sft_rate(step: int, phases: Sequence[PhaseConfig]) -> float:
    """The rate of a phase: a linear rise, then a linear fall."""
    index, within = phase_of(step, phases)
    phase = phases[index]
    return phase.learning_rate * _course(within, phase.steps, phase)


def rl_rate(iteration: int, config: RlConfig) -> float:
    """A linear rise, then a linear fall."""
    return config.learning_rate * _course(iteration, config.iterations, config)


def _course(step: int, steps: int, config: PhaseConfig | RlConfig) -> float:
    """Share of the rate at the start: `warmup` steps up, and down to `final_rate`."""
    rise = min(1.0, (step + 1) / max(config.warmup, 1))
    return rise * (1 - (1 - config.final_rate) * step / steps)


def set_rate(optimizer: Any, rate: float) -> None:
    """Set the learning rate of the next step."""
    for group in optimizer.param_groups:
        group["lr"] = rate
