"""Environment ids: `core_env/latent/prompt/feedback/epN?parameters`.

An environment is core env × latent × prompt × feedback × N. Several core envs joined by `+` are a
mixed sequence under one latent. Parameter keys are prefixed by the component they configure:
`env.` (every core env), a core env's own name, `latent.`, `prompt.`, `feedback.`, `sequence.`.
"""

import re
from collections.abc import Mapping
from typing import Self

from attrs import evolve, field, frozen

from latentgym_core.errors import SpecError
from latentgym_core.registry.parameters import Scalar, format_parameters, parse_parameters
from latentgym_core.wording import choices

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
HORIZON = re.compile(r"ep([1-9][0-9]{0,5})")
MOST_TASKS = 999_999
LONGEST = 20  # digits of a number that is read to see what it may have meant
SHAPE = "core_env/latent/prompt/feedback/epN"
COMPONENTS = ("env", "latent", "prompt", "feedback", "sequence")


def _sorted(given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return dict(sorted(given.items()))


@frozen(kw_only=True)
class EnvId:
    """The full name of an environment.

    Attributes:
        core_envs: One name, or several for a mixed sequence.
        latent: Name of a latent preset or family.
        prompt: Name of the prompt condition.
        feedback: Name of the feedback condition.
        num_tasks: The horizon N, at least 1.
        parameters: Prefixed key to TOML scalar; kept sorted, so that equal ids print equally.
    """

    core_envs: tuple[str, ...]
    latent: str
    prompt: str
    feedback: str
    num_tasks: int
    parameters: Mapping[str, Scalar] = field(factory=dict, converter=_sorted, hash=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a full id; see `PartialEnvId` for one with parts left out.

        Raises:
            SpecError: A part is missing or malformed.
        """
        partial = PartialEnvId.parse(text)
        if partial.num_tasks is None:
            raise SpecError(f"The id {text!r} is not complete; a full id reads {SHAPE}.")
        return cls(
            core_envs=partial.core_envs,
            latent=partial.latent or "",
            prompt=partial.prompt or "",
            feedback=partial.feedback or "",
            num_tasks=partial.num_tasks,
            parameters=partial.parameters,
        )

    def parameters_of(self, *components: str) -> dict[str, Scalar]:
        """The parameters of the named components, prefix removed; later components win."""
        return {
            key.partition(".")[2]: value
            for component in components
            for key, value in self.parameters.items()
            if key.partition(".")[0] == component
        }

    def with_parameters(self, **parameters: Scalar) -> Self:
        """The same environment with more parameters; `__` stands for the dot of a key."""
        added = {key.replace("__", "."): value for key, value in parameters.items()}
        return evolve(self, parameters={**self.parameters, **added})

    def __repr__(self) -> str:
        return f"EnvId({str(self)!r})"

    def __str__(self) -> str:
        tail = format_parameters(self.parameters)
        parts = ("+".join(self.core_envs), self.latent, self.prompt, self.feedback)
        return "/".join(parts) + f"/ep{self.num_tasks}" + (f"?{tail}" if tail else "")


@frozen(kw_only=True)
class PartialEnvId:
    """An id as a person types it: trailing parts may be left out (None)."""

    core_envs: tuple[str, ...]
    latent: str | None = None
    prompt: str | None = None
    feedback: str | None = None
    num_tasks: int | None = None
    parameters: Mapping[str, Scalar] = field(factory=dict, hash=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `core_env[/latent[/prompt[/feedback[/epN]]]][?parameters]`.

        Raises:
            SpecError: A malformed part, or a parameter key without a component.
        """
        path, _, tail = text.partition("?")
        parts = path.strip("/").split("/")
        if len(parts) > 5:
            raise SpecError(f"The id {text!r} has {len(parts)} parts; it reads {SHAPE}.")
        core_envs = tuple(parts[0].split("+"))
        for name in (*core_envs, *parts[1:4]):
            if not NAME.fullmatch(name):
                raise SpecError(f"{name!r} in {text!r} is not a name; an id reads {SHAPE}.")
        if len(set(core_envs)) < len(core_envs):
            raise SpecError(f"The id {text!r} names a core env twice.")
        names = [*parts[1:4], *[None] * 3][:3]
        return cls(
            core_envs=core_envs,
            latent=names[0],
            prompt=names[1],
            feedback=names[2],
            num_tasks=_horizon(parts[4], text) if len(parts) == 5 else None,
            parameters=_checked(parse_parameters(tail), core_envs),
        )


def _horizon(part: str, text: str) -> int:
    match = HORIZON.fullmatch(part)
    if not match:
        raise SpecError(f"{part!r} in {text!r} is no horizon{_meant(part)}")
    return int(match[1])


def _meant(part: str) -> str:
    """What a horizon that cannot be read may have meant."""
    runs = re.findall(r"[0-9]+", part)
    written = int(runs[0]) if len(runs) == 1 and len(runs[0]) <= LONGEST else None
    if written is None or re.search(r"[0-9][^0-9]|-", part):
        return "; write ep and a whole number of tasks, as in ep10."
    if written == 0:
        return ": of 0 tasks nothing is played; the shortest sequence is ep1."
    if written > MOST_TASKS:
        return f": the longest sequence is ep{MOST_TASKS}."
    return f"; did you mean ep{written}?"


def _checked(parameters: Mapping[str, Scalar], core_envs: tuple[str, ...]) -> dict[str, Scalar]:
    allowed = {*COMPONENTS, *core_envs}
    for key in parameters:
        component, dot, name = key.partition(".")
        if component not in allowed or not dot or not name:
            asked = component if dot else ""
            raise SpecError(
                f"The parameter {key!r} does not begin with a component that it configures, as in "
                f"env.{name or component}; there is {choices(asked, (*COMPONENTS, *core_envs))}"
            )
    return dict(parameters)
