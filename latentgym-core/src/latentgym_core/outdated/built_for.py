"""Which version of core a plugin was built for, by the requirement of its distribution."""

from importlib import metadata

from latentgym_core.outdated.moved import MOVED_SINCE, WHAT_CHANGED

CORE = "latentgym-core"


def built_for(distribution: str, core_version: str) -> str | None:
    """The requirement on core that the installed core does not meet.

    Args:
        distribution: What the plugin is part of; it says what it requires.
        core_version: Of the core that is running.

    Returns:
        As in `latentgym-core<0.2,>=0.1`; None if it is met, or if there is none to be read.
    """
    # Not at the top: most commands need no package that reads requirements.
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    for text in _requirements(distribution):
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


def age(distribution: str) -> str:
    """Whether what fails may fail because it is old.

    Returns:
        As in `built for latentgym-core<0.2,>=0.1; … says what changed`; empty for what was built
        for the installed core, or says nothing of it.
    """
    try:
        wanted = built_for(distribution, metadata.version(CORE))
    except metadata.PackageNotFoundError:  # a bare source tree has no version
        return ""
    return f"built for {wanted}{_pointer('; ', wanted)}" if wanted else ""


def advice(plugin: str, distribution: str, wanted: str, core_version: str) -> str:
    """What to do about a plugin of another age, in a sentence.

    Args:
        plugin: Its name and version.
        distribution: What it is part of.
        wanted: What it was built for.
        core_version: Of the core that is running.
    """
    return (
        f"plugin {plugin} was built for {wanted}, and {CORE} {core_version} is installed"
        f"{_pointer(' (', wanted, ')')}; install a version of {distribution} for {core_version}, "
        f"or run `pip install '{wanted}'`."
    )


def _pointer(before: str, wanted: str, after: str = "") -> str:
    """Where to read what changed, if the list begins where the plugin ended."""
    from packaging.requirements import Requirement

    was_old = Requirement(wanted).specifier.contains(MOVED_SINCE, prereleases=True)
    return f"{before}{WHAT_CHANGED}{after}" if was_old else ""


def _requirements(distribution: str) -> list[str]:
    try:
        return metadata.requires(distribution) or []
    except Exception:  # no such distribution, or metadata that cannot be read
        return []
