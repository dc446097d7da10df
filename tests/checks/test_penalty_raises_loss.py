"""The penalty must cost something."""

import math

import pytest

from thalweg.checks.penalty_raises_loss import penalty_raises_loss


@pytest.mark.parametrize(
    ("with_penalty", "passed"), [(2.4, True), (2.3, False), (2.2, False), (math.nan, False), (math.inf, False)]
)
def test_passes_only_where_the_loss_rises(with_penalty, passed):
    assert penalty_raises_loss(2.3, with_penalty).passed is passed
