"""The texts around a game: the first messages of a sequence and the way from task to task."""

from latentgym_core.contract.prompt import Scene
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment


def opening_messages(
    environment: Environment, sequence: TaskSequence, first_observation: str
) -> tuple[dict[str, str], ...]:
    """The messages before the first reply, in the environment's packing."""
    first_game = environment.core_envs[sequence.core_env_names[0]]
    briefing = "\n\n".join(
        part
        for part in (
            _frame(environment),
            first_game.rules(sequence.tasks[0]),
            environment.prompt.briefing(scene(environment, sequence)),
        )
        if part
    )
    first = f"{header(0, environment.num_tasks)}\n{first_observation}"
    if environment.packing == "upstream":
        return ({"role": "system", "content": f"{briefing}\n\n{first}"},)
    return ({"role": "system", "content": briefing}, {"role": "user", "content": first})


def transition(environment: Environment, sequence: TaskSequence, next_index: int) -> str:
    """What is said between two tasks, before the next one opens."""
    finished = f"Task {next_index} of {environment.num_tasks} is over; the next one begins."
    reminder = environment.prompt.reminder(scene(environment, sequence))
    return f"{finished} {reminder}".rstrip()


def next_opening(
    environment: Environment, sequence: TaskSequence, index: int, observation: str
) -> str:
    """Header and first observation of task `index`, with the rules if the game has changed."""
    name = sequence.core_env_names[index]
    parts = [header(index, environment.num_tasks)]
    if name != sequence.core_env_names[index - 1]:
        parts.append(environment.core_envs[name].rules(sequence.tasks[index]))
    return "\n".join([*parts, observation])


def header(index: int, num_tasks: int) -> str:
    """`Task 3 of 10`, for task index 2."""
    return f"Task {index + 1} of {num_tasks}"


def scene(environment: Environment, sequence: TaskSequence) -> Scene:
    """What the prompt may speak of."""
    return Scene(environment.latent, sequence.z, environment.num_tasks)


def _frame(environment: Environment) -> str:
    count = environment.num_tasks
    if count == 1:
        return "You will play one task."
    if len(environment.core_envs) > 1:
        return (
            f"You will play {count} tasks, one after the other. They are not all the same kind of "
            f"game; the rules are given whenever the game changes."
        )
    return f"You will play {count} tasks of the same kind, one after the other."
