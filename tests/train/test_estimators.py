import math

import pytest
import torch
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_train.config.algorithms import ESTIMATORS
from latentgym_train.config.config import RlConfig
from latentgym_train.learning import credit, objectives
from latentgym_train.learning.credit import continuation, task_advantages, turn_advantages
from latentgym_train.learning.objectives import token_weights
from latentgym_train.learning.plays import Turns

REWARDS = torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])
GROUPS = torch.tensor([0, 0, 1])


def close(left, right):
    torch.testing.assert_close(left, torch.tensor(right, dtype=left.dtype))


# ---- returns


def test_single_task_returns_are_the_rewards():
    close(credit.single_task(REWARDS), [[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])


def test_cumulative_returns_are_the_sum_everywhere():
    close(credit.cumulative(REWARDS), [[3.0, 3.0, 3.0], [4.0, 4.0, 4.0]])


def test_to_go_leaves_out_what_was_paid_before():
    close(credit.to_go(REWARDS), [[3.0, 2.0, 2.0], [4.0, 4.0, 1.0]])


def test_to_go_discounts_later_tasks():
    close(credit.to_go(REWARDS, 0.5), [[1.5, 1.0, 2.0], [1.75, 3.5, 1.0]])


def test_own_and_later_tasks_have_their_weights():
    close(credit.own_plus_later(REWARDS, 2.0, 0.5), [[3.0, 1.0, 4.0], [2.0, 6.5, 2.0]])


def test_own_plus_later_with_weights_one_is_to_go():
    close(credit.own_plus_later(REWARDS), credit.to_go(REWARDS).tolist())


def test_returns_leave_their_argument_alone():
    for name in credit.RETURNS:
        credit.RETURNS[name](REWARDS, RlConfig())[0, 0] = 99.0
        assert REWARDS[0, 0] == 1.0


# ---- baselines

RETURNS = torch.tensor([[1.0, 4.0], [3.0, 0.0], [5.0, 7.0]])


def test_group_mean_per_sequence():
    close(credit.sequence_mean(RETURNS, GROUPS), [[2.0, 2.0], [2.0, 2.0], [6.0, 6.0]])


def test_group_mean_per_task():
    close(credit.task_mean(RETURNS, GROUPS), [[2.0, 2.0], [2.0, 2.0], [5.0, 7.0]])


def test_leave_one_out_is_the_mean_of_the_others():
    close(credit.leave_one_out(RETURNS, GROUPS), [[3.0, 0.0], [1.0, 4.0], [0.0, 0.0]])


def test_group_scale_is_the_deviation_within_the_group():
    close(credit.group_scale(RETURNS, GROUPS), [[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]])


def test_whitening_counts_by_weight_and_adds_up_over_parts():
    values, weights = torch.tensor([[1.0, 5.0, 9.0]]), torch.tensor([[3.0, 1.0, 0.0]])
    sums = []

    def add_up(part):
        sums.append(part)
        return part

    whole = credit.whiten(values, weights, add_up)
    for i in range(3):
        credit.whiten(values[:, i], weights[:, i], add_up)
    torch.testing.assert_close(sums[0], sum(sums[1:]))
    of_all = credit.whiten(values[:, 1:], weights[:, 1:], lambda _: sums[0])
    torch.testing.assert_close(of_all, whole[:, 1:])
    # mean 2, variance (3 * 1 + 9) / 4 = 3
    close(
        whole, [[-1 / (math.sqrt(3) + 1e-6), 3 / (math.sqrt(3) + 1e-6), 7 / (math.sqrt(3) + 1e-6)]]
    )


def test_gae_by_hand():
    rewards = torch.tensor([[0.0, 1.0, 0.0, 2.0]])
    values = torch.tensor([[0.5, 0.25, 1.0, 1.5]])
    factors = torch.tensor([[1.0, 0.5, 1.0, 0.0]])
    advantages, targets = credit.turn_gae(rewards, values, factors, 0.5)
    # d4 = 2 - 1.5; d3 = 1.5 - 1; d2 = 1 + 0.5 - 0.25; d1 = 0.25 - 0.5
    a4 = 0.5
    a3 = 0.5 + 0.5 * a4
    a2 = 1.25 + 0.5 * 0.5 * a3
    a1 = -0.25 + 0.5 * a2
    close(advantages, [[a1, a2, a3, a4]])
    close(targets, [[a1 + 0.5, a2 + 0.25, a3 + 1.0, a4 + 1.5]])


def test_gae_without_smoothing_bias_is_return_minus_value():
    rewards = torch.tensor([[0.0, 1.0, 0.0, 2.0]])
    values = torch.rand(1, 4)
    factors = torch.tensor([[1.0, 1.0, 1.0, 0.0]])
    advantages, _ = credit.turn_gae(rewards, values, factors, 1.0)
    torch.testing.assert_close(advantages, torch.tensor([[3.0, 3.0, 2.0, 2.0]]) - values)


# ---- advantages of turns


def turns(rewards=((1.0, 2.0), (3.0, 1.0))):
    """Two tasks of two turns, and two tasks of one turn."""
    return Turns(
        present=torch.tensor([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]]),
        before=torch.zeros(2, 4, dtype=torch.long),
        lengths=torch.tensor([[2.0, 2.0, 2.0, 2.0], [2.0, 2.0, 0.0, 0.0]]),
        task_index=torch.tensor([[0, 0, 1, 1], [0, 1, 0, 0]]),
        ends_task=torch.tensor([[0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0]]),
        values=torch.tensor([[0.0, 0.5, 0.0, 1.0], [2.0, 1.0, 0.0, 0.0]]),
        rewards=torch.tensor(rewards),
        groups=torch.tensor([0, 0]),
    )


NOTHING = torch.zeros(2, 4)


def test_continuation_is_cut_between_tasks_for_single_task_returns():
    assert continuation(turns(), RlConfig(returns="single_task")).tolist() == [
        [1.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
    ]


def test_continuation_discounts_between_tasks_for_to_go():
    config = RlConfig(returns="to_go", discount=0.5, turn_discount=0.9)
    factors = continuation(turns(), config)
    close(factors, [[0.9, 0.45, 0.9, 0.0], [0.45, 0.0, 0.0, 0.0]])


def test_every_turn_of_a_task_has_the_advantage_of_the_task():
    config = RlConfig(algorithm="grpo", group=2, returns="to_go", scale="none")
    advantages, targets = turn_advantages(turns(), NOTHING, config)
    # to go: [3, 2] and [4, 1]; means 3.5 and 1.5
    assert advantages.tolist() == [[-0.5, -0.5, 0.5, 0.5], [0.5, -0.5, 0.0, 0.0]]
    assert not targets.any()


def test_a_turn_that_ends_a_task_is_paid_for_it():
    config = RlConfig(algorithm="ppo", returns="single_task", smoothing=1.0)
    penalties = torch.tensor([[0.0, 0.0, 0.5, 0.0], [0.0, 0.0, 7.0, 7.0]])
    advantages, targets = turn_advantages(turns(), penalties, config)
    close(targets, [[1.0, 1.0, 1.5, 2.0], [3.0, 1.0, 0.0, 0.0]])
    close(advantages, [[1.0, 0.5, 1.5, 1.0], [1.0, 0.0, 0.0, 0.0]])


def test_penalties_are_subtracted_from_rewards():
    config = RlConfig(algorithm="reinforce++", returns="single_task", kl=0.1, kl_in="reward")
    penalties = torch.tensor([[0.1, 0.2, 0.0, 0.5], [0.25, 0.0, 7.0, 7.0]])
    advantages, _ = turn_advantages(turns(), penalties, config)
    close(advantages, [[0.7, 0.7, 1.5, 1.5], [2.75, 1.0, 0.0, 0.0]])


def test_grpo_divides_by_the_deviation_of_the_group():
    config = RlConfig(algorithm="grpo", group=2)
    rewards = torch.tensor([[1.0, 2.0], [3.0, 1.0]])
    found = task_advantages(rewards, torch.tensor([0, 0]), config)
    close(found, [[-0.5 / (0.5 + 1e-6)] * 2, [0.5 / (0.5 + 1e-6)] * 2])


def test_rloo_compares_with_the_others():
    config = RlConfig(algorithm="rloo", group=2, epochs=1)
    rewards = torch.tensor([[1.0, 2.0], [3.0, 1.0]])
    found = task_advantages(rewards, torch.tensor([0, 0]), config)
    assert found.tolist() == [[-1.0, -1.0], [1.0, 1.0]]


def test_a_configuration_overrides_its_algorithm():
    config = RlConfig(algorithm="grpo", group=2, scale="none", level="token")
    assert config.estimator == evolve(ESTIMATORS["grpo"], scale="none", level="token")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"algorithm": "ppo", "returns": "own_plus_later"}, "or other returns"),
        ({"algorithm": "reinforce++", "scale": "group"}, "scale = group compares the sequences of"),
        ({"algorithm": "reinforce++", "baseline": "sequence"}, "set group = 8"),
        ({"algorithm": "ppo", "baseline": "task"}, "baseline = task and scale = batch compares"),
        ({"algorithm": "ppo", "baseline": "leave_one_out"}, "set group = 8"),
        ({"algorithm": "ppo", "scale": "group"}, "take scale = batch or none"),
        ({"algorithm": "ppo", "scale": "group", "group": 8}, "take scale = batch or none"),
        ({"algorithm": "grpo", "baseline": "value", "group": 8}, "take scale = batch or none"),
    ],
)
def test_an_estimator_whose_parts_do_not_go_together_is_one_sentence(changes, sentence):
    with pytest.raises(SpecError, match=sentence):
        RlConfig(**changes)


def test_an_algorithm_of_groups_needs_none_when_nothing_is_compared():
    config = RlConfig(algorithm="grpo", baseline="none", scale="batch")
    assert config.estimator.baseline == "none"


# ---- losses

MASK = torch.tensor([[1.0, 1.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
LOGS = torch.log(torch.tensor([[0.5, 0.25, 0.5, 1.0], [1.0, 0.1, 1.0, 1.0]]))


def test_token_weights_count_every_token_the_same():
    close(token_weights(MASK > 0, "token", total=4.0), (MASK / 4).tolist())


def test_sequence_weights_share_a_sequence_among_its_tokens():
    weights = token_weights(MASK > 0, "sequence", total=2.0)
    close(weights, [[1 / 6, 1 / 6, 1 / 6, 0.0], [0.0, 1 / 2, 0.0, 0.0]])


def test_sft_is_the_mean_cross_entropy():
    loss = objectives.sft(LOGS, MASK / 4)
    assert loss.item() == pytest.approx(-(2 * math.log(0.5) + math.log(0.25) + math.log(0.1)) / 4)


def test_policy_gradient_by_hand():
    logs = LOGS.clone().requires_grad_()
    advantages = torch.tensor([[2.0, 2.0, -1.0, 9.0], [9.0, 0.5, 9.0, 9.0]])
    objectives.policy_gradient(logs, advantages, MASK / 4).backward()
    close(logs.grad, [[-0.5, -0.5, 0.25, 0.0], [0.0, -0.125, 0.0, 0.0]])


def test_clipping_by_hand():
    ratios = torch.tensor([[1.5, 0.5, 1.5, 0.5]])
    advantages = torch.tensor([[1.0, 1.0, -1.0, -1.0]])
    logs = torch.log(ratios).requires_grad_()
    weights = torch.full((1, 4), 0.25)
    config = RlConfig(clip_low=0.2, clip_high=0.3)
    loss = objectives.clipped(logs, torch.zeros(1, 4), advantages, weights, config)
    # min(1.5, 1.3), min(0.5, 0.8), min(-1.5, -1.3), min(-0.5, -0.8)
    assert loss.item() == pytest.approx(-(1.3 + 0.5 - 1.5 - 0.8) / 4)
    loss.backward()
    close(logs.grad, [[0.0, -0.125, 0.375, 0.0]])


def test_kl_estimate_by_hand():
    estimate = objectives.kl_estimate(
        torch.log(torch.tensor([0.5])), torch.log(torch.tensor([0.25]))
    )
    assert estimate.item() == pytest.approx(0.5 - math.log(0.5) - 1)
    assert objectives.kl_estimate(LOGS, LOGS).abs().max() == 0


def test_kl_estimate_is_unbiased():
    policy, reference = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.3, 0.3, 0.4])
    expected = (policy * objectives.kl_estimate(policy.log(), reference.log())).sum()
    exact = (policy * (policy / reference).log()).sum()
    assert expected.item() == pytest.approx(exact.item(), rel=1e-5)


def test_value_loss_by_hand():
    values, targets = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])
    loss = objectives.value_loss(values, targets, torch.tensor([[0.5, 0.5]]))
    assert loss.item() == pytest.approx(0.5 * (1 + 4) / 2)
