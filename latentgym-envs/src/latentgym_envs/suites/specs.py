"""The named suites; imports nothing heavy.

A version goes up whenever a suite would play or pay anything else than before: a test holds the
fingerprint of each, in which the versions of everything that is played count too.
"""

from latentgym_core.registry.specs import SuiteSpec

HERE = "latentgym_envs:suites"

SUITES = (
    SuiteSpec(
        name="quick",
        file=f"{HERE}/quick.toml",
        summary="One small environment of each game in which adapting pays; five short tasks.",
        source="measured headroom, docs/environments.md",
    ),
    SuiteSpec(
        name="standard",
        file=f"{HERE}/standard.toml",
        summary="Two environments of each game in which adapting pays; ten tasks.",
        source="measured headroom, docs/environments.md",
    ),
    SuiteSpec(
        name="paper",
        file=f"{HERE}/paper.toml",
        summary="The environments and sequences of the published model evaluation, as they are.",
        source="published LatentGym environments",
    ),
)
