"""Measure what z is worth: let the scripted players play an environment."""

import statistics
from collections.abc import Sequence

from latentgym_core.errors import EnvError
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_core.worth.records import Spread, Worth
from latentgym_core.worth.references import BAYES, BLIND, TOLD


def measure_worth(env_id: str, num_sequences: int, registry: Registry | None = None) -> Worth:
    """Play seeds 0, 1, … of split `test` with every player there is.

    Args:
        env_id: May be partial.
        num_sequences: How many sequences each player plays, at least 2.
        registry: Defaults to the installed plugins.

    Raises:
        LatentGymError: See `prepare`; a game needs `scripted/blind` and `scripted/oracle`.
        EnvError: A player could not finish a sequence.
    """
    registry = registry or load_registry()
    full = registry.complete(env_id)
    known = registry.agent_names(full.core_envs)
    config = RunConfig(
        environments=(RunEnvironment(id=str(full)),),
        agents=tuple(name for name in (BLIND, BAYES, TOLD) if name in known or name != BAYES),
        num_sequences=num_sequences,
    )
    rewards: dict[str, list[float]] = {agent: [] for agent in config.agents}
    for each in evaluate_sync(config, registry):
        if each.error is not None:
            raise EnvError(f"{each.agent} failed in {full}, seed {each.seed}: {each.error.message}")
        rewards[each.agent].append(statistics.fmean(each.rewards))
    return _worth(str(full), rewards)


def _worth(env_id: str, rewards: dict[str, list[float]]) -> Worth:
    blind = rewards[BLIND]
    bayes = rewards.get(BAYES)
    return Worth(
        env_id=env_id,
        num_sequences=len(blind),
        blind=_spread(blind),
        told=_spread(rewards[TOLD]),
        told_gain=_gain(rewards[TOLD], blind),
        bayes=_spread(bayes) if bayes else None,
        bayes_gain=_gain(bayes, blind) if bayes else None,
    )


def _spread(values: Sequence[float]) -> Spread:
    return Spread(mean=statistics.fmean(values), deviation=statistics.stdev(values))


def _gain(values: Sequence[float], blind: Sequence[float]) -> Spread:
    return _spread([value - base for value, base in zip(values, blind, strict=True)])
