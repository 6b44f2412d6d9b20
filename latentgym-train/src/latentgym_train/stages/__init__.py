"""The stages of a run: imitation, reinforcement, evaluation, export."""
