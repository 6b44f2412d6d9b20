"""Measure the engine on this machine and print a table: what, measured, goal, ratio."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable

from measuring import Row, at_least, at_most, cpu_seconds, show

import latentgym_core as lg
from latentgym_core.sequence.environment import Environment

ENV_ID = "number_guessing/set_of_3/no_info/standard/ep10"


def environment() -> Environment:
    registry = lg.load_registry()
    return lg.build_environment(registry.complete(ENV_ID), registry)


def env_steps() -> Row:
    built = environment()
    sequence = built.sequence(0)
    game, task = built.core_envs["number_guessing"], sequence.tasks[0]
    replies = [f"I would say [{guess}]" for guess in (500, 250, 750, 125, 875, 5, 995, 400)]
    num_tasks = 4000

    def work() -> None:
        for key in range(num_tasks):
            state, _ = game.start(task, key)
            for reply in replies:
                state, _ = game.step(state, reply)

    rate = num_tasks * len(replies) / cpu_seconds(work)
    return at_least("env steps per CPU second, full text", rate, 200_000)


def fork() -> Row:
    env = lg.SequenceEnv(environment())
    env.reset(0)
    for turn in range(60):
        env.step(f"[{(turn * 37) % 1000 + 1}]")
    forks = 20_000
    each = cpu_seconds(lambda: [env.fork() for _ in range(forks)]) / forks * 1e3
    return at_most("fork after 60 turns, ms", each, 0.1)


def sequences() -> Row:
    built = environment()
    taken = cpu_seconds(lambda: [built.sequence(seed) for seed in range(500)])
    return at_most("500 x 10 tasks generated, CPU s", taken, 0.1)


def overhead() -> Row:
    built = environment()
    agent = lg.make_agent("scripted/midpoint", ("number_guessing",))
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns = 0
        for seed in range(60):
            env = lg.SequenceEnv(built)
            env.reset(seed)
            trajectory = await lg.play(env, agent, session=str(seed))
            turns += len(trajectory.turns)

    each = cpu_seconds(lambda: asyncio.run(work())) / turns * 1e3
    return at_most("evaluation overhead per turn, ms", each, 1)


def listing() -> Row:
    code = (
        "import sys, time\n"
        "from latentgym_core.cli import main\n"
        "sys.argv = ['latentgym', 'list', '--json']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(time.process_time(), file=sys.stderr)\n"
    )
    taken = min(
        float(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stderr.split()[-1]
        )
        for _ in range(3)
    )
    return at_most("latentgym list --json, CPU s", taken, 0.3)


def rows() -> Iterable[Row]:
    for measure in (env_steps, fork, sequences, overhead, listing):
        yield measure()


if __name__ == "__main__":
    show(rows(), __doc__)
