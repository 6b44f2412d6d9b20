"""Write drawn sequences into a dataset folder, all of them or none."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from latentgym_core.dataset.card import DEFAULT, Part, render_card
from latentgym_core.dataset.rows import Row, draw_rows
from latentgym_core.errors import MissingDependencyError, SpecError
from latentgym_core.records.serial import dump_document, from_data, to_data
from latentgym_core.records.whole_files import drafted, is_free
from latentgym_core.sequence.environment import Environment

MANIFEST = "latentgym.json"
CARD = "README.md"
SUBSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def write_dataset(
    folder: Path,
    environment: Environment,
    num_sequences: int,
    *,
    split: str = "train",
    seed: int = 0,
    distinct: bool = False,
    subset: str = DEFAULT,
) -> Part:
    """Draw sequences and add them to a dataset folder, which is made if need be.

    Args:
        folder: What `datasets.load_dataset` is to read.
        environment: What is drawn.
        num_sequences: How many.
        split: Stream to draw from, and name of the split.
        seed: First seed.
        distinct: See `dataset.draw_rows`.
        subset: Configuration of the dataset that the split belongs to.

    Raises:
        MissingDependencyError: `datasets` is not installed.
        EnvError: The latent cannot make so many; nothing is written.
        SpecError: The split is there already, or the folder holds something else.
    """
    datasets = _datasets()
    parts = read_parts(folder)
    _check_free(folder, parts, subset, split)
    rows = draw_rows(environment, num_sequences, split=split, seed=seed, distinct=distinct)
    part = Part(
        subset=subset,
        split=split,
        env_id=str(environment.id),
        num_sequences=len(rows),
        seed=seed,
        last_seed=rows[-1]["seed"],
        distinct=distinct,
        versions=json.loads(rows[0]["versions"]),
    )
    _write(datasets, folder, [*parts, part], rows)
    return part


def read_parts(folder: Path) -> list[Part]:
    """The splits a dataset folder holds; none if it does not exist yet.

    Raises:
        SpecError: The folder is somebody else's.
    """
    manifest = folder / MANIFEST
    if manifest.exists():
        return from_data(list[Part], json.loads(manifest.read_text("utf-8"))["parts"])
    if not is_free(folder):
        raise SpecError(f"{folder} holds something else than a dataset of LatentGym.")
    return []


def _check_free(folder: Path, parts: Sequence[Part], subset: str, split: str) -> None:
    if not SUBSET.fullmatch(subset) or subset == "data":
        raise SpecError(f"{subset!r} is no name for a subset; write letters, digits, _ and -.")
    if any((part.subset, part.split) == (subset, split) for part in parts):
        raise SpecError(
            f"{folder} already holds the split {split} of {subset}; write to another folder, or "
            f"under another --name."
        )


def _write(datasets: Any, folder: Path, parts: Sequence[Part], rows: Sequence[Row]) -> None:
    """Write everything beside its place before anything is moved."""
    file = folder / parts[-1].file
    file.parent.mkdir(parents=True, exist_ok=True)
    with (
        drafted(folder / CARD) as card,
        drafted(folder / MANIFEST) as listing,
        drafted(file) as data,
    ):
        card.write_text(render_card(parts), "utf-8")
        listing.write_text(dump_document({"format": 1, "parts": to_data(list(parts))}), "utf-8")
        _write_parquet(datasets, data, rows)


def _write_parquet(datasets: Any, path: Path, rows: Sequence[Row]) -> None:
    import numpy as np

    text, number = datasets.Value("string"), datasets.Value("int64")
    features = datasets.Features(
        dict.fromkeys(rows[0], text)
        | {"seed": number, "num_tasks": number, "core_envs": [text]}
        | {"task_keys": [datasets.Value("uint64")], "opening": [{"role": text, "content": text}]}
    )
    # As lists of int the keys would be read as int64 and overflow, whatever the features say.
    typed = [{**row, "task_keys": np.array(row["task_keys"], np.uint64)} for row in rows]
    shown = not datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        datasets.Dataset.from_list(typed, features=features).to_parquet(path)
    finally:
        if shown:
            datasets.enable_progress_bars()


def _datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingDependencyError(
            "Writing a dataset needs the package datasets, the extra [data] of latentgym-core: "
            "pip install datasets."
        ) from error
    return datasets
