"""Measure every core env on this machine and print a table: what, measured, goal, ratio."""

from collections.abc import Iterable

from measuring import Row, at_least, at_most, cpu_seconds, show

import latentgym_core as lg
from latentgym_core.errors import EnvError
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment
from latentgym_envs import words

STEPS_GOAL = 50_000
GENERATION_GOAL = 0.5
NUM_SEQUENCES = 500
NUM_PLAYED = 40
LARGER_POOLS = (
    "wordle/starts_with_S?env.pool=common",
    "wordladder/hub_word_4letter?env.pool=common",
)
Script = tuple[TaskSequence, list[str]]
"""A sequence and replies that play it to the end."""


def environment(text: str) -> Environment:
    path, _, rules = text.partition("?")
    registry = lg.load_registry()
    return lg.build_environment(registry.complete(f"{path}/no_info/standard/ep10?{rules}"))


def scripts(built: Environment) -> list[Script]:
    """Sequences with the replies of the core env's own demonstration."""
    (game,) = built.core_envs.values()
    drawn = [built.sequence(seed) for seed in range(NUM_PLAYED)]
    return [
        (each, [reply for task in each.tasks for reply in game.demonstrate(task)]) for each in drawn
    ]


def steps(name: str) -> Iterable[Row]:
    spec = lg.load_registry().core_env(name).spec
    built = environment(f"{name}/{spec.default_latent}")
    (game,) = built.core_envs.values()
    played = scripts(built)
    num_steps = sum(len(replies) for _, replies in played)

    def alone() -> None:
        for sequence, replies in played:
            tasks = iter(zip(sequence.tasks, sequence.task_keys, strict=True))
            state, _ = game.start(*next(tasks))
            for reply in replies:
                state, result = game.step(state, reply)
                if result.done:
                    state, _ = game.start(*next(tasks, (sequence.tasks[0], 0)))

    def recorded() -> None:
        for sequence, replies in played:
            env = lg.SequenceEnv(built)
            env.load(sequence)
            for reply in replies:
                env.step(reply)

    for how, work in (("core env alone", alone), ("with feedback and record", recorded)):
        rate = num_steps / cpu_seconds(work, repeats=5)
        yield at_least(f"{name}: text steps per CPU second, {how}", rate, STEPS_GOAL)


def generated(built: Environment) -> float:
    """CPU seconds for all the sequences, without what is loaded once."""
    built.sequence(0)

    def work() -> None:
        drawn = [built.sequence(seed) for seed in range(NUM_SEQUENCES)]
        assert [len(each.tasks) for each in drawn] == [10] * NUM_SEQUENCES

    return cpu_seconds(work, repeats=1)


def generation(name: str) -> Row:
    """The slowest of all presets that can be drawn."""
    taken = {}
    for entry in lg.load_registry().latents((name,)):
        if entry.spec.preset and entry.spec.core_envs == (name,):
            try:
                taken[entry.spec.name] = generated(environment(f"{name}/{entry.spec.name}"))
            except EnvError:
                continue
    slowest = max(taken, key=taken.__getitem__)
    what = f"{name}: {NUM_SEQUENCES} x 10 tasks, CPU s, slowest of {len(taken)} presets ({slowest})"
    return at_most(what, taken[slowest], GENERATION_GOAL)


def word_lists() -> Row:
    """All four lists of five letters, from the package's data."""

    def work() -> None:
        words.of_length.cache_clear()
        words.dictionary.cache_clear()
        assert all(words.dictionary(name, 5) for name in words.LISTS)

    return at_most("words: all lists of five letters loaded, CPU s", cpu_seconds(work), 0.1)


def rows() -> Iterable[Row]:
    names = [entry.spec.name for entry in lg.load_registry().core_envs()]
    for name in names:
        yield from steps(name)
    for name in names:
        yield generation(name)
    for text in LARGER_POOLS:
        what = f"{text}: {NUM_SEQUENCES} x 10 tasks, CPU s"
        yield at_most(what, generated(environment(text)), GENERATION_GOAL)
    yield word_lists()


if __name__ == "__main__":
    show(rows(), __doc__)
