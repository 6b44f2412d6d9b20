"""Where the cards of datasets that 0.1 wrote import `SequenceEnv` from; its home has moved."""

from latentgym_core.sequence.sequence_env import SequenceEnv

__all__ = ["SequenceEnv"]
