"""What a task that is over told."""

from typing import Any

from attrs import field, frozen

from latentgym_core.contract.core_env import Facts


@frozen
class FinishedTask:
    """A task that is over.

    Attributes:
        core_env_name: The game.
        visible: What every player was told of it at its start.
        turns: Facts of its turns, in order.
        solved: Whether it was solved.
        revealed: Its ground truth if the feedback condition told it, else None.
        replies: What was replied, in order.
    """

    core_env_name: str
    visible: Facts
    turns: tuple[Facts, ...]
    solved: bool
    revealed: Any | None
    replies: tuple[str, ...] = field(default=(), eq=False)  # players reason about the facts


FORGOTTEN = FinishedTask(core_env_name="", visible={}, turns=(), solved=False, revealed=None)
"""Stands in a history for a task that a player may not remember. It is of no game, and players
look at tasks of their own game alone; places in the history stay what they are."""
