"""What `latentgym eval` can say before anything is played, from the tables of worth."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from latentgym_core.cli.shown.console import say
from latentgym_core.metrics.precision import half_width, sequences_to_detect
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.runs.config import RunConfig
from latentgym_core.worth.lookup import known_worth
from latentgym_core.worth.records import Worth
from latentgym_core.worth.telling import cannot_show, measuring_command


@frozen(kw_only=True)
class Expectation:
    """How exact the results of one environment will be, in reward per task.

    The spread is the widest of the scripted players that were measured; another agent's may be
    wider.

    Attributes:
        env_id: The environment.
        num_sequences: How many are to be played.
        measured_on: Sequences the spread was measured on; None where none was, as all that follows.
        mean: Half width of the 95 % interval of an agent's mean.
        difference: Half width of that of the paired difference to `scripted/blind`.
        needed: Sequences that show the difference asked for; None if none was asked for.
        command: What measures the spread.
    """

    env_id: str
    num_sequences: int
    command: str
    measured_on: int | None = None
    mean: float | None = None
    difference: float | None = None
    needed: int | None = None


def tell_what_cannot_show(config: RunConfig, registry: Registry) -> None:
    """One line on stderr for each environment that cannot show adaptation."""
    for environment in config.environments:
        env_id = EnvId.parse(environment.id)
        known = known_worth(env_id, registry)
        if known.exact and not known.exact.can_show_adaptation:
            say(cannot_show(env_id, known.exact, known.instead))


def expectations(
    config: RunConfig, registry: Registry, detect: float | None
) -> tuple[Expectation, ...]:
    """One for each environment of a run.

    Args:
        config: With complete ids.
        registry: Where the tables are.
        detect: A difference in reward per task to be shown with a power of 80 %.
    """
    return tuple(
        _expected(EnvId.parse(each.id), len(config.seeds(each)), registry, detect)
        for each in config.environments
    )


def tell_expectations(expected: Iterable[Expectation], detect: float | None) -> None:
    """Write them to stderr."""
    say("95 % intervals to expect, as half widths in reward per task, from the spread of scripted")
    say("players (another agent may scatter more):")
    for each in expected:
        say(f"  {each.env_id}: {', '.join(_parts(each, detect))}")


def _expected(
    env_id: EnvId, num_sequences: int, registry: Registry, detect: float | None
) -> Expectation:
    row = known_worth(env_id, registry).exact
    command = measuring_command(env_id, registry)
    if row is None:
        return Expectation(env_id=str(env_id), num_sequences=num_sequences, command=command)
    spread = _widest_difference(row)
    return Expectation(
        env_id=str(env_id),
        num_sequences=num_sequences,
        command=command,
        measured_on=row.num_sequences,
        mean=half_width(_widest_mean(row), num_sequences),
        difference=half_width(spread, num_sequences),
        needed=sequences_to_detect(detect, spread) if detect else None,
    )


def _widest_mean(row: Worth) -> float:
    return max(each.deviation for each in (row.blind, row.bayes, row.told) if each)


def _widest_difference(row: Worth) -> float:
    return max(each.deviation for each in (row.bayes_gain, row.told_gain) if each)


def _parts(each: Expectation, detect: float | None) -> Iterator[str]:
    if each.mean is None:
        yield f"not known, no spread was measured; `{each.command}` measures it"
        return
    yield f"with {each.num_sequences} sequences a mean ± {each.mean:.3f}"
    yield f"the difference to scripted/blind ± {each.difference:.3f}"
    if each.needed is not None:
        yield (
            f"and {each.needed} sequences show a difference of {detect:g} to it with 80 % "
            f"probability"
        )
