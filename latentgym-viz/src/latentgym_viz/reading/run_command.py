"""The command line that produced a run, read back from what its folder says."""

import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import attrs

from latentgym_core.errors import LatentGymError
from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.handoff.run import read_hand_off_config
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.config import RunConfig
from latentgym_core.runs.folder import CONFIG
from latentgym_core.runs.suite import read_config
from latentgym_viz.reading.training_log import LOG

MOST_ENVIRONMENTS = 3
"""Environments a command spells out; for more, the folder's own configuration is the suite."""
SHARED_FLAGS = ("seed", "split", "reward_type", "max_turns", "max_tokens")


def read_run_config(run: Path) -> RunConfig | None:
    """How a run was begun; None for recordings, files and folders of another kind."""
    if run.is_dir():
        with suppress(LatentGymError):
            return read_hand_off_config(run)
        with suppress(LatentGymError):
            return read_config(run / CONFIG)
    return None


def command_of(run: Path, config: RunConfig | None) -> str:
    """The command that plays the same again; empty if nothing tells.

    Args:
        run: The run.
        config: What `read_run_config` gave.
    """
    if isinstance(config, HandOffConfig):
        return shlex.join(["latentgym", "handoff", *_hand_off_words(config)])
    if config is not None and not _fits_on_a_line(config):
        return shlex.join(["latentgym", "eval", "--suite", str(run / CONFIG)])
    if config is not None:
        return shlex.join(["latentgym", "eval", *_evaluation_words(config)])
    if (run / LOG).is_file() and (run / CONFIG).is_file():
        return shlex.join(["latentgym", "train", str(run / CONFIG)])
    return _replay_command(run)


def planned_plays(config: RunConfig | None) -> Mapping[str, int]:
    """Agent to the number of whole sequences it was to play; empty if nothing tells."""
    jobs = config.jobs if config else ()
    return Counter(job.agent for job in jobs if parse_hand_off(job.agent) is None)


def _hand_off_words(config: HandOffConfig) -> Iterator[str]:
    yield config.environments[0].id
    named = (
        ("--a", [config.a] if config.a else []),
        ("--b", [config.b] if config.b else []),
        ("--c", [config.c] if config.c else []),
        ("--explorer", config.explorers),
        ("--exploiter", config.exploiters),
        ("--handed", config.handed if config.handed != ("history",) else []),
        ("--prefix", config.prefix),
    )
    for flag, values in named:
        for value in values:
            yield from (flag, value)
    if config.boundaries != tuple(range(1, EnvId.parse(config.environments[0].id).num_tasks)):
        yield from ("--k", ",".join(map(str, config.boundaries)))
    yield from ("-n", str(config.num_sequences))
    yield from _flags(config)


def _fits_on_a_line(config: RunConfig) -> bool:
    """Whether flags can say it: few environments, none with a number or a seed of its own."""
    settings = {(each.num_sequences, each.seed) for each in config.environments}
    return len(config.environments) <= MOST_ENVIRONMENTS and settings == {(None, None)}


def _evaluation_words(config: RunConfig) -> Iterator[str]:
    yield from (each.id for each in config.environments)
    for agent in config.agents:
        yield from ("--agent", agent)
    yield from ("-n", str(config.num_sequences))
    yield from _flags(config)


def _flags(config: RunConfig) -> Iterator[str]:
    """What differs from the defaults of the command line."""
    defaults = {each.name: each.default for each in attrs.fields(RunConfig)}
    for name in SHARED_FLAGS:
        value = getattr(config, name)
        if value != defaults[name]:
            yield from (f"--{name.replace('_', '-')}", str(value))


def _replay_command(run: Path) -> str:
    """The command behind a folder of replayed recordings."""
    try:
        made_by = tomllib.loads((run / CONFIG).read_text("utf-8"))["replay"]
        sources = [str(each) for each in made_by["sources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return shlex.join(["latentgym", "replay", *sources, "--out", str(run)])
