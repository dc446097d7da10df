"""Activations: what a unit makes of its weighted sum."""
