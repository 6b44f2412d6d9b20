"""SkyRL: a LatentGym sequence as a `skyrl_gym` environment (extra `skyrl`, skyrl-gym 0.4).

The training entry module calls `register_all()` in every worker; rows of `skyrl_rows` then name
one of the registered ids in `env_class`:

    from latentgym_train.adapters.skyrl import register_all
    register_all()
"""

from collections.abc import Mapping
from typing import Any

import skyrl_gym
from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.environment import build_environment
from latentgym_core.sequence.rewards import PER_TASK
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv
from latentgym_train.adapters.skyrl_rows import PREFIX

ENTRY_POINT = f"{__name__}:LatentGymEnv"
Messages = list[dict[str, str]]


def register_all(registry: Registry | None = None) -> list[str]:
    """Register `latentgym_<core env>` for every installed core env; may be called again.

    Args:
        registry: Defaults to the installed plugins.

    Returns:
        All our ids, those that were registered before too.
    """
    registry = registry or load_registry()
    ids = [f"{PREFIX}{entry.spec.name}" for entry in registry.core_envs()]
    for each in ids:
        if each not in skyrl_gym.envs.registration.registry:
            skyrl_gym.register(id=each, entry_point=ENTRY_POINT)
    return ids


class LatentGymEnv(BaseTextEnv):  # type: ignore[misc]
    """One sequence. Rewards lie on turns: each task's on the turn that ends it, else 0.

    Another reward type (`cumulative`, `terminal`, `improvement`) pays on the last turn alone.
    The sequence is a pure function of id, split and seed, so a row needs no file.

    Args:
        env_config: What SkyRL's configuration says; not used.
        extras: The row: `extra_info` with `env_id`, `seed`, and optionally `split` and
            `reward_type`; `max_turns` is the trainer's limit on replies.

    Raises:
        SpecError: `extra_info` names no environment and seed.
    """

    def __init__(self, env_config: object = None, extras: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        del env_config
        row = dict(extras or {})
        info = dict(row.get("extra_info") or {})
        missing = [key for key in ("env_id", "seed") if key not in info]
        if missing:
            raise SpecError(
                f"The row's extra_info lacks {' and '.join(missing)}; write rows with "
                f"latentgym_train.adapters.skyrl_rows."
            )
        environment = build_environment(EnvId.parse(str(info["env_id"])))
        self.max_turns = int(row.get("max_turns") or 0)
        self._seed, self._split = int(info["seed"]), str(info.get("split", "train"))
        self._env = SequenceEnv(
            environment,
            reward_type=str(info.get("reward_type", PER_TASK)),
            budget=Budget(max_turns=self.max_turns or None),
        )

    def init(self, prompt: Messages) -> tuple[Messages, dict[str, Any]]:
        """Begin the sequence; the row's own prompt is only a stand-in for its opening."""
        del prompt
        opening = self._env.reset(self._seed, self._split)
        return [dict(message) for message in opening], self._metadata()

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Play one reply; tokens in, tokens out: the reply is never rewritten."""
        self.turns += 1
        answer = self._env.step(action)
        message = answer.message
        told = [dict(message)] if message is not None and not answer.done else []
        return BaseTextEnvStepOutput(
            observations=told,
            reward=float(answer.reward),
            done=answer.done,
            metadata=self._metadata(),
        )

    def get_metrics(self) -> dict[str, float]:
        """Cumulative, first and last reward, gain and turns of the sequence."""
        rewards = self._env.rewards
        return {
            "cumulative_reward": float(sum(rewards)),
            "first_reward": float(rewards[0]),
            "final_reward": float(rewards[-1]),
            "gain": float(rewards[-1] - rewards[0]),
            "turns": float(self.turns),
            "truncated": float(self._env.truncated is not None),
        }

    def _metadata(self) -> dict[str, Any]:
        rewards = list(self._env.rewards)
        return {
            "env_id": str(self._env.environment.id),
            "seed": self._seed,
            "task": self._env.task_index,
            "num_tasks": self._env.environment.num_tasks,
            "task_rewards": rewards,
            "cumulative_reward": float(sum(rewards)),
            "truncated": self._env.truncated,
        }
