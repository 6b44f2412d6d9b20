"""The law of a task's secret, for any latent: its own, or the general one.

The general law sums over the posterior of `hypotheses`, and holds where a family lists its values
(`support`) and the tasks that look like a given one (`twin`, by default from `task_support`):

    P(secret | told)  =  sum over z of P(z | told) P(task | z, visible)  over tasks with the secret.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import evolve, frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming, in_places
from latentgym_core.families.evidence import TaskEvidence
from latentgym_core.families.hypotheses import Candidates, Hypotheses, listed_hypotheses

MANY_LAWS = 512  # what is known changes with every task, so this serves many sequences at once
Games = Mapping[str, AnyCoreEnv]
Told = tuple[FinishedTask, ...]


def foresee(
    latent: Latent[Any], core_envs: Games, upcoming: Upcoming, finished: Told, z: Any = None
) -> Law | None:
    """What a task can hide, by the family's own law or the general one.

    A task that no value of z explains, or not the one that is told, is passed over, as in the
    report's posterior: the family is known to be true.

    Args:
        latent: The family, no combinator.
        core_envs: Name to game.
        upcoming: The task.
        finished: The tasks that are remembered, in order.
        z: Its value, for a player who is told; None: inferred.

    Returns:
        None if the law can not be had exactly.
    """
    law = _law(latent, core_envs, upcoming, finished, z)
    if law is None or not law.refuted:
        return law
    if z is None:
        kept = _explained(latent.opened(), core_envs, upcoming.num_tasks, finished)
    else:
        kept = _explained_by(z, latent, core_envs, upcoming, finished)
    return law if kept == finished else _law(latent, core_envs, upcoming, kept, z)


def _explained(latent: Latent[Any], core_envs: Games, num_tasks: int, finished: Told) -> Told:
    """The tasks without those that no value of z explains, given the ones before."""
    kept: Told = ()
    for task in finished:
        beliefs = latent.beliefs(core_envs, finished[0].visible, (*kept, task))
        if beliefs is None:
            setting = _Setting(latent, tuple(core_envs.items()), num_tasks, finished[0], None)
            tasks = (*kept, task)
            held = _after(setting, in_places(tasks, 0) if latent.uses_history else tasks)
            possible = held is None or any(held.pasts)
        else:
            possible = beliefs.log_evidence > -math.inf
        kept = (*kept, task) if possible else kept
    return kept


def _explained_by(
    z: Any, latent: Latent[Any], core_envs: Games, upcoming: Upcoming, finished: Told
) -> Told:
    """The tasks without those that a value of z does not explain, given the ones before."""
    kept: Told = ()
    for task in finished:
        law = _law(latent, core_envs, upcoming, (*kept, task), z)
        kept = kept if law is None or law.refuted else (*kept, task)
    return kept


def _law(
    latent: Latent[Any], core_envs: Games, upcoming: Upcoming, finished: Told, z: Any
) -> Law | None:
    # Nobody tells a player the value that a preset fixes.
    family = latent.opened() if z is None else latent
    own = family.foresee(core_envs, upcoming, finished, z)
    if own is not None or not latent.law_is_known:
        return own
    return general_law(latent, core_envs, upcoming, finished, z)


def general_law(
    latent: Latent[Any], core_envs: Games, upcoming: Upcoming, finished: Told, z: Any = None
) -> Law | None:
    """The same by playing candidate tasks; None where they cannot be listed."""
    tasks = law_of_tasks(latent, core_envs, upcoming, finished, z)
    if tasks is None:
        return None
    game, weights = core_envs[upcoming.core_env_name], dict[Any, float]()
    for task, share in tasks.items():
        secret = game.secret(task)
        weights[secret] = weights.get(secret, 0.0) + share
    return Law.collected(weights)


def law_of_tasks(
    latent: Latent[Any], core_envs: Games, upcoming: Upcoming, finished: Told, z: Any = None
) -> Mapping[Any, float] | None:
    """Probability of each candidate for a task; None where they cannot be listed."""
    first = finished[0] if finished else upcoming.as_told
    setting = _Setting(latent, tuple(core_envs.items()), upcoming.num_tasks, first, z)
    places = in_places(finished, upcoming.index) if latent.uses_history else finished
    held = _after(setting, places)
    current = setting.evidence(upcoming.as_told)
    if held is None or not held.lists_tasks(current):
        return None
    return _tasks(held, current)


@frozen
class _Setting:
    """What inference rests on, beside what tasks told.

    Attributes:
        latent: The family.
        games: Name to game.
        num_tasks: Horizon N.
        first: The earliest task that is known, whose visible facts tell what z may be.
        z: The value that is told; None: to be inferred.
    """

    latent: Latent[Any]
    games: tuple[tuple[str, AnyCoreEnv], ...]
    num_tasks: int
    first: FinishedTask
    z: Any

    def evidence(self, told: FinishedTask) -> TaskEvidence:
        """A task as a player knows it."""
        game = dict(self.games)[told.core_env_name]
        return TaskEvidence(told=told, core_env=game, num_tasks=self.num_tasks)

    def context(self, index: int) -> TaskContext:
        """Where a task was drawn of which nothing is known; its game is taken for the first."""
        name, game = self.games[0]
        return TaskContext(game, name, index, self.num_tasks, ())

    def begin(self) -> Hypotheses | None:
        """Before the first task; strict, since `foresee` decides what is passed over."""
        if self.z is not None:
            return Hypotheses(self.latent, [self.z], np.zeros(1), (((0.0, ()),),), lenient=False)
        games = tuple(game for _, game in self.games)
        held = listed_hypotheses(self.latent.opened(), games, self.first.visible)
        return held and evolve(held, lenient=False)


@lru_cache(MANY_LAWS)
def _after(setting: _Setting, finished: tuple[FinishedTask | None, ...]) -> Hypotheses | None:
    """What is known after some tasks, None for a forgotten one; None where it cannot be had."""
    if not finished:
        return setting.begin()
    *earlier, latest = finished
    before = _after(setting, tuple(earlier))
    if before is None:
        return None
    if latest is None:
        return before.unseen(setting.context(len(earlier)))
    evidence = setting.evidence(latest)
    return before.after(Candidates(evidence)) if before.lists_tasks(evidence) else None


def _tasks(held: Hypotheses, current: TaskEvidence) -> Mapping[Any, float]:
    """Law of the current task, restricted to what would have answered its turns so."""
    candidates, weights = Candidates(current), dict[Any, float]()
    shares = held.beliefs.probabilities.tolist()
    for z, past, share in zip(held.values, held.pasts, shares, strict=True):
        total = math.fsum(math.exp(weight) for weight, _ in past)
        for weight, history in past if share else ():
            for task, log_prob in held.tasks(z, current, history):
                if candidates.explain(task, len(current.told.replies)):
                    grown = share * math.exp(weight + log_prob) / total
                    weights[task] = weights.get(task, 0.0) + grown
    return weights
