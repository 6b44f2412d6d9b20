"""Measure the engine on this machine and print a table: what, measured, goal, ratio."""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable

import latentgym_core as lg
from latentgym_core.environment import Environment

ENV_ID = "number_guessing/set_of_3/no_info/standard/ep10"
Row = tuple[str, str, str, str]


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Best of several, because other processes only ever make it slower."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


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
    return "env steps per CPU second, full text", f"{rate:,.0f}", "200,000", f"{rate / 2e5:.2f}"


def fork() -> Row:
    env = lg.SequenceEnv(environment())
    env.reset(0)
    for turn in range(60):
        env.step(f"[{(turn * 37) % 1000 + 1}]")
    forks = 20_000
    each = cpu_seconds(lambda: [env.fork() for _ in range(forks)]) / forks * 1e3
    return "fork after 60 turns, ms", f"{each:.4f}", "0.1", f"{0.1 / each:.1f}"


def sequences() -> Row:
    built = environment()
    taken = cpu_seconds(lambda: [built.sequence(seed) for seed in range(500)])
    return "500 x 10 tasks generated, CPU s", f"{taken:.3f}", "0.1", f"{0.1 / taken:.2f}"


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
    return "evaluation overhead per turn, ms", f"{each:.3f}", "1", f"{1 / each:.1f}"


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
    return "latentgym list --json, CPU s", f"{taken:.3f}", "0.3", f"{0.3 / taken:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    wanted = parser.parse_args()
    rows = [measure() for measure in (env_steps, fork, sequences, overhead, listing)]
    if wanted.json:
        keys = ("what", "measured", "goal", "times_better_than_goal")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    print(f"{'what':42}{'measured':>14}{'goal':>12}{'x goal':>9}")
    for what, measured, goal, ratio in rows:
        print(f"{what:42}{measured:>14}{goal:>12}{ratio:>9}")


if __name__ == "__main__":
    main()
