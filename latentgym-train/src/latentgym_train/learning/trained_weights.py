"""What of a policy a stage trains: which weights, and without dropout."""

from collections.abc import Sequence
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_core.wording import choices


def freeze_others(model: Any, modules: Sequence[str]) -> None:
    """Stop training every weight outside the named modules; what is frozen stays frozen.

    Args:
        model: Of a policy; with adapters, only those are looked at.
        modules: As in `RlConfig.modules`.

    Raises:
        SpecError: The policy has no such module.
    """
    check_modules(model, modules)
    for name, weight in model.named_parameters():
        inside = any(part in modules for part in name.split("."))
        weight.requires_grad_(weight.requires_grad and (inside or not modules))


def check_modules(model: Any, modules: Sequence[str]) -> None:
    """Check that every name is a module with weights to train.

    Raises:
        SpecError: One is not.
    """
    trained = (name for name, weight in model.named_parameters() if weight.requires_grad)
    known = {part for name in trained for part in name.split(".")[:-1] if not part.isdigit()}
    for module in modules:
        if module not in known:
            raise SpecError(
                f"rl.modules: the policy trains no weights of {module!r}; it does of "
                f"{choices(module, sorted(known))}"
            )


def stop_dropout(model: Any) -> None:
    """Leave nothing out of a forward pass any more, in training neither.

    Replies are sampled without dropout, so they are scored and learned from without it.
    """
    for module in model.modules():
        for name, value in list(vars(module).items()):
            if isinstance(value, float) and (
                "dropout" in name or "Dropout" in type(module).__name__
            ):
                setattr(module, name, 0.0)
