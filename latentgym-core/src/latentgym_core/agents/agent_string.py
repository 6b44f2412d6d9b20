"""Agent strings: `provider/model?key=value`, the way commands and records name an agent."""

from collections.abc import Mapping
from typing import Self

from attrs import field, frozen

from latentgym_core.agents.base import Agent
from latentgym_core.environment import construct
from latentgym_core.errors import SpecError
from latentgym_core.parameters import Scalar, format_parameters, parse_parameters
from latentgym_core.registry import Registry, load_registry

SCRIPTED = "scripted"
EXAMPLES = "examples"


@frozen(kw_only=True)
class AgentString:
    """A parsed agent string; `str()` gives it back.

    Attributes:
        provider: Up to the first slash.
        model: The rest of the path; may itself hold slashes, and `@URL` for servers.
        parameters: What follows the question mark.
    """

    provider: str
    model: str
    parameters: Mapping[str, Scalar] = field(factory=dict, hash=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split at the first slash and the first question mark.

        Raises:
            SpecError: There is no provider.
        """
        path, _, tail = text.partition("?")
        provider, _, model = path.partition("/")
        if not provider:
            raise SpecError(f"{text!r} is no agent; write provider/model, as in scripted/blind.")
        return cls(provider=provider, model=model, parameters=parse_parameters(tail))

    def __str__(self) -> str:
        path = f"{self.provider}/{self.model}" if self.model else self.provider
        tail = format_parameters(self.parameters)
        return f"{path}?{tail}" if tail else path


def make_agent(text: str, core_envs: tuple[str, ...], registry: Registry | None = None) -> Agent:
    """Make the agent that a string names.

    Args:
        text: `scripted/midpoint`, `openai/gpt-4o-mini?temperature=0&examples=3`, …
        core_envs: The games it will play; scripted players are chosen by them.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: No such provider or player.
        SpecError: A parameter does not fit.
    """
    registry = registry or load_registry()
    parsed = AgentString.parse(text)
    parameters = dict(parsed.parameters)
    num_examples = parameters.pop(EXAMPLES, 0)
    if parsed.provider == SCRIPTED:
        agent = _scripted(parsed, parameters, core_envs, registry)
    else:
        agent = _provided(parsed, parameters, core_envs, registry)
    agent.name = str(parsed)
    return _with_examples(agent, num_examples)


def _provided(
    parsed: AgentString,
    parameters: Mapping[str, Scalar],
    core_envs: tuple[str, ...],
    registry: Registry,
) -> Agent:
    """A registered `provider/model` as it is, else the provider with any model."""
    path = f"{parsed.provider}/{parsed.model}"
    if path in registry.agent_names(core_envs):
        named: Agent = construct(registry.agent(path, core_envs).spec, parameters)
        return named
    spec = registry.agent(parsed.provider, core_envs).spec
    provided: Agent = construct(spec, {"model": parsed.model, **parameters})
    return provided


def _scripted(
    parsed: AgentString,
    parameters: Mapping[str, Scalar],
    core_envs: tuple[str, ...],
    registry: Registry,
) -> Agent:
    from latentgym_core.agents.scripted import ScriptedAgent

    specs = {name: registry.agent(f"{SCRIPTED}/{parsed.model}", (name,)).spec for name in core_envs}
    players = {name: construct(spec, parameters) for name, spec in specs.items()}
    privileged = any(spec.privileged for spec in specs.values())
    return ScriptedAgent(str(parsed), players, privileged=privileged)


def _with_examples(agent: Agent, num_examples: Scalar) -> Agent:
    if not isinstance(num_examples, int) or num_examples < 0:
        raise SpecError(f"examples={num_examples!r} is not a number of turns; write examples=3.")
    if num_examples == 0:
        return agent
    from latentgym_core.agents.examples import ExamplesAgent

    return ExamplesAgent(agent, num_examples)
