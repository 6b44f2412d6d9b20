"""The folder of a training run: configuration, log, checkpoints and exported policies.

config.toml, log.jsonl (one line per step), checkpoints/STAGE-STEP/, sft/ and policy/ (Transformers
folders), evaluation.json. A checkpoint is written beside its place and moved there when it is
whole, so that a kill or a full disk leaves the one before.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_train.config import Config
from latentgym_train.config_file import format_config, load_config

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
        if self.path.exists() and any(self.path.iterdir()):
            raise SpecError(
                f"{self.path} is not empty; take another --out, or go on with "
                f"`latentgym train --resume {self.path}`."
            )
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "config.toml").write_text(format_config(config), "utf-8")

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
        """An empty place to write a checkpoint."""
        draft = self.path / "checkpoints" / f".{position.name}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        return draft

    def publish(self, position: Position, keep: int) -> None:
        """Move a draft to its place and drop the oldest checkpoints."""
        target = self.checkpoint(position)
        shutil.rmtree(target, ignore_errors=True)
        (self.path / "checkpoints" / f".{position.name}").replace(target)
        for old in self.checkpoints()[:-keep]:
            shutil.rmtree(self.checkpoint(old))

    def append_log(self, line: dict[str, Any]) -> None:
        """Add a line."""
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def read_log(self) -> list[dict[str, Any]]:
        """All lines."""
        if not self.log.is_file():
            return []
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def rewind_log(self, position: Position) -> None:
        """Forget lines of steps that will be done again."""
        kept = [
            line
            for line in self.read_log()
            if Position(STAGES.index(line["stage"]), line["step"]) <= position
        ]
        self.log.write_text("".join(json.dumps(line) + "\n" for line in kept), "utf-8")
