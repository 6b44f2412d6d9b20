"""The folder of a training run: configuration, log, checkpoints and exported policies.

config.toml, log.jsonl (one line per step), checkpoints/STAGE-STEP/, sft/ and policy/ (Transformers
folders), evaluation.json. A checkpoint is written beside its place and moved there when it is
whole, so that a kill or a full disk leaves the one before.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_json_lines
from latentgym_core.records.whole_files import draft_of, is_free, remove, write_whole
from latentgym_train.config.config import Config
from latentgym_train.config.config_file import format_config, load_config

CHECKPOINT = re.compile(r"(sft|rl)-(\d{6})")
STAGES = ("sft", "rl")


@frozen(order=True)
class Position:
    """How far a run is: steps finished of a stage.

    Attributes:
        stage: Index into `STAGES`.
        step: Optimizer steps (`sft`) or iterations (`rl`) that are done.
    """

    stage: int
    step: int

    @property
    def name(self) -> str:
        """Of its checkpoint."""
        return f"{STAGES[self.stage]}-{self.step:06d}"


@frozen
class TrainingFolder:
    """Paths of a run, and what is written there by hand."""

    path: Path

    @property
    def log(self) -> Path:
        """One JSON line per step."""
        return self.path / "log.jsonl"

    @property
    def policy(self) -> Path:
        """The finished policy."""
        return self.path / "policy"

    @property
    def sft(self) -> Path:
        """The policy after the supervised stage, before reinforcement."""
        return self.path / "sft"

    def begin(self, config: Config) -> None:
        """Make the folder and keep the configuration.

        Raises:
            SpecError: Something is there already.
        """
        self.check_empty()
        self.path.mkdir(parents=True, exist_ok=True)
        write_whole(self.path / "config.toml", format_config(config))

    def check_empty(self) -> None:
        """Check that a run can begin here.

        Raises:
            SpecError: Something is there already.
        """
        if not is_free(self.path):
            raise SpecError(
                f"{self.path} is not empty; take another --out, or go on with "
                f"`latentgym train --resume {self.path}`."
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs out while the context is open; a killed run holds nothing.

        Raises:
            SpecError: Another process trains here.
        """
        try:
            import fcntl
        except ImportError:  # not on this system
            yield
            return
        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SpecError(
                    f"{self.path} is being trained by another process; wait for it or stop it, "
                    f"then `latentgym train --resume {self.path}`."
                ) from error
            yield

    def config(self) -> Config:
        """The configuration the run was begun with.

        Raises:
            SpecError: No run was begun here.
        """
        if not (self.path / "config.toml").is_file():
            raise SpecError(f"{self.path} has no config.toml, so no training was begun there.")
        return load_config(str(self.path / "config.toml"))

    def checkpoint(self, position: Position) -> Path:
        """Where the checkpoint of a position lies."""
        return self.path / "checkpoints" / position.name

    def checkpoints(self) -> list[Position]:
        """Every whole checkpoint, the oldest first."""
        folder = self.path / "checkpoints"
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        matches = [match for match in map(CHECKPOINT.fullmatch, names) if match]
        return sorted(Position(STAGES.index(match[1]), int(match[2])) for match in matches)

    def draft(self, position: Position) -> Path:
        """Where a checkpoint is written before it is whole."""
        return draft_of(self.checkpoint(position))

    def begin_draft(self, position: Position) -> None:
        """Make an empty place to write a checkpoint."""
        remove(self.draft(position))
        self.draft(position).mkdir(parents=True)

    def publish(self, position: Position, keep: int) -> None:
        """Move a draft to its place and drop the oldest checkpoints."""
        remove(self.checkpoint(position))
        self.draft(position).replace(self.checkpoint(position))
        for old in self.checkpoints()[:-keep]:
            remove(self.checkpoint(old).replace(self.draft(old)))  # never half there

    def remove_drafts(self) -> None:
        """Drop checkpoints that a killed run left half written, or half removed."""
        for draft in (self.path / "checkpoints").glob(".*"):
            remove(draft)

    def append_log(self, line: dict[str, Any]) -> None:
        """Add a line."""
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def read_log(self) -> list[dict[str, Any]]:
        """All whole lines; a kill may have torn the last one."""
        if not self.log.is_file():
            return []
        return [line for _, line in read_json_lines(self.log)]

    def rewind_log(self, position: Position) -> None:
        """Forget lines of steps that will be done again."""
        kept = [
            line
            for line in self.read_log()
            if Position(STAGES.index(line["stage"]), line["step"]) <= position
        ]
        write_whole(self.log, (json.dumps(line) + "\n" for line in kept))
