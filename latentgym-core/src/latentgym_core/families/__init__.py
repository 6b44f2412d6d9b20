"""Latents to build on: filters, combinators, shared ones, and exact beliefs."""
