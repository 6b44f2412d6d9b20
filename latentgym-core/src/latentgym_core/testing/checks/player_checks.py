"""Checks of the scripted players of a latent: they play, and knowing more of z pays."""

import statistics
from collections.abc import Sequence
from itertools import combinations

from attrs import evolve

from latentgym_core.errors import LatentGymError
from latentgym_core.registry.names import SCRIPTED
from latentgym_core.sequence.environment import build_environment
from latentgym_core.testing.playing import PlayerFailedError, total
from latentgym_core.testing.result import Verdict, failed, ok, skipped
from latentgym_core.testing.subject import HORIZON, Drawn

KNOWING_MORE = ("scripted/blind", "scripted/bayes", "scripted/oracle")
CONDITIONS = (("standard", None), ("information", None), ("information", 1), ("standard", 0))
"""Feedback, and how many of the latest tasks are remembered; None: all."""
FIRST = 12
"""Sequences that may raise a suspicion."""
MORE = 60
"""Other sequences, which have to confirm it."""
STANDARD_ERRORS = 3.0
NEGLIGIBLE = 0.05
"""Share of a total that a sound player may lose: one that infers may try things out for nothing."""
STRAND = "z holds every part's; `current_strand(view).own(z)` is that of the current task"


def players_play(drawn: Drawn) -> Verdict:
    """No scripted player raises: tasks revealed or not, remembered or not; replies judged too."""
    names = [each for each in _registered(drawn) if each.startswith(SCRIPTED)]
    refusals = {}
    for feedback, remembers in CONDITIONS:
        full = evolve(drawn.environment.id, feedback=feedback)
        environment = build_environment(full, drawn.registry)
        for name in names:
            try:
                total(environment, drawn.registry, name, 0, judging=True, remembers=remembers)
            except PlayerFailedError as error:
                forgets = "" if remembers is None else f", with {remembers} remembered tasks"
                return failed(f"{error} under feedback {feedback}{forgets}{_hint(drawn)}")
            except LatentGymError as error:  # a player may say that a latent is not for it
                refusals[name] = str(error)
    if not set(names) - refusals.keys():
        return skipped(f"no scripted player for {drawn.core_env_name}{_listed(refusals)}")
    return ok(f"{len(names) - len(refusals)} scripted players played{_listed(refusals)}")


def knowing_more_earns_no_less(drawn: Drawn) -> Verdict:
    """Blind, Bayes and oracle earn in this order: mean total rewards, paired.

    A suspicion from a few sequences counts only if others confirm it, so that among hundreds of
    latents for which z is worth nothing none fails by chance.
    """
    names = [name for name in KNOWING_MORE if name in _registered(drawn)]
    if len(names) < 2:
        missing = sorted(set(KNOWING_MORE) - set(names))
        return skipped(f"not registered for {drawn.core_env_name}: {', '.join(missing)}")
    try:
        totals = {name: _totals(drawn, name, range(FIRST)) for name in names}
        for less, more in combinations(names, 2):
            gain, error = _gain(totals[less], totals[more])
            if gain < -error and (inverted := _confirmed(drawn, less, more)):
                return inverted
    except PlayerFailedError as error:
        return failed(f"{error}{_hint(drawn)}")
    except LatentGymError as error:
        return skipped(f"a player refuses: {error}")
    means = ", ".join(_mean(each, totals[each]) for each in reversed(names))
    return ok(f"{means} (mean total reward of {FIRST} sequences of {HORIZON})")


def _confirmed(drawn: Drawn, less: str, more: str) -> Verdict | None:
    """What other sequences say of a player that knows more and earns less; None if it is not so."""
    below, above = (_totals(drawn, name, range(FIRST, FIRST + MORE)) for name in (less, more))
    gain, error = _gain(below, above)
    scale = max(abs(statistics.mean(totals)) for totals in (below, above))
    if gain + STANDARD_ERRORS * error >= -NEGLIGIBLE * scale:
        return None
    said = (
        f"{_mean(more, above)}, {_mean(less, below)}: who knows more earns less, by {-gain:.2f} "
        f"± {STANDARD_ERRORS * error:.2f} (mean total reward of {MORE} sequences of {HORIZON}, "
        f"paired, ± {STANDARD_ERRORS:g} standard errors)"
    )
    if drawn.latent.components:  # not every player of a latent knows combinators
        return skipped(f"{said}{_hint(drawn)}")
    return failed(said)


def _gain(below: Sequence[float], above: Sequence[float]) -> tuple[float, float]:
    """Mean of the paired differences and its standard error."""
    gains = [more - less for less, more in zip(below, above, strict=True)]
    return statistics.mean(gains), statistics.stdev(gains) / len(gains) ** 0.5


def _totals(drawn: Drawn, name: str, seeds: range) -> list[float]:
    return [total(drawn.environment, drawn.registry, name, seed) for seed in seeds]


def _registered(drawn: Drawn) -> tuple[str, ...]:
    return drawn.registry.agent_names((drawn.core_env_name,))


def _mean(name: str, totals: Sequence[float]) -> str:
    return f"{name.removeprefix(SCRIPTED)} {statistics.mean(totals):.2f}"


def _listed(refusals: dict[str, str]) -> str:
    return "".join(f"; {name} refuses: {reason}" for name, reason in refusals.items())


def _hint(drawn: Drawn) -> str:
    return f"; {STRAND}" if drawn.latent.components else ""
