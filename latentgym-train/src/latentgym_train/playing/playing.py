"""Play many sequences at once with a sampler."""

from collections.abc import Sequence

from attrs import define, evolve, field, frozen

from latentgym_core.agents.reasoning import split_reasoning
from latentgym_core.records.trajectory import Usage
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_train.learning.play_record import TokenPlay, Turn
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.playing.sampling import SampledReply, Sampler


@frozen
class Start:
    """A drawn sequence and where it belongs."""

    environment: Environment
    sequence: TaskSequence

    @property
    def group(self) -> str:
        """Names what was drawn."""
        return f"{self.environment.id} {self.sequence.split} {self.sequence.seed}"


@define
class _Row:
    """A sequence on its way."""

    start: Start
    env: SequenceEnv
    block: tuple[int, ...]
    tokens: list[int] = field(factory=list)
    log_probs: list[float] = field(factory=list)
    turns: list[Turn] = field(factory=list)

    def read(self) -> None:
        self.tokens += self.block
        self.log_probs += [0.0] * len(self.block)

    def write(self, reply: SampledReply) -> None:
        start = len(self.tokens)
        self.tokens += reply.tokens
        self.log_probs += reply.log_probs
        turn = Turn(
            start=start,
            stop=len(self.tokens),
            task_index=self.env.task_index,
            value=reply.value,
        )
        self.turns.append(turn)

    def record(self, name: str) -> TokenPlay:
        return TokenPlay(
            tokens=tuple(self.tokens),
            log_probs=tuple(self.log_probs),
            turns=tuple(self.turns),
            rewards=self.env.rewards,
            group=self.start.group,
            trajectory=evolve(self.env.trajectory, agent=name),
        )


def play_all(
    starts: Sequence[Start], sampler: Sampler, chat: ChatFormat, *, name: str = "policy"
) -> list[TokenPlay]:
    """Play every sequence to its end, or to the end of the context (flagged as truncated).

    Args:
        starts: What is played.
        sampler: Who replies.
        chat: How messages become tokens.
        name: Of the policy, in the trajectories.
    """
    rows = [_open(start, chat) for start in starts]
    sampler.begin(len(rows))
    live = dict(enumerate(rows))
    while live:
        for index in [i for i, row in live.items() if not sampler.fits(i, row.block)]:
            live.pop(index).env.truncate("context")
        if not live:
            break
        replies = sampler.extend({index: row.block for index, row in live.items()})
        for index, reply in replies.items():
            _take_turn(live[index], reply, chat, name)
        live = {index: row for index, row in live.items() if not row.env.done}
    return [row.record(name) for row in rows]


def _open(start: Start, chat: ChatFormat) -> _Row:
    env = SequenceEnv(start.environment)
    return _Row(start, env, chat.opening(env.load(start.sequence)))


def _take_turn(row: _Row, reply: SampledReply, chat: ChatFormat, name: str) -> None:
    row.read()
    usage = Usage(input_tokens=len(row.tokens), output_tokens=len(reply.tokens))
    row.write(reply)
    text, reasoning = split_reasoning(chat.decode(reply.tokens))
    answer = row.env.step(text, agent=name, reasoning=reasoning, usage=usage)
    if not answer.done:
        block = chat.following(answer.message)
        row.block = block[1:] if reply.ended else block
