"""Checks of the prompts and feedbacks that serve a latent, those bound to its game among them."""

from collections.abc import Callable, Iterable
from itertools import chain, islice, repeat
from typing import Any

from attrs import evolve

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.registry.registry import Entry
from latentgym_core.sequence.briefing import scene
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.testing.result import Verdict, brief, explain, failed, ok
from latentgym_core.testing.subject import NO_REPLY, Drawn, script

FEW = 5
TASKS = 4
PATIENCE = 400


def prompts_speak(drawn: Drawn) -> Verdict:
    """Every prompt has something to say, or nothing, about this latent; none raises."""
    return _each(drawn, "prompt", drawn.registry.prompts((drawn.core_env_name,)), _prompt_fault)


def feedbacks_report(drawn: Drawn) -> Verdict:
    """Every feedback reports tasks that were solved and that were lost; none raises."""
    entries = drawn.registry.feedbacks((drawn.core_env_name,))
    return _each(drawn, "feedback", entries, _feedback_fault)


def _each(
    drawn: Drawn,
    kind: str,
    entries: Iterable[Entry[Any]],
    fault_of: Callable[[Drawn, Environment], str | None],
) -> Verdict:
    """Try the environment with each of the conditions in the place of its own."""
    names = [entry.spec.name for entry in entries if not entry.conflict]
    for name in names:
        full = evolve(drawn.environment.id, **{kind: name})
        try:
            fault = fault_of(drawn, build_environment(full, drawn.registry))
        except (Exception, SystemExit) as error:
            fault = f"raised {explain(error)}"
        if fault:
            return failed(f"the {kind} {name!r} {fault}")
    return ok(f"tried {', '.join(names)}")


def _prompt_fault(drawn: Drawn, environment: Environment) -> str | None:
    for sequence in drawn.sequences[:FEW]:
        seen = scene(environment, sequence)
        for method in (environment.prompt.briefing, environment.prompt.reminder):
            said: Any = method(seen)
            if not isinstance(said, str):
                return f"said {brief(said)}, which is no text (seed {sequence.seed})"
    return None


def _feedback_fault(drawn: Drawn, environment: Environment) -> str | None:
    env = SequenceEnv(environment)
    env.load(drawn.sequences[0])
    for index in range(TASKS):
        said = _report(env, environment.core_envs[drawn.core_env_name], sensible=index % 2 == 0)
        if not isinstance(said, str):
            return f"said {brief(said)}, which is no text (seed 0, task {index + 1})"
    return None


def _report(env: SequenceEnv, game: AnyCoreEnv, *, sensible: bool) -> Any:
    """Play a task to its end; what the feedback says of it, nothing if there is no end."""
    replies = script(game, env.truth.task) if sensible else ()
    for reply in islice(chain(replies, repeat(NO_REPLY)), PATIENCE):
        answer = env.step(reply)
        if answer.task_reward is not None:
            return answer.event.task_feedback
    return ""
