"""A look takes fewer rows where a run is short for its network, by the work alone."""

import numpy as np
import pytest

from thalweg.network.presets.dense import dense_network
from thalweg.runs.probe_rows import probe_rows
from thalweg.train.plan import Plan

NETWORK, SHAPE = dense_network(10, hidden=(1000, 1000)), (1000,)  # two million multiply-adds: all but no idle time


def rows(steps, *, count=12_800, batch=128):
    return probe_rows(NETWORK, SHAPE, Plan(np.arange(count), batch, steps, ((0, 0),)))


@pytest.mark.parametrize(("epochs", "expected"), [(1, 64), (4, 64), (12, 64), (15, 128), (40, 256), (1000, 256)])
def test_looks_take_a_fortieth_of_the_work_or_fewer_rows(epochs, expected):
    # Epochs have 12,800 examples; a look costs as much as training on four times its rows. One epoch has two looks:
    # 2 x 4 x 64 / 12,800 is 4%, but 64 are the least. 12 and 15 epochs have 2 + ceil(ln 12 / ln 1.5) = 9:
    # 9 x 4 x 128 is 3.0% of 12 x 12,800, and 2.4% of 15 x 12,800.
    assert rows(100 * epochs) == expected


def test_a_full_batch_counts_its_steps():
    assert rows(4, batch=12_800) == 128  # two looks: 2 x 4 x 256 / 51,200 is 4%
    assert rows(10_000, batch=12_800) == 256
