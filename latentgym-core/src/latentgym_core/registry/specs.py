"""What a plugin returns: small frozen records that name a component and where to find it.

A spec imports nothing: its `factory` is `"module:Name"` and is resolved on first use, so that
listing a thousand components costs no import of theirs.
"""

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from attrs import Attribute, field, frozen

from latentgym_core.errors import LatentGymError, PluginError, SpecError
from latentgym_core.registry.blame import factory_fault
from latentgym_core.registry.packaged import PACKAGED
from latentgym_core.wording import choices

Factory = str | Callable[..., Any]
Tier = Literal["easy", "medium", "hard", "very_hard"]
Structure = Literal["iid", "index_driven", "markov", "control"]
TIERS = ("easy", "medium", "hard", "very_hard")
STRUCTURES = ("iid", "index_driven", "markov", "control")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
CANNOT_LOAD = "cannot be loaded"
AGENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)?")


def _matches(pattern: re.Pattern[str], what: str) -> Callable[[Any, Any, Any], None]:
    def check(record: object, _: Any, value: object) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise SpecError(f"{type(record).__name__}: {value!r} is not {what}.")

    return check


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any, Any, Any], None]:
    def check(record: Any, attribute: "Attribute[str]", value: object) -> None:
        if value not in allowed:
            raise SpecError(
                f"{type(record).__name__} {record.name!r}: {attribute.name} is {value!r}, "
                f"allowed are {choices(value, allowed)}"
            )

    return check


def _loadable(record: object, _: Any, value: Any) -> None:
    if not callable(value) and not (isinstance(value, str) and value.count(":") == 1):
        raise SpecError(f"{type(record).__name__}: factory {value!r} is not 'module:Name'.")


def _packaged(*, optional: bool = False) -> Callable[[Any, Any, Any], None]:
    def check(record: Any, attribute: "Attribute[str]", value: object) -> None:
        fits = isinstance(value, str) and (PACKAGED.fullmatch(value) or (optional and not value))
        if not fits:
            raise SpecError(
                f"{type(record).__name__} {record.name!r}: {attribute.name} is {value!r}, not "
                f"'package:file'."
            )

    return check


def _positive(record: Any, attribute: "Attribute[float]", value: float) -> None:
    if not value > 0:
        raise SpecError(
            f"{type(record).__name__} {record.name!r}: {attribute.name} is {value}; it must be "
            f"above 0."
        )


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


_name = _matches(NAME, "a name (letters, digits, _ and -, starting with a letter)")


@frozen(kw_only=True)
class ComponentSpec:
    """What all specs have in common."""

    name: str = field(validator=_name)
    """How ids and commands call it; letters, digits, `_` and `-`, starting with a letter."""
    summary: str = ""
    """One line for `latentgym list`."""
    version: int = 1
    """Raised whenever the component's behaviour changes; copied into every trajectory."""
    source: str = ""
    """Where the rule comes from."""


@frozen(kw_only=True)
class FactorySpec(ComponentSpec):
    """A component that a factory makes."""

    factory: Factory = field(validator=_loadable)
    """`"package.module:Name"`, or the callable itself in tests."""

    def load(self) -> Callable[..., Any]:
        """Import the factory.

        Raises:
            SpecError: The module or the name in it does not exist.
            PluginError: Importing it fails in another way.
        """
        if callable(self.factory):
            return self.factory
        module, _, attribute = self.factory.partition(":")
        try:
            loaded: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
        except LatentGymError:  # says what to install, say
            raise
        except (ImportError, AttributeError) as error:
            raise SpecError(factory_fault(self, error, CANNOT_LOAD)) from error
        except (Exception, SystemExit) as error:
            raise PluginError(factory_fault(self, error, CANNOT_LOAD)) from error
        return loaded


@frozen(kw_only=True)
class CoreEnvSpec(FactorySpec):
    """A core env: the within-task game. Its factory takes the rule parameters as keywords."""

    params: Mapping[str, Any] = field(factory=dict)
    """Parameters this name fixes; an id may still override them with `env.key=value`."""
    default_num_tasks: int = 10
    """Horizon N where an id names none."""
    default_latent: str = ""
    """Latent where an id names none; empty: the id must name one."""
    reward_scale: float = field(default=1.0, validator=_positive)
    """What a competent player earns in one task on average without any latent, measured;
    `sequence.rewards=normalised` divides by it."""
    worth: str = field(default="", validator=_packaged(optional=True))
    """`"package:file.csv"`, a table of what its z is worth (`worth.table`); read when asked for."""


@frozen(kw_only=True)
class LatentSpec(FactorySpec):
    """A latent preset, or with no `params` an open family. Its factory takes hyperparameters."""

    core_envs: tuple[str, ...] = field(converter=_names)
    """Core envs it can make tasks for; empty: every one."""
    params: Mapping[str, Any] = field(factory=dict)
    """Hyperparameters this preset fixes; an id may override them with `latent.key=value`."""
    tier: Tier = field(default="medium", validator=_one_of(TIERS))
    """How hard the latent is meant to be."""
    structure: Structure = field(default="iid", validator=_one_of(STRUCTURES))
    """How tasks depend on each other given z."""
    preset: bool = True
    """False for an open family, which `list` sets apart from the published presets."""
    refusal: str = ""
    """Why it cannot be built, and what to use instead; empty for every usable latent."""


@frozen(kw_only=True)
class PromptSpec(FactorySpec):
    """A prompt condition: what the agent is told about the latent."""

    core_envs: tuple[str, ...] = field(default=(), converter=_names)
    """Core envs it is bound to; empty: every one."""


@frozen(kw_only=True)
class FeedbackSpec(FactorySpec):
    """A feedback condition: what the agent is told when a task ends."""

    core_envs: tuple[str, ...] = field(default=(), converter=_names)
    """Core envs it is bound to; empty: every one."""


@frozen(kw_only=True)
class AgentSpec(FactorySpec):
    """A model provider (`openai`) or one scripted player (`scripted/midpoint`)."""

    name: str = field(validator=_matches(AGENT_NAME, "an agent name (provider or provider/player)"))
    core_envs: tuple[str, ...] = field(default=(), converter=_names)
    """Core envs a scripted player can play; empty: every one."""
    privileged: bool = False
    """Told z and the task (oracles). Everyone else sees only what the agent may see."""
    params: Mapping[str, Any] = field(factory=dict)
    """Parameters that make it this agent; those of an agent string come on top."""


def reference_players(core_env: str, factory: str) -> tuple[AgentSpec, AgentSpec, AgentSpec]:
    """Blind, Bayes and oracle of a game, if one class of players (`LawPlayer`) is all three.

    Args:
        core_env: The game.
        factory: The class.
    """
    kinds = (
        ("blind", "nothing", "Knows nothing of the latent: every task is its first."),
        ("bayes", "family", "Knows the family, and infers z from the tasks before."),
        ("oracle", "z", "Is told z."),
    )
    blind, bayes, oracle = (
        AgentSpec(
            name=f"scripted/{name}",
            core_envs=(core_env,),
            factory=factory,
            params={"knows": knows},
            summary=summary,
            privileged=knows == "z",
        )
        for name, knows, summary in kinds
    )
    return blind, bayes, oracle


@frozen(kw_only=True)
class CommandSpec(FactorySpec):
    """A `latentgym` subcommand; its factory is a `click.Command`, imported when it is run."""


@frozen(kw_only=True)
class SuiteSpec(ComponentSpec):
    """A named choice of environments, and how many sequences of each are played."""

    file: str = field(validator=_packaged())
    """`"package:file.toml"`, a suite file (`runs.suite`); read when it is used or listed.
    `version` is raised whenever it would play or pay anything else."""
