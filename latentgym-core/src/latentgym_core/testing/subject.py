"""What the checks look at: a game with sample tasks, and a latent with drawn sequences."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from latentgym_core.contract.core_env import StepResult
from latentgym_core.contract.latent import AnyCoreEnv, Latent
from latentgym_core.registry.parameters import Scalar, format_parameters
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_core.testing.result import Verdict

HORIZON = 10
SCRIPT = 40
NO_REPLY = "nothing to see here"
T = TypeVar("T")
Fingerprint = dict[str, str]
"""What a seed leads to, as JSON text by part: z, tasks, opening messages, answers."""
Fingerprints = list[Fingerprint] | Verdict
"""Those of seeds 0, 1, …, or what to say where there are none."""


@frozen(kw_only=True)
class Sample:
    """One task to play.

    Attributes:
        where: How to draw it again, in words.
        task: The ground truth.
        key: Key of all chance inside it.
    """

    where: str
    task: Any
    key: int


@frozen(kw_only=True)
class Game:
    """A core env under inspection.

    Attributes:
        spec: Its registration.
        core_env: The game itself.
        samples: Tasks of its own and of its latents.
    """

    spec: CoreEnvSpec
    core_env: AnyCoreEnv
    samples: tuple[Sample, ...]

    def few(self, count: int) -> tuple[Sample, ...]:
        """Samples spread evenly over all of them."""
        return spread(self.samples, count)


@frozen(kw_only=True)
class Choice:
    """A latent to inspect, with what its id says of parameters.

    Attributes:
        spec: Its registration.
        parameters: As an id has them, as in `latent.of`.
    """

    spec: LatentSpec
    parameters: Mapping[str, Scalar] = field(factory=dict)

    def __str__(self) -> str:
        tail = format_parameters(self.parameters)
        return f"{self.spec.name}?{tail}" if tail else self.spec.name


@frozen(kw_only=True)
class Drawn:
    """A latent under inspection, serving one core env.

    Attributes:
        choice: The latent.
        registry: Where it was found.
        environment: It with the core env, `no_info`, `standard` and ten tasks.
        sequences: The sequences of seeds 0, 1, …
        elsewhere: What the first seeds lead to in another process; empty until one is asked.
    """

    choice: Choice
    registry: Registry
    environment: Environment
    sequences: tuple[TaskSequence, ...]
    elsewhere: Fingerprints

    @property
    def spec(self) -> LatentSpec:
        """Its registration."""
        return self.choice.spec

    @property
    def latent(self) -> Latent[Any]:
        """The family with its hyperparameters."""
        return self.environment.latent

    @property
    def core_env_name(self) -> str:
        """The core env it serves here."""
        return self.environment.id.core_envs[0]


@frozen
class Turn:
    """One step of a game, with the states around it."""

    index: int
    reply: str
    before: Any
    after: Any
    result: StepResult


def draw(registry: Registry, core_env: str, choice: Choice, seeds: int) -> Drawn:
    """Load a latent and draw its first sequences.

    Raises:
        LatentGymError: It cannot be built, or has nothing to draw from.
    """
    full = registry.complete(f"{core_env}/{choice.spec.name}/no_info/standard/ep{HORIZON}")
    environment = build_environment(evolve(full, parameters=choice.parameters), registry)
    return Drawn(
        choice=choice,
        registry=registry,
        environment=environment,
        sequences=tuple(environment.sequence(seed) for seed in range(seeds)),
        elsewhere=[],
    )


def latent_samples(drawn: Drawn) -> Iterator[Sample]:
    """The first task of every drawn sequence."""
    for sequence in drawn.sequences:
        yield Sample(
            where=f"{drawn.choice}, seed {sequence.seed}",
            task=sequence.tasks[0],
            key=sequence.task_keys[0],
        )


def own_samples(core_env: AnyCoreEnv, seeds: int) -> Iterator[Sample]:
    """Tasks that the game draws itself."""
    for seed in range(seeds):
        task = core_env.sample_task(random.Random(seed))
        yield Sample(where=f"sample_task, seed {seed}", task=task, key=seed)


def script(core_env: AnyCoreEnv, task: Any) -> tuple[str, ...]:
    """Replies to a task: the game's own demonstration with replies in between that make no sense.

    A game that demonstrates nothing is played with senseless replies alone.
    """
    replies = demonstration(core_env, task)
    mixed = itertools.chain.from_iterable((reply, NO_REPLY) for reply in replies)
    return (*itertools.islice(mixed, SCRIPT), "", NO_REPLY)


def demonstration(core_env: AnyCoreEnv, task: Any) -> tuple[str, ...]:
    """The first replies of the game's demonstration; none if it has none."""
    try:
        return tuple(itertools.islice(core_env.demonstrate(task), SCRIPT))
    except Exception:  # the check of the worked turns reports it
        return ()


def walk(core_env: AnyCoreEnv, sample: Sample, replies: Sequence[str]) -> Iterator[Turn]:
    """Play replies until the task is over."""
    state, _ = core_env.start(sample.task, sample.key)
    for index, reply in enumerate(replies):
        after, result = core_env.step(state, reply)
        yield Turn(index, reply, state, after, result)
        if result.done:
            return
        state = after


def spread(items: Sequence[T], count: int) -> tuple[T, ...]:
    """At most `count` of the items, spread evenly."""
    stride = max(1, -(-len(items) // count))
    return tuple(items[::stride])
