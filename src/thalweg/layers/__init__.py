"""Layers: pairs of pure functions, `init` and `apply`, one layer a file."""
