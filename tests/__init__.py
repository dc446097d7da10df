"""Tests: the same tree as the package, plus contracts, oracles and faults."""
