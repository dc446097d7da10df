"""Losses: one value an example, from raw outputs, each matched to the head it is for."""
