"""Checks of a latent in one core env: draws, prefix, inference, forks, and what it goes with."""

import json
import math
from typing import Any

from attrs import evolve

from latentgym_core.contract.latent import Latent, TaskContext
from latentgym_core.records.jsonl import to_line
from latentgym_core.records.serial import to_data
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.testing.checks.condition_checks import feedbacks_report, prompts_speak
from latentgym_core.testing.checks.game_checks import registered_texts
from latentgym_core.testing.checks.inference_checks import INFERENCE_CHECKS
from latentgym_core.testing.checks.player_checks import knowing_more_earns_no_less, players_play
from latentgym_core.testing.checks.secrecy_checks import opening_does_not_depend_on_z
from latentgym_core.testing.processes import fingerprints
from latentgym_core.testing.result import Verdict, brief, difference, failed, ok, skipped
from latentgym_core.testing.subject import Drawn, script
from latentgym_core.wording import counted

PREFIX = 5
FORKED = 5


def same_seed_same_sequence(drawn: Drawn) -> Verdict:
    """A sequence depends on its seed, not on what was drawn before it."""
    for sequence in reversed(drawn.sequences):
        if drawn.environment.sequence(sequence.seed) != sequence:
            return failed(
                f"seed {sequence.seed} drew another sequence the second time; draw from the "
                f"stream alone, and keep nothing between draws"
            )
    return ok(f"{len(drawn.sequences)} seeds drawn again in another order")


def same_bytes_in_another_process(drawn: Drawn) -> Verdict:
    """Opening messages, tasks and answers do not depend on the process's hash seed."""
    if isinstance(drawn.elsewhere, Verdict):
        return drawn.elsewhere
    here = fingerprints(drawn.environment, len(drawn.elsewhere))
    for seed, (one, other) in enumerate(zip(here, drawn.elsewhere, strict=True)):
        for part in one:
            if one[part] != other[part]:
                return failed(
                    f"{part} of seed {seed} differ in a process with another PYTHONHASHSEED: "
                    f"{difference(one[part], other[part])}; is a set put in order?"
                )
    return ok(f"{len(here)} sequences came out equal in another process")


def prefix_property(drawn: Drawn) -> Verdict:
    """A longer sequence begins with the shorter one."""
    if _uses_horizon(drawn.latent):
        return skipped("this latent divides up the whole sequence")
    short_id = evolve(drawn.environment.id, num_tasks=PREFIX)
    short = build_environment(short_id, drawn.registry)
    for sequence in drawn.sequences:
        first = short.sequence(sequence.seed)
        if (first.z, first.tasks) != (sequence.z, sequence.tasks[:PREFIX]):
            return failed(
                f"ep{PREFIX} is not the beginning of ep{len(sequence.tasks)} (seed "
                f"{sequence.seed}); if that is meant, set `uses_horizon = True` on the class"
            )
    return ok(f"ep{PREFIX} is the beginning of ep{drawn.environment.num_tasks}")


def _uses_horizon(latent: Latent[Any]) -> bool:
    """Whether it divides up the whole sequence, or a part of it does."""
    return latent.uses_horizon or any(map(_uses_horizon, latent.components))


def z_round_trip(drawn: Drawn) -> Verdict:
    """Z survives JSON, and has words."""
    for sequence in drawn.sequences:
        written = json.dumps(to_data(sequence.z), allow_nan=False)
        if drawn.latent.z_from_data(json.loads(written)) != sequence.z:
            return failed(f"z reads back different from {brief(written)} (seed {sequence.seed})")
        if not drawn.latent.describe(sequence.z).strip():
            return failed(f"describe says nothing about z (seed {sequence.seed})")
    return ok(f"z of {len(drawn.sequences)} seeds reads back equal and has words")


def likelihood_of_drawn_tasks(drawn: Drawn) -> Verdict:
    """The latent holds its own tasks possible."""
    try:
        for sequence in drawn.sequences:
            for index, task in enumerate(sequence.tasks):
                log_prob = drawn.latent.log_prob(task, sequence.z, _context(drawn, sequence, index))
                if not -math.inf < log_prob < math.inf:
                    return failed(
                        f"log_prob of a drawn task is {log_prob} "
                        f"(seed {sequence.seed}, task {index + 1})"
                    )
    except NotImplementedError:
        return skipped("the latent defines no log_prob, so exact inference cannot use it")
    return ok("every drawn task is possible given its z")


def _context(drawn: Drawn, sequence: TaskSequence, index: int) -> TaskContext:
    name = sequence.core_env_names[index]
    game = drawn.environment.core_envs[name]
    return TaskContext(game, name, index, len(sequence.tasks), sequence.tasks[:index])


def fork_equality(drawn: Drawn) -> Verdict:
    """A fork and its original, played alike one after the other, are alike."""
    game = drawn.environment.core_envs[drawn.core_env_name]
    for sequence in drawn.sequences[:FORKED]:
        replies = [reply for task in sequence.tasks[:2] for reply in script(game, task)]
        parting = len(replies) // 3
        original = SequenceEnv(drawn.environment)
        original.load(sequence)
        _reply(original, replies[:parting])
        fork = original.fork()
        _reply(fork, replies[parting:])
        _reply(original, replies[parting:])
        if to_line(original.trajectory) != to_line(fork.trajectory):
            return failed(
                f"a fork and its original answered the same replies differently "
                f"(seed {sequence.seed}, forked after {counted(parting, 'reply', 'replies')})"
            )
    return ok(f"forks of {min(FORKED, len(drawn.sequences))} sequences went as their originals")


def _reply(env: SequenceEnv, replies: list[str]) -> None:
    for reply in replies:
        if not env.done:
            env.step(reply)


LATENT_CHECKS = (
    registered_texts,
    same_seed_same_sequence,
    same_bytes_in_another_process,
    prefix_property,
    z_round_trip,
    likelihood_of_drawn_tasks,
    *INFERENCE_CHECKS,
    opening_does_not_depend_on_z,
    fork_equality,
    prompts_speak,
    feedbacks_report,
    players_play,
    knowing_more_earns_no_less,
)
