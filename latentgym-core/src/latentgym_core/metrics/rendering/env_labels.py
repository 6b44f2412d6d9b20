"""Short labels of environments that are shown side by side."""

from collections.abc import Iterable, Sequence

from latentgym_core.registry.env_id import EnvId

ALWAYS = ("core_env", "latent")


def environment_labels(ids: Iterable[str], *, without: Sequence[str] = ()) -> dict[str, str]:
    """Short labels of environments: core env and latent, and whatever else tells them apart.

    Args:
        ids: Full environment ids.
        without: Parts that are shown elsewhere, among `core_env` and `prompt`.
    """
    parts = {text: _parts(EnvId.parse(text)) for text in dict.fromkeys(ids)}
    names = dict.fromkeys(name for each in parts.values() for name in each if name not in without)
    shown = [
        name
        for name in names
        if name in ALWAYS or len({each.get(name) for each in parts.values()}) > 1
    ]
    return {
        text: ", ".join(each[name] for name in shown if name in each).replace("/, ", "/")
        for text, each in parts.items()
    }


def shared_note(ids: Iterable[str]) -> tuple[str, ...]:
    """What labels leave out because all environments have it, as a line below a table, if any."""
    parts = [_parts(EnvId.parse(text)) for text in dict.fromkeys(ids)]
    shared = [
        value
        for name, value in parts[0].items()
        if name not in ALWAYS and all(each.get(name) == value for each in parts)
    ]
    return (f"All of them: {', '.join(shared)}.",) if shared else ()


def _parts(env_id: EnvId) -> dict[str, str]:
    return {
        "core_env": f"{'+'.join(env_id.core_envs)}/",
        "latent": env_id.latent,
        "prompt": env_id.prompt,
        "feedback": env_id.feedback,
        "horizon": f"ep{env_id.num_tasks}",
        **{key: f"{key}={value}" for key, value in env_id.parameters.items()},
    }
