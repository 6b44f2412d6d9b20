"""Everything that inference says of one trajectory."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import evolve, frozen

from latentgym_core.errors import LatentGymError
from latentgym_core.inference.findings.spoken import names_history, words_of
from latentgym_core.inference.posterior.knowledge import TaskKnowledge, identified_at, knowledge
from latentgym_core.inference.posterior.spaces import Space, begin
from latentgym_core.inference.records import SequenceAnalysis, TaskAnalysis, TurnAnalysis
from latentgym_core.inference.reference.decisions import Decision, Judges, decide
from latentgym_core.inference.reference.references import References, references
from latentgym_core.inference.reference.values import TaskValues, revealed, task_values
from latentgym_core.inference.replaying import Walk, WalkedTask, walk
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.stored import environment_for

Decisions = Sequence[Sequence[Decision | None]]
"""For each task, one for each reply."""


@frozen(kw_only=True)
class Setting:
    """What the trajectories of one environment are analysed with.

    Attributes:
        environment: What they were played in.
        players: Its reference players.
        space: The hypotheses that are kept open.
    """

    environment: Environment
    players: References
    space: Space


def setting_for(trajectory: Trajectory, registry: Registry, space: Space) -> Setting:
    """Load what a trajectory is analysed with.

    Raises:
        UnknownNameError: Its core env, prompt or feedback is not installed.
        SpecError: It does not fit what is installed.
    """
    env_id = EnvId.parse(trajectory.env_id)
    environment = environment_for(env_id, trajectory.tasks, registry)
    players = references(tuple(environment.core_envs), registry)
    return Setting(environment=environment, players=players, space=space)


def analyse(
    trajectory: Trajectory, setting: Setting, other: Trajectory | None = None
) -> SequenceAnalysis:
    """Analyse one trajectory.

    Args:
        trajectory: What was played.
        setting: See `setting_for`.
        other: Another sequence of the same environment, whose history takes the place of the true
            one in the null of the history-use index, if its z is another.
    """
    environment = setting.environment
    foreign = None if other is None else walk(environment, other)
    return analyse_walk(walk(environment, trajectory), setting, foreign)


def analyse_walk(walked: Walk, setting: Setting, other: Walk | None = None) -> SequenceAnalysis:
    """The same of trajectories that were walked through."""
    environment, trajectory = setting.environment, walked.trajectory
    tasks, z = walked.tasks, walked.z
    known, method, reason = _knowledge(setting, walked)
    hindsight = None if environment.latent.uses_history else revealed(tasks)
    values = [task_values(task, setting.players, z, hindsight) for task in tasks]
    decisions = _decisions(tasks, setting.players)
    named = _named(trajectory, tasks)
    analysed = tuple(
        _task(task, known[i] if known else None, values[i], decisions[i], names_history=named[i])
        for i, task in enumerate(tasks)
    )
    return SequenceAnalysis(
        env_id=trajectory.env_id,
        split=trajectory.split,
        seed=trajectory.seed,
        agent=trajectory.agent,
        space=setting.space.name,
        method=method,
        reason=reason,
        prior_entropy=known[0].entropy_before if known else None,
        identified_at=identified_at(known),
        tasks=analysed,
        turns=tuple(_turns(tasks, known, decisions)),
        history_use=_macro(analysed),
        history_use_null=_null(walked, setting, other),
        bayes_tails=_tails(values, environment.num_tasks),
        normalised_score=_normalised(analysed),
        versions=trajectory.versions,
    )


def _knowledge(setting: Setting, walked: Walk) -> tuple[list[TaskKnowledge], str, str]:
    """What could be known, by which method, or why not."""
    if not setting.environment.latent.law_is_known:
        return [], "none", "the tasks are a given list, by whatever law"
    try:
        tracker, value = begin(setting.space, setting.environment, walked.sequence, walked.z)
        known = knowledge(tracker, walked.tasks, value)
    except (LatentGymError, NotImplementedError) as error:
        return [], "none", str(error)
    return known, tracker.method, ""


def _named(trajectory: Trajectory, tasks: Sequence[WalkedTask]) -> list[bool]:
    """For each task, whether its opening speaks of earlier ones."""
    openings = {
        turn.task_index: words_of(turn.reply, turn.reasoning)
        for turn in trajectory.turns
        if turn.turn_index == 0
    }
    answers = [task.evidence.core_env.answer_text(task.evidence.task) for task in tasks]
    recurring = {answer for answer in answers if answers.count(answer) > 1}
    return [
        names_history(
            openings.get(task.index, ""), answers[:i], recurring, task.evidence.told.visible
        )
        for i, task in enumerate(tasks)
    ]


def _decisions(tasks: Sequence[WalkedTask], players: References, other: Any = None) -> Decisions:
    """Judge every reply from the second task on; with a history from elsewhere for the null."""
    judged: list[list[Decision | None]] = []
    for task in tasks:
        replies: list[Decision | None] = []
        name = task.evidence.told.core_env_name
        judges = Judges(players.judge[name], players.bayes[name], players.blind[name])
        for env, reply in zip(task.starts, task.replies, strict=True):
            if task.index == 0:
                replies.append(None)
                continue
            view = env.view if other is None else evolve(env.view, history=other[: task.index])
            seed = env.sequence.seed
            replies.append(decide(view, reply, judges, seed=seed))
        judged.append(replies)
    return judged


def _null(walked: Walk, setting: Setting, other: Walk | None) -> float | None:
    """History use with a foreign history; None where that follows the same z, as in presets."""
    if other is None or (walked.z is not None and other.z == walked.z):
        return None
    history = tuple(task.evidence.told for task in other.tasks)
    if len(history) < len(walked.tasks) - 1:
        return None
    judged = _decisions(walked.tasks, setting.players, history)
    uses = [_mean([each.use for each in task if each and each.use is not None]) for task in judged]
    return _mean([use for use in uses if use is not None])


def _task(
    task: WalkedTask,
    known: TaskKnowledge | None,
    values: TaskValues,
    decisions: Sequence[Decision | None],
    *,
    names_history: bool,
) -> TaskAnalysis:
    uses = [each.use for each in decisions if each and each.use is not None]
    learned: Mapping[str, Any] = (
        {}
        if known is None
        else {
            "entropy_before": known.entropy_before,
            "entropy_after": known.entropy_after,
            "information": known.information,
            "log2_prob_z": known.log2_prob_z,
            "effective_sample_size": known.effective_sample_size,
        }
    )
    return TaskAnalysis(
        index=task.index,
        reward=task.reward,
        blind=values.blind,
        bayes=values.bayes,
        oracle=values.oracle,
        information_gap=_difference(values.oracle, values.bayes),
        exploitation_gap=_difference(values.bayes, task.reward),
        opening_gap=_difference(values.bayes, values.opened),
        execution_gap=_difference(values.opened, task.reward),
        history_use=_mean(uses),
        num_decisions=len(uses),
        names_history=names_history,
        **learned,
    )


def _turns(
    tasks: Sequence[WalkedTask], known: Sequence[TaskKnowledge], decisions: Decisions
) -> list[TurnAnalysis]:
    turns = []
    for number, task in enumerate(tasks):
        by_turn = known[number].by_turn if known else ()
        for turn, decision in enumerate(decisions[number]):
            entropy, log2_prob = by_turn[turn] if by_turn else (None, None)
            judged = {} if decision is None else attrs.asdict(decision)
            turns.append(
                TurnAnalysis(
                    task_index=task.index,
                    turn_index=turn,
                    entropy=entropy,
                    log2_prob_z=log2_prob,
                    **judged,
                )
            )
    return turns


def _tails(values: Sequence[TaskValues], num_tasks: int) -> tuple[float, ...] | None:
    tails = [value.tail for value in values]
    if len(tails) < num_tasks or any(tail is None for tail in tails):
        return None
    return tuple(tail for tail in tails if tail is not None)


def _normalised(tasks: Sequence[TaskAnalysis]) -> float | None:
    """(sum of r - sum of r0) / (sum of rO - sum of r0); None without headroom."""
    if not tasks or any(task.blind is None or task.oracle is None for task in tasks):
        return None
    blind = sum(task.blind or 0.0 for task in tasks)
    headroom = sum(task.oracle or 0.0 for task in tasks) - blind
    return (sum(task.reward for task in tasks) - blind) / headroom if headroom > 0 else None


def _macro(tasks: Sequence[TaskAnalysis]) -> float | None:
    return _mean([task.history_use for task in tasks if task.history_use is not None])


def _difference(more: float | None, less: float | None) -> float | None:
    return None if more is None or less is None else more - less


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
