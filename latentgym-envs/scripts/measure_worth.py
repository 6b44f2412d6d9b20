"""Measure what z is worth and write the table of each game, `worth.csv` in its folder.

    python latentgym-envs/scripts/measure_worth.py                 # all games: about 20 minutes
    python latentgym-envs/scripts/measure_worth.py hangman -n 400

Measured are all latents of a game that can be built without parameters, at the game's own horizon
and at ten tasks; the environments of measure_headroom.py; and those of the named suites.
`scripted/blind`, `scripted/bayes` and `scripted/oracle` play the same sequences of split `test`.
"""

import argparse
import sys
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path

from attrs import evolve
from measure_headroom import ENVIRONMENTS

import latentgym_core as lg
from latentgym_core.registry.registry import DEFAULT_FEEDBACK, DEFAULT_PROMPT
from latentgym_core.runs.suite import suite_data
from latentgym_core.worth.lookup import played
from latentgym_core.worth.measuring import measure_worth
from latentgym_core.worth.records import Worth
from latentgym_core.worth.table import format_worths
from latentgym_envs.plugin import GAMES

GAMES_FOLDER = Path(__file__).parents[1] / "src/latentgym_envs"
TEN = "ep10"


def main() -> None:
    """Write the tables of the games named on the command line, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("games", nargs="*", help="; ".join(GAMES))
    parser.add_argument("-n", "--num-sequences", type=int, default=50)
    given = parser.parse_args()
    registry = lg.load_registry()
    for game in given.games or GAMES:
        ids = _distinct(_ids(game, registry), registry)
        worths = _measured(ids, given.num_sequences, registry)
        (GAMES_FOLDER / game / "worth.csv").write_text(format_worths(worths), "utf-8")


def _measured(ids: Iterable[str], num_sequences: int, registry: lg.Registry) -> Iterator[Worth]:
    for each in ids:
        try:
            yield measure_worth(each, num_sequences, registry)
        except lg.EnvError as error:  # nothing to draw at the default rules
            sys.stderr.write(f"left out: {error}\n")


def _ids(game: str, registry: lg.Registry) -> Iterator[str]:
    """Ids of a game, perhaps partial, perhaps the same under two prompts."""
    for latent in _latents(game, registry):
        yield f"{game}/{latent}"
        yield f"{game}/{latent}/{DEFAULT_PROMPT}/{DEFAULT_FEEDBACK}/{TEN}"
    yield from (_told(each) for each in ENVIRONMENTS if each.startswith(f"{game}/"))
    for entry in registry.suites():
        ids = [each["id"] for each in suite_data(entry.spec)["environments"]]
        yield from (each for each in ids if each.startswith(f"{game}/"))


def _latents(game: str, registry: lg.Registry) -> Iterable[str]:
    for entry in registry.latents((game,)):
        try:
            lg.build_environment(registry.complete(f"{game}/{entry.spec.name}"), registry)
        except lg.LatentGymError:  # refused, or a family that needs parameters
            continue
        yield entry.spec.name


def _told(partial: str) -> str:
    path, _, rules = partial.partition("?")
    return f"{path}/{DEFAULT_PROMPT}/information/{TEN}" + (f"?{rules}" if rules else "")


def _distinct(ids: Iterable[str], registry: lg.Registry) -> Iterable[str]:
    """Full ids, one of those that scripted players cannot tell apart, under one prompt."""
    found: dict[tuple[Hashable, ...], str] = {}
    for partial in ids:
        full = evolve(registry.complete(partial), prompt=DEFAULT_PROMPT)
        found.setdefault(tuple(played(full, registry).values()), str(full))
    return found.values()


if __name__ == "__main__":
    main()
