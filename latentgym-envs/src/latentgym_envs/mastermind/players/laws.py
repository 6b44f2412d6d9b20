"""What a player can expect of the codes: the laws they may follow, and what tasks tell of them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from attrs import evolve, frozen

from latentgym_core.contract.told import FinishedTask
from latentgym_envs.mastermind.clues import known_moves
from latentgym_envs.mastermind.latents.code_latent import CodeLatent
from latentgym_envs.mastermind.space import CodeSpace, FloatArray, Moves
from latentgym_envs.mastermind.specs import LATENTS

Evidence = tuple[Moves, ...]
"""The moves of earlier tasks; a code that was revealed is a guess with all pegs black."""


@frozen(eq=False)
class Laws:
    """Laws that are held possible, all equally likely at first.

    Attributes:
        codes: Probability of each code under each law, shape [laws, codes].
    """

    codes: FloatArray


@frozen(eq=False)
class Expectation:
    """What is expected of the next code.

    Attributes:
        codes: Probability of each code, shape [codes]; all zero if every law is refuted.
    """

    codes: FloatArray


def possible_laws(latent: CodeLatent[Any] | None, space: CodeSpace) -> Laws:
    """The laws that a player holds possible who is told the family but not z.

    An open family: those of the values it may draw. A preset hides which predicate it fixes, so
    for it, and where the family is unknown (None): the different laws among the published presets,
    all values of the preset's family, and no rule at all. Predicates that leave no code are
    dropped, and those that leave the same codes count once.
    """
    rules: list[FloatArray] = []
    if latent is not None and latent.value is None:
        least, every = max(1, latent.min_pool), len(space.codes)
        drawn = (members(space, latent, value) for value in latent.values())
        rules = [each for each in drawn if least <= each.sum() < every]
    rules = rules or list(_different(_catalogue(latent, space)))
    return Laws(np.stack([each / each.sum() for each in rules]))


def members(space: CodeSpace, latent: CodeLatent[Any], value: Any) -> FloatArray:
    """1 for every code that a predicate holds for, else 0; shape [codes]."""
    return np.fromiter((latent.accepts(code, value) for code in space.codes), np.float64)


def uniform_members(space: CodeSpace, latent: CodeLatent[Any], z: Any) -> Expectation:
    """What is expected by who knows z."""
    codes = members(space, latent, z)
    return Expectation(codes / max(1, codes.sum()))


def predict(space: CodeSpace, laws: Laws, evidence: Evidence) -> Expectation:
    """Exact law of the next code: each law, weighted by what the finished tasks tell.

    Tasks are independent given the law, so each of them multiplies its weight by the probability
    of the codes that its answers left.
    """
    weights = np.ones(len(laws.codes))
    for moves in evidence:
        weights *= laws.codes[:, space.consistent(moves)].sum(axis=1)
        weights /= weights.sum() or 1
    return Expectation(weights @ laws.codes)


def evidence_of(finished: tuple[FinishedTask, ...]) -> Evidence:
    """The evidence of finished tasks, in their order."""
    return tuple(known_moves(task) for task in finished)


def _catalogue(latent: CodeLatent[Any] | None, space: CodeSpace) -> Iterator[FloatArray]:
    yield np.ones(len(space.codes))
    for spec in LATENTS:
        if spec.preset:
            preset = spec.load()(**spec.params)
            yield members(space, preset, preset.value)
    if latent is not None:
        for value in evolve(latent, value=None).values():
            yield members(space, latent, value)


def _different(rules: Iterable[FloatArray]) -> Iterator[FloatArray]:
    seen = set()
    for rule in rules:
        if rule.any() and (key := rule.tobytes()) not in seen:
            seen.add(key)
            yield rule
