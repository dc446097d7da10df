"""The corrected interval: by hand, its coverage, and what has none."""

import math

import numpy as np
import pytest

from thalweg.runs.paired import paired


def test_five_folds_by_hand():
    # The differences from their mean 0.03 are -0.01, 0.01, 0, 0.02, -0.02; their squares add up to 0.001, so that
    # s^2 = 0.001 / 4 = 0.00025. 20 rows are scored and 80 trained on: the variance of the mean is
    # 0.00025 (1/5 + 20/80) = 0.0001125, its root 0.0106066, and t of 4 degrees of freedom at 97.5% is 2.776445.
    found = paired([0.02, 0.04, 0.03, 0.05, 0.01], 80, 20)
    half = 2.776445 * 0.0106066
    np.testing.assert_allclose(found, (0.03, 0.03 - half, 0.03 + half), atol=1e-7)
    assert found.beyond_chance
    # Without the correction it would be 2.776445 sqrt(0.00025 / 5) = 0.0196 to each side.
    assert found.high - found.difference > 1.4 * 0.0197


def test_what_counts_is_the_ratio_of_the_rows():
    assert paired([0.1, 0.3], 400, 100) == paired([0.1, 0.3], 80, 20) != paired([0.1, 0.3], 80, 40)


@pytest.mark.parametrize(
    ("differences", "low", "beyond"),
    [([0.1], math.nan, False), ([0.1, math.nan], math.nan, False), ([0.1, 0.1], 0.1, True), ([0.0, 0.0], 0.0, False)],
    ids=["one fold", "a fold that failed", "all alike", "no difference"],
)
def test_edges(differences, low, beyond):
    found = paired(differences, 80, 20)
    np.testing.assert_equal(found.low, low)
    assert found.beyond_chance is beyond


def test_a_difference_that_is_negative_is_never_beyond_chance():
    assert not paired([-0.5, -0.5, -0.49], 80, 20).beyond_chance
