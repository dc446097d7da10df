"""Limits on gradients before a rule sees them."""
