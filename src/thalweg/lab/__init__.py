"""The lecture notes' experiments, each run anew and shown with its numbers."""
