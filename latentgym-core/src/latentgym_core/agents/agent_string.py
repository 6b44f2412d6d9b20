"""Agent strings: `provider/model?key=value`, the way commands and records name an agent."""

from collections.abc import Iterable, Mapping
from typing import Self

from attrs import field, frozen

from latentgym_core.contract.agent import Agent
from latentgym_core.errors import SpecError, WrongTypeError
from latentgym_core.registry.names import names_of
from latentgym_core.registry.parameters import Scalar, format_parameters, parse_parameters
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.scaffolds.agent import ScaffoldAgent
from latentgym_core.scaffolds.naming import take_scaffold
from latentgym_core.sequence.environment import construct
from latentgym_core.wording import nearest

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
            WrongTypeError: It is no text.
        """
        if not isinstance(text, str):
            raise WrongTypeError("An agent string is text", text, "as in scripted/blind")
        path, _, tail = text.partition("?")
        provider, _, model = path.partition("/")
        if not provider:
            raise SpecError(f"{text!r} is no agent; write provider/model, as in scripted/blind.")
        return cls(provider=provider, model=model, parameters=parse_parameters(tail))

    def __str__(self) -> str:
        path = f"{self.provider}/{self.model}" if self.model else self.provider
        tail = format_parameters(self.parameters)
        return f"{path}?{tail}" if tail else path


def make_agents(
    names: Iterable[str], core_envs: tuple[str, ...], registry: Registry | None = None
) -> dict[str, Agent]:
    """Make several agents; those of one provider and model share what they have loaded.

    Args:
        names: Agent strings.
        core_envs: The games they will play.
        registry: Defaults to the installed plugins.

    Raises:
        LatentGymError: See `make_agent`.
    """
    made: dict[str, Agent] = {}
    relatives: dict[tuple[str, str], list[Agent]] = {}
    for name in names:
        parsed = AgentString.parse(name)
        made[name] = make_agent(name, core_envs, registry)
        agent = _innermost(made[name])
        earlier = relatives.setdefault((parsed.provider, parsed.model), [])
        for each in earlier:
            agent.share(each)
        earlier.append(agent)
    return made


def _innermost(agent: Agent) -> Agent:
    """Who replies in the end, below worked examples and scaffolds."""
    inner = getattr(agent, "inner", None)
    return _innermost(inner) if isinstance(inner, Agent) else agent


def make_agent(
    text: str, core_envs: str | tuple[str, ...], registry: Registry | None = None
) -> Agent:
    """Make the agent that a string names.

    Args:
        text: `scripted/midpoint`, `openai/gpt-4o-mini?temperature=0&examples=3&scaffold=notes`, …
        core_envs: The games it will play; scripted players are chosen by them.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: No such provider or player.
        SpecError: A parameter does not fit.
    """
    registry = registry or load_registry()
    core_envs = names_of(core_envs)
    parsed = AgentString.parse(text)
    parameters = dict(parsed.parameters)
    scaffold = take_scaffold(parameters)
    num_examples = parameters.pop(EXAMPLES, 0)
    if parsed.provider == SCRIPTED:
        agent = _scripted(parsed, parameters, core_envs, registry)
    else:
        agent = _provided(parsed, parameters, core_envs, registry)
    agent.name = str(parsed)
    agent = _with_examples(agent, num_examples)
    return ScaffoldAgent(agent, scaffold) if scaffold else agent


def _provided(
    parsed: AgentString,
    parameters: Mapping[str, Scalar],
    core_envs: tuple[str, ...],
    registry: Registry,
) -> Agent:
    """A registered `provider/model` as it is, else the provider with any model."""
    path = f"{parsed.provider}/{parsed.model}"
    known = registry.agent_names(core_envs)
    if path in known:
        spec = registry.agent(path, core_envs).spec
        named: Agent = construct(spec, {**spec.params, **parameters})
        return named
    spec = registry.agent(parsed.provider, core_envs).spec
    try:
        provided: Agent = construct(spec, {"model": parsed.model, **spec.params, **parameters})
    except SpecError as error:
        ours = [name for name in known if name.startswith(f"{parsed.provider}/")]
        if meant := nearest(path, ours, most=3):
            raise SpecError(f"{error} Did you mean {' or '.join(meant)}?") from error
        raise
    return provided


def _scripted(
    parsed: AgentString,
    parameters: Mapping[str, Scalar],
    core_envs: tuple[str, ...],
    registry: Registry,
) -> Agent:
    from latentgym_core.agents.scripted import ScriptedAgent

    player = f"{parsed.provider}/{parsed.model}" if parsed.model else parsed.provider
    specs = {name: registry.agent(player, (name,)).spec for name in core_envs}
    players = {name: construct(spec, {**spec.params, **parameters}) for name, spec in specs.items()}
    privileged = any(spec.privileged for spec in specs.values())
    return ScriptedAgent(str(parsed), players, privileged=privileged)


def _with_examples(agent: Agent, num_examples: Scalar) -> Agent:
    if not isinstance(num_examples, int) or num_examples < 0:
        raise SpecError(f"examples={num_examples!r} is not a number of turns; write examples=3.")
    if num_examples == 0:
        return agent
    from latentgym_core.agents.examples import ExamplesAgent

    return ExamplesAgent(agent, num_examples)
