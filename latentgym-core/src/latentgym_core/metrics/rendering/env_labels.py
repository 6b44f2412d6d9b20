"""Short labels of environments that are shown side by side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from latentgym_core.registry.env_id import EnvId

ALWAYS = ("core_env", "latent")


def environment_labels(ids: Iterable[str], *, without: Sequence[str] = ()) -> dict[str, str]:
    """Short labels of environments: core env and latent, and whatever else tells them apart.

    Args:
        ids: Full environment ids.
        without: Parts that are shown elsewhere, among `core_env` and `prompt`.
    """
    parts = _parts_of(ids)
    names = dict.fromkeys(name for each in parts.values() for name in each if name not in without)
    shown = [
        name
        for name in names
        if name in ALWAYS or len({each.get(name) for each in parts.values()}) > 1
    ]
    return {text: _label(each, shown) for text, each in parts.items()}


def short_names(ids: Sequence[str]) -> list[str]:
    """Core env and latent alone where that tells an environment apart, else its whole label."""
    whole = environment_labels(ids)
    brief = {text: _label(each, ALWAYS) for text, each in _parts_of(ids).items()}
    counts = Counter(brief.values())
    return [name if counts[name] == 1 else whole[text] for text, name in brief.items()]


def shared_note(ids: Iterable[str]) -> tuple[str, ...]:
    """What labels leave out because all environments have it, as a line below a table, if any."""
    parts = list(_parts_of(ids).values())
    shared = [
        value
        for name, value in parts[0].items()
        if name not in ALWAYS and all(each.get(name) == value for each in parts)
    ]
    return (f"All of them: {', '.join(shared)}.",) if shared else ()


def _label(parts: Mapping[str, str], shown: Iterable[str]) -> str:
    return ", ".join(parts[name] for name in shown if name in parts).replace("/, ", "/")


def _parts_of(ids: Iterable[str]) -> dict[str, dict[str, str]]:
    return {text: _parts(EnvId.parse(text)) for text in dict.fromkeys(ids)}


def _parts(env_id: EnvId) -> dict[str, str]:
    return {
        "core_env": f"{'+'.join(env_id.core_envs)}/",
        "latent": env_id.latent,
        "prompt": env_id.prompt,
        "feedback": env_id.feedback,
        "horizon": f"ep{env_id.num_tasks}",
        **{key: f"{key}={value}" for key, value in env_id.parameters.items()},
    }
