"""Play many sequences at once with a sampler."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import define, evolve, frozen

from latentgym_core.agents.reasoning import split_reasoning
from latentgym_core.records.trajectory import Usage
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_train.learning.plays import TokenPlay, Turn
from latentgym_train.playing.chat import ChatFormat

Tokens = Sequence[int]
Blocks = Mapping[int, Tokens]
"""Row to the tokens that it reads next, at least one."""


@frozen
class SampledReply:
    """What was sampled for one row."""

    tokens: tuple[int, ...]  # ids, the one that ended the reply included
    log_probs: tuple[float, ...]  # of each when it was sampled
    ended: bool  # by a stop token, not by its length
    value: float = 0.0  # what the value head says of the state before; 0 without one


class Sampler(Protocol):
    """Tokens in, tokens out. A server of a model can stand in for the model itself."""

    def begin(self, num_rows: int) -> None:
        """Forget everything and open so many empty conversations."""

    def extend(self, blocks: Blocks) -> dict[int, SampledReply]:
        """Append a block to some rows and sample their replies; rows left out are over."""

    def fits(self, row: int, block: Tokens) -> bool:
        """Whether the row can read a block and write its longest reply."""


@frozen
class Start:
    """A drawn sequence and where it belongs."""

    environment: Environment
    sequence: TaskSequence


@define
class _Row:
    """A sequence on its way: what is read next, and what was read and sampled."""

    env: SequenceEnv
    block: tuple[int, ...]
    tokens: tuple[int, ...] = ()
    log_probs: tuple[float, ...] = ()
    turns: tuple[Turn, ...] = ()

    def take_turn(self, reply: SampledReply, chat: ChatFormat, name: str) -> None:
        """Let the environment answer."""
        self.tokens += self.block
        self.log_probs += (0.0,) * len(self.block)
        start, task = len(self.tokens), self.env.task_index
        stop = start + len(reply.tokens)
        usage = Usage(input_tokens=start, output_tokens=len(reply.tokens))
        self.tokens += reply.tokens
        self.log_probs += reply.log_probs
        self.turns += (Turn(start=start, stop=stop, task_index=task, value=reply.value),)
        text, reasoning = split_reasoning(chat.decode(reply.tokens))
        answer = self.env.step(text, agent=name, reasoning=reasoning, usage=usage)
        if not answer.done:
            block = chat.following(answer.message)
            self.block = block[1:] if reply.ended else block

    def play(self, name: str) -> TokenPlay:
        """What has come of it."""
        trajectory = evolve(self.env.trajectory, agent=name)
        return TokenPlay(
            tokens=self.tokens, log_probs=self.log_probs, turns=self.turns, trajectory=trajectory
        )


def play_all(
    starts: Sequence[Start], sampler: Sampler, chat: ChatFormat, *, name: str = "policy"
) -> list[TokenPlay]:
    """Play every sequence to its end, or to the end of the context (flagged as truncated)."""
    rows = [_open(start, chat) for start in starts]
    sampler.begin(len(rows))
    live = dict(enumerate(rows))
    while live:
        for index in [i for i, row in live.items() if not sampler.fits(i, row.block)]:
            live.pop(index).env.truncate("context")
        replies = sampler.extend({i: row.block for i, row in live.items()}) if live else {}
        for index, reply in replies.items():
            live[index].take_turn(reply, chat, name)
        live = {index: row for index, row in live.items() if not row.env.done}
    return [row.play(name) for row in rows]


def _open(start: Start, chat: ChatFormat) -> _Row:
    env = SequenceEnv(start.environment)
    return _Row(env, chat.opening(env.load(start.sequence)))
