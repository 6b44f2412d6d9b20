"""Posterior over z for any environment: would a candidate task have answered the replies so?

Given z, the evidence of a task has the probability of all candidate tasks that look the same and
answer every reply the same. A task that became known needs no candidates. Where a family lists
neither its values nor its tasks, both are drawn at random: importance sampling with the prior as
proposal, and the effective sample size says how far to trust it.
"""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from attrs import define, evolve

from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.families.beliefs import BITS, FloatArray, Listed
from latentgym_core.families.evidence import TaskEvidence, revealed_so, turns_explained

MAX_VALUES = 20_000  # values of z that are listed; beyond, they are drawn
NUM_DRAWS = 2_000  # values drawn instead
NUM_TASK_DRAWS = 20_000  # tasks drawn for all values together where they cannot be listed
MAX_HISTORIES = 32  # ways in which unknown earlier tasks may have been, for each value
History = tuple[Any, ...]
Weighted = tuple[float, History]
Past = tuple[Weighted, ...]
"""Ways in which the earlier tasks may have been: natural log weight and tasks."""


@define(eq=False, slots=False)
class Candidates:
    """The candidate tasks of one task, each played once against the replies."""

    evidence: TaskEvidence

    @cached_property
    def _explained(self) -> dict[Any, int]:
        return {}

    def explain(self, candidate: Any, turns: int | None) -> bool:
        """Whether a candidate would have given the first answers; None: all, and the same end."""
        if candidate not in self._explained:
            self._explained[candidate] = turns_explained(candidate, self.evidence)
        explained = self._explained[candidate]
        if turns is not None:
            return explained >= turns
        whole = explained == len(self.evidence.told.replies)
        return whole and revealed_so(candidate, self.evidence)


@define(eq=False)
class Hypotheses:
    """Values of z with everything that is known of the tasks so far.

    Attributes:
        latent: The family.
        values: Values of z.
        log_prior: Natural log of their prior, shape [Z].
        pasts: For each value the possible earlier tasks, weighted by their joint probability
            with the evidence.
        prior_entropy: H(z) in bits if the values were drawn, else None.
        lenient: Whether a task that no candidate explains changes nothing, instead of refuting all
            values: right where the family is known to be true, and candidates were drawn.
        num_matches: Where tasks were drawn: the fewest draws that explained a task, else None.
        pruned: Whether less likely histories were left out, so that the posterior is not exact.
    """

    latent: Latent[Any]
    values: Sequence[Any]
    log_prior: FloatArray
    pasts: tuple[Past, ...]
    prior_entropy: float | None = None
    lenient: bool = True
    num_matches: int | None = None
    pruned: bool = False

    @property
    def beliefs(self) -> Listed:
        """The posterior."""
        likelihood = [_log_sum(weight for weight, _ in past) for past in self.pasts]
        likelihoods = np.array(likelihood)
        return Listed(
            self.values, self.log_prior, likelihoods, self.prior_entropy, self.num_matches
        )

    @property
    def is_exact(self) -> bool:
        """Whether nothing was drawn and nothing left out."""
        return self.prior_entropy is None and self.num_matches is None and not self.pruned

    def after(self, candidates: Candidates, turns: int | None = None) -> "Hypotheses":
        """Take in a task, or its first turns.

        Args:
            candidates: The task's evidence.
            turns: How many turns of it; None for all of it and its end.
        """
        evidence = candidates.evidence
        if turns is None and evidence.known:
            held = evolve(self, pasts=tuple(map(self._by_known(evidence), self.values, self.pasts)))
        else:
            extend = self._by_candidates(candidates, turns)
            found = list(map(extend, self.values, self.pasts))
            pasts = tuple(map(_pruned, found))
            held = evolve(
                self,
                pasts=pasts,
                num_matches=self._matches(evidence, pasts),
                pruned=self.pruned or any(map(_is_pruned, found)),
            )
        if self.lenient and not any(held.pasts):
            return evolve(held, pasts=tuple(_with(past, evidence.task) for past in self.pasts))
        return held

    def unseen(self, context: TaskContext) -> "Hypotheses | None":
        """Pass by a task of which nothing is known; None where what it may be cannot be listed.

        Args:
            context: Where it was drawn, without its history.
        """
        if not self.latent.uses_history:
            return self
        found = [
            self._grown(z, past, context) for z, past in zip(self.values, self.pasts, strict=True)
        ]
        if any(each is None for each in found):
            return None
        grown = [each for each in found if each is not None]
        pruned = self.pruned or any(map(_is_pruned, grown))
        return evolve(self, pasts=tuple(map(_pruned, grown)), pruned=pruned)

    def lists_tasks(self, evidence: TaskEvidence) -> bool:
        """Whether the candidates for a task are listed rather than drawn."""
        return not len(self.values) or self._listed(self.values[0], evidence, ()) is not None

    def tasks(
        self, z: Any, evidence: TaskEvidence, history: History
    ) -> Iterable[tuple[Any, float]]:
        """Candidates for a task given z, with the natural log of their probability."""
        listed = self._listed(z, evidence, history)
        if listed is not None:
            return listed
        context = evidence.context(history)
        number = max(1, NUM_TASK_DRAWS // len(self.values))
        rng = random.Random(f"{evidence.key}/{z!r}")
        weight = -math.log(number)
        return [(self.latent.task(z, context, rng), weight) for _ in range(number)]

    def _grown(self, z: Any, past: Past, context: TaskContext) -> list[Weighted] | None:
        """Every way on from a past, through any task."""
        found: list[Weighted] = []
        for weight, history in past:
            support = self.latent.task_support(z, evolve(context, history=history))
            if support is None:
                return None
            found += [(weight + log_prob, (*history, task)) for task, log_prob in support]
        return found

    def _listed(
        self, z: Any, evidence: TaskEvidence, history: History
    ) -> Iterable[tuple[Any, float]] | None:
        return self.latent.twin(evidence.told.visible, z, evidence.context(history))

    def _matches(self, evidence: TaskEvidence, pasts: tuple[Past, ...]) -> int | None:
        if self.lists_tasks(evidence):
            return self.num_matches
        found = sum(len(past) for past in pasts)
        return found if self.num_matches is None else min(found, self.num_matches)

    def _by_known(self, evidence: TaskEvidence) -> Callable[[Any, Past], Past]:
        def extend(z: Any, past: Past) -> Past:
            found = (
                (w + self.latent.log_prob(evidence.task, z, evidence.context(h)), h)
                for w, h in past
            )
            possible = tuple((w, h) for w, h in found if w > -math.inf)
            return _with(possible, evidence.task) if self.latent.uses_history else possible

        return extend

    def _by_candidates(
        self, candidates: Candidates, turns: int | None
    ) -> Callable[[Any, Past], list[Weighted]]:
        evidence = candidates.evidence

        def extend(z: Any, past: Past) -> list[Weighted]:
            found = [
                (w + log_prob, (*h, task))
                for w, h in past
                for task, log_prob in self.tasks(z, evidence, h)
                if log_prob > -math.inf and candidates.explain(task, turns)
            ]
            if self.latent.uses_history:
                return found
            return [(_log_sum(w for w, _ in found), ())] if found else []

        return extend


def hypotheses(
    latent: Latent[Any],
    core_envs: Mapping[str, AnyCoreEnv],
    visible: Mapping[str, Any],
    seed: int,
    num_draws: int = NUM_DRAWS,
) -> Hypotheses:
    """What is possible before the first task.

    Args:
        latent: The family.
        core_envs: Name to game.
        visible: Public facts of task 1.
        seed: For values that are drawn.
        num_draws: How many values are drawn where they cannot be listed.
    """
    games = tuple(core_envs.values())
    held = listed_hypotheses(latent, games, visible)
    if held is not None:
        return held
    rng = random.Random(f"prior/{seed}")
    values = [latent.draw(games, rng) for _ in range(num_draws)]
    size = latent.num_values(games, visible) or num_draws
    return Hypotheses(
        latent,
        values,
        np.full(num_draws, -math.log(num_draws)),
        (((0.0, ()),),) * num_draws,
        prior_entropy=math.log(size) / BITS,
    )


def listed_hypotheses(
    latent: Latent[Any], games: tuple[AnyCoreEnv, ...], visible: Mapping[str, Any]
) -> Hypotheses | None:
    """What is possible before the first task; None if the values of z cannot be listed."""
    support = latent.support(games, visible)
    listed = None if support is None else list(islice(support, MAX_VALUES + 1))
    if listed is None or len(listed) > MAX_VALUES:
        return None
    values: list[Any] = [value for value, _ in listed]
    prior = np.array([weight for _, weight in listed])
    return Hypotheses(latent, values, prior, (((0.0, ()),),) * len(values))


def _with(past: Past, task: Any) -> Past:
    return tuple((weight, (*history, task)) for weight, history in past)


def _is_pruned(past: list[Weighted]) -> bool:
    return len(past) > MAX_HISTORIES


def _pruned(past: list[Weighted]) -> Past:
    """The likeliest histories, scaled so that nothing of the total is lost."""
    if not _is_pruned(past):
        return tuple(past)
    kept = sorted(past, key=lambda each: -each[0])[:MAX_HISTORIES]
    lost = _log_sum(w for w, _ in past) - _log_sum(w for w, _ in kept)
    return tuple((weight + lost, history) for weight, history in kept)


def _log_sum(logs: Iterable[float]) -> float:
    """Natural log of the sum of exponentials."""
    terms = list(logs)
    highest = max(terms, default=-math.inf)
    if highest == -math.inf:
        return -math.inf
    return highest + math.log(math.fsum(math.exp(term - highest) for term in terms))
