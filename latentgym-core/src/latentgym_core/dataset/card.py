"""The card of a dataset folder: a README with the head that `load_dataset` and the Hub read."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field, frozen

DEFAULT = "default"
FIELDS = (
    ("env_id", "full id of the environment, with parameters"),
    ("split", "stream the sequence was drawn from"),
    ("seed", "its seed in that stream"),
    ("num_tasks", "horizon N"),
    ("core_envs", "the game of each task"),
    ("opening", "the chat messages before the first reply"),
    ("tasks", "ground truth of each task, JSON"),
    ("task_keys", "64-bit key of all chance inside each task"),
    ("z", "the hidden latent, JSON; never shown to an agent"),
    ("z_text", "the hidden latent in words"),
    ("versions", "versions of all components that drew it, JSON"),
    ("key", "hash of all that is played"),
)
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@frozen(kw_only=True)
class Part:
    """One split of one subset: one parquet file and how it was made.

    Attributes:
        subset: What `load_dataset` calls a configuration.
        split: Split, and stream it was drawn from.
        env_id: Full id of its environment.
        num_sequences: Rows.
        seed: First seed.
        last_seed: Seed of the last row.
        distinct: Whether all task lists differ.
        versions: Versions of the components that drew it.
    """

    subset: str = DEFAULT
    split: str
    env_id: str
    num_sequences: int
    seed: int
    last_seed: int
    distinct: bool
    versions: Mapping[str, str] = field(factory=dict)

    @property
    def file(self) -> str:
        """Path of its parquet file inside the folder."""
        folder = "data" if self.subset == DEFAULT else self.subset
        return f"{folder}/{self.split}-00000-of-00001.parquet"

    @property
    def command(self) -> str:
        """What draws the same rows again with the same versions."""
        words = ["latentgym", "data", self.env_id, "-n", str(self.num_sequences)]
        words += ["--split", self.split, "--seed", str(self.seed)]
        words += ["--distinct"] if self.distinct else []
        words += ["--name", self.subset] if self.subset != DEFAULT else []
        return shlex.join([*words, "--out", "DIR"])


def render_card(parts: Sequence[Part]) -> str:
    """The whole README of a dataset folder."""
    return "\n".join([*_head(parts), "", *_body(parts), ""])


def _head(parts: Sequence[Part]) -> Iterator[str]:
    core_envs = sorted({part.env_id.split("/")[0] for part in parts})
    yield from ("---", "license: mit", "language:", "- en")
    yield f"pretty_name: {json.dumps('LatentGym: ' + ', '.join(core_envs))}"
    yield from ("task_categories:", "- reinforcement-learning", "- text-generation")
    yield from ("size_categories:", f"- {_size(sum(part.num_sequences for part in parts))}")
    yield from ("tags:", "- latentgym", "- in-context-learning", "- exploration")
    yield "configs:"
    for subset in dict.fromkeys(part.subset for part in parts):
        yield f"- config_name: {json.dumps(subset)}"
        yield "  data_files:"
        for part in parts:
            if part.subset == subset:
                yield f"  - split: {part.split}"
                yield f"    path: {json.dumps(part.file)}"
    yield "---"


def _body(parts: Sequence[Part]) -> Iterator[str]:
    latents = sorted({"/".join(part.env_id.split("?")[0].split("/")[:2]) for part in parts})
    yield from ("# LatentGym sequences", "")
    yield (
        "Each row is a sequence of tasks that share one hidden latent z, drawn but not yet played. "
        "An agent that finds out z in early tasks does better in later ones."
    )
    yield from ("", "## Splits", "")
    yield from _table(
        ("subset", "split", "rows", "seeds", "environment"),
        (
            (p.subset, p.split, p.num_sequences, f"{p.seed}-{p.last_seed}", f"`{p.env_id}`")
            for p in parts
        ),
    )
    yield ""
    yield (
        "The seed streams of different splits are disjoint, so no sequence of one split was drawn "
        "for another; where a latent has few values, equal tasks can still occur by chance."
    )
    yield from ("", f"Latents: {', '.join(f'`{latent}`' for latent in latents)}.")
    yield from ("", "## How it was made", "", "```", *(part.command for part in parts), "```", "")
    yield from _table(("component", "version"), _versions(parts))
    yield from (
        "",
        "## Fields",
        "",
        *_table(("field", "meaning"), ((f"`{f}`", m) for f, m in FIELDS)),
    )
    yield from ("", "## Use", "", *USE)


USE = (
    "```python",
    "from datasets import load_dataset",
    "from latentgym_core import SequenceEnv",
    "from latentgym_core.dataset.rows import load_sequence",
    "",
    'row = load_dataset("DIR", split="train")[0]',
    "environment, sequence = load_sequence(row)",
    "messages = SequenceEnv(environment).load(sequence)",
    "```",
    "",
    "Made for training and evaluating agents on learning across tasks. `tasks`, `z` and `z_text`",
    "are the ground truth: an agent must not see them. The sequences are synthetic and hold no",
    "personal data. To play a row, its core env must be installed, in a version whose tasks have",
    "the same fields.",
)


def _versions(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Every component; several versions if parts were drawn at different times."""
    for name in sorted({name for part in parts for name in part.versions}):
        said = dict.fromkeys(part.versions[name] for part in parts if name in part.versions)
        yield name, ", ".join(said)


def _size(rows: int) -> str:
    return next((name for limit, name in SIZES if rows < limit), "n>1M")


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(map(str, row))} |"
