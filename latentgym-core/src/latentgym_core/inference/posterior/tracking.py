"""The posterior over z as a sequence goes on, by a family's own means or the general path."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, evolve

from latentgym_core.contract.beliefs import Beliefs
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.families.beliefs import BITS, Independent, Mixed
from latentgym_core.families.evidence import TaskEvidence, told
from latentgym_core.families.hypotheses import Candidates, Hypotheses, hypotheses

Evidence = tuple[TaskEvidence, ...]


class Tracker(ABC):
    """What is believed after some tasks; immutable."""

    method = "exact"
    """`exact`, or `sampled` where values of z or tasks were drawn or left out."""
    general = False
    """Whether candidate tasks are played, here or in a part."""

    @property
    @abstractmethod
    def beliefs(self) -> Beliefs:
        """The posterior."""

    @abstractmethod
    def after(self, candidates: Candidates, turns: int | None = None) -> "Tracker":
        """Take in one more task, or its first turns."""

    def log2_prob(self, z: Any) -> float:
        """Log2 of the posterior probability of a value."""
        return self.beliefs.log2_prob(z)

    def follows_turns(self, candidates: Candidates) -> bool:
        """Whether the posterior after each turn of a task can be had, and at a fair price."""
        del candidates
        return True


@define(eq=False)
class Own(Tracker):
    """By the family's own `beliefs`."""

    latent: Latent[Any]
    core_envs: Mapping[str, AnyCoreEnv]
    visible: Mapping[str, Any]
    evidence: Evidence
    beliefs: Beliefs
    lenient: bool = True

    def after(self, candidates: Candidates, turns: int | None = None) -> "Own":
        """The family looks at all tasks again; lenient, it passes over an impossible one."""
        new = candidates.evidence if turns is None else candidates.evidence.until(turns)
        evidence = (*self.evidence, new)
        beliefs = self.latent.beliefs(self.core_envs, self.visible, told(evidence))
        assert beliefs is not None, f"{self.latent.family} gave beliefs before, and now gives none"
        if self.lenient and beliefs.log_evidence == -math.inf:
            return self
        return evolve(self, evidence=evidence, beliefs=beliefs)


@define(eq=False)
class General(Tracker):
    """By `Hypotheses`, and the same for the true value alone."""

    held: Hypotheses
    truth: Hypotheses | None
    general = True

    @property
    def method(self) -> str:  # type: ignore[override]
        """Whether values or tasks were drawn, or less likely histories left out."""
        return "exact" if self.held.is_exact else "sampled"

    @property
    def beliefs(self) -> Beliefs:
        """The posterior over the values."""
        return self.held.beliefs

    def after(self, candidates: Candidates, turns: int | None = None) -> "General":
        """Both take it in."""
        held = self.held.after(candidates, turns)
        return General(held, self.truth and self.truth.after(candidates, turns))

    def log2_prob(self, z: Any) -> float:
        """Listed values are looked up; a sample may well not hold the true one."""
        if self.held.prior_entropy is None or self.truth is None:
            return self.beliefs.log2_prob(z)
        likelihood = float(self.truth.beliefs.log_likelihood[0]) - self.beliefs.log_evidence
        return min(0.0, likelihood / BITS - self.held.prior_entropy)

    def follows_turns(self, candidates: Candidates) -> bool:
        """If nothing has to be drawn."""
        return self.held.prior_entropy is None and self.held.lists_tasks(candidates.evidence)


@define(eq=False)
class Parts(Tracker):
    """A combinator: every part sees the tasks that follow it."""

    latent: Latent[Any]
    parts: tuple[Tracker, ...]
    evidence: Evidence = ()

    @property
    def general(self) -> bool:  # type: ignore[override]
        """Whether any part is."""
        return any(part.general for part in self.parts)

    @property
    def method(self) -> str:  # type: ignore[override]
        """Exact if every part is."""
        return "exact" if all(part.method == "exact" for part in self.parts) else "sampled"

    @property
    def beliefs(self) -> Beliefs:
        """Parts are independent."""
        return Independent(tuple(part.beliefs for part in self.parts))

    def after(self, candidates: Candidates, turns: int | None = None) -> "Parts":
        """The part whose turn it is takes the task in, counted among its own tasks."""
        evidence = candidates.evidence
        part = self.latent.part(evidence.context(()))
        before = sum(self.latent.part(each.context(())) == part for each in self.evidence)
        own = Candidates(evolve(evidence, told=evolve(evidence.told, index=before)))
        grown = tuple(
            tracker.after(own, turns) if place == part else tracker
            for place, tracker in enumerate(self.parts)
        )
        return Parts(self.latent, grown, (*self.evidence, evidence))

    def log2_prob(self, z: Any) -> float:
        """Sum over the parts."""
        return sum(part.log2_prob(each) for part, each in zip(self.parts, z, strict=True))

    def follows_turns(self, candidates: Candidates) -> bool:
        """If every part does."""
        return all(part.follows_turns(candidates) for part in self.parts)


@define(eq=False)
class AnyFamily(Tracker):
    """One of several families, all equally likely at first; z is (place of the family, z)."""

    parts: tuple[Tracker, ...]

    @property
    def method(self) -> str:  # type: ignore[override]
        """Exact if every part is."""
        return "exact" if all(part.method == "exact" for part in self.parts) else "sampled"

    @property
    def beliefs(self) -> Beliefs:
        """The families weighted by how well they explain the evidence."""
        prior = np.full(len(self.parts), -math.log(len(self.parts)))
        return Mixed(tuple(part.beliefs for part in self.parts), prior)

    def after(self, candidates: Candidates, turns: int | None = None) -> "AnyFamily":
        """Every family takes it in, unless none explains it; candidates are played once for all."""
        grown = AnyFamily(tuple(part.after(candidates, turns) for part in self.parts))
        return self if grown.beliefs.log_evidence == -math.inf else grown

    def log2_prob(self, z: Any) -> float:
        """Of the family, and of z under it."""
        place, value = z
        beliefs = self.beliefs
        assert isinstance(beliefs, Mixed)
        within: float = self.parts[place].log2_prob(value)
        return beliefs.families.log2_prob(place) + within

    def follows_turns(self, candidates: Candidates) -> bool:
        """If every family does."""
        return all(part.follows_turns(candidates) for part in self.parts)


def track(
    latent: Latent[Any],
    core_envs: Mapping[str, AnyCoreEnv],
    visibles: Sequence[Mapping[str, Any]],
    *,
    z: Any,
    seed: int,
    general: bool = False,
    lenient: bool = True,
) -> Tracker:
    """Begin to track what is known of z, with everything open that `full_info` leaves open.

    Args:
        latent: The family of the sequence.
        core_envs: Name to game.
        visibles: Public facts of each task; the first of a latent tells what it may be.
        z: The true value; None if it is not known.
        seed: For values that are drawn.
        general: Whether to take the general path even where the family has its own.
        lenient: Whether the family is known to be true, see `Hypotheses`.
    """
    if latent.components:
        own = (None,) * len(latent.components) if z is None else z
        followers = _followers(latent, core_envs, visibles)
        parts = (
            track(part, core_envs, mine, z=value, seed=seed, general=general, lenient=lenient)
            for part, mine, value in zip(latent.components, followers, own, strict=True)
        )
        return Parts(latent, tuple(parts))
    latent = latent.opened()
    first = visibles[0] if visibles else {}
    beliefs = None if general else latent.beliefs(core_envs, first, ())
    if beliefs is not None:
        return Own(latent, core_envs, first, (), beliefs, lenient)
    held = _with_truth(hypotheses(latent, core_envs, first, seed), z)
    held = evolve(held, lenient=lenient)
    alone = evolve(held, values=[z], log_prior=np.zeros(1), pasts=(((0.0, ()),),))
    return General(held, None if z is None else alone)


def track_any(trackers: Sequence[Tracker]) -> Tracker:
    """Begin to track the family together with its z."""
    return AnyFamily(tuple(trackers))


def _followers(
    latent: Latent[Any], core_envs: Mapping[str, AnyCoreEnv], visibles: Sequence[Mapping[str, Any]]
) -> list[list[Mapping[str, Any]]]:
    """Public facts of the tasks that follow each part."""
    name, game = next(iter(core_envs.items()))
    followers: list[list[Mapping[str, Any]]] = [[] for _ in latent.components]
    for index, visible in enumerate(visibles):
        context = TaskContext(game, name, index, len(visibles), ())
        followers[latent.part(context)].append(visible)
    return followers


def _with_truth(held: Hypotheses, z: Any) -> Hypotheses:
    """A preset may fix a value that its open family does not list: it is possible all the same."""
    if held.prior_entropy is not None or z is None or z in held.values:
        return held
    weights = np.append(held.log_prior, held.log_prior.mean() if len(held.values) else 0.0)
    prior = weights - np.logaddexp.reduce(weights)
    return evolve(
        held, values=[*held.values, z], log_prior=prior, pasts=(*held.pasts, ((0.0, ()),))
    )
