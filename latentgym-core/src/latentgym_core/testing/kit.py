"""The contract kit: every check, on a core env and on every latent that serves it."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.errors import EnvError, LatentGymError, SpecError
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.registry.specs import LatentSpec
from latentgym_core.sequence.environment import construct
from latentgym_core.testing.checks.answer_checks import ANSWER_CHECKS
from latentgym_core.testing.checks.data_checks import check_data
from latentgym_core.testing.checks.game_checks import GAME_CHECKS
from latentgym_core.testing.checks.latent_checks import LATENT_CHECKS
from latentgym_core.testing.checks.secrecy_checks import GAME_SECRECY_CHECKS
from latentgym_core.testing.combined import with_parts
from latentgym_core.testing.processes import fingerprints_elsewhere
from latentgym_core.testing.result import CheckResult, Verdict, failed, ok, run_check, skipped
from latentgym_core.testing.subject import (
    Choice,
    Drawn,
    Game,
    Sample,
    draw,
    latent_samples,
    own_samples,
)
from latentgym_core.wording import counted

SEEDS = 50
SEEDS_ELSEWHERE = 10


def check_core_env(
    name: str, registry: Registry | None = None, *, latent: str | None = None, seeds: int = SEEDS
) -> list[CheckResult]:
    """Check a core env and its latents against the contract.

    In a plugin's own tests::

        def test_contract():
            assert [result for result in check_core_env("maze") if result.failed] == []

    Args:
        name: A registered core env.
        registry: Defaults to the installed plugins.
        latent: Check this latent alone, as in `same_exit` or `cyclic?latent.of=a+b`; None checks
            the core env and all latents that serve it.
        seeds: How many sequences of each latent are drawn, at least 2.

    Raises:
        UnknownNameError: Nothing of that name is registered.
        SpecError: The core env cannot be built with its own parameters.
    """
    if seeds < 2:
        raise SpecError(f"{counted(seeds, 'seed')} cannot be compared; use at least 2.")
    registry = registry or load_registry()
    spec = registry.core_env(name).spec
    core_env: AnyCoreEnv = construct(spec, spec.params)
    results, drawn = _draw_all(registry, name, _latents(registry, name, latent), seeds)
    if latent is None:
        samples = (*_own(core_env, seeds), *(s for each in drawn for s in latent_samples(each)))
        game = Game(spec=spec, core_env=core_env, samples=samples)
        results = [*_check_game(game), *check_data(registry, name), *results]
    for each in _with_fingerprints(registry, drawn):
        subject = f"{name}/{each.choice}"
        results += [run_check(check, each, subject) for check in LATENT_CHECKS]
    subjects = list(dict.fromkeys(result.subject for result in results))
    return sorted(results, key=lambda result: subjects.index(result.subject))


def _latents(registry: Registry, name: str, latent: str | None) -> list[Choice]:
    if latent is None:
        chosen = [Choice(spec=entry.spec) for entry in registry.latents((name,))]
    else:
        given = registry.complete(f"{name}/{latent}")
        spec = registry.latent((name,), given.latent).spec
        chosen = [Choice(spec=spec, parameters=given.parameters)]
    return with_parts(registry, name, chosen)


def _draw_all(
    registry: Registry, name: str, choices: Sequence[Choice], seeds: int
) -> tuple[list[CheckResult], list[Drawn]]:
    """The verdicts on building each latent, and those that could be built."""
    drawn: list[Drawn] = []

    def construction(choice: Choice) -> Verdict:
        spec = choice.spec
        try:
            drawn.append(draw(registry, name, choice, seeds))
        except EnvError as error:  # how a latent says that its rules leave nothing to draw
            return ok(f"refuses at the default rules: {error}")
        except LatentGymError as error:
            return _refused(spec, str(error))
        if spec.refusal:
            drawn.pop()
            return failed("it can be built in spite of its refusal")
        return ok(f"{seeds} sequences drawn")

    results = [run_check(construction, choice, f"{name}/{choice}") for choice in choices]
    return results, drawn


def _refused(spec: LatentSpec, reason: str) -> Verdict:
    if spec.refusal and spec.refusal in reason:
        return ok(f"refused as registered: {spec.refusal}")
    if not spec.preset:
        return skipped(f"the family cannot be built without parameters: {reason}")
    return failed(f"it cannot be built: {reason}")


def _own(core_env: AnyCoreEnv, seeds: int) -> tuple[Sample, ...]:
    try:
        return tuple(own_samples(core_env, seeds))
    except Exception:  # the check of the worked examples reports it
        return ()


def _check_game(game: Game) -> Iterator[CheckResult]:
    if not game.samples:
        yield run_check(tasks_to_check, game, game.spec.name)
        return
    for check in (*GAME_CHECKS, *GAME_SECRECY_CHECKS, *ANSWER_CHECKS):
        yield run_check(check, game, game.spec.name)


def tasks_to_check(game: Game) -> Verdict:
    """There is something to play."""
    del game
    return failed("neither sample_task nor a latent gives a task; define sample_task")


def _with_fingerprints(registry: Registry, drawn: Sequence[Drawn]) -> list[Drawn]:
    """Add what another process makes of the same seeds; one process for all latents."""
    if not drawn:
        return []
    ids = [str(each.environment.id) for each in drawn]
    seeds = min(SEEDS_ELSEWHERE, len(drawn[0].sequences))
    elsewhere = fingerprints_elsewhere(registry, ids, seeds)
    return [
        evolve(each, elsewhere=elsewhere[each_id]) for each, each_id in zip(drawn, ids, strict=True)
    ]
