"""The default monitors against none, on five of the MLP epochs.

The first 200 steps of a run are all recorded, later one in fifty: a run of one short epoch pays more than this.
"""

from bench.job import Job
from bench.rows.mlp_epochs import thalweg

TITLE = "default monitors on five MLP epochs"


def watched() -> Job:
    """Return the epochs with the default monitors."""
    return thalweg()


def unwatched() -> Job:
    """Return the epochs with none."""
    return thalweg(watched=False)


PEERS = {"with the default monitors": watched, "without": unwatched}
