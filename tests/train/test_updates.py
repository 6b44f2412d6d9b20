"""One optimizer step is the same however it is cut into pieces and processes."""

import copy
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from accelerate import Accelerator
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_train.config.algorithms import resolve
from latentgym_train.config.config import RlConfig
from latentgym_train.credit.advantages import collect_turns
from latentgym_train.learning.batching import Batch, make_batch
from latentgym_train.learning.objectives import batch_total, sft, token_weights
from latentgym_train.learning.play_record import TokenPlay, Turn
from latentgym_train.learning.scoring import Scorer, Scores, score
from latentgym_train.learning.updates import _undone, choose, cut, optimizer_step
from latentgym_train.stages import rl_stage
from latentgym_train.stages.evaluation import log_numbers
from latentgym_train.stages.experience import learn_from
from latentgym_train.stages.rl_loss import rl_loss
from latentgym_train.stages.sft_stage import _check_context, _mine
from latentgym_train.training import prepare

WORKER = Path(__file__).with_name("gradient_worker.py")
NUM_PLAYS = 8
REINFORCED = ("ppo", "reinforce++")


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
                rewards=(0.0, number / 4),
                group=str(number),
                trajectory=None,
            )
        )
    return plays


def sft_loss(scorer, batch, level):
    """Imitation of all plays."""
    total = batch_total(batch.actions, level)

    def loss(piece):
        rows, _ = piece
        weights = token_weights(rows.actions, level, total=total)
        value = sft(score(scorer, rows).log_probs, weights)
        return value, {"loss": value}

    return loss, {}


def made_up_rl_loss(scorer, batch, level):
    """Every term of reinforcement, on made-up advantages, targets and reference."""
    config = RlConfig(algorithm="ppo", level=level, kl=0.1, entropy=0.1)
    turns = collect_turns(ragged_plays())
    generator = torch.Generator().manual_seed(6)
    made = {
        name: torch.randn(shape, generator=generator)
        for name, shape in (
            ("advantages", turns.present.shape),
            ("targets", turns.present.shape),
            ("reference", batch.log_probs.shape),
        )
    }
    made["reference"] -= 6  # about what the policy says
    more = {**made, "present": turns.present, "before": turns.before}
    totals = {
        "tokens": batch_total(batch.actions, level),
        "turns": float(turns.present.sum()),
    }

    def loss(piece):
        rows, extra = piece
        scores = score(scorer, rows)
        value, numbers = rl_loss(scores, rows, extra, config, resolve(config), totals)
        return value, {**numbers, "loss": value}

    return loss, more


def gradients(model, micro, level="token", kind=sft_loss):
    """Gradients of one optimizer step of size 0 over all plays."""
    accelerator = Accelerator(cpu=True)
    scorer = Scorer(copy.deepcopy(model), with_values=kind is made_up_rl_loss)
    if scorer.value_head is not None:
        torch.nn.init.constant_(scorer.value_head.weight, 0.1)
    optimizer = torch.optim.SGD(scorer.parameters(), lr=1.0)
    before = [weight.detach().clone() for weight in scorer.parameters()]
    scorer, optimizer = accelerator.prepare(scorer, optimizer)
    batch = make_batch(ragged_plays(), 0)
    loss, more = kind(scorer, batch, level)
    done = optimizer_step(accelerator, scorer, optimizer, cut(batch, more, micro), loss, 1e9)
    after = accelerator.unwrap_model(scorer).parameters()
    return done, [old - new.detach() for old, new in zip(before, after, strict=True)]


@pytest.mark.parametrize("kind", [sft_loss, made_up_rl_loss])
@pytest.mark.parametrize("level", ["token", "sequence"])
def test_eight_pieces_of_one_equal_one_piece_of_eight(toy_policy, level, kind):
    one, whole = gradients(toy_policy.model, 8, level, kind)
    eight, pieces = gradients(toy_policy.model, 1, level, kind)
    assert one.numbers["loss"] == pytest.approx(eight.numbers["loss"], rel=1e-5)
    assert one.grad_norm == pytest.approx(eight.grad_norm, rel=1e-4)
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
    estimator = resolve(config)
    job = SimpleNamespace(
        config=SimpleNamespace(rl=config, batch=SimpleNamespace(micro=2)),
        accelerator=accelerator,
        policy=SimpleNamespace(tokenizer=SimpleNamespace(pad_token_id=0)),
    )
    reference = SimpleNamespace(log_probs=lambda rows, _: -3.0 - rows.tokens[:, 1:] % 7)
    scorer = Scorer(copy.deepcopy(model), with_values=estimator.baseline == "value")
    if scorer.value_head is not None:
        torch.nn.init.constant_(scorer.value_head.weight, 0.1)
    before = [weight.detach().clone() for weight in scorer.parameters()]
    scorer, optimizer = accelerator.prepare(scorer, torch.optim.SGD(scorer.parameters(), lr=1.0))
    experience = learn_from(job, scorer, plays, estimator, reference)
    rl_stage.update(job, scorer, optimizer, experience, estimator, 0)
    after = accelerator.unwrap_model(scorer).parameters()
    return [old - new.detach() for old, new in zip(before, after, strict=True)]


def test_two_processes_have_the_gradients_of_one(toy_policy, toy_base, tmp_path):
    alone = {"sft": gradients(toy_policy.model, 8)[1]}
    for name in REINFORCED:  # one whitens over all processes, one has a value head
        alone[name] = reinforced(Accelerator(cpu=True), toy_policy.model, ragged_plays(), name)
        assert any(gradient.abs().max() > 1e-3 for gradient in alone[name])
    subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", str(WORKER), str(toy_base / "policy"), str(tmp_path)),
        ],
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


def test_choosing_rows_drops_their_common_padding():
    batch = make_batch(ragged_plays(), 0)
    rows, more = choose(batch, {"number": torch.arange(NUM_PLAYS)}, torch.tensor([2, 0]))
    assert rows.tokens.shape == (2, 12)
    assert rows.actions.shape == (2, 11)
    assert more["number"].tolist() == [2, 0]
    assert json.dumps(rows.attention.sum(1).tolist()) == "[12, 6]"


def test_the_loss_of_reinforcement_by_hand():
    config = RlConfig(
        algorithm="ppo", clip_low=0.2, clip_high=0.1, entropy=0.1, kl=2.0, value_weight=0.5
    )
    rows = Batch(
        tokens=torch.zeros(1, 4, dtype=torch.long),
        attention=torch.ones(1, 4, dtype=torch.long),
        actions=torch.tensor([[True, False, True]]),
        log_probs=torch.tensor([[0.5, 1.0, 0.5]]).log(),
        turn_index=torch.tensor([[0, 0, 1]]),
    )
    scores = Scores(
        torch.tensor([[0.6, 1.0, 0.25]]).log(),
        torch.tensor([[0.3, 0.0, 0.5]]),
        torch.tensor([[1.0, 0.0, 3.0]]),
    )
    extra = {
        "advantages": torch.tensor([[1.0, -2.0]]),
        "targets": torch.tensor([[2.0, 3.0]]),
        "present": torch.ones(1, 2),
        "before": torch.tensor([[0, 2]]),
        "reference": torch.tensor([[0.3, 1.0, 0.5]]).log(),
    }
    totals = {"tokens": 2.0, "turns": 2.0}
    loss, numbers = rl_loss(scores, rows, extra, config, resolve(config), totals)
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
    job = SimpleNamespace(config=SimpleNamespace(policy=SimpleNamespace(context=12)))
    kept = _mine(job, ragged_plays())
    assert [len(play.tokens) for play in kept] == [6, 9, 12, *[2] * 5]
    batch = make_batch(kept, 0)
    assert batch.actions.any(dim=1).tolist() == [True] * 3 + [False] * 5
    _check_context(job, batch_total(batch.actions, "token"))
    with pytest.raises(SpecError, match=r"longer than policy\.context, 12 tokens"):
        _check_context(job, batch_total(batch.actions[3:], "token"))


def test_an_empty_row_has_no_gradient(toy_policy):
    job = SimpleNamespace(config=SimpleNamespace(policy=SimpleNamespace(context=6)))
    batch = make_batch(_mine(job, ragged_plays()[1:3]), 0)
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
    played = SimpleNamespace(truncated=None)
    rewards = [(1.0,), (0.0, 0.5, 0.5), (0.5, 0.5, 1.0)]
    plays = [
        evolve(play, rewards=each, trajectory=played)
        for play, each in zip(ragged_plays()[:3], rewards, strict=True)
    ]
    found = log_numbers(job, plays)
    assert [found[name] for name in ("r1", "r2", "r3")] == [0.5, 0.5, 0.75]
    assert found["reward"] == pytest.approx(4 / 3)
    assert found["gain"] == 0.25
    alone = log_numbers(job, plays[:1])
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
