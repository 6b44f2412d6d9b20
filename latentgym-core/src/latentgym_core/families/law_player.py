"""Players who differ in what they know, and so in the law that they go by."""

from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.player import Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.families.strand import current_strand

Knows = Literal["nothing", "family", "z"]


@frozen(kw_only=True)
class LawPlayer(Player):
    """A player of a game that goes by a law of what the task hides.

    One class with three laws is a game's blind player, its Bayes player and its oracle
    (`registry.specs.reference_players`); a difference in what they earn is one in what they know.

    Attributes:
        knows: `nothing` of the latent, its `family` (z is inferred from earlier tasks), or `z`.
    """

    with_turns: ClassVar[bool] = False
    """Whether the law shall go by the turns of the current task, see `Strand.foresee`."""

    knows: Knows = field(default="nothing", validator=in_(("nothing", "family", "z")))

    def law(self, view: SequenceView, truth: Truth | None) -> Law | None:
        """What it expects of the current task.

        Returns:
            None for who knows nothing, and where z says nothing of the task; all probabilities are
            0 where what was told is impossible under the family.

        Raises:
            AgentError: It has to infer z and the latent offers no exact law, or it is not told.
        """
        if self.knows == "nothing":
            return None
        here = current_strand(view)
        if self.knows == "family":
            return here.inferred(with_turns=self.with_turns)
        return here.told(truth, with_turns=self.with_turns)
