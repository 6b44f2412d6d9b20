"""Hand-offs: who explores better, who exploits better, measured by swapping one of the two.

config = make_hand_off_config("number_guessing/set_of_3", a="scripted/blind", b=..., c=...)
trajectories = await hand_off(config)
report = build_hand_off_report(config, trajectories)
"""

from latentgym_core.hand_off_name import HandOff, parse_hand_off
from latentgym_core.handoff.config import HandOffConfig, make_hand_off_config
from latentgym_core.handoff.efficiency import HandOffReport
from latentgym_core.handoff.playing import hand_off
from latentgym_core.handoff.report import build_hand_off_report, render_hand_off

__all__ = [
    "HandOff",
    "HandOffConfig",
    "HandOffReport",
    "build_hand_off_report",
    "hand_off",
    "make_hand_off_config",
    "parse_hand_off",
    "render_hand_off",
]
