"""The default monitors against none, on the MLP epoch."""

from bench.job import Job
from bench.rows.mlp_epoch import thalweg, thalweg_unwatched

TITLE = "default monitors on the MLP epoch"


def watched() -> Job:
    """Return the epoch with the default monitors."""
    return thalweg()


def unwatched() -> Job:
    """Return the epoch with none."""
    return thalweg_unwatched()


PEERS = {"with the default monitors": watched, "without": unwatched}
