"""Which version of core a plugin was built for, by the requirement of its distribution."""

from importlib import metadata

from latentgym_core.registry.loading import Origin

CORE = "latentgym-core"


def built_for(origin: Origin, core_version: str) -> str | None:
    """The requirement on core that the installed core does not meet.

    Args:
        origin: The plugin; its distribution says what it requires.
        core_version: Of the core that is running.

    Returns:
        As in `latentgym-core<0.2,>=0.1`; None if it is met, or if there is none to be read.
    """
    # Not at the top: the other commands need no package that reads requirements.
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    for text in _requirements(origin.distribution):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if canonicalize_name(requirement.name) != CORE or not applies:
            continue
        if not requirement.specifier.contains(core_version, prereleases=True):
            return f"{CORE}{requirement.specifier}"
    return None


def advice(origin: Origin, wanted: str, core_version: str) -> str:
    """What to do about it, in a sentence."""
    return (
        f"plugin {origin.name} {origin.version} was built for {wanted}, and {CORE} {core_version} "
        f"is installed; install a version of {origin.distribution} for {core_version}, or run "
        f"`pip install '{wanted}'`."
    )


def _requirements(distribution: str) -> list[str]:
    try:
        return metadata.requires(distribution) or []
    except Exception:  # no such distribution, or metadata that cannot be read
        return []
