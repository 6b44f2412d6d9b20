"""From played sequences to one advantage per turn.

Legend: B sequences, N tasks, K turns of the longest sequence.
"""

from collections.abc import Sequence

import torch
from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_train.config.algorithms import Estimator
from latentgym_train.config.config import RlConfig
from latentgym_train.credit.baselines import BASELINES, TINY, group_scale, turn_gae
from latentgym_train.credit.returns import RETURNS
from latentgym_train.learning.play_record import TokenPlay


@frozen(kw_only=True)
class Turns:
    """The turns of B sequences.

    Attributes:
        present: 1.0 where a turn was played, shape [B, K].
        before: Position in predicted tokens of a turn's first token, shape [B, K], int64.
        lengths: Sampled tokens of a turn, shape [B, K].
        task_index: Task a turn belongs to, shape [B, K], int64.
        ends_task: 1.0 where the next turn belongs to another task or there is none, shape [B, K].
        paid: Reward of the task that a turn ended, else 0, shape [B, K].
    """

    present: torch.Tensor
    before: torch.Tensor
    lengths: torch.Tensor
    task_index: torch.Tensor
    ends_task: torch.Tensor
    paid: torch.Tensor


def collect_turns(plays: Sequence[TokenPlay]) -> Turns:
    """Lay the turns of all plays out as tensors."""
    ends = [_ends(play) for play in plays]
    paid = [
        [play.rewards[turn.task_index] * end for turn, end in zip(play.turns, own, strict=True)]
        for play, own in zip(plays, ends, strict=True)
    ]
    return Turns(
        present=_laid_out([[1.0] * len(play.turns) for play in plays]),
        before=_laid_out([[turn.start - 1 for turn in play.turns] for play in plays]).long(),
        lengths=_laid_out([[turn.stop - turn.start for turn in play.turns] for play in plays]),
        task_index=_laid_out([[turn.task_index for turn in play.turns] for play in plays]).long(),
        ends_task=_laid_out(ends),
        paid=_laid_out(paid),
    )


def sampled_values(plays: Sequence[TokenPlay]) -> torch.Tensor:
    """Value before each turn, as the policy had it when it was sampled, [B, K].

    Raises:
        SpecError: Whoever sampled told no values.
    """
    rows = [[turn.value for turn in play.turns if turn.value is not None] for play in plays]
    if any(len(row) < len(play.turns) for row, play in zip(rows, plays, strict=True)):
        raise SpecError(
            'rl.algorithm = "ppo" needs a sampler that tells values, and this one does not; take '
            "grpo, rloo or reinforce++."
        )
    return _laid_out(rows)


def _ends(play: TokenPlay) -> list[float]:
    """1.0 for every turn after which another task begins, or none."""
    tasks = [turn.task_index for turn in play.turns]
    return [float(here != later) for here, later in zip(tasks, [*tasks[1:], -1], strict=True)]


def _laid_out(rows: Sequence[Sequence[float]]) -> torch.Tensor:
    """One row per play, filled up with 0; numbers below 2^24 stay exact, [B, K]."""
    most = max(map(len, rows))
    return torch.tensor([[*row, *[0.0] * (most - len(row))] for row in rows])


def task_advantages(
    rewards: torch.Tensor, groups: torch.Tensor, config: RlConfig, estimator: Estimator
) -> torch.Tensor:
    """Advantages without a value head: return minus baseline, perhaps by the group's deviation.

    Args:
        rewards: Shape [B, N].
        groups: Number of the group of each sequence, shape [B].
        config: Says which returns.
        estimator: Says which baseline and scale.

    Returns:
        Shape [B, N].
    """
    returns = RETURNS[config.returns](rewards, config)
    advantages = returns - BASELINES[estimator.baseline](returns, groups)
    if estimator.scale == "group":
        advantages = advantages / (group_scale(returns, groups) + TINY)
    return advantages


def continuation(turns: Turns, config: RlConfig) -> torch.Tensor:
    """What a reward after each turn is worth at that turn (see `baselines.turn_gae`): [B, K].

    `cumulative` returns are taken as `to_go` with discount 1: rewards already paid are the same
    for every reply that may follow, so that a value of the state takes them out exactly.
    """
    across = {"single_task": 0.0, "cumulative": 1.0}.get(config.returns, config.discount)
    factor = 1 - turns.ends_task * (1 - across)
    following = torch.cat([turns.present[:, 1:], torch.zeros_like(turns.present[:, :1])], dim=1)
    return factor * config.turn_discount * following


def turn_advantages(
    turns: Turns,
    rewards: torch.Tensor,
    groups: torch.Tensor,
    config: RlConfig,
    estimator: Estimator,
    values: torch.Tensor | None = None,
    penalties: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One advantage per turn, shared by its tokens.

    Args:
        turns: Of all sequences.
        rewards: Shape [B, N].
        groups: Shape [B].
        config: Returns, discounts, smoothing.
        estimator: Baseline, and scale where that is `group`.
        values: Value before each turn, shape [B, K]; for the baseline `value`.
        penalties: Subtracted from what each turn earns (KL in the reward), shape [B, K].

    Returns:
        Advantages and value targets, both of shape [B, K]; targets are 0 without values.
    """
    if estimator.baseline == "value":
        if values is None:
            values = torch.zeros_like(turns.paid)
        paid = turns.paid if penalties is None else turns.paid - penalties
        factors = continuation(turns, config)
        advantages, targets = turn_gae(paid, values * turns.present, factors, config.smoothing)
    else:
        if penalties is not None:
            rewards = rewards - _by_task(penalties, turns, rewards.shape[1])
        by_task = task_advantages(rewards, groups, config, estimator)
        advantages, targets = by_task.gather(1, turns.task_index), torch.zeros_like(turns.paid)
    return advantages * turns.present, targets * turns.present


def _by_task(per_turn: torch.Tensor, turns: Turns, num_tasks: int) -> torch.Tensor:
    """Sums over the turns of each task: shapes [B, K] to [B, N]."""
    sums = torch.zeros(per_turn.shape[0], num_tasks)
    return sums.scatter_add(1, turns.task_index, per_turn * turns.present)


def number_groups(plays: Sequence[TokenPlay]) -> torch.Tensor:
    """Numbers the groups of plays, shape [B]."""
    numbers: dict[str, int] = {}
    return torch.tensor([numbers.setdefault(play.group, len(numbers)) for play in plays])


def reward_matrix(plays: Sequence[TokenPlay]) -> torch.Tensor:
    """Rewards of all tasks, shape [B, N]; shorter sequences of a mixture are filled with 0."""
    most = max(len(play.rewards) for play in plays)
    return torch.tensor([[*play.rewards, *[0.0] * (most - len(play.rewards))] for play in plays])
