"""The named suites; imports nothing heavy.

A version goes up whenever a suite would play or pay anything else than before: a test holds the
fingerprint of each, in which the versions of everything that is played count too.
"""

from latentgym_core.registry.specs import SuiteSpec

SUITES = (
    SuiteSpec(
        name="quick",
        file="latentgym_envs:suites/quick.toml",
        summary="One small environment of each game in which adapting pays; five short tasks.",
        source="measured headroom, docs/environments.md",
    ),
    SuiteSpec(
        name="standard",
        file="latentgym_envs:suites/standard.toml",
        summary="Two environments of each game in which adapting pays; ten tasks.",
        source="measured headroom, docs/environments.md",
    ),
    SuiteSpec(
        name="paper",
        file="latentgym_envs:suites/paper.toml",
        summary="The environments and sequences of the published model evaluation, as they are.",
        source="published LatentGym environments",
    ),
)
