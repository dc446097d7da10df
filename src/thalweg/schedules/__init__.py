"""Schedules: the share of the base rate to use at each step."""
