"""Play the same sequences in another process, with another hash seed, and compare the bytes."""

import base64
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from latentgym_core.records.serial import to_data
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.testing.result import explain, failed, skipped
from latentgym_core.testing.subject import Fingerprint, Fingerprints, script

START = "from latentgym_core.testing.processes import main; main()"
UNREADABLE = 3


def fingerprints(environment: Environment, seeds: int) -> list[Fingerprint]:
    """What seeds 0, 1, … lead to, as JSON text by part: z, tasks, opening, answers."""
    return [_fingerprint(environment, seed) for seed in range(seeds)]


def fingerprints_elsewhere(
    registry: Registry, ids: Sequence[str], seeds: int
) -> dict[str, Fingerprints]:
    """The same from another process with another hash seed, by id.

    The registry travels as a pickle, so that the other process builds everything from the specs.
    """
    try:
        pickled = pickle.dumps(registry)
    except Exception as error:  # pickle raises whatever the objects' own hooks raise
        return dict.fromkeys(ids, skipped(f"a factory has no importable name: {explain(error)}"))
    request = {
        "path": sys.path,
        "registry": base64.b64encode(pickled).decode(),
        "ids": list(ids),
        "seeds": seeds,
    }
    ran = subprocess.run(
        [sys.executable, "-c", START],
        input=json.dumps(request).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": _another_hash_seed()},
        check=False,
    )
    if ran.returncode == UNREADABLE:
        reason = ran.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return dict.fromkeys(ids, skipped(f"a factory cannot be imported by name: {reason}"))
    if ran.returncode:
        return dict.fromkeys(ids, failed(f"the other process ended with {ran.returncode}"))
    answer = json.loads(ran.stdout.rpartition(b"\n")[2])
    return {each: failed(got) if isinstance(got, str) else got for each, got in answer.items()}


def main() -> None:
    """The other process: read the request from stdin, answer on the last line of stdout."""
    request = json.loads(sys.stdin.buffer.read())
    sys.path[:] = request["path"]
    try:
        registry: Registry = pickle.loads(base64.b64decode(request["registry"]))
    except Exception as error:
        sys.stderr.write(f"\n{explain(error)}")
        raise SystemExit(UNREADABLE) from None
    answer = {each: _answer(registry, each, request["seeds"]) for each in request["ids"]}
    sys.stdout.write(f"\n{json.dumps(answer)}")


def _answer(registry: Registry, env_id: str, seeds: int) -> list[Fingerprint] | str:
    """Fingerprints, or in one sentence what went wrong only here."""
    try:
        return fingerprints(build_environment(registry.complete(env_id), registry), seeds)
    except Exception as error:
        return f"another process raised {explain(error)}"


def _fingerprint(environment: Environment, seed: int) -> Fingerprint:
    sequence = environment.sequence(seed)
    env = SequenceEnv(environment)
    opening = env.load(sequence)
    for reply in script(environment.core_envs[sequence.core_env_names[0]], sequence.tasks[0]):
        if not env.done:
            env.step(reply)
    parts: dict[str, Any] = {
        "z": to_data(sequence.z),
        "tasks": [to_data(task) for task in sequence.tasks],
        "opening": opening,
        "answers": [[turn.reply, to_data(turn.event)] for turn in env.trajectory.turns],
    }
    return {part: json.dumps(data) for part, data in parts.items()}


def _another_hash_seed() -> str:
    return "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
