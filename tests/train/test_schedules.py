import pytest

from latentgym_train.config.config import PhaseConfig, RlConfig
from latentgym_train.learning.schedules import rl_rate, sft_rate

PLAYERS = {"scripted/blind": 1.0}


def test_every_phase_rises_and_falls_on_its_own():
    falling = PhaseConfig(steps=10, learning_rate=2.0, final_rate=0.5, warmup=4, players=PLAYERS)
    level = PhaseConfig(steps=3, learning_rate=1.0, warmup=0, players=PLAYERS)
    rates = [sft_rate(step, (falling, level)) for step in range(13)]
    assert rates[:5] == pytest.approx([0.5, 0.95, 1.35, 1.7, 1.6])
    assert rates[9:] == pytest.approx([1.1, 1.0, 1.0, 1.0])


def test_reinforcement_falls_from_its_rate():
    config = RlConfig(iterations=4, learning_rate=1.0, final_rate=0.2)
    assert [rl_rate(i, config) for i in range(4)] == pytest.approx([1.0, 0.8, 0.6, 0.4])
