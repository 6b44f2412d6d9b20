"""What to say of a command whose distribution is absent, switched off or broken."""

from collections.abc import Iterable

from latentgym_core.errors import LatentGymError, MissingDependencyError, PluginError
from latentgym_core.registry.loading import LISTING, Plugin
from latentgym_core.registry.reserved_commands import COMMANDS


def absence(name: str, plugins: Iterable[Plugin]) -> LatentGymError | None:
    """Why a command that one of our distributions brings is not there.

    Args:
        name: Of a command that nothing registered.
        plugins: What became of each installed plugin.

    Returns:
        The error to raise, or None if no distribution of ours brings such a command.
    """
    owner = COMMANDS.get(name)
    if owner is None:
        return None
    for plugin in plugins:
        if plugin.origin.distribution == owner:
            return PluginError(f"`latentgym {name}` comes with {owner}, {_state(plugin)}")
    return MissingDependencyError(
        f"`latentgym {name}` comes with {owner}, which is not installed; run `pip install {owner}` "
        f"(`pip install ./{owner}` in a checkout)."
    )


def _state(plugin: Plugin) -> str:
    if plugin.status == "ok":
        return f"but not with its version {plugin.origin.version}, which is installed."
    return f"which is {plugin.status} here; `{LISTING}` says why."
