"""Restricted Boltzmann machines: the model, its training, its partition function."""
