"""The environment gallery: what is registered, in words, strangers' plugins too."""

from typing import Any

from latentgym_core.cli.shown.descriptions import describe_core_env
from latentgym_core.errors import LatentGymError
from latentgym_core.registry.registry import Entry, Registry
from latentgym_core.registry.specs import CoreEnvSpec
from latentgym_core.sequence.environment import build_environment

PRACTICE = "examples"
"""Stream of sequences that nobody is measured on."""


def build_gallery(registry: Registry) -> dict[str, Any]:
    """A card for each registered core env, as JSON-able data.

    A card that cannot be made says why and leaves the others alone.
    """
    return {
        "games": [_card(registry, entry) for entry in registry.core_envs()],
        "prompts": [_named(entry) for entry in registry.prompts()],
        "feedbacks": [_named(entry) for entry in registry.feedbacks()],
        "failures": [
            {"plugin": plugin.origin.name, "message": plugin.message}
            for plugin in registry.failures
        ],
    }


def _card(registry: Registry, entry: Entry[CoreEnvSpec]) -> dict[str, Any]:
    name = entry.spec.name
    card: dict[str, Any] = {
        "name": name,
        "summary": entry.spec.summary,
        "source": entry.spec.source,
        "origin": f"{entry.origin.distribution} {entry.origin.version}",
        "problem": "",
    }
    try:
        described = describe_core_env(registry, name)
        return {**card, **_details(described), "rules": _rules(registry, name)}
    except Exception as error:  # a plugin's code may raise anything; the other cards must stand
        return {**card, "problem": f"{type(error).__name__}: {error}"}


def _details(described: dict[str, Any]) -> dict[str, Any]:
    latents = [
        {key: each[key] for key in ("name", "summary", "tier", "structure", "preset", "refusal")}
        for each in described["latents"]
    ]
    parameters = [
        {"name": each["name"], "default": str(each["default"]), "meaning": each["meaning"]}
        for each in described["params"]
    ]
    players = [{"name": each["name"], "summary": each["summary"]} for each in described["players"]]
    return {"latents": latents, "parameters": parameters, "players": players}


def _rules(registry: Registry, name: str) -> str:
    """What a player of the core env is told, of a task that nobody is measured on."""
    default = registry.core_env(name).spec.default_latent
    latents = [default] if default else [each.spec.name for each in registry.latents((name,))]
    reason: Exception | None = None
    for latent in latents:
        try:
            environment = build_environment(registry.complete(f"{name}/{latent}"), registry)
            (task, *_) = environment.sequence(0, PRACTICE).tasks
        except LatentGymError as error:
            reason = error
        else:
            return environment.core_envs[name].rules(task)
    raise reason or LatentGymError(f"{name} has no latent.")


def _named(entry: Entry[Any]) -> dict[str, Any]:
    return {"name": entry.spec.name, "summary": entry.spec.summary}
