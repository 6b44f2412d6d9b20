"""TRL: sequences as the `rollout_func` of its `GRPOTrainer` (extra `trl`, TRL 1.16).

    dataset = Dataset.from_list(trl_rows(ID, 64))
    trainer = GRPOTrainer(model, [sequence_reward], args=GRPOConfig(...), train_dataset=dataset,
                          processing_class=tokenizer, rollout_func=rollout_func())

A row's prompt only names the sequence; the rollout puts its true opening in its place. Completions
of one prompt play the same sequence, so that groups compare like with like. TRL gives a completion
one advantage: credit for single tasks is lost, which `latentgym train` keeps.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import torch

from latentgym_core.agents.weights.local import LocalModel
from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.environment import build_environment
from latentgym_train.learning.plays import TokenPlay
from latentgym_train.learning.scoring import Scorer
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.playing.playing import Start, play_all
from latentgym_train.playing.sampling import CachedSampler, SamplingSettings

Prompt = list[dict[str, str]]
Rollout = Callable[[list[Prompt], Any], dict[str, Any]]


def trl_rows(
    env_id: str,
    num_sequences: int,
    *,
    split: str = "train",
    seed: int = 0,
    registry: Registry | None = None,
) -> list[dict[str, Prompt]]:
    """Rows for consecutive seeds; a prompt holds id, split and seed as JSON.

    Args:
        env_id: An environment id, may be partial.
        num_sequences: How many.
        split: Stream to draw from.
        seed: The first seed.
        registry: Defaults to the installed plugins.
    """
    full = str((registry or load_registry()).complete(env_id))
    named = [
        {"env_id": full, "split": split, "seed": each} for each in range(seed, seed + num_sequences)
    ]
    return [{"prompt": [{"role": "user", "content": json.dumps(each)}]} for each in named]


def rollout_func(max_new_tokens: int = 16, context: int | None = None) -> Rollout:
    """Make a rollout function.

    Args:
        max_new_tokens: Longest reply, its end included.
        context: Most tokens of a sequence; one that outgrows it is truncated. None: the model's.

    Returns:
        What `GRPOTrainer(rollout_func=...)` takes. Beside the fields that TRL asks for it gives
        `cumulative_reward`, `task_rewards` and `truncated` to reward functions.
    """

    def rollout(prompts: list[Prompt], trainer: Any) -> dict[str, Any]:
        starts = [_start(prompt) for prompt in prompts]
        model = trainer.accelerator.unwrap_model(trainer.model)
        policy = LocalModel(model, trainer.processing_class)
        settings = SamplingSettings(
            stop_tokens=policy.stop_tokens,
            max_new_tokens=max_new_tokens,
            context=context or policy.context_length,
            temperature=trainer.args.temperature,
        )
        was_training = model.training
        model.eval()
        try:
            scorer = Scorer(model, temperature=trainer.args.temperature)
            sampler = CachedSampler(scorer, settings, _generator(trainer))
            plays = play_all(starts, sampler, ChatFormat(trainer.processing_class))
        finally:
            model.train(was_training)
        if not all(play.turns for play in plays):
            raise SpecError(
                f"An opening does not fit a context of {settings.context} tokens; raise context."
            )
        return _fields(plays)

    return rollout


def sequence_reward(
    completions: Sequence[Any], cumulative_reward: Sequence[float], **_: Any
) -> list[float]:
    """The cumulative reward of each sequence, as a TRL reward function."""
    del completions
    return [float(each) for each in cumulative_reward]


def _start(prompt: Prompt) -> Start:
    try:
        named = json.loads(prompt[-1]["content"])
        env_id, split, seed = str(named["env_id"]), str(named["split"]), int(named["seed"])
    except (ValueError, KeyError, TypeError) as error:
        raise SpecError("A prompt names no sequence; make the rows with trl_rows.") from error
    environment = build_environment(EnvId.parse(env_id))
    return Start(environment, environment.sequence(seed, split))


def _generator(trainer: Any) -> torch.Generator:
    """Another stream for every step and process, the same in every run of one seed."""
    device = trainer.accelerator.device
    step = trainer.state.global_step * 1_000_003 + trainer.accelerator.process_index
    return torch.Generator(device=device).manual_seed(trainer.args.seed * 7_919 + step)


def _fields(plays: Sequence[TokenPlay]) -> dict[str, Any]:
    starts = [play.turns[0].start for play in plays]
    pairs = list(zip(plays, starts, strict=True))
    return {
        "prompt_ids": [list(play.tokens[:start]) for play, start in pairs],
        "completion_ids": [list(play.tokens[start:]) for play, start in pairs],
        "logprobs": [list(play.log_probs[start:]) for play, start in pairs],
        "env_mask": [_sampled(play)[start:] for play, start in pairs],
        "cumulative_reward": [float(sum(play.trajectory.rewards)) for play in plays],
        "task_rewards": [list(play.trajectory.rewards) for play in plays],
        "truncated": [play.trajectory.truncated is not None for play in plays],
    }


def _sampled(play: TokenPlay) -> list[int]:
    """1 for tokens that the policy wrote, 0 for those it read."""
    mask = [0] * len(play.tokens)
    for turn in play.turns:
        mask[turn.start : turn.stop] = [1] * (turn.stop - turn.start)
    return mask
