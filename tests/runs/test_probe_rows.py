"""A look takes fewer rows where a run is short for its network, by the work alone."""

import numpy as np
import pytest

from thalweg.network.presets.dense import dense_network
from thalweg.runs.probe_rows import probe_rows
from thalweg.train.plan import Plan

NETWORK, SHAPE = dense_network(10, hidden=(1000, 1000)), (1000,)  # two million multiply-adds: all but no idle time


def rows(steps, *, count=12_800, batch=128):
    return probe_rows(NETWORK, SHAPE, Plan(np.arange(count), batch, steps, ((0, 0),)))


@pytest.mark.parametrize(("epochs", "expected"), [(1, 64), (15, 64), (25, 128), (40, 128), (60, 256), (1000, 256)])
def test_looks_take_a_fiftieth_of_the_work_or_fewer_rows(epochs, expected):
    # Epochs have 12,800 examples; a look costs as much as training on four times its rows. One epoch has two looks:
    # 2 x 4 x 64 / 12,800 is 4%, but 64 are the least. 15 epochs have 2 + ceil(ln 15 / ln 1.5) = 9, and 25 have 10:
    # 9 x 4 x 128 is 2.4% of 15 x 12,800, 10 x 4 x 128 is 1.6% of 25 x 12,800. 40 and 60 epochs have 12 and 13:
    # 12 x 4 x 256 is 2.4% of 40 x 12,800, and 13 x 4 x 256 is 1.7% of 60 x 12,800.
    assert rows(100 * epochs) == expected


def test_a_full_batch_counts_its_steps():
    assert rows(5, batch=12_800) == 128  # two looks: 2 x 4 x 256 / 64,000 is 3.2%
    assert rows(10_000, batch=12_800) == 256
