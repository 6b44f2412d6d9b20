"""What an agent is sent, out of the record: the first message, what it carries, and its task."""

from collections.abc import Iterable, Sequence

from latentgym_core.records.trajectory import Event, Trajectory, TurnRecord
from latentgym_core.scaffolds.base import Part

Message = dict[str, str]


def sent_messages(trajectory: Trajectory, number: int) -> list[Message]:
    """What an agent was sent for one of its replies, worked examples left aside.

    Args:
        trajectory: A played sequence.
        number: Index of the turn in `trajectory.turns`.
    """
    turns, index = trajectory.turns[:number], trajectory.turns[number].task_index
    of_task = [each for each in trajectory.turns[: number + 1] if each.task_index == index]
    carried = next((each.carried for each in reversed(of_task) if each.carried is not None), None)
    parts = range(index) if carried is None else carried.parts
    return compose(trajectory.opening, turns, [*parts, index])


def compose(
    opening: Sequence[Message], turns: Sequence[TurnRecord], parts: Iterable[Part]
) -> list[Message]:
    """The first message, then parts; neighbours of one role become one message.

    Args:
        opening: The messages before the first reply.
        turns: The record so far.
        parts: What follows; the index of the current task gives its conversation so far.
    """
    messages = [dict(opening[0])]
    for part in parts:
        said = conversation(opening, turns, part) if isinstance(part, int) else [_user(part)]
        for message in filter(lambda each: each["content"] or each["role"] == "assistant", said):
            last = messages[-1]
            if last["role"] == message["role"] == "user":
                messages[-1] = _user(f"{last['content']}\n\n{message['content']}")
            else:
                messages.append(message)
    return messages


def conversation(
    opening: Sequence[Message], turns: Sequence[TurnRecord], index: int
) -> list[Message]:
    """All that was said in one task: how it was opened, replies, answers and its feedback."""
    messages = [dict(each) for each in opening[1:]] if index == 0 else []
    for turn in turns:
        event = turn.event
        if turn.task_index == index:
            messages.append({"role": "assistant", "content": turn.reply})
            said = Event(observation=event.observation, task_feedback=event.task_feedback)
            messages.append(_user(said.text))
        elif turn.task_index == index - 1:
            following = Event(transition=event.transition, opening=event.opening)
            messages.append(_user(following.text))
    return messages


def _user(text: str) -> Message:
    return {"role": "user", "content": text}
