"""Two processes: gradients of steps over each one's half of the plays."""

import importlib.util
import sys
from pathlib import Path

import torch
from accelerate import Accelerator
from ranks import run_in_ranks
from transformers import AutoModelForCausalLM

from latentgym_train.learning.scoring import Scorer
from latentgym_train.learning.updates import optimizer_step

torch.set_num_threads(1)
spec = importlib.util.spec_from_file_location(
    "test_updates", Path(__file__).with_name("test_updates.py")
)
test_updates = importlib.util.module_from_spec(spec)
spec.loader.exec_module(test_updates)


def work():
    """What each of them does."""
    accelerator = Accelerator(cpu=True)
    scorer = Scorer(AutoModelForCausalLM.from_pretrained(sys.argv[1]).eval())
    before = [weight.detach().clone() for weight in scorer.parameters()]
    optimizer = torch.optim.SGD(scorer.parameters(), lr=1.0)
    scorer, optimizer = accelerator.prepare(scorer, optimizer)
    mine = test_updates.ragged_plays()[accelerator.process_index :: 2]
    losses = test_updates.sft_losses(scorer, mine, 2, "token", accelerator)
    optimizer_step(accelerator, scorer, optimizer, losses, 1e9)
    after = accelerator.unwrap_model(scorer).parameters()
    report = {
        "num_processes": accelerator.num_processes,
        "sft": [old - new.detach() for old, new in zip(before, after, strict=True)],
    }
    model = AutoModelForCausalLM.from_pretrained(sys.argv[1]).eval()
    for name in test_updates.REINFORCED:
        report[name] = test_updates.reinforced(accelerator, model, mine, name)
    torch.save(report, Path(sys.argv[2]) / f"{accelerator.process_index}.pt")
    accelerator.end_training()


sys.exit(run_in_ranks(work))
