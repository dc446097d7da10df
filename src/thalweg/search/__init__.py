"""The search for good settings: what may vary, and how far."""
