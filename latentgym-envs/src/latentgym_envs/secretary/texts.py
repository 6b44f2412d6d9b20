"""What agents read. Places are counted from 1 here, and from 0 everywhere else."""

from latentgym_envs.secretary.action import Parsing
from latentgym_envs.secretary.task import DECIMALS, Task

INVALID = (
    "That reply is no valid move, so nothing has changed. Reply with [accept] or [continue] and "
    "nothing else."
)
TAKEN_AS_CONTINUE = "There is no [accept] or [continue] in that reply, so it counts as [continue]."


def rules(num_values: int, parsing: Parsing, partial: float) -> str:
    """Aim, moves, format and reward."""
    form = (
        "Reply with one of the two, in lower case and with nothing else."
        if parsing == "strict"
        else "You may think aloud, but use square brackets for your final move alone: the first "
        "bracketed move counts, and a reply without one counts as [continue]."
    )
    rest = (
        f"any other value earns {partial:g} times its share of the greatest"
        if partial
        else "any other value earns nothing"
    )
    return (
        f"Stop at the right moment. You are shown {num_values} values one at a time, and you want "
        f"the greatest of them. [accept] takes the value on offer and ends the task; [continue] "
        f"gives it up for good and shows the next. The last value has to be taken.\n"
        f"The greatest value earns a score of 1; {rest}.\n{form}"
    )


def offer(task: Task, place: int) -> str:
    """The value on offer."""
    return f"{_name(task, place)}: {_decimals(task, place)}"


def accepted(task: Task, place: int, *, forced: bool) -> str:
    """The value that ends the task."""
    why = "There are no more values. " if forced else ""
    return f"{why}You have taken {_name(task, place).lower()}: {_decimals(task, place)}."


def reveal(task: Task) -> str:
    """Where the greatest value was, and all values."""
    best = task.best
    row = ", ".join(f"{value:.{DECIMALS}f}" for value in task.values)
    return (
        f"The greatest value was {_decimals(task, best)}, {_name(task, best).lower()} (counted "
        f"from 1). All values in order: {row}."
    )


def _name(task: Task, place: int) -> str:
    return f"Value {place + 1} of {len(task.values)}"


def _decimals(task: Task, place: int) -> str:
    return f"{task.values[place]:.{DECIMALS}f}"
