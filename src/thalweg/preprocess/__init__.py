"""Preprocessing: statistics fitted on the training rows alone, applied to any rows."""
