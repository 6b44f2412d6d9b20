"""Where modules of 0.1 are now, for imports that were written then.

These are the modules that LatentGym's other packages and its example imported, as plugins could.
What plugins need lies in `latentgym_core` itself, under names that stay, so no old path is kept.
The table in docs/plugins.md says the same.
"""

from collections.abc import Mapping
from types import MappingProxyType

PACKAGE = "latentgym_core"
MOVED_SINCE = "0.1.0"
WHAT_CHANGED = "'From 0.1 to 0.2' in docs/plugins.md says what changed"

_INTO_ROOMS = {
    "agents.weights": ("agents.local", "agents.smollm2"),
    "cli.shown": ("cli.console", "cli.descriptions"),
    "contract": ("core_env", "feedback", "latent", "prompt", "view"),
    "families": (
        *("combinators", "distinct_draws", "filters", "inference.beliefs", "shared", "strand"),
    ),
    "inference.findings": ("inference.bayes_hand_off",),
    "inference.posterior": ("inference.spaces",),
    "records": ("hand_off_name", "jsonl", "serial", "trajectory"),
    "registry": ("env_id", "hookspecs", "parameters", "registry", "specs"),
    "runs": ("rollout",),
    "sequence": ("environment", "rewards", "seeding"),
}
"""Room to the modules that went there under their own names."""
_RENAMED = {
    "agents.base": "contract.agent",
    "agents.judging": "contract.player",
    "filter_beliefs": "families.counting",
    "making": "sequence.sequence_env",
    "metrics.rendering": "metrics.rendering.reports",
    "metrics.tables": "metrics.rendering.tables",
    "plugins": "registry.loading",
    "stored_sequence": "sequence.stored",
    "task_sequence": "sequence.drawn",
}
MOVED: Mapping[str, str] = MappingProxyType(
    {
        **{
            old: f"{room}.{old.rpartition('.')[2]}"
            for room, modules in _INTO_ROOMS.items()
            for old in modules
        },
        **_RENAMED,
    }
)
"""Module of 0.1 to where it is now, both as seen from `latentgym_core`."""


def new_home(error: BaseException) -> str | None:
    """Where the module is that an import did not find, or found without the name it wants.

    Returns:
        A full module path; None for every other error.
    """
    if not isinstance(error, ImportError) or not error.name:
        return None
    package, _, module = error.name.partition(".")
    home = MOVED.get(module) if package == PACKAGE else None
    return f"{PACKAGE}.{home}" if home else None
