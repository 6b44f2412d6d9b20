"""`latentgym train --compare`: train every arm in a process of its own, then make one table."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.records.whole_files import write_whole
from latentgym_core.registry.registry import Registry
from latentgym_train.comparison.arms import BASE, Arm, arms_of
from latentgym_train.comparison.progress import Watcher, num_steps
from latentgym_train.config.config import Config
from latentgym_train.config.config_file import format_config, load_config
from latentgym_train.running.folder import TrainingFolder

POLL_SECONDS = 0.2


@frozen(kw_only=True)
class Setting:
    """One recipe of a comparison.

    Attributes:
        name: Of the recipe.
        folder: Holds a folder per arm.
        config: The recipe.
        arms: The runs.
    """

    name: str
    folder: Path
    config: Config
    arms: tuple[Arm, ...]

    def run(self, arm: str) -> TrainingFolder:
        """The folder of an arm's run."""
        return TrainingFolder(self.folder / arm)


def make_setting(name: str, config: Config, folder: Path, registry: Registry) -> Setting:
    """Lay out the runs of a recipe."""
    base = TrainingFolder(folder / BASE).policy
    arms = tuple(arms_of(config, str(base), registry))
    return Setting(name=name, folder=folder, config=config, arms=arms)


def make_settings(
    name: str, config: Config, out: Path, changes: Mapping[str, Any], registry: Registry
) -> list[Setting]:
    """Lay out the runs of a recipe and of those that it names in `compare.also`.

    Args:
        name: Of the recipe, or path of its file.
        config: The recipe, changed.
        out: Gets a folder per recipe, named as the recipe or its file.
        changes: Made to the other recipes as well, see `config_file.load_config`.
        registry: Knows horizons.

    Raises:
        SpecError: Two would lie in one folder, or there is no such recipe.
    """
    configs = {name: config}
    configs |= {each: load_config(each, changes) for each in config.compare.also}
    stems = [Path(each).stem for each in (name, *config.compare.also)]
    for stem in stems:
        if stems.count(stem) > 1:
            raise SpecError(
                f"Two recipes of the comparison would lie in {out / stem}; recipes and files of "
                f"compare.also have different names."
            )
    return [
        make_setting(stem, each, out / stem, registry)
        for stem, each in zip(stems, configs.values(), strict=True)
    ]


def train_arms(settings: Sequence[Setting], num_jobs: int, watcher: Watcher) -> None:
    """Train everything, `num_jobs` processes at a time; what is finished is not done again.

    Args:
        settings: The last is expected to take longest and goes first.
        num_jobs: Processes at a time, a thread each.
        watcher: Told what begins and ends.

    Raises:
        LatentGymError: A run failed; its log says why.
        KeyboardInterrupt: Handed on to the runs, which save their state.
    """
    waiting = [(setting, arm) for setting in reversed(settings) for arm in setting.arms]
    waiting.sort(key=lambda pair: pair[1].after_base)
    waiting = [(s, a) for s, a in waiting if not _is_finished(s, a)]
    running: dict[subprocess.Popen[bytes], tuple[Setting, Arm, float]] = {}
    try:
        while waiting or running:
            for pair in [p for p in waiting if _can_begin(*p)][: num_jobs - len(running)]:
                waiting.remove(pair)
                running[_begin(*pair)] = (*pair, time.monotonic())
                log = pair[0].run(pair[1].name).log
                watcher.begin(_title(*pair), num_steps(pair[1].config), log)
            for process in [each for each in running if each.poll() is not None]:
                setting, arm, begun = running.pop(process)
                _check(process.returncode, setting, arm)
                watcher.end(_title(setting, arm), time.monotonic() - begun)
            watcher.look()
            _pause()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _title(setting: Setting, arm: Arm) -> str:
    return f"{setting.name} {arm.name}"


def _pause() -> None:
    threading.Event().wait(POLL_SECONDS)


def _is_finished(setting: Setting, arm: Arm) -> bool:
    return (setting.run(arm.name).path / "evaluation.json").is_file()


def _can_begin(setting: Setting, arm: Arm) -> bool:
    return not arm.after_base or _is_finished(setting, setting.arms[0])


def _begin(setting: Setting, arm: Arm) -> "subprocess.Popen[bytes]":
    """Start a run, or go on with one that was begun; one thread, so that two do not wait."""
    folder = setting.run(arm.name)
    file = setting.folder / f"{arm.name}.toml"
    setting.folder.mkdir(parents=True, exist_ok=True)
    write_whole(file, format_config(arm.config))
    begun = (folder.path / "config.toml").is_file()
    if begun:  # what may differ: where the base lies, and how batches are cut
        write_whole(folder.path / "config.toml", format_config(arm.config))
    what = ["--resume", str(folder.path)] if begun else [str(file), "--out", str(folder.path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    with (setting.folder / f"{arm.name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "latentgym_train", *what],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )


def _check(code: int, setting: Setting, arm: Arm) -> None:
    if code:
        log = setting.folder / f"{arm.name}.log"
        last = (log.read_text("utf-8", errors="replace").strip().splitlines() or ["no output"])[-1]
        raise LatentGymError(f"The run {setting.name} {arm.name} failed ({last}); see {log}.")
