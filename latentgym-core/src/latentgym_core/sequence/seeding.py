"""One `numpy.random.SeedSequence` tree for every drawn thing.

A sequence is keyed by (split, core envs, latent family, hyperparameters, seed); under it lie the
stream of z, one stream per task and one key per task for chance inside the game. Prompt,
feedback, agent, rule parameters and horizon do not enter, so comparisons are paired and a longer
sequence begins with the shorter one. The streams are `random.Random` objects seeded from the
tree: Python keeps their draws stable between versions, and the published sequences were drawn
with the same generator. Global generators are never touched.
"""

import hashlib
import json
import operator
import random
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from latentgym_core.errors import SpecError, WrongTypeError
from latentgym_core.wording import choices

SPLITS = ("train", "validation", "test", "examples")
PUBLISHED = "published"
MASK = (1 << 64) - 1
WORDS = 3  # 64-bit words per node of the tree: two seed a stream, one is a chance key


@frozen
class SequenceStreams:
    """The random streams of one sequence."""

    nodes: tuple[tuple[int, int, int], ...]
    shared: random.Random | None = None

    def z_stream(self) -> random.Random:
        """The stream that z is drawn from."""
        return self._stream(0)

    def task_stream(self, index: int) -> random.Random:
        """The stream of task `index` (from 0)."""
        return self._stream(index + 1)

    def task_key(self, index: int) -> int:
        """64-bit key of all chance inside task `index`."""
        return self.nodes[index + 1][2]

    def _stream(self, node: int) -> random.Random:
        if self.shared is not None:
            return self.shared
        high, low, _ = self.nodes[node]
        return random.Random(high << 64 | low)


def sequence_streams(
    *,
    split: str,
    core_envs: tuple[str, ...],
    family: str,
    hyperparameters: Mapping[str, Any],
    seed: int,
    num_tasks: int,
) -> SequenceStreams:
    """Open the streams of one sequence.

    Args:
        split: `train`, `validation`, `test` or `examples` (disjoint by construction), or
            `published`: one generator seeded with `seed` itself and shared by all draws in
            order, which regenerates published sequences.
        core_envs: Names of the games.
        family: Name of the latent's law.
        hyperparameters: Resolved hyperparameters of the latent, JSON-able.
        seed: Any non-negative whole number.
        num_tasks: Horizon; only says how many streams to open.

    Raises:
        SpecError: Unknown split or negative seed.
        WrongTypeError: The seed is no whole number.
    """
    import numpy as np

    if split not in (*SPLITS, PUBLISHED):
        raise SpecError(f"There is no split {split!r}; splits are {choices(split, SPLITS)}")
    seed = whole_seed(seed)
    key = json.dumps([split, core_envs, family, hyperparameters, seed], sort_keys=True)
    entropy = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=16).digest(), "big")
    words = np.random.SeedSequence(entropy).generate_state((num_tasks + 1) * WORDS, np.uint64)
    flat = iter(words.tolist())
    nodes = tuple(zip(flat, flat, flat, strict=True))
    return SequenceStreams(nodes, random.Random(seed) if split == PUBLISHED else None)


def whole_seed(seed: Any) -> int:
    """A seed as Python's own whole number; NumPy's are welcome.

    Raises:
        WrongTypeError: It is no whole number.
        SpecError: It is negative.
    """
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise WrongTypeError("A seed is a whole number from 0", seed, "as in reset(seed=0)")
    number = operator.index(seed)
    if number < 0:
        raise SpecError(f"The seed {number} is negative; seeds are whole numbers from 0.")
    return number


def chance(key: int, counter: int) -> float:
    """A uniform number in [0, 1) that is a pure function of a task key and a counter.

    SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) at position `counter` of the stream `key`.
    """
    x = (key + (counter + 1) * 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return ((x ^ (x >> 31)) >> 11) / (1 << 53)
