"""Whether a reply makes use of the history: the history-use index.

A decision counts where the history matters: where the Bayes player's best reply is worth more than
the blind player's, by the Bayes player's own score. Of the agent's reply we take what it loses
against either: rho_B by the Bayes player's score, rho_0 by the blind player's. It uses the history
if it is closer to the Bayes player (rho_B < rho_0), if it is what the Bayes player would reply, or
if it tries something that is unlikely to the blind player and likely to the Bayes player.
"""

import random
from collections.abc import Sequence

from attrs import frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError

MIN_STAKE = 0.1  # score units: bits where the player asks for information, reward where it stops
CLEARLY_BLIND = 0.02  # rho_0 above which a reply is no best reply of the blind player
LIKELIER = 3.0  # times that a reply must be likelier to the Bayes player than to the blind one
SHARE_OF_BEST = 0.5  # of the best chance, for a reply that tries to solve the task
TIE = 1e-9


@frozen
class Decision:
    """One reply, judged by both players; all in units of the players' score.

    Attributes:
        stake: What the history is worth here: S_B(best) - S_B(blind best).
        regret_bayes: rho_B = S_B(best) - S_B(reply).
        regret_blind: rho_0 = S_0(blind best) - S_0(reply).
        use: 1, 0.5 or 0; None where the stake is at most `MIN_STAKE`.
        achieves: Whether the reply can achieve anything in this position.
    """

    stake: float
    regret_bayes: float
    regret_blind: float
    use: float | None
    achieves: bool


@frozen
class Judges:
    """The players that a reply is measured against, all of one core env.

    Attributes:
        judge: Infers z; replies are judged by its score.
        bayes: Infers z; earns the reference reward. May be the same.
        blind: Remembers nothing.
    """

    judge: Player
    bayes: Player
    blind: Player


def decide(view: SequenceView, reply: str, judges: Judges, *, seed: int) -> Decision | None:
    """Judge one reply; None if one of the players does not judge.

    Args:
        view: The position before the reply, with the history the Bayes player may use.
        reply: What the agent replied.
        judges: What it is measured against.
        seed: Of the sequence, for players that draw at random.
    """
    hidden = Truth(None, None)
    rng = f"{seed}/{view.index}/{len(view.turns)}"
    players = (judges.judge, judges.bayes, judges.blind)
    try:
        best, own, plain = (each.act(view, hidden, random.Random(rng)) for each in players)
    except AgentError:
        return None
    informed = judges.judge.appraise(view, hidden, (reply, best, plain, own))
    amnesic = judges.blind.appraise(view, hidden, (reply, best, plain))
    if informed is None or amnesic is None:
        return None
    stake = _score(informed[1]) - _score(informed[2])
    regret_bayes = _score(informed[1]) - _score(informed[0])
    regret_blind = _score(amnesic[2]) - _score(amnesic[0])
    use = None
    if stake > MIN_STAKE:
        follows = informed[0] == informed[3] != informed[2]
        bold = _is_bold(informed, amnesic[0], regret_blind)
        use = 1.0 if follows or bold else _closer(regret_bayes, regret_blind)
    return Decision(stake, regret_bayes, regret_blind, use, informed[0] is not None)


def _closer(regret_bayes: float, regret_blind: float) -> float:
    if abs(regret_bayes - regret_blind) <= TIE:
        return 0.5
    return float(regret_bayes < regret_blind)


def _is_bold(
    informed: Sequence[Appraisal | None],
    amnesic: Appraisal | None,
    regret_blind: float,
) -> bool:
    """Whether a reply bets on what only the history makes likely."""
    chance, plain = _chance(informed[0]), _chance(amnesic)
    best = max(map(_chance, informed))
    return (
        regret_blind > CLEARLY_BLIND
        and chance > 0
        and chance >= LIKELIER * plain
        and chance >= SHARE_OF_BEST * best
    )


def _score(judged: Appraisal | None) -> float:
    """A reply that achieves nothing scores 0."""
    return 0.0 if judged is None else judged.score


def _chance(judged: Appraisal | None) -> float:
    return 0.0 if judged is None else judged.chance
