"""The strong one-step player for any core env that lists its replies.

Under a law of the current task, the score of a reply is

    S(reply) = H(answer) + 0.2 P(it solves the task),    H in bits,

where the answer of every candidate task is what the core env would say. It is greedy: a strong
reference, not an upper bound.
"""

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.evidence import UNKNOWN_KEY
from latentgym_core.families.foresight import law_of_tasks
from latentgym_core.families.strand import current_strand

HIT_BONUS = 0.2
TaskLaw = Mapping[Any, float]
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

    def law(self, view: SequenceView) -> TaskLaw:
        """What it expects of the current task after the turns so far.

        Raises:
            AgentError: The family does not list its values and tasks.
        """
        here = current_strand(view)
        upcoming = evolve(here.upcoming, turns=view.turns, replies=view.replies)
        finished = here.tasks if self.remembers else ()
        weights = law_of_tasks(here.latent, view.core_envs, upcoming, finished)
        if weights is None:
            raise AgentError(
                f"{here.latent.family} does not list its values and tasks (support, "
                f"task_support), so nothing is known of its next task."
            )
        total = math.fsum(weights.values()) or 1.0
        return {task: weight / total for task, weight in weights.items()}


def _appraise(reply: str, law: TaskLaw, view: SequenceView) -> Appraisal | None:
    answers: dict[Any, float] = {}
    chance = 0.0
    for task, probability in law.items():
        game = view.core_env
        state, _ = game.start(task, UNKNOWN_KEY)
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
