"""The scripted players of bandits."""
