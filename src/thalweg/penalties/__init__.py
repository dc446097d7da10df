"""Penalties: one value a parameter tree, added to the mean loss."""
