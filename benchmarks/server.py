"""Evaluate against a loopback server that answers after 50 ms, and print the ratio to the ideal.

The ideal is turns × latency ÷ concurrency: what it takes if nothing but the server takes time.
A second run injects faults and counts what the retries saved.
"""

import argparse
import importlib.util
import time
from pathlib import Path
from typing import Any

from latentgym_core.records.trajectory import Trajectory
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync

SERVER = Path(__file__).parents[1] / "tests/core/loopback_server.py"
ENV_ID = "number_guessing/set_of_2/no_info/standard/ep3"


def loopback_server() -> Any:
    spec = importlib.util.spec_from_file_location("loopback_server", SERVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LoopbackServer()


def evaluate(url: str, wanted: argparse.Namespace) -> tuple[float, list[Trajectory]]:
    config = RunConfig(
        environments=[RunEnvironment(id=ENV_ID)],
        agents=[f"vllm/bisection@{url}?timeout=2"],
        num_sequences=wanted.num_sequences,
        concurrency=wanted.concurrency,
    )
    begun = time.perf_counter()
    trajectories = evaluate_sync(config)
    return time.perf_counter() - begun, trajectories


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--num-sequences", type=int, default=200)
    parser.add_argument("-c", "--concurrency", type=int, default=32)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    wanted = parser.parse_args()
    with loopback_server() as server:
        evaluate(server.scene().url, argparse.Namespace(num_sequences=8, concurrency=8))  # warm up
        scene = server.scene(latency=wanted.latency)
        seconds, trajectories = evaluate(scene.url, wanted)
        turns = sum(len(each.turns) for each in trajectories)
        ideal = turns * wanted.latency / wanted.concurrency
        print(f"sequences {len(trajectories)}, turns {turns}, concurrency {wanted.concurrency}")
        print(f"most requests at once, as the server saw them: {scene.stats()['most_open']}")
        print(
            f"ideal {ideal:.2f} s, measured {seconds:.2f} s, ratio {seconds / ideal:.2f} (goal 1.3)"
        )
        faulty = server.scene(
            latency=wanted.latency,
            fault_rate=0.1,
            fault_kinds=("429-seconds", "500", "broken", "empty", "reset"),
        )
        seconds, trajectories = evaluate(faulty.url, wanted)
        failed = sum(each.error is not None for each in trajectories)
        print(f"with faults {dict(faulty.stats()['faults'])}")
        print(f"measured {seconds:.2f} s, sequences lost {failed} of {len(trajectories)}")


if __name__ == "__main__":
    main()
