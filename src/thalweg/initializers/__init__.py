"""Initialisers: how the weights start."""
