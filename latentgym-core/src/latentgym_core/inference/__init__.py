"""Inference about the latent: what could be known about z, and what of it an agent used."""
