"""One optimizer step is the same however it is cut into pieces and processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from latentgym_train.batching import make_batch
from latentgym_train.objectives import batch_total, sft, token_weights
from latentgym_train.play_record import TokenPlay, Turn
from latentgym_train.scoring import Scorer, score
from latentgym_train.updates import choose, cut, optimizer_step

WORKER = Path(__file__).with_name("gradient_worker.py")
NUM_PLAYS = 8


def ragged_plays():
    generator = torch.Generator().manual_seed(5)
    plays = []
    for number in range(NUM_PLAYS):
        length = 6 + 3 * number
        tokens = torch.randint(10, 300, (length,), generator=generator).tolist()
        turns = (
            Turn(start=2, stop=3 + number % 3, task_index=0),
            Turn(start=length - 2, stop=length, task_index=1),
        )
        plays.append(
            TokenPlay(
                tokens=tuple(tokens),
                log_probs=(0.0,) * length,
                turns=turns,
                rewards=(0.0, 1.0),
                group=str(number),
                trajectory=None,
            )
        )
    return plays


def gradients(model, micro, level="token"):
    """Gradients of one optimizer step of size 0 over all plays."""
    import copy

    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    scorer = Scorer(copy.deepcopy(model))
    optimizer = torch.optim.SGD(scorer.parameters(), lr=1.0)
    before = [weight.detach().clone() for weight in scorer.parameters()]
    scorer, optimizer = accelerator.prepare(scorer, optimizer)
    batch = make_batch(ragged_plays(), 0)
    total = batch_total(batch.actions, level)

    def loss(piece):
        rows, _ = piece
        weights = token_weights(rows.actions, level, total=total)
        value = sft(score(scorer, rows).log_probs, weights)
        return value, {"loss": value}

    done = optimizer_step(accelerator, scorer, optimizer, cut(batch, {}, micro), loss, 1e9)
    after = accelerator.unwrap_model(scorer).parameters()
    return done, [old - new.detach() for old, new in zip(before, after, strict=True)]


@pytest.mark.parametrize("level", ["token", "sequence"])
def test_eight_pieces_of_one_equal_one_piece_of_eight(toy_policy, level):
    one, whole = gradients(toy_policy.model, 8, level)
    eight, pieces = gradients(toy_policy.model, 1, level)
    assert one.numbers["loss"] == pytest.approx(eight.numbers["loss"], rel=1e-5)
    assert one.grad_norm == pytest.approx(eight.grad_norm, rel=1e-4)
    assert any(gradient.abs().max() > 1e-3 for gradient in whole)
    for left, right in zip(whole, pieces, strict=True):
        torch.testing.assert_close(left, right, atol=1e-6, rtol=1e-4)


def test_two_processes_have_the_gradients_of_one(toy_policy, toy_base, tmp_path):
    _, alone = gradients(toy_policy.model, 8)
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
        for left, right in zip(alone, report["gradients"], strict=True):
            torch.testing.assert_close(left, right, atol=1e-6, rtol=1e-4)


def test_choosing_rows_drops_their_common_padding():
    batch = make_batch(ragged_plays(), 0)
    rows, more = choose(batch, {"number": torch.arange(NUM_PLAYS)}, torch.tensor([2, 0]))
    assert rows.tokens.shape == (2, 12)
    assert rows.actions.shape == (2, 11)
    assert more["number"].tolist() == [2, 0]
    assert json.dumps(rows.attention.sum(1).tolist()) == "[12, 6]"
