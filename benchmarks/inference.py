"""Measure inference on this machine and print a table: what, measured, goal, ratio.

With the path of a run folder (recorded trajectories, as `latentgym replay --out` writes them) it
analyses those; without, it plays some first.
"""

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from measuring import Row, at_most, cpu_seconds, show

import latentgym_core as lg
from latentgym_core.families.hypotheses import Candidates
from latentgym_core.inference.posterior.tracking import track
from latentgym_core.inference.replaying import walk
from latentgym_core.inference.run import Order, analyse_all
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync

SETS = "number_guessing/set_of_2/no_info/standard/ep10?env.max_turns=10"
POSTERIOR_GOAL = 0.050
SEQUENCES_GOAL = 120.0
NUM_SEQUENCES = 1000


def main() -> None:
    given = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    sys.argv = [sys.argv[0], *(each for each in sys.argv[1:] if each.startswith("-"))]
    show(rows(given), __doc__)


def rows(given: Sequence[Path]) -> Iterable[Row]:
    yield posterior()
    yield sequences(given)


def posterior() -> Row:
    (trajectory,) = play(SETS, ("scripted/random",), 1)
    built = lg.build_environment(lg.load_registry().complete(SETS))
    tasks = walk(built, trajectory).tasks
    visibles = [task.evidence.told.visible for task in tasks]

    def follow() -> None:
        tracker = track(built.latent, built.core_envs, visibles, z=None, seed=0)
        for task in tasks:
            after = tracker.after(Candidates(task.evidence))
            after.beliefs.information_since(tracker.beliefs)
            tracker = after

    what = "set_of_2 in 1..1000 (499,500 sets): posterior and bits after each of 10 tasks, CPU s"
    return at_most(what[:76], cpu_seconds(follow), POSTERIOR_GOAL)


def sequences(given: Sequence[Path]) -> Row:
    if given:
        played = [each for path in given for each in read_trajectories(path)]
    else:
        played = play(SETS, ("scripted/midpoint", "scripted/bayes"), NUM_SEQUENCES // 2)
    begun = time.perf_counter()
    analyse_all(played, Order())
    seconds = (time.perf_counter() - begun) * NUM_SEQUENCES / len(played)
    origin = "recorded" if given else "played"
    what = f"1,000 {origin} sequences analysed, wall s on all cores (from {len(played)})"
    return at_most(what, seconds, SEQUENCES_GOAL)


def play(env_id: str, agents: tuple[str, ...], number: int) -> list[Trajectory]:
    environment = RunEnvironment(id=env_id, num_sequences=number)
    return evaluate_sync(RunConfig(environments=(environment,), agents=agents))


if __name__ == "__main__":
    main()
