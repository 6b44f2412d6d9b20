"""An environment: core env × latent × prompt × feedback × N, with everything loaded."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeGuard

import attrs
from attrs import frozen

from latentgym_core.contract.feedback import Feedback
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.contract.prompt import Prompt
from latentgym_core.errors import LatentGymError, PluginError, SpecError
from latentgym_core.records.serial import to_data
from latentgym_core.registry.blame import factory_fault, factory_name, package_of, place_in
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.parameters import Scalar, check_names, refusal
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.schedules import SCHEDULES
from latentgym_core.sequence.seeding import SequenceStreams, sequence_streams, whole_seed
from latentgym_core.wording import choices

PACKINGS = ("chat", "upstream")
REWARDS = ("raw", "normalised")
SETTINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"packing": PACKINGS, "schedule": tuple(SCHEDULES), "rewards": REWARDS}
)
"""What an id may set of a sequence, with the allowed values."""


@frozen(kw_only=True)
class Environment:
    """A loaded environment; immutable, and shared by all sequences played in it.

    Attributes:
        id: Its full id.
        core_envs: Name to game, in the order of the id.
        latent: The family with its hyperparameters.
        prompt: The prompt condition.
        feedback: The feedback condition.
        packing: `chat` (a system and a user message open the sequence) or `upstream` (one system
            message, as the published recordings have it).
        schedule: Which game each task of a mixed sequence plays (`schedules.SCHEDULES`).
        reward_scales: Name of a game to what its rewards are divided by before they are paid;
            empty: they are paid as they are.
        versions: Component to its spec and distribution version, for the trajectory.
    """

    id: EnvId
    core_envs: Mapping[str, AnyCoreEnv]
    latent: Latent[Any]
    prompt: Prompt
    feedback: Feedback
    packing: str = "chat"
    schedule: str = "alternating"
    reward_scales: Mapping[str, float] = attrs.field(factory=dict)
    versions: Mapping[str, str] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        return f"Environment({self.id})"

    @property
    def num_tasks(self) -> int:
        """Horizon N."""
        return self.id.num_tasks

    def sequence(self, seed: int, split: str = "test") -> TaskSequence:
        """Draw the sequence of a seed; the same in every process and order.

        Args:
            seed: Whole number from 0.
            split: See `seeding.sequence_streams`.

        Raises:
            EnvError: The latent has nothing to draw from.
        """
        seed = whole_seed(seed)
        streams = self._streams(seed, split)
        z = self._draw_z(streams)
        names = SCHEDULES[self.schedule](tuple(self.core_envs), self.num_tasks)
        tasks: tuple[Any, ...] = ()
        for index, name in enumerate(names):
            context = TaskContext(self.core_envs[name], name, index, self.num_tasks, tasks)
            tasks += (self.latent.task(z, context, streams.task_stream(index)),)
        return TaskSequence(
            split=split,
            seed=seed,
            z=z,
            core_env_names=names,
            tasks=tasks,
            task_keys=tuple(streams.task_key(index) for index in range(self.num_tasks)),
        )

    def z(self, seed: int, split: str = "test") -> Any:
        """The z of the sequence of a seed, without drawing its tasks.

        Raises:
            EnvError: The latent has nothing to draw from.
        """
        return self._draw_z(self._streams(seed, split))

    def _draw_z(self, streams: SequenceStreams) -> Any:
        return self.latent.draw(tuple(self.core_envs.values()), streams.z_stream())

    def _streams(self, seed: int, split: str) -> SequenceStreams:
        return sequence_streams(
            split=split,
            core_envs=tuple(self.core_envs),
            family=self.latent.family,
            hyperparameters=hyperparameters(self.latent),
            seed=seed,
            num_tasks=self.num_tasks,
        )


def build_environment(env_id: EnvId | str, registry: Registry | None = None) -> Environment:
    """Load every component an id names.

    Args:
        env_id: A full id, or text that `Registry.complete` fills.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: A name is not registered.
        SpecError: A parameter does not fit its component.
        WrongTypeError: It is no id.
    """
    registry = registry or load_registry()
    if not isinstance(env_id, EnvId):
        env_id = registry.complete(env_id)
    names = env_id.core_envs
    games = {name: registry.core_env(name) for name in names}
    prompt = registry.prompt(names, env_id.prompt)
    feedback = registry.feedback(names, env_id.feedback)
    settings = _sequence_settings(env_id.parameters_of("sequence"))
    normalised = settings.pop("rewards", "raw") == "normalised"
    return Environment(
        id=env_id,
        core_envs={
            name: construct(entry.spec, {**entry.spec.params, **env_id.parameters_of("env", name)})
            for name, entry in games.items()
        },
        latent=build_latent(registry, names, env_id.latent, env_id.parameters_of("latent")),
        prompt=construct(prompt.spec, env_id.parameters_of("prompt")),
        feedback=construct(feedback.spec, env_id.parameters_of("feedback")),
        reward_scales={
            name: entry.spec.reward_scale for name, entry in games.items() if normalised
        },
        versions=component_versions(env_id, registry),
        **settings,
    )


def component_versions(env_id: EnvId, registry: Registry) -> dict[str, str]:
    """Component of an environment to its spec and distribution version; nothing is loaded.

    Raises:
        UnknownNameError: A name is not registered.
    """
    names = env_id.core_envs
    components = (
        *(("core_env", registry.core_env(name)) for name in names),
        ("latent", registry.latent(names, env_id.latent)),
        ("prompt", registry.prompt(names, env_id.prompt)),
        ("feedback", registry.feedback(names, env_id.feedback)),
    )
    return {
        f"{kind}:{entry.spec.name}": (
            f"v{entry.spec.version} {entry.origin.distribution} {entry.origin.version}"
        )
        for kind, entry in components
    }


def build_latent(
    registry: Registry, core_envs: tuple[str, ...], name: str, given: Mapping[str, Scalar]
) -> Latent[Any]:
    """Load a latent preset; parts of a combinator (`of=a+b`) are loaded by name."""
    spec = registry.latent(core_envs, name).spec
    if spec.refusal:
        raise SpecError(f"The latent {name!r} cannot be built: {spec.refusal}")
    parameters: dict[str, Any] = {**spec.params, **given}
    of = parameters.get("of")
    if isinstance(of, str):
        parameters["of"] = tuple(
            build_latent(registry, core_envs, part, {}) for part in of.split("+")
        )
    built: Latent[Any] = construct(spec, parameters)
    return built


def construct(spec: Any, parameters: Mapping[str, Any]) -> Any:
    """Call a spec's factory with checked keywords.

    Raises:
        SpecError: A parameter the component does not have, a missing one, or a value it refuses.
        PluginError: The factory fails in another way, or ends the process.
    """
    factory = spec.load()
    if isinstance(factory, type) and attrs.has(factory):
        fields = {each.alias or each.name: each for each in attrs.fields(factory) if each.init}
        check_names(spec.name, parameters, fields)
        needed = (name for name, each in fields.items() if each.default is attrs.NOTHING)
        if missing := [name for name in needed if name not in parameters]:
            raise SpecError(
                f"{spec.name} needs a value for {', '.join(map(repr, missing))}. {spec.summary}"
            )
    try:
        return factory(**parameters)
    except LatentGymError:
        raise
    except (Exception, SystemExit) as error:
        if not _is_refusal(error, spec, parameters):
            raise PluginError(factory_fault(spec, error, "failed")) from error
        raise SpecError(f"{spec.name}: {refusal(error)}") from error


def _is_refusal(
    error: BaseException, spec: Any, parameters: Mapping[str, Any]
) -> TypeGuard[ValueError | TypeError]:
    """Whether a factory says that what it was given will not do, rather than fails by itself.

    That is what a validator or a ValueError says of values that somebody chose, and what Python
    says of a call that does not fit; an error about the component's own values is its author's.
    """
    if not isinstance(error, ValueError | TypeError):
        return False
    own = place_in(package_of(factory_name(spec.factory).partition(":")[0]), error)
    chosen = parameters != getattr(spec, "params", {})
    validated = any(isinstance(each, attrs.Attribute) for each in error.args)
    return not own or (chosen and (validated or isinstance(error, ValueError)))


def hyperparameters(latent: Latent[Any]) -> dict[str, Any]:
    """A latent's resolved hyperparameters as JSON-able data; parts by family and their own."""
    kind: Any = type(latent)
    if not attrs.has(kind):
        return {}
    return {
        each.name: _plain(getattr(latent, each.name)) for each in attrs.fields(kind) if each.init
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Latent):
        return [value.family, hyperparameters(value)]
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return to_data(value)


def _sequence_settings(given: Mapping[str, Scalar]) -> dict[str, Any]:
    for key, value in given.items():
        if key not in SETTINGS:
            known = [f"sequence.{each}" for each in SETTINGS]
            asked = f"sequence.{key}"
            raise SpecError(f"There is no {asked}; there is {choices(asked, known)}")
        if value not in SETTINGS[key]:
            allowed = choices(value, SETTINGS[key])
            raise SpecError(f"sequence.{key} is {value!r}; allowed are {allowed}")
    return dict(given)
