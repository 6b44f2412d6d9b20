"""Measure sampling with a kept cache against reading the whole history every turn, and a recipe.

Sampling is measured in CPU time of one thread, so other work on the machine matters little; the
parts of an optimizer step are wall time, as training logs them.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from attrs import evolve

from latentgym_core.registry.registry import load_registry
from latentgym_core.sequence.environment import build_environment
from latentgym_train.config.config import HoldoutConfig
from latentgym_train.config.config_file import load_config
from latentgym_train.learning.plays import TokenPlay
from latentgym_train.learning.scoring import Scorer
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.playing.playing import Start
from latentgym_train.playing.sampling import CachedSampler, SamplingSettings
from latentgym_train.policies.phrase_tokenizer import train_tokenizer
from latentgym_train.policies.tiny import tiny_model
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.sequences.scripted import from_trajectory, make_mixture, play_mixture
from latentgym_train.sequences.streams import Streams
from latentgym_train.training import train

SETTINGS = ((16, 4, 3, 128, 4.0), (64, 10, 6, 64, 12.0))
"""Numbers M, tasks N, turns T, sequences at once, goal for the ratio."""
REPLY = 4  # tokens sampled each turn, by all
RECIPE = "tiny-number-guessing"
ITERATIONS, SUPERVISED = 6, 100
"""Reinforcement and supervised steps of the recipe; the latter suffice to write in its format."""

Blocks = list[tuple[int, ...]]
"""What one sequence reads before each of its replies."""
Replies = dict[int, tuple[int, ...]]


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


def blocks_of(play: TokenPlay) -> Blocks:
    """What is read before each reply."""
    ends = [0, *(turn.stop for turn in play.turns)]
    return [play.tokens[end : turn.start] for end, turn in zip(ends, play.turns, strict=False)]


def kept(sampler: CachedSampler, plays: list[Blocks]) -> None:
    sampler.begin(len(plays))
    for turn in range(max(map(len, plays))):
        sampler.extend({row: play[turn] for row, play in enumerate(plays) if turn < len(play)})


def read_again(reply: Callable[[list[tuple[int, ...]]], Replies], plays: list[Blocks]) -> None:
    """Ask for every reply with the whole history."""
    history: Blocks = [() for _ in plays]
    for turn in range(max(map(len, plays))):
        live = [row for row, play in enumerate(plays) if turn < len(play)]
        asked = [(*history[row], *plays[row][turn]) for row in live]
        replies = reply(asked)
        for place, row in enumerate(live):
            history[row] = (*asked[place], *replies[place])


def by_sampler(sampler: CachedSampler) -> Callable[[Blocks], Replies]:
    """The same engine, begun anew for every turn."""

    def reply(asked: Blocks) -> Replies:
        sampler.begin(len(asked))
        return {row: each.tokens for row, each in sampler.extend(dict(enumerate(asked))).items()}

    return reply


def by_generate(model: Any) -> Callable[[Blocks], Replies]:
    """Transformers' `generate`, padded on the left as its documentation says."""

    def reply(asked: Blocks) -> Replies:
        width = max(map(len, asked))
        tokens = torch.tensor([[0] * (width - len(ids)) + list(ids) for ids in asked])
        real = torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids in asked])
        written = model.generate(
            tokens, attention_mask=real, max_new_tokens=REPLY, do_sample=True, top_k=0
        )
        return dict(enumerate(map(tuple, written[:, width:].tolist())))

    return reply


def sampling_row(numbers: int, num_tasks: int, max_turns: int, count: int, goal: float) -> str:
    registry = load_registry()
    drawn = starts(numbers, num_tasks, max_turns, count)
    mixture = make_mixture({"scripted/random": 1.0}, ("number_guessing",), registry)
    spoken = [play_mixture(s, mixture, random.Random(i)) for i, s in enumerate(drawn)]
    said = [message["content"] for each in spoken for message in each.messages]
    tokenizer = train_tokenizer(said, 420)
    played = [from_trajectory(each, ChatFormat(tokenizer)) for each in spoken]
    plays = [blocks_of(play) for play in played]
    size = {"hidden_size": 64, "num_layers": 2, "num_heads": 4, "context": 16384, "seed": 0}
    model = tiny_model(tokenizer, **size).eval()
    model.generation_config.eos_token_id = None
    settings = SamplingSettings(stop_tokens=frozenset(), max_new_tokens=REPLY)
    sampler = CachedSampler(Scorer(model).eval(), settings, torch.Generator().manual_seed(0))
    fast = statistics.mean(cpu_seconds(lambda: kept(sampler, plays)) for _ in range(2))
    slow = cpu_seconds(lambda: read_again(by_sampler(sampler), plays))
    reference = cpu_seconds(lambda: read_again(by_generate(model), plays))
    tokens = sum(len(play.tokens) for play in played) / count
    turns = sum(map(len, plays))
    return (
        f"{num_tasks:>5} x {max_turns}{tokens:8.0f}{turns / fast:10.0f}"
        f"{turns / slow:12.0f}{slow / fast:8.1f}{turns / reference:12.0f}{reference / fast:8.1f}"
        f"{goal:8g}"
    )


def recipe_rows() -> list[str]:
    """How the time of an optimizer step is shared out, after the first iteration."""
    quick = {"rl.iterations": ITERATIONS, "run.evaluate_every": 0, "run.tracker": "none"}
    config = load_config(RECIPE, {**quick, "data.num_evaluation": 16, "data.ood_latents": []})
    assert config.sft is not None
    assert config.rl is not None
    phases = tuple(evolve(phase, steps=SUPERVISED) for phase in config.sft.phases)
    config = evolve(config, sft=evolve(config.sft, phases=phases))
    with tempfile.TemporaryDirectory() as temporary:
        train(config, Path(temporary) / "run", quiet=True)
        log = TrainingFolder(Path(temporary) / "run").read_log()
    steps = config.rl.epochs * config.rl.sequences // config.rl.minibatch
    logged = [line for line in log if line["stage"] == "rl"][1:]
    rows = []
    for part in ("sampling", "scoring", "update"):
        seconds = statistics.median(line[f"seconds/{part}"] for line in logged)
        rows.append(f"{part:10}{seconds:10.3f}{1000 * seconds / steps:12.1f}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    print("Turns a second: cache kept; history read again by this engine and by generate().")
    names = f"{'tasks x T':9}{'tokens':>8}{'kept':>10}{'again':>12}{'ratio':>8}"
    print(names + f"{'generate()':>12}{'ratio':>8}{'goal':>8}")
    for setting in SETTINGS:
        print(sampling_row(*setting), flush=True)
    print(f"\nTime of {RECIPE}: seconds an iteration, milliseconds an optimizer step.")
    print("\n".join(recipe_rows()))


if __name__ == "__main__":
    main()
