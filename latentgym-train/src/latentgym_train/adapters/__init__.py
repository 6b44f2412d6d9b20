"""LatentGym sequences for other trainers, one module each that nothing else imports."""
