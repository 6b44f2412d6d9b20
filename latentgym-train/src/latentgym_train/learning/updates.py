"""One optimizer step on a minibatch, cut into pieces for the machine.

The gradient does not depend on the cut: every token's weight is 1 / (tokens of the whole
minibatch), counted over all pieces and processes before the first backward pass, and the
gradients of pieces and processes are summed.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from accelerate import Accelerator
from torch import Tensor

Loss = Callable[[], tuple[Tensor, Mapping[str, Tensor]]]
"""Computes the loss of a piece, and numbers to log; both are summed over the pieces."""


def optimizer_step(
    accelerator: Accelerator,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    losses: Sequence[Loss],
    max_grad_norm: float,
) -> dict[str, float]:
    """Sum the gradients of all pieces over all processes, clip them, and step once.

    `losses`, one for each piece and as many on every process, run `model`; Accelerate has prepared
    it and the optimizer. Returns the numbers to log, and `grad_norm` before it was clipped.
    """
    accelerator.gradient_accumulation_steps = len(losses)
    accelerator.step = 0
    numbers: dict[str, Tensor] = {}
    grad_norm: Tensor | float | None = None
    for loss in losses:
        with accelerator.accumulate(model):
            value, reported = loss()
            accelerator.backward(value * _undone(accelerator, len(losses)))
            if accelerator.sync_gradients:
                grad_norm = accelerator.clip_grad_norm_(model.parameters(), max_grad_norm)
            optimizer.step()
            optimizer.zero_grad()
        for name, number in reported.items():
            numbers[name] = numbers.get(name, torch.zeros(())) + number.detach().cpu()
    return {**sum_over_processes(accelerator, numbers), "grad_norm": float(grad_norm or 0.0)}


def _undone(accelerator: Accelerator, num_pieces: int) -> int:
    """What a loss is multiplied by, so that gradients are summed and not averaged.

    DDP, FSDP and DeepSpeed divide by the number of processes, and Accelerate by that of the pieces;
    it leaves the latter to DeepSpeed, which divides by the number in its own configuration.
    """
    divided = num_pieces
    if accelerator.distributed_type == "DEEPSPEED":
        divided = accelerator.deepspeed_plugin.deepspeed_config["gradient_accumulation_steps"]
    return divided * int(accelerator.num_processes)


def sum_over_processes(
    accelerator: Accelerator, numbers: Mapping[str, Tensor | float]
) -> dict[str, float]:
    """Sums of named numbers over all processes, in the order of their names."""
    names = sorted(numbers)
    stacked = torch.tensor([float(numbers[name]) for name in names]).double()
    return dict(zip(names, sum_tensor(accelerator, stacked).tolist(), strict=True))


def sum_tensor(accelerator: Accelerator, tensor: Tensor) -> Tensor:
    """The sum of a small tensor over all processes, on the CPU."""
    if accelerator.num_processes == 1:
        return tensor
    total: Tensor = accelerator.reduce(tensor.to(accelerator.device), reduction="sum")
    return total.cpu()
