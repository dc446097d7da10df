"""Thalweg beside its peers, on the same machine, in alternating runs."""
