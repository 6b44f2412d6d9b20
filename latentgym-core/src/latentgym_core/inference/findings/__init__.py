"""What the posterior and the references say about an agent."""
