"""Measure sampling with a kept cache against reading the whole history every turn."""

import argparse
import random
import time
from collections.abc import Callable

import torch

from latentgym_core.environment import build_environment
from latentgym_core.registry import load_registry
from latentgym_train.chat import ChatFormat
from latentgym_train.config import HoldoutConfig
from latentgym_train.data import Streams
from latentgym_train.play_record import TokenPlay
from latentgym_train.playing import Start
from latentgym_train.policies.phrase_tokenizer import train_tokenizer
from latentgym_train.policies.tiny import tiny_model
from latentgym_train.sampling import CachedSampler, SamplingSettings
from latentgym_train.scoring import Scorer
from latentgym_train.scripted import make_mixture, play_scripted, said_in

SETTINGS = ((16, 4, 3, 128, 4.0), (64, 10, 6, 64, 12.0))
"""Numbers M, tasks N, turns T, sequences at once, goal for the ratio."""
REPLY = 4  # tokens sampled each turn, by both


def cpu_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def starts(numbers: int, num_tasks: int, max_turns: int, count: int) -> list[Start]:
    registry = load_registry()
    env_id = (
        f"number_guessing/set_of_2/no_info/information/ep{num_tasks}"
        f"?latent.high={numbers}&env.max_turns={max_turns}"
    )
    environment = build_environment(registry.complete(env_id), registry)
    streams = Streams(registry, HoldoutConfig(), "unrelated")
    rows = [{"env_id": str(environment.id), "split": "train", "seed": s} for s in range(count)]
    return [streams.start(row) for row in rows]


class Words:
    """A chat format before there is a tokenizer: tells what is said, in bytes."""

    def encode(self, text: str) -> tuple[int, ...]:
        return tuple(text.encode())

    def opening(self, messages: tuple[dict[str, str], ...]) -> tuple[int, ...]:
        return self.encode(" ".join(message["content"] for message in messages))

    def following(self, message: dict[str, str] | None) -> tuple[int, ...]:
        return (0, *self.encode(message["content"] if message else ""))


def blocks_of(play: TokenPlay) -> list[tuple[int, ...]]:
    """What is read before each reply."""
    ends = [0, *(turn.stop for turn in play.turns)]
    return [play.tokens[end : turn.start] for end, turn in zip(ends, play.turns, strict=False)]


def kept(sampler: CachedSampler, plays: list[list[tuple[int, ...]]]) -> None:
    sampler.begin(len(plays))
    for turn in range(max(map(len, plays))):
        sampler.extend({row: play[turn] for row, play in enumerate(plays) if turn < len(play)})


def read_again(sampler: CachedSampler, plays: list[list[tuple[int, ...]]]) -> None:
    history: list[tuple[int, ...]] = [() for _ in plays]
    for turn in range(max(map(len, plays))):
        live = [row for row, play in enumerate(plays) if turn < len(play)]
        sampler.begin(len(live))
        asked = {place: (*history[row], *plays[row][turn]) for place, row in enumerate(live)}
        replies = sampler.extend(asked)
        for place, row in enumerate(live):
            history[row] = (*asked[place], *replies[place].tokens)


def row(numbers: int, num_tasks: int, max_turns: int, count: int, goal: float) -> str:
    registry = load_registry()
    drawn = starts(numbers, num_tasks, max_turns, count)
    mixture = make_mixture({"scripted/random": 1.0}, ("number_guessing",), registry)
    spoken = [play_scripted(s, mixture, Words(), random.Random(i)) for i, s in enumerate(drawn)]
    tokenizer = train_tokenizer(said_in(spoken), 420)
    chat = ChatFormat(tokenizer)
    played = [play_scripted(s, mixture, chat, random.Random(i)) for i, s in enumerate(drawn)]
    plays = [blocks_of(play) for play in played]
    size = {"hidden_size": 64, "num_layers": 2, "num_heads": 4, "context": 16384, "seed": 0}
    model = Scorer(tiny_model(tokenizer, **size)).eval()
    settings = SamplingSettings(stop_tokens=frozenset(), max_new_tokens=REPLY)
    sampler = CachedSampler(model, settings, torch.Generator().manual_seed(0))
    fast = cpu_seconds(lambda: kept(sampler, plays))
    slow = cpu_seconds(lambda: read_again(sampler, plays))
    tokens = sum(len(play.tokens) for play in played) / count
    turns = sum(map(len, plays))
    return (
        f"{num_tasks} x {max_turns:<2}  {tokens:6.0f} tokens  {turns / fast:7.0f} turns/s kept  "
        f"{turns / slow:6.0f} read again  ratio {slow / fast:5.1f}  goal {goal:g}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    for setting in SETTINGS:
        print(row(*setting))


if __name__ == "__main__":
    main()
