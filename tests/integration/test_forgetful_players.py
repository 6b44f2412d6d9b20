"""Every scripted player plays under every scaffold that forgets, and in every combinator."""

import asyncio
from itertools import islice

import pytest

import latentgym_core as lg
from latentgym_core.registry.names import SCRIPTED
from latentgym_core.testing.combined import with_parts
from latentgym_core.testing.subject import Choice

GAMES = ("number_guessing", "bandits", "secretary", "mastermind", "hangman", "wordle", "wordladder")
SCAFFOLDS = ("scaffold=none", "scaffold=last_k&scaffold.k=1")
COMBINATORS = ("alternating", "cyclic", "progressive")


def environments(registry, game):
    """One with a latent of the game's own, one with each combinator of some of them."""
    own = registry.core_env(game).spec.default_latent
    yield f"{game}/{own}/no_info/information/ep3"
    for name in COMBINATORS:
        spec = registry.latent(("wordle",), name).spec  # mastermind has an `alternating` of its own
        (choice,) = with_parts(registry, game, [Choice(spec=spec)])
        if (parts := choice.parameters.get("latent.of")) and (game, name) != (
            "mastermind",
            "alternating",
        ):
            yield f"{game}/{name}/no_info/standard/ep4?latent.of={parts}"


@pytest.mark.parametrize("game", GAMES)
def test_every_player_goes_on(game):
    registry = lg.load_registry()
    players = [name for name in registry.agent_names((game,)) if name.startswith(SCRIPTED)]
    assert len(players) > 2
    ids = tuple(environments(registry, game))
    assert len(ids) > 2
    agents = tuple(f"{name}?{scaffold}" for name in players for scaffold in SCAFFOLDS)
    config = lg.RunConfig(
        environments=tuple(lg.RunEnvironment(id=each) for each in ids),
        agents=agents,
        num_sequences=1,
    )
    plays = asyncio.run(lg.evaluate(config))
    assert len(plays) == len(ids) * len(agents)
    failed = [(each.env_id, each.agent, each.error.message) for each in plays if each.error]
    assert list(islice(failed, 3)) == []
