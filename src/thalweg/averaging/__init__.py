"""Averages of the weights that training goes through, to be evaluated and kept in their place."""
