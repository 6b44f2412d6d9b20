"""Measure the constants that `sequence.rewards=normalised` divides rewards by.

    python latentgym-envs/scripts/measure_reward_scales.py [core_env ...] [-n 4000]

For every core env: n tasks that no latent shaped (`CoreEnv.sample_task`) under the default rules,
each played once by `scripted/blind`. Prints the mean raw reward with the half width of its 95 %
interval, and the constant that the core env registers (`CoreEnvSpec.reward_scale`), which is this
mean with two decimals. Exit code 1 if a registered constant lies farther off than 0.005 and twice
the standard error.
"""

import argparse
import asyncio
import math
import random
import statistics
import sys

from attrs import evolve

import latentgym_core as lg
from latentgym_core.families.combinators import FixedList
from latentgym_core.records.serial import to_data
from latentgym_core.registry.registry import Registry

LONGEST = 200  # tasks in one sequence; the players remember none of them
ROUNDING = 0.005


def main() -> int:
    """Print a line for every core env; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core_envs", nargs="*")
    parser.add_argument("-n", "--num-tasks", type=int, default=4000)
    given = parser.parse_args()
    registry, agree = lg.load_registry(), True
    for entry in registry.core_envs():
        name, registered = entry.spec.name, entry.spec.reward_scale
        if name in given.core_envs or not given.core_envs:
            rewards = blind_rewards(registry, name, given.num_tasks)
            mean = statistics.mean(rewards)
            error = statistics.stdev(rewards) / math.sqrt(len(rewards))
            sys.stdout.write(f"{name}\t{mean:.4f} ± {1.96 * error:.4f}\tregistered {registered}\n")
            agree &= abs(mean - registered) <= ROUNDING + 2 * error
    return 0 if agree else 1


def blind_rewards(registry: Registry, name: str, num_tasks: int) -> list[float]:
    """Raw rewards of the blind player on sampled tasks."""
    number = min(num_tasks, LONGEST)
    env_id = registry.complete(f"{name}/fixed_list/no_info/standard/ep{number}?latent.tasks=[{{}}]")
    environment = lg.build_environment(env_id, registry)
    (game,) = environment.core_envs.values()
    agent = lg.make_agent("scripted/blind", (name,), registry)
    rewards: list[float] = []
    for first in range(0, num_tasks, number):
        sampled = (
            game.sample_task(random.Random(f"{name}/{first + place}")) for place in range(number)
        )
        latent = FixedList(tasks=tuple(map(to_data, sampled)))
        env = lg.SequenceEnv(evolve(environment, latent=latent))
        env.reset(first)
        rewards += asyncio.run(lg.play(env, agent, session=str(first))).rewards
    return rewards


if __name__ == "__main__":
    sys.exit(main())
