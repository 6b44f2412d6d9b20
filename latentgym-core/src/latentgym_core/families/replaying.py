"""Which candidates of a filter family would have been answered as a task was, by playing them."""

from functools import lru_cache
from typing import Any

import numpy as np

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.families.distinct_draws import Mask
from latentgym_core.families.evidence import TaskEvidence
from latentgym_core.families.hypotheses import Candidates

NUM_TASKS = 256


@lru_cache(NUM_TASKS)
def fitting_by_playing(latent: Any, core_env: AnyCoreEnv, told: FinishedTask) -> Mask:
    """Play every candidate of a game.

    Args:
        latent: A `FilterLatent`.
        core_env: The game.
        told: What a task told.

    Returns:
        Shape [candidates].
    """
    played = Candidates(TaskEvidence(told=told, core_env=core_env, num_tasks=1))
    candidates = latent.pool(core_env)
    fits = (played.explain(latent.make_task(each, core_env), None) for each in candidates)
    return np.fromiter(fits, bool, len(candidates))
