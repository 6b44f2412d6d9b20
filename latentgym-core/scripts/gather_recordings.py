"""Gather the published recordings, one file for each core env, for the tests that look at them.

    python latentgym-core/scripts/gather_recordings.py FOLDER OUT

FOLDER holds the trajectory files of the LatentGym project website, in whatever folders they lie;
its `index.json` lists them. OUT gets `number_guessing.jsonl.gz`, `bandits.jsonl.gz` and so on: one
line for each recording, with the fields of its publisher and `file`, its path in FOLDER. The tests
find them there with LATENTGYM_RECORDINGS=OUT. They are their publishers' to hand on, not ours.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from latentgym_core.recordings.published import is_published


def main() -> None:
    """Read one folder, write the other, say how many of what."""
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name the folder of the downloaded files and the one to write to.")
    counts = gather(Path(sys.argv[1]), Path(sys.argv[2]))
    for core_env, count in sorted(counts.items()):
        sys.stdout.write(f"{count} recordings of {core_env}\n")
    if not counts:
        sys.exit(f"There is no recording in {sys.argv[1]}.")


def gather(folder: Path, out: Path) -> dict[str, int]:
    """Write the recordings of a folder; returns how many there are of each core env."""
    out.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        files: dict[str, TextIO] = {}
        for recording in _recordings(folder):
            name = recording["env"]
            if name not in files:
                path = out / f"{name}.jsonl.gz"
                files[name] = stack.enter_context(gzip.open(path, "wt", encoding="utf-8"))
            files[name].write(json.dumps(recording, ensure_ascii=False) + "\n")
            counts[name] += 1
    return counts


def _recordings(folder: Path) -> Iterator[dict[str, Any]]:
    """What the website publishes of each trajectory, in the order of the paths."""
    for path in sorted(folder.rglob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if is_published(data) and "env" in data:  # an index holds something else
            yield {**data, "file": path.relative_to(folder).as_posix()}


if __name__ == "__main__":
    main()
