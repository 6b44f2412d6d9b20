"""Scaffolds by name: `last_k`, or `module:Name` for one of your own."""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_core.registry.parameters import Scalar, format_parameters, parse_parameters
from latentgym_core.registry.specs import FactorySpec
from latentgym_core.scaffolds.base import Scaffold
from latentgym_core.sequence.environment import construct
from latentgym_core.wording import did_you_mean

HERE = "latentgym_core.scaffolds"
SCAFFOLDS: Mapping[str, str] = MappingProxyType(
    {
        "full": f"{HERE}.builtin:Full",
        "none": f"{HERE}.builtin:Nothing",
        "last_k": f"{HERE}.builtin:LastK",
        "outcomes": f"{HERE}.builtin:Outcomes",
        "notes": f"{HERE}.notes:Notes",
        "oracle": f"{HERE}.builtin:Oracle",
    }
)
KEY = "scaffold"
"""Of agent strings; a parameter of the scaffold is `scaffold.NAME`."""


@frozen(kw_only=True)
class ScaffoldSpec(FactorySpec):
    """A scaffold that an agent string names."""


def make_scaffold(name: str, parameters: Mapping[str, Scalar]) -> Scaffold:
    """Make a scaffold.

    Args:
        name: One of `SCAFFOLDS`, or `package.module:Name` of any other.
        parameters: Its fields.

    Raises:
        SpecError: There is no such scaffold, or a parameter does not fit.
    """
    factory = SCAFFOLDS.get(name, name)
    if factory.count(":") != 1:
        hint = did_you_mean(name, SCAFFOLDS, f"; there are {', '.join(SCAFFOLDS)}.")
        raise SpecError(
            f"There is no scaffold {name!r}{hint} One of your own is named module:Name."
        )
    spec = ScaffoldSpec(name=name.rpartition(":")[2], factory=factory)
    scaffold = construct(spec, parameters)
    if not isinstance(scaffold, Scaffold):
        raise SpecError(f"{name} is no scaffold: it must be a subclass of Scaffold.")
    return scaffold


def with_scaffold(agent: str, scaffold: str) -> str:
    """Add a scaffold to an agent string.

    Args:
        agent: An agent string without one.
        scaffold: `NAME`, or `NAME?key=value&key=value`.

    Raises:
        SpecError: The agent has a scaffold already.
    """
    name, _, tail = scaffold.partition("?")
    path, _, own = agent.partition("?")
    given = parse_parameters(own)
    if KEY in given:
        raise SpecError(f"{agent} has a scaffold already; give one in one place.")
    chosen = {KEY: name, **{f"{KEY}.{key}": value for key, value in parse_parameters(tail).items()}}
    return f"{path}?{format_parameters({**given, **chosen})}"


def take_scaffold(parameters: dict[str, Scalar]) -> Scaffold | None:
    """Take what concerns the scaffold out of an agent's parameters.

    Raises:
        SpecError: There are parameters for a scaffold that is not named, or it cannot be made.
    """
    prefix = f"{KEY}."
    name = parameters.pop(KEY, None)
    own = [key for key in parameters if key.startswith(prefix)]
    given = {key.removeprefix(prefix): parameters.pop(key) for key in own}
    if name is None:
        if given:
            raise SpecError(f"{own[0]} belongs to no scaffold; name one with {KEY}=NAME.")
        return None
    if not isinstance(name, str):
        raise SpecError(f"{KEY}={name!r} is no name; there are {', '.join(SCAFFOLDS)}.")
    return make_scaffold(name, given)
