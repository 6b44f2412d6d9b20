"""Scripted agents: players that read structured facts instead of text."""

import random
from collections.abc import Mapping

from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.contract.player import Player
from latentgym_core.errors import AgentError


class ScriptedAgent(Agent):
    """Plays each core env with the player made for it.

    Args:
        name: The agent string.
        players: Core-env name to player.
        privileged: Whether the players are told the truth.
    """

    goes_by = "view"

    def __init__(self, name: str, players: Mapping[str, Player], *, privileged: bool) -> None:
        self.name = name
        self.players = players
        self.privileged = privileged

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Ask the player of the current game."""
        del messages
        view = context.view
        player = self.players.get(view.core_env_name)
        if player is None:
            raise AgentError(f"{self.name} has no player for {view.core_env_name}.")
        turn = f"{context.seed}/{view.index}/{len(view.turns)}"
        return Reply(text=player.act(view, context.truth, random.Random(turn)))
