"""The strong one-step player for any core env that lists its replies.

Under a law of the current task, the score of a reply is

    S(reply) = H(answer) + 0.2 P(it solves the task),    H in bits,

where the answer of every candidate task is what the core env would say. It is greedy: a strong
reference, not an upper bound.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import Strand, current_strand
from latentgym_core.inference.posterior.evidence import TaskEvidence
from latentgym_core.inference.posterior.generic import Candidates, Hypotheses, hypotheses

HIT_BONUS = 0.2
KEY = 0  # of chance, which a player cannot know
NUM_DRAWS = 200  # values of z, where they cannot be listed: a player has to be quick
Law = Mapping[Any, float]
"""Candidate task to its probability."""


@frozen(kw_only=True)
class GeneralPlayer(Player):
    """Infers the law of the current task by the general path and asks for most information.

    Attributes:
        remembers: Whether earlier tasks count; without, it is the amnesic reference.
    """

    remembers: bool = field(default=True)

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The reply of the highest score, the first if tied."""
        del truth, rng
        replies = tuple(view.core_env.legal_replies(view.visible, view.turns))
        if not replies:
            raise AgentError(
                f"{view.core_env_name} lists no replies: register scripted/blind and "
                f"scripted/bayes for it, or define legal_replies."
            )
        judged = self.appraise(view, None, replies)
        scores = [-1.0 if each is None else round(each.score, 9) for each in judged]
        return replies[scores.index(max(scores))]

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the one-step score."""
        del truth
        law = self.law(view)
        return [_appraise(reply, law, view) for reply in replies]

    def law(self, view: SequenceView) -> Law:
        """What it expects of the current task after the turns so far."""
        here = current_strand(view)
        held = _start(here, view)
        if self.remembers:
            for index, task in enumerate(here.finished):
                held = held.after(Candidates(_evidence(task, view, index)))
        index = len(here.finished) if self.remembers else view.index
        return _predictive(held, _current(view, index))


def _start(here: Strand, view: SequenceView) -> Hypotheses:
    first = here.finished[0].visible if here.finished else view.visible
    games = {view.core_env_name: view.core_env}
    return hypotheses(here.latent.opened(), games, first, seed=0, num_draws=NUM_DRAWS)


def _evidence(task: FinishedTask, view: SequenceView, index: int) -> TaskEvidence:
    return TaskEvidence(
        told=task,
        core_env=view.core_env,
        index=index,
        num_tasks=view.num_tasks,
        replies=task.replies,
        task=task.revealed,
        key=KEY,
    )


def _current(view: SequenceView, index: int) -> TaskEvidence:
    so_far = FinishedTask(view.core_env_name, view.visible, view.turns, False, None, view.replies)
    return _evidence(so_far, view, index)


def _predictive(held: Hypotheses, current: TaskEvidence) -> Law:
    """Law of the current task, restricted to what would have answered its turns so."""
    candidates = Candidates(current)
    weights: dict[Any, float] = {}
    shares = held.beliefs.probabilities.tolist()
    for z, past, share in zip(held.values, held.pasts, shares, strict=True):
        if share:
            for task, probability in _tasks(held, z, past, current):
                weights[task] = weights.get(task, 0.0) + share * probability
    turns = len(current.replies)
    left = {task: w for task, w in weights.items() if w and candidates.explain(task, turns)}
    total = math.fsum(left.values())
    return {task: weight / total for task, weight in left.items()}


def _tasks(
    held: Hypotheses, z: Any, past: Any, current: TaskEvidence
) -> Iterable[tuple[Any, float]]:
    total = math.fsum(math.exp(weight) for weight, _ in past)
    for weight, history in past:
        for task, log_prob in held.tasks(z, current, history):
            yield task, math.exp(weight + log_prob) / total


def _appraise(reply: str, law: Law, view: SequenceView) -> Appraisal | None:
    answers: dict[Any, float] = {}
    chance = 0.0
    for task, probability in law.items():
        game = view.core_env
        state, _ = game.start(task, KEY)
        for earlier in view.replies:
            state, _ = game.step(state, earlier)
        _, result = game.step(state, reply)
        answer = (result.observation, result.done)
        answers[answer] = answers.get(answer, 0.0) + probability
        chance += probability * result.solved
    if not answers:
        return None
    information = -math.fsum(p * math.log2(p) for p in answers.values() if p > 0)
    return Appraisal(information + HIT_BONUS * chance, chance)
