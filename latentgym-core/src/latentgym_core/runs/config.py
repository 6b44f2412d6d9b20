"""What an evaluation runs: one frozen record, the same for suites, run folders and Python."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from attrs import Attribute, field, fields, frozen
from attrs.validators import optional

from latentgym_core.contract import validators
from latentgym_core.errors import SpecError
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.sequence.rewards import check_reward_type
from latentgym_core.sequence.seeding import PUBLISHED, SPLITS
from latentgym_core.wording import choices


def _split(_: Any, __: Any, value: Any) -> None:
    if value not in (*SPLITS, PUBLISHED):
        raise SpecError(f"There is no split {value!r}; splits are {choices(value, SPLITS)}")


def _reward_type(_: Any, __: Any, value: Any) -> None:
    check_reward_type(value)


def _table(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    if not isinstance(value, Mapping):
        raise SpecError(f"{attribute.name} is {value!r}; it is a table of names and versions.")


@frozen(kw_only=True)
class SuiteLabel:
    """The named suite that a run plays, as it was when the run began; `quick v1` as text.

    Attributes:
        name: Its registered name.
        version: The version of its spec.
        fingerprint: Of everything that decides what is played and paid, see `fingerprint`.
    """

    name: str = field(validator=validators.name)
    version: int = field(validator=validators.whole_number(1))
    fingerprint: str = field(validator=validators.name)

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


def _suite_label(value: Any) -> SuiteLabel | None:
    if value is None or isinstance(value, SuiteLabel):
        return value
    keys = [each.name for each in fields(SuiteLabel)]
    if not isinstance(value, Mapping) or set(value) != set(keys):
        raise SpecError(f"suite is {value!r}; it is a table of {', '.join(keys)}.")
    return SuiteLabel(**value)


def _tuple(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise SpecError(f"{value!r} should be a list, as in [{value!r}].")
    return tuple(value)


@frozen(kw_only=True)
class RunEnvironment:
    """One environment of a run.

    Attributes:
        id: Its id; complete once the run is resolved.
        num_sequences: How many sequences are played in it; None takes the run's.
        seed: Its first seed; None takes the run's.
    """

    id: str = field(validator=validators.name)
    num_sequences: int | None = field(default=None, validator=optional(validators.whole_number(1)))
    seed: int | None = field(default=None, validator=optional(validators.whole_number(0)))


@frozen
class Job:
    """One sequence to be played; identifies its trajectory within a run."""

    env_id: str
    agent: str
    seed: int

    @classmethod
    def of(cls, trajectory: Trajectory) -> Self:
        """The job whose result a trajectory is."""
        return cls(trajectory.env_id, trajectory.agent, trajectory.seed)

    def __str__(self) -> str:
        return f"{self.env_id} {self.agent} seed {self.seed}"


@frozen(kw_only=True)
class RunConfig:
    """Everything that decides what a run plays; the fields are the keys of a suite file.

    Attributes:
        environments: What is played, in the order of the results.
        agents: Agent strings, in the order of the results.
        num_sequences: Sequences per environment and agent: seeds `seed` .. `seed + n - 1`.
        seed: First seed; all agents and environments share the seeds, so results are paired.
        split: Stream the sequences are drawn from.
        concurrency: How many sequences are played at once, over all agents.
        reward_type: How a sequence pays, see `rewards`.
        max_turns: Replies after which a sequence is cut off; None: never.
        max_tokens: Output tokens after which a sequence is cut off; None: never.
        suite: The named suite that this is; None for every other choice.
        versions: Component to spec and distribution version, filled when the run is resolved.
    """

    environments: tuple[RunEnvironment, ...] = field(converter=_tuple)
    agents: tuple[str, ...] = field(converter=_tuple, validator=validators.names)
    num_sequences: int = field(default=5, validator=validators.whole_number(1))
    seed: int = field(default=0, validator=validators.whole_number(0))
    split: str = field(default="test", validator=_split)
    concurrency: int = field(default=32, validator=validators.whole_number(1))
    reward_type: str = field(default="cumulative", validator=_reward_type)
    max_turns: int | None = field(default=None, validator=optional(validators.whole_number(1)))
    max_tokens: int | None = field(default=None, validator=optional(validators.whole_number(1)))
    suite: SuiteLabel | None = field(default=None, converter=_suite_label)
    versions: Mapping[str, str] = field(factory=dict, validator=_table, hash=False)

    def __attrs_post_init__(self) -> None:
        """Check what concerns several fields."""
        if not self.environments:
            raise SpecError("There is no environment to play; `latentgym list` shows them all.")
        if not self.agents:
            raise SpecError("Nobody plays: name an agent, as in --agent scripted/blind.")
        for names in ([each.id for each in self.environments], self.agents):
            for name in names:
                if names.count(name) > 1:
                    raise SpecError(f"{name} is given twice; a run plays it once per seed.")

    def seeds(self, environment: RunEnvironment) -> Sequence[int]:
        """The seeds that are played in one of the environments."""
        first = self.seed if environment.seed is None else environment.seed
        return range(first, first + (environment.num_sequences or self.num_sequences))

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every sequence of the run in canonical order: environment, agent, seed."""
        return tuple(
            Job(environment.id, agent, seed)
            for environment in self.environments
            for agent in self.agents
            for seed in self.seeds(environment)
        )


def fingerprint(config: RunConfig) -> str:
    """Short hash of what decides which sequences a run plays and what they pay.

    Agents and concurrency do not enter; the spec versions of everything played do, because with
    another version the same id is another environment.

    Args:
        config: A run with complete ids and versions.
    """
    played = {
        "environments": [
            [each.id, config.seeds(each)[0], len(config.seeds(each))]
            for each in config.environments
        ],
        "rules": [config.split, config.reward_type, config.max_turns, config.max_tokens],
        "versions": {
            component: version.split()[0]
            for component, version in sorted(config.versions.items())
            if ":" in component
        },
    }
    return hashlib.sha256(json.dumps(played).encode()).hexdigest()[:12]


def check_versions(begun: RunConfig, now: RunConfig) -> None:
    """Refuse to continue a run whose components behave differently by now.

    Args:
        begun: The run as it was begun.
        now: The same run as the installed plugins would begin it.

    Raises:
        SpecError: A component has another spec version; other distributions alone do not matter.
    """
    for component, version in now.versions.items():
        before = begun.versions.get(component, version)
        if ":" in component and before.split()[:1] != version.split()[:1]:
            raise SpecError(
                f"The run was begun with {component} {before} and {version} is installed, whose "
                f"results do not compare: begin a new run, or install the old version."
            )
