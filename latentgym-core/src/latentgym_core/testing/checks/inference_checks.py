"""Checks of what a latent says for inference: its values, its tasks, and the law of the next."""

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from attrs import evolve

from latentgym_core.contract.latent import Latent, TaskContext
from latentgym_core.families.strand import current_strand
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.testing.result import Verdict, brief, failed, ok, skipped
from latentgym_core.testing.subject import Drawn, script
from latentgym_core.wording import counted

FEW = 5
"""Sequences whose tasks are looked at one by one."""
MANY = 20_000
"""Values or tasks that are summed up; beyond, a list is only looked through."""
TOLERANCE = 1e-6


def support_holds_z(drawn: Drawn) -> Verdict:
    """`support` lists the z that were drawn, with probabilities that sum to 1."""
    if drawn.latent.components:
        return skipped("the parts of a combinator are checked by themselves")
    games = tuple(drawn.environment.core_envs.values())
    for sequence in drawn.sequences:
        visible = _visible(drawn.environment, sequence, 0)
        listed = [each.support(games, visible) for each in (drawn.latent, drawn.latent.opened())]
        if any(each is None for each in listed):
            return skipped("the latent lists no values (support), so z cannot be inferred exactly")
        found = [list(islice(each, MANY + 1)) for each in listed if each is not None]
        if all(len(each) > MANY for each in found):
            return skipped(f"there are more than {MANY:,} values")
        if not any(sequence.z in [z for z, _ in each] for each in found):
            return failed(f"support does not list z = {brief(sequence.z)} of seed {sequence.seed}")
        for each in found:
            if len(each) <= MANY and (wrong := _not_one(weight for _, weight in each)):
                return failed(f"the priors of support sum to {wrong} (seed {sequence.seed})")
    return ok(f"z of {len(drawn.sequences)} seeds is listed, and the priors sum to 1")


def task_support_is_the_law(drawn: Drawn) -> Verdict:
    """`task_support` lists the tasks that were drawn, sums to 1, and agrees with `log_prob`."""
    if drawn.latent.components:
        return skipped("the parts of a combinator are checked by themselves")
    for sequence, index, context in _places(drawn):
        task, z = sequence.tasks[index], sequence.z
        support = drawn.latent.task_support(z, context)
        if support is None:
            return skipped("the latent lists no tasks (task_support)")
        listed = list(islice(support, MANY + 1))
        where = f"(seed {sequence.seed}, task {index + 1})"
        if len(listed) <= MANY:
            if wrong := _not_one(weight for _, weight in listed):
                return failed(f"the probabilities of task_support sum to {wrong} {where}")
            if task not in [each for each, _ in listed]:
                return failed(f"task_support does not list the task that was drawn {where}")
        for each, weight in listed[:: max(1, len(listed) // FEW)]:
            if abs(drawn.latent.log_prob(each, z, context) - weight) > TOLERANCE:
                return failed(
                    f"log_prob of {brief(each)} is {drawn.latent.log_prob(each, z, context):.6g}, "
                    f"task_support says {weight:.6g} {where}"
                )
    return ok(f"the tasks of {min(FEW, len(drawn.sequences))} seeds are listed, as log_prob says")


def the_next_task_is_foreseen(drawn: Drawn) -> Verdict:
    """Whoever infers z holds the secret of every task possible, and its law sums to 1."""
    number = 0
    for sequence in drawn.sequences[:FEW]:
        env = SequenceEnv(drawn.environment)
        env.load(sequence)
        for index, task in enumerate(sequence.tasks):
            law, game = current_strand(env.view).foresee(), env.view.core_env
            if law is None:
                return skipped("no exact law of the next task can be had")
            where = f"(seed {sequence.seed}, task {index + 1})"
            if abs(float(law.probabilities.sum()) - 1) > TOLERANCE:
                return failed(f"the law of the next task sums to {law.probabilities.sum()} {where}")
            if not any(game.hides(task, secret) for secret, _ in law.items()):
                hidden = brief(game.secret(task))
                return failed(f"the law of the next task rules out {hidden}, which it hid {where}")
            number += 1
            for reply in script(game, task):
                if env.task_index == index and not env.done:
                    env.step(reply)
            if env.task_index == index:
                break  # a script does not end every task
    return ok(f"{counted(number, 'task')} hid what was held possible")


INFERENCE_CHECKS = (support_holds_z, task_support_is_the_law, the_next_task_is_foreseen)


def _places(drawn: Drawn) -> Iterator[tuple[TaskSequence, int, TaskContext]]:
    for sequence in drawn.sequences[:FEW]:
        for index, name in enumerate(sequence.core_env_names):
            game, number = drawn.environment.core_envs[name], len(sequence.tasks)
            yield (
                sequence,
                index,
                TaskContext(game, name, index, number, sequence.tasks[:index]),
            )


def _visible(environment: Environment, sequence: TaskSequence, index: int) -> Any:
    game = environment.core_envs[sequence.core_env_names[index]]
    return game.visible(sequence.tasks[index])


def _not_one(logs: Iterable[float]) -> float | None:
    """The sum of exponentials, unless it is 1."""
    total = math.fsum(map(math.exp, logs))
    return None if abs(total - 1) <= TOLERANCE else total


def another_z(drawn: Drawn, sequence: TaskSequence) -> Iterator[TaskSequence]:
    """The sequence with its first task as another z would have made it, looking alike."""
    name = sequence.core_env_names[0]
    game = drawn.environment.core_envs[name]
    context = TaskContext(game, name, 0, len(sequence.tasks), ())
    latent: Latent[Any] = drawn.latent
    for other in drawn.sequences:
        twins = latent.twin(game.visible(sequence.tasks[0]), other.z, context)
        for task, _ in islice(twins or (), 1):
            if task != sequence.tasks[0]:
                yield evolve(sequence, z=other.z, tasks=(task, *sequence.tasks[1:]))
