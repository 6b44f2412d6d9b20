"""Checks of the files that a plugin ships: tables of what z is worth, and named suites."""

from collections.abc import Iterator

from attrs import frozen

from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import SuiteSpec
from latentgym_core.runs.named_suites import suite_config
from latentgym_core.sequence.environment import build_environment
from latentgym_core.testing.result import CheckResult, Verdict, failed, ok, run_check
from latentgym_core.worth.table import worths_of


@frozen(kw_only=True)
class Table:
    """The table of worths of one core env."""

    registry: Registry
    core_env: str


@frozen(kw_only=True)
class Suite:
    """A registered suite."""

    registry: Registry
    spec: SuiteSpec


def check_data(registry: Registry, core_env: str) -> Iterator[CheckResult]:
    """Check what is shipped with a core env: its table, and the suites that play it."""
    if registry.core_env(core_env).spec.worth:
        yield run_check(worth_table, Table(registry=registry, core_env=core_env), core_env)
    own = registry.core_env(core_env).origin
    for entry in registry.suites():
        if entry.origin == own:
            suite = Suite(registry=registry, spec=entry.spec)
            yield run_check(named_suite, suite, f"suite {entry.spec.name}")


def worth_table(table: Table) -> Verdict:
    """Every row is of this core env and names what is registered."""
    rows = worths_of(table.registry, table.core_env)
    for row in rows:
        env_id = EnvId.parse(row.env_id)
        if env_id.core_envs != (table.core_env,):
            return failed(f"the row {row.env_id} is of another core env")
        table.registry.complete(env_id)
    return ok(f"{len(rows)} environments, all of them registered")


def named_suite(suite: Suite) -> Verdict:
    """The suite can be read, and all its environments can be built."""
    if not suite.spec.summary.strip():
        return failed("the spec has no summary; give it in one line of text")
    config = suite_config(suite.spec, suite.registry)
    for environment in config.environments:
        build_environment(EnvId.parse(environment.id), suite.registry)
    return ok(f"{len(config.environments)} environments, all of them can be built")


DATA_CHECKS = (worth_table, named_suite)
