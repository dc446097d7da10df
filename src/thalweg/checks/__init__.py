"""Checks before training: one measurement, one expectation, one tolerance, one advice each."""
