"""The scripted players of mastermind."""
