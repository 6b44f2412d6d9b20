"""Hand-offs: who explores better, who exploits better, measured by swapping one of the two.

config = make_hand_off_config("number_guessing/set_of_3", explorers=[...], exploiters=[...])
trajectories = await hand_off(config)
report = build_hand_off_report(config, trajectories)
tails = tail_rewards(trajectories, config.boundaries)   # T(X→Y, K) of every sequence
"""

from latentgym_core.handoff.config import HandOffConfig, make_hand_off_config
from latentgym_core.handoff.efficiency import HandOffReport, Tails, tail_rewards
from latentgym_core.handoff.playing import hand_off
from latentgym_core.handoff.prefix import Prefix, read_prefix
from latentgym_core.handoff.rendering import HAND_OFF_RENDERERS, render_hand_off
from latentgym_core.handoff.report import build_hand_off_report
from latentgym_core.records.hand_off_name import HandOff, parse_hand_off

__all__ = [
    "HAND_OFF_RENDERERS",
    "HandOff",
    "HandOffConfig",
    "HandOffReport",
    "Prefix",
    "Tails",
    "build_hand_off_report",
    "hand_off",
    "make_hand_off_config",
    "parse_hand_off",
    "read_prefix",
    "render_hand_off",
    "tail_rewards",
]
