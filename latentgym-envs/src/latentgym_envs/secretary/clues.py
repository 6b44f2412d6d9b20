"""What the public side of a sequence tells about the values of its tasks."""

from collections.abc import Iterable, Mapping

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView
from latentgym_core.families import strand as core
from latentgym_envs.common.once_per_task import once_per_task
from latentgym_envs.secretary.env import Secretary

Values = tuple[float, ...]


@frozen
class Observed:
    """What a finished task told.

    Attributes:
        seen: Its first values, as they were shown.
        possible: Where its greatest value can have been, as far as the outcome tells; shape [N].
    """

    seen: Values
    possible: tuple[bool, ...]


@frozen
class Strand:
    """The tasks of a sequence that follow the same latent as the current one.

    Attributes:
        here: The same in the words of core.
    """

    here: core.Strand

    @property
    def finished(self) -> tuple[Observed | None, ...]:
        """What earlier tasks told; None for a task of another game."""
        game = self.here.view.core_env_name
        return tuple(
            observed(task) if task.core_env_name == game else None for task in self.here.tasks
        )


def seen_values(visible: Facts, turns: Iterable[Facts]) -> Values:
    """The values shown so far, the latest one last."""
    places = {0: visible["value"]}
    places.update({each["place"]: each["value"] for each in turns if each["place"] is not None})
    return tuple(places.values())


def strand(view: SequenceView) -> Strand:
    """The tasks that the current one can be judged by."""
    return Strand(core.current_strand(view))


@once_per_task
def observed(task: FinishedTask) -> Observed:
    """All that a task told, be it finished or not."""
    num_values = task.visible["num_values"]
    seen = seen_values(task.visible, task.turns)
    place = len(seen) - 1
    if task.revealed is not None:
        shown = task.revealed.all_shown
        return Observed(shown, tuple(k == task.revealed.best for k in range(num_values)))
    over = _is_over(task)
    possible = tuple(not over or (k == place) == task.solved for k in range(num_values))
    return Observed(seen, possible)


def _is_over(task: FinishedTask) -> bool:
    """Whether a value was accepted; the last one is, whatever is replied to it."""
    last = task.visible["num_values"] - 1
    offers = [facts["place"] for facts in task.turns].count(last)
    return bool(task.turns) and (task.turns[-1]["action"] == "accept" or offers > 1)


Finished = tuple[Observed | None, ...]


def told_by(core_envs: Mapping[str, AnyCoreEnv], finished: Iterable[FinishedTask]) -> Finished:
    """What tasks told; None for those of other games."""
    ours = {name for name, game in core_envs.items() if isinstance(game, Secretary)}
    return tuple(observed(task) if task.core_env_name in ours else None for task in finished)
