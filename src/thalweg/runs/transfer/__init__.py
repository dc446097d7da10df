"""Runs that begin with the network that another run trained."""
