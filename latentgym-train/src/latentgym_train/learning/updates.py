"""One optimizer step on a minibatch, cut into pieces for the machine.

The gradient does not depend on the cut: every token's weight is 1 / (tokens of the whole
minibatch), counted over all pieces and processes before the first backward pass, and the
gradients of pieces and processes are summed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from attrs import frozen

from latentgym_train.learning.batching import Batch

Piece = tuple[Batch, dict[str, torch.Tensor]]
"""A part of a minibatch, and further tensors whose first dimension is its sequences."""
Loss = Callable[[Piece], tuple[torch.Tensor, Mapping[str, torch.Tensor]]]
"""Loss of a piece and numbers to log; both are summed over the pieces."""


@frozen
class StepReport:
    """What an optimizer step did.

    Attributes:
        numbers: What the loss reports, summed over pieces and processes.
        grad_norm: Norm of the gradient before it was clipped.
    """

    numbers: dict[str, float]
    grad_norm: float


def optimizer_step(
    accelerator: Any,
    model: torch.nn.Module,
    optimizer: Any,
    pieces: Sequence[Piece],
    loss: Loss,
    max_grad_norm: float,
) -> StepReport:
    """Sum the gradients of all pieces over all processes and step once.

    Args:
        accelerator: Prepared `model` and `optimizer`.
        model: What the loss runs.
        optimizer: Stepped once.
        pieces: As many on every process.
        loss: Weights add up to 1 over all pieces of all processes.
        max_grad_norm: The gradient is clipped to.
    """
    accelerator.gradient_accumulation_steps = len(pieces)
    accelerator.step = 0
    scale = _undone(accelerator, len(pieces))
    numbers: dict[str, torch.Tensor] = {}
    grad_norm: Any = 0.0
    for piece in pieces:
        with accelerator.accumulate(model):
            value, reported = loss(piece)
            accelerator.backward(value * scale)
            if accelerator.sync_gradients:
                grad_norm = accelerator.clip_grad_norm_(model.parameters(), max_grad_norm)
            optimizer.step()
            optimizer.zero_grad()
        for name, number in reported.items():
            numbers[name] = numbers.get(name, torch.zeros(())) + number.detach().cpu()
    summed = sum_over_processes(accelerator, numbers)
    return StepReport(summed, float(grad_norm or 0.0))


def _undone(accelerator: Any, num_pieces: int) -> int:
    """What a loss is multiplied by, so that gradients are summed and not averaged.

    DDP, FSDP and DeepSpeed divide by the number of processes, and Accelerate by that of the pieces;
    it leaves the latter to DeepSpeed, which divides by the number in its own configuration.
    """
    divided = num_pieces
    if accelerator.distributed_type == "DEEPSPEED":
        divided = accelerator.deepspeed_plugin.deepspeed_config["gradient_accumulation_steps"]
    return divided * int(accelerator.num_processes)


def sum_over_processes(accelerator: Any, numbers: Mapping[str, torch.Tensor]) -> dict[str, float]:
    """Sums of named numbers over all processes."""
    names = sorted(numbers)
    stacked = torch.stack([numbers[name].detach().double().cpu() for name in names])
    return dict(zip(names, sum_tensor(accelerator, stacked).tolist(), strict=True))


def sum_tensor(accelerator: Any, tensor: torch.Tensor) -> torch.Tensor:
    """The sum of a small tensor over all processes, on the CPU."""
    if accelerator.num_processes == 1:
        return tensor
    total: torch.Tensor = accelerator.reduce(tensor.to(accelerator.device), reduction="sum")
    return total.cpu()


def cut(batch: Batch, more: dict[str, torch.Tensor], size: int) -> list[Piece]:
    """Cut a minibatch into pieces of at most `size` sequences, without their common padding."""
    return [
        choose(batch, more, torch.arange(first, min(first + size, len(batch.tokens))))
        for first in range(0, len(batch.tokens), size)
    ]


def choose(batch: Batch, more: dict[str, torch.Tensor], index: torch.Tensor) -> Piece:
    """Some sequences of a batch, without their common padding."""
    width = int(batch.attention[index].sum(dim=1).max())
    rows = Batch(
        tokens=batch.tokens[index, :width],
        attention=batch.attention[index, :width],
        actions=batch.actions[index, : width - 1],
        log_probs=batch.log_probs[index, : width - 1],
        turn_index=batch.turn_index[index, : width - 1],
    )
    return rows, {name: tensor[index] for name, tensor in more.items()}
