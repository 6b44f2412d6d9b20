"""Failure modes of a sequence, by definition over history use, regret and the agent's words.

U is the mean history use over the late tasks (the second half). With the thresholds below:

    adapted     U > 0.5
    breakdown   partial:      0.1 < U <= 0.5
                named-unused: U <= 0.1, and the agent names what earlier tasks had in common
                off-policy:   U <= 0.1, and it does not play like the blind player either
    neglect     U <= 0.1 otherwise
    none        nothing to be used: fewer than two late tasks in which the history mattered, or a
                player who is told z would earn less than 0.05 a task more than this agent's own
                first tasks

Miscalibration is a matter of groups, see `miscalibration`. The definitions were tried on recorded
trajectories of language models, where they agreed with reading.
"""

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from latentgym_core.inference.records import Label, Mode, SequenceAnalysis, TurnAnalysis
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted

ADAPTED = 0.5
IGNORED = 0.1
OFF_POLICY = 0.3  # mean regret by the blind player's own score
MIN_HEADROOM = 0.05  # reward per task
TELLING = ("full_info", "oracle_info")  # prompts that help in the first task already
MIN_TASKS = 2  # late tasks with a decision; one says too little
NAMED_TASKS = 2  # tasks that must open with words about earlier ones


@frozen(kw_only=True)
class Late:
    """What the late tasks of a sequence show.

    Attributes:
        use: U, None without a decision.
        num_tasks: Late tasks with a decision.
        regret_blind: Mean loss by the blind player's score.
        num_named: Late or earlier tasks whose opening names what earlier ones had in common.
        turns: The decisions.
    """

    use: float | None
    num_tasks: int
    regret_blind: float
    num_named: int
    turns: tuple[TurnAnalysis, ...]


def label_all(
    analyses: Sequence[SequenceAnalysis], trajectories: Mapping[tuple[object, ...], Trajectory]
) -> list[SequenceAnalysis]:
    """Add a label to every analysis.

    Args:
        analyses: All sequences; an agent's own first tasks are compared with the oracle's.
        trajectories: By `key_of`; the words are looked up here.
    """
    headroom = _headroom(analyses)
    return [
        evolve(
            each,
            labels=(_label(each, trajectories.get(key_of(each)), headroom[_skill_group(each)]),),
        )
        for each in analyses
    ]


def key_of(one: SequenceAnalysis | Trajectory) -> tuple[object, ...]:
    """What names a trajectory and its analysis."""
    return one.env_id, one.split, one.seed, one.agent


def late(analysis: SequenceAnalysis) -> Late:
    """The second half of the tasks."""
    num_tasks = EnvId.parse(analysis.env_id).num_tasks
    tasks = [task for task in analysis.tasks if task.index >= num_tasks // 2]
    uses = [task.history_use for task in tasks if task.history_use is not None]
    turns = tuple(
        turn
        for turn in analysis.turns
        if turn.task_index >= num_tasks // 2 and turn.use is not None
    )
    lost = [turn.regret_blind or 0.0 for turn in turns]
    return Late(
        use=sum(uses) / len(uses) if uses else None,
        num_tasks=len(uses),
        regret_blind=sum(lost) / len(lost) if lost else 0.0,
        num_named=sum(task.names_history for task in analysis.tasks),
        turns=turns,
    )


def _label(
    analysis: SequenceAnalysis, trajectory: Trajectory | None, headroom: float | None
) -> Label:
    seen = late(analysis)
    numbers = {"late_regret_blind": seen.regret_blind, "tasks_naming": float(seen.num_named)}
    if headroom is not None:
        numbers["headroom"] = headroom
    if seen.use is None or seen.num_tasks < MIN_TASKS:
        tasks = counted(seen.num_tasks, "late task")
        why = f"The history mattered for a reply in {tasks}; two are needed."
        return Label(mode="none", kind="few decisions", sentence=why, numbers=numbers)
    numbers["late_history_use"] = seen.use
    if headroom is not None and headroom < MIN_HEADROOM:
        why = f"Knowing z would be worth {headroom:.3f} of reward a task, less than {MIN_HEADROOM}."
        return Label(mode="none", kind="no headroom", sentence=why, numbers=numbers)
    mode, kind = _mode(seen)
    turn = _telling(seen, mode)
    return Label(
        mode=mode,
        kind=kind,
        task_index=turn.task_index,
        turn_index=turn.turn_index,
        sentence=_sentence(mode, kind, seen, turn),
        quote=_reply(trajectory, turn),
        numbers=numbers,
    )


def _mode(seen: Late) -> tuple[Mode, str]:
    assert seen.use is not None
    if seen.use > ADAPTED:
        return "adapted", ""
    if seen.use > IGNORED:
        return "breakdown", "partial"
    if seen.num_named >= NAMED_TASKS:
        return "breakdown", "named-unused"
    if seen.regret_blind > OFF_POLICY:
        return "breakdown", "off-policy"
    return "neglect", ""


def _telling(seen: Late, mode: str) -> TurnAnalysis:
    """The late decision that shows the label best: most at stake, used or not as labelled."""
    fitting = [turn for turn in seen.turns if (turn.use == 1.0) == (mode == "adapted")]
    return max(fitting or seen.turns, key=lambda turn: turn.stake or 0.0)


def _sentence(mode: str, kind: str, seen: Late, turn: TurnAnalysis) -> str:
    what = {
        "adapted": "follows what earlier tasks have shown",
        "neglect": "ignores what earlier tasks have shown",
        "partial": "is one of many that make no use of what earlier tasks have shown",
        "named-unused": "ignores what its own words say of earlier tasks",
        "off-policy": "follows neither the history nor the play of one who has none",
    }[kind or mode]
    return (
        f"Task {turn.task_index + 1}, turn {turn.turn_index + 1}: the reply {what}; it loses "
        f"{turn.regret_bayes or 0.0:.2f} where {turn.stake or 0.0:.2f} was at stake. History use "
        f"over the late tasks is {seen.use:.2f}, over "
        f"{counted(len(seen.turns), 'reply', 'replies')}."
    )


def _reply(trajectory: Trajectory | None, turn: TurnAnalysis) -> str:
    if trajectory is None:
        return ""
    place = (turn.task_index, turn.turn_index)
    replies = (t.reply for t in trajectory.turns if (t.task_index, t.turn_index) == place)
    return next(replies, "")


def _headroom(analyses: Iterable[SequenceAnalysis]) -> dict[tuple[str, str, str], float | None]:
    """Mean oracle reward less the agent's own mean first reward, by agent, game and latent."""
    groups: dict[tuple[str, str, str], list[SequenceAnalysis]] = {}
    for each in analyses:
        groups.setdefault(_skill_group(each), []).append(each)
    return {group: _group_headroom(found) for group, found in groups.items()}


def _group_headroom(found: Sequence[SequenceAnalysis]) -> float | None:
    oracle = [task.oracle for each in found for task in each.tasks if task.oracle is not None]
    untold = [each for each in found if EnvId.parse(each.env_id).prompt not in TELLING] or found
    first = [each.tasks[0].reward for each in untold if each.tasks]
    if not oracle or not first:
        return None
    return sum(oracle) / len(oracle) - sum(first) / len(first)


def _skill_group(analysis: SequenceAnalysis) -> tuple[str, str, str]:
    env_id = EnvId.parse(analysis.env_id)
    return analysis.agent, "+".join(env_id.core_envs), env_id.latent
