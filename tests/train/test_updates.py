"""One optimizer step is the same however it is cut into pieces and processes."""

import copy
import math
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from accelerate import Accelerator
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_train.config.config import RlConfig
from latentgym_train.learning.objectives import Credit, count, rl_loss
from latentgym_train.learning.plays import Batch, TokenPlay, Turn, Turns, make_batch, make_turns
from latentgym_train.learning.scoring import Scorer, Scores, score
from latentgym_train.learning.updates import _undone, optimizer_step
from latentgym_train.stages import rl_stage
from latentgym_train.stages.sft_stage import _fitting, _losses
from latentgym_train.training import prepare

WORKER = Path(__file__).with_name("gradient_worker.py")
NUM_PLAYS = 8
REINFORCED = ("ppo", "reinforce++")


def trajectory_of(seed, rewards):
    """What is asked of the record of a play."""
    return SimpleNamespace(
        env_id="rooms", split="train", seed=seed, rewards=rewards, truncated=None
    )


def ragged_plays():
    generator = torch.Generator().manual_seed(5)
    plays = []
    for number in range(NUM_PLAYS):
        length = 6 + 3 * number
        tokens = torch.randint(10, 300, (length,), generator=generator).tolist()
        turns = (
            Turn(start=2, stop=3 + number % 3, task_index=0, value=0.1 * number),
            Turn(start=length - 2, stop=length, task_index=1, value=-0.5),
        )
        plays.append(
            TokenPlay(
                tokens=tuple(tokens),
                log_probs=(0.0,) * length,
                turns=turns,
                trajectory=trajectory_of(number, (0.0, number / 4)),
            )
        )
    return plays


def sft_losses(scorer, plays, micro, level, accelerator):
    """Imitation of all plays."""
    job = SimpleNamespace(
        config=SimpleNamespace(batch=SimpleNamespace(micro=micro)),
        accelerator=accelerator,
        pad_token=0,
    )
    return _losses(job, SimpleNamespace(level=level), scorer, plays)


def made_up_rl_losses(scorer, plays, micro, level, _):
    """Every term of reinforcement, on made-up advantages, targets and reference."""
    config = RlConfig(algorithm="ppo", level=level, kl=0.1, entropy=0.1)
    turns = make_turns(plays)
    generator = torch.Generator().manual_seed(6)
    made = {
        name: torch.randn(shape, generator=generator)
        for name, shape in (
            ("advantages", turns.present.shape),
            ("targets", turns.present.shape),
            ("reference", make_batch(plays, 0).log_probs.shape),
        )
    }
    made["reference"] -= 6  # about what the policy says
    credit = Credit(turns=turns, **made)
    totals = {"tokens": count(plays, level), "turns": float(turns.present.sum())}

    def loss(places):
        rows = make_batch([plays[place] for place in places], 0)
        value, numbers = rl_loss(score(scorer, rows), rows, credit[places], config, totals)
        return value, {**numbers, "loss": value}

    return [partial(loss, places) for places in torch.split(torch.arange(len(plays)), micro)]


def gradients(model, micro, level="token", kind=sft_losses):
    """Gradients of one optimizer step of size 0 over all plays."""
    accelerator = Accelerator(cpu=True)
    scorer = Scorer(copy.deepcopy(model), with_values=kind is made_up_rl_losses)
    if scorer.value_head is not None:
        torch.nn.init.constant_(scorer.value_head.weight, 0.1)
    optimizer = torch.optim.SGD(scorer.parameters(), lr=1.0)
    before = [weight.detach().clone() for weight in scorer.parameters()]
    scorer, optimizer = accelerator.prepare(scorer, optimizer)
    losses = kind(scorer, ragged_plays(), micro, level, accelerator)
    done = optimizer_step(accelerator, scorer, optimizer, losses, 1e9)
    after = accelerator.unwrap_model(scorer).parameters()
    return done, [old - new.detach() for old, new in zip(before, after, strict=True)]


@pytest.mark.parametrize("kind", [sft_losses, made_up_rl_losses])
@pytest.mark.parametrize("level", ["token", "sequence"])
def test_eight_pieces_of_one_equal_one_piece_of_eight(toy_policy, level, kind):
    one, whole = gradients(toy_policy.model, 8, level, kind)
    eight, pieces = gradients(toy_policy.model, 1, level, kind)
    assert one["loss"] == pytest.approx(eight["loss"], rel=1e-5)
    assert one["grad_norm"] == pytest.approx(eight["grad_norm"], rel=1e-4)
    assert any(gradient.abs().max() > 1e-3 for gradient in whole)
    for left, right in zip(whole, pieces, strict=True):
        torch.testing.assert_close(left, right, atol=1e-5, rtol=1e-4)


def reinforced(accelerator, model, plays, algorithm):
    """Gradients of an iteration with one optimizer step of size 0, from plays to weights."""
    config = RlConfig(
        algorithm=algorithm,
        sequences=NUM_PLAYS,
        minibatch=NUM_PLAYS,
        epochs=1,
        kl=0.1,
        entropy=0.1,
        max_grad_norm=1e9,
    )
    job = SimpleNamespace(
        config=SimpleNamespace(batch=SimpleNamespace(micro=2)),
        accelerator=accelerator,
        pad_token=0,
    )
    reference = SimpleNamespace(log_probs=lambda rows, _: -3.0 - rows.tokens[:, 1:] % 7)
    scorer = Scorer(copy.deepcopy(model), with_values=config.estimator.baseline == "value")
    if scorer.value_head is not None:
        torch.nn.init.constant_(scorer.value_head.weight, 0.1)
    before = [weight.detach().clone() for weight in scorer.parameters()]
    scorer, optimizer = accelerator.prepare(scorer, torch.optim.SGD(scorer.parameters(), lr=1.0))
    stage = rl_stage.Reinforcement(
        job=job, config=config, scorer=scorer, optimizer=optimizer, reference=reference
    )
    rl_stage.update(stage, plays, rl_stage.give_credit(stage, plays), 0)
    after = accelerator.unwrap_model(scorer).parameters()
    return [old - new.detach() for old, new in zip(before, after, strict=True)]


def test_two_processes_have_the_gradients_of_one(toy_policy, toy_base, tmp_path):
    alone = {"sft": gradients(toy_policy.model, 8)[1]}
    for name in REINFORCED:  # one whitens over all processes, one has a value head
        alone[name] = reinforced(Accelerator(cpu=True), toy_policy.model, ragged_plays(), name)
        assert any(gradient.abs().max() > 1e-3 for gradient in alone[name])
    subprocess.run(
        [sys.executable, str(WORKER), str(toy_base / "policy"), str(tmp_path)],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
    )
    reports = [torch.load(tmp_path / f"{rank}.pt") for rank in range(2)]
    assert [each["num_processes"] for each in reports] == [2, 2]
    for report in reports:
        for name, gradient in alone.items():
            rounding = 1e-6 * max(float(each.abs().max()) for each in gradient)
            for left, right in zip(gradient, report[name], strict=True):
                torch.testing.assert_close(left, right, atol=1e-6 + rounding, rtol=1e-4)


def test_a_batch_is_as_wide_as_its_longest_play():
    plays = ragged_plays()
    rows = make_batch([plays[2], plays[0]], 7)
    assert rows.tokens.shape == (2, 12)
    assert rows.actions.shape == (2, 11)
    assert rows.tokens[1, 6:].tolist() == [7] * 6
    assert not rows.actions[1, 5:].any()


def test_credit_of_some_plays_is_that_of_their_rows():
    turns = make_turns(ragged_plays())
    made = torch.arange(float(NUM_PLAYS))[:, None]
    credit = Credit(turns=turns, advantages=made, targets=made, reference=made)
    some = credit[torch.tensor([2, 0])].to(torch.device("cpu"))
    assert some.advantages.tolist() == [[2.0], [0.0]]
    assert some.turns.groups.tolist() == [2, 0]


def test_the_loss_of_reinforcement_by_hand():
    config = RlConfig(
        algorithm="ppo", clip_low=0.2, clip_high=0.1, entropy=0.1, kl=2.0, value_weight=0.5
    )
    rows = Batch(
        tokens=torch.zeros(1, 4, dtype=torch.long),
        actions=torch.tensor([[True, False, True]]),
        log_probs=torch.tensor([[0.5, 1.0, 0.5]]).log(),
        turn_index=torch.tensor([[0, 0, 1]]),
    )
    scores = Scores(
        torch.tensor([[0.6, 1.0, 0.25]]).log(),
        torch.tensor([[0.3, 0.0, 0.5]]),
        torch.tensor([[1.0, 0.0, 3.0]]),
    )
    turns = Turns(
        present=torch.ones(1, 2),
        before=torch.tensor([[0, 2]]),
        **dict.fromkeys(
            ("lengths", "task_index", "ends_task", "values", "rewards", "groups"), torch.ones(1, 2)
        ),
    )
    credit = Credit(
        turns=turns,
        advantages=torch.tensor([[1.0, -2.0]]),
        targets=torch.tensor([[2.0, 3.0]]),
        reference=torch.tensor([[0.3, 1.0, 0.5]]).log(),
    )
    totals = {"tokens": 2.0, "turns": 2.0}
    loss, numbers = rl_loss(scores, rows, credit, config, totals)
    assert {name: float(number) for name, number in numbers.items()} == pytest.approx(
        {
            "policy_loss": -(1.1 * 1 - 0.8 * 2) / 2,
            "entropy": 0.4,
            "kl/sampled": ((0.2 - math.log(1.2)) + (-0.5 - math.log(0.5))) / 2,  # ratios 1.2, 0.5
            "kl/reference": ((-0.5 - math.log(0.5)) + (1 - math.log(2))) / 2,  # ratios 0.5, 2
            "value_loss": 0.25,
        }
    )
    assert float(loss) == pytest.approx(0.25 - 0.1 * 0.4 + 2 * 0.25 + 0.5 * 0.25)


def test_a_sequence_that_is_too_long_leaves_an_empty_row():
    """Every process must cut its plays into as many pieces."""
    kept = [_fitting(play, 12) for play in ragged_plays()]
    assert [len(play.tokens) for play in kept] == [6, 9, 12, *[2] * 5]
    batch = make_batch(kept, 0)
    assert batch.actions.any(dim=1).tolist() == [True] * 3 + [False] * 5
    assert count(kept, "token") == float(batch.actions.sum())
    assert count(kept, "sequence") == 3


def test_a_step_without_a_sequence_that_fits_is_one_sentence():
    job = SimpleNamespace(
        config=SimpleNamespace(policy=SimpleNamespace(context=12)),
        accelerator=SimpleNamespace(num_processes=1),
    )
    kept = [_fitting(play, 12) for play in ragged_plays()[3:]]
    with pytest.raises(SpecError, match=r"longer than policy\.context, 12 tokens"):
        _losses(job, SimpleNamespace(level="token"), None, kept)


def test_an_empty_row_has_no_gradient(toy_policy):
    batch = make_batch([_fitting(play, 6) for play in ragged_plays()[1:3]], 0)
    log_probs = score(Scorer(toy_policy.model), batch).log_probs
    log_probs.sum().backward()
    assert not log_probs.any()
    assert not any(
        weight.grad is not None and weight.grad.any() for weight in toy_policy.model.parameters()
    )
    toy_policy.model.zero_grad()


def test_the_log_names_every_task_of_the_mixture_and_counts_those_that_have_it(rooms, registry):
    ids = ("rooms/treasure/no_info/standard/ep1", "rooms/treasure/no_info/standard/ep3")
    job = SimpleNamespace(
        accelerator=SimpleNamespace(num_processes=1),
        training=SimpleNamespace(env_ids=ids),
        streams=SimpleNamespace(registry=registry),
    )
    rewards = [(1.0,), (0.0, 0.5, 0.5), (0.5, 0.5, 1.0)]
    plays = [
        evolve(play, trajectory=trajectory_of(0, each))
        for play, each in zip(ragged_plays()[:3], rewards, strict=True)
    ]
    found = rl_stage.measure(job, plays)
    assert [found[name] for name in ("r1", "r2", "r3")] == [0.5, 0.5, 0.75]
    assert found["reward"] == pytest.approx(4 / 3)
    assert found["gain"] == 0.25
    alone = rl_stage.measure(job, plays[:1])
    assert "r2" not in alone
    assert alone["gain"] == 0


def test_seconds_are_those_of_the_clock(monkeypatch):
    job = SimpleNamespace(accelerator=SimpleNamespace(device=torch.device("cpu")))
    monkeypatch.setattr("time.perf_counter", lambda: 7.0)
    assert rl_stage._clock(job) == 7.0


DEEPSPEED = SimpleNamespace(
    distributed_type="DEEPSPEED",
    num_processes=8,
    deepspeed_plugin=SimpleNamespace(deepspeed_config={"gradient_accumulation_steps": 1}),
    prepare=lambda *prepared: prepared,
)


def test_deepspeed_is_told_the_batch_and_does_not_divide_by_the_pieces(toy_policy):
    """From the source of Accelerate: a stand-in, since DeepSpeed itself needs GPUs."""
    from accelerate import Accelerator

    config = SimpleNamespace(
        policy=SimpleNamespace(temperature=1.0), batch=SimpleNamespace(micro=3)
    )
    prepare(SimpleNamespace(accelerator=DEEPSPEED, policy=toy_policy, config=config))
    assert DEEPSPEED.deepspeed_plugin.deepspeed_config["train_micro_batch_size_per_gpu"] == 3
    assert _undone(DEEPSPEED, 4) == 8
    assert _undone(Accelerator(cpu=True), 4) == 4
