"""`latentgym play`: play a sequence yourself."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from latentgym_core.cli import INTERRUPTED, completing
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.shown.console import print_table, say
from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from latentgym_core.records.trajectory import TaskOutcome, Trajectory
    from latentgym_core.registry.registry import Registry
    from latentgym_core.sequence.sequence_env import SequenceEnv

PLAYER = "human"


@click.command("play")
@click.argument("env_id", metavar="ID", type=EnvIdType())
@click.option(
    "--prompt",
    shell_complete=completing.prompts,
    help="Prompt condition, in place of the one in ID.",
)
@click.option(
    "--feedback",
    shell_complete=completing.feedbacks,
    help="Feedback condition, in place of the one in ID.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Sequence.")
@click.option(
    "--split",
    default="test",
    show_default=True,
    shell_complete=completing.splits,
    help="Stream of the sequence.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder to add the trajectory to.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    env_id: EnvId,
    prompt: str | None,
    feedback: str | None,
    seed: int,
    split: str,
    out: Path | None,
) -> None:
    """Play a sequence yourself, one line for each reply.

    Brackets around a move may be left out. Ctrl-D and Ctrl-C leave early and keep what was played.
    What you earned and the hidden latent are shown at the end.
    """
    from latentgym_core.sequence.environment import build_environment
    from latentgym_core.sequence.sequence_env import SequenceEnv

    if out is not None:
        _check_folder(out)
    registry = current_registry(ctx)
    chosen = evolve(env_id, prompt=prompt or env_id.prompt, feedback=feedback or env_id.feedback)
    env = SequenceEnv(build_environment(chosen, registry))
    env.reset(seed, split)
    interrupted = _play(env, registry)
    trajectory = evolve(env.trajectory, agent=PLAYER)
    if trajectory.error is not None:
        say("")  # the prompt was left standing
    if out is not None:
        _save(trajectory, out)
    _show(trajectory)
    ctx.exit(INTERRUPTED if interrupted else 0)


def _play(env: "SequenceEnv", registry: "Registry") -> bool:
    """Play to the end, or until the player leaves; returns whether that was by Ctrl-C."""
    from latentgym_core.agents.agent_string import make_agent
    from latentgym_core.records.trajectory import ErrorRecord
    from latentgym_core.runs.rollout import play

    agent = make_agent(PLAYER, env.environment.id.core_envs, registry)
    try:
        asyncio.run(play(env, agent, session=PLAYER))
    except KeyboardInterrupt:
        if not env.done:
            env.fail(ErrorRecord(kind="KeyboardInterrupt", message="The player left."))
        return True
    return False


def _check_folder(out: Path) -> None:
    from latentgym_core.runs.folder import CONFIG

    if (out / CONFIG).exists() or (out.exists() and not out.is_dir()):
        raise SpecError(f"{out} is not a folder of plays; name another one.")
    out.mkdir(parents=True, exist_ok=True)  # what cannot be kept is better known before the play


def _save(trajectory: "Trajectory", out: Path) -> None:
    from latentgym_core.records.jsonl import TRAJECTORIES, to_line

    if not trajectory.turns:
        say("Nothing was played, so nothing is saved.")
        return
    with (out / TRAJECTORIES).open("ab") as file:
        file.write(to_line(trajectory).encode("utf-8", "backslashreplace"))
    say(f"Saved to {out / TRAJECTORIES}.")


def _show(trajectory: "Trajectory") -> None:
    if trajectory.error is None:
        say(trajectory.turns[-1].event.text)  # nobody was asked for a reply to it
    else:
        say(trajectory.error.message)
    rows = [
        (index, outcome.core_env, outcome.reward, _ending(outcome), outcome.turns)
        for index, outcome in enumerate(trajectory.outcomes, start=1)
    ]
    print_table(("task", "core_env", "reward", "ending", "turns"), rows)
    say(
        f"Sum of rewards: {sum(trajectory.rewards):.3f} of {counted(trajectory.num_tasks, 'task')}."
    )
    say(trajectory.z_text)


def _ending(outcome: "TaskOutcome") -> str:
    if outcome.truncated:
        return "left open"
    return "solved" if outcome.solved else "not solved"
