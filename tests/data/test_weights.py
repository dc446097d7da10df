"""Weights of any size count by their ratios."""

import numpy as np
import polars as pl
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.tables.beside import row_weights
from thalweg.data.tables.frame import from_frame
from thalweg.data.weights import relative_weights
from thalweg.errors import InputError

X, Y = [[1.0], [2.0], [3.0]], ["a", "b", "a"]


@pytest.mark.parametrize("size", [5e-324, 1e-44, 1.0, 1e38, 1e307])
def test_the_size_of_all_weights_does_not_matter(size):
    weights = size * np.array([1.0, 2.0, 3.0])
    wanted = [0.5, 1.0, 1.5]
    found = relative_weights(weights, place="toy")
    assert (found.dtype, found.tolist()) == (np.float32, wanted)
    assert from_arrays(X, Y, name="toy", weight=weights).weight.tolist() == wanted
    table = from_frame(pl.DataFrame({"w": [*weights, None]}))
    assert row_weights(table, "w", np.array([True, True, True, False])).tolist() == wanted


def test_weights_of_rows_that_are_left_out_do_not_count():
    source = from_arrays(X, ["a", "b", None], name="toy", weight=[1, 3, 1e300])
    assert source.weight.tolist() == [0.5, 1.5]


def test_no_weights_are_none():
    assert relative_weights(np.zeros(0), place="toy").shape == (0,)


def test_a_ratio_that_float32_cannot_feel_is_refused():
    assert relative_weights(np.array([1.0, 1e12]), place="toy").min() > 0
    message = r"toy: the largest weight, 2e\+12, is more than 1e\+12 times the smallest, 1, .* Leave them out"
    with pytest.raises(InputError, match=message):
        relative_weights(np.array([1.0, 2e12]), place="toy")
    with pytest.raises(InputError, match=r"^toy: the largest weight"):
        from_arrays(X, Y, name="toy", weight=[1, 1, 1e300])
    with pytest.raises(InputError, match=r"^the DataFrame, column 'w': the largest weight"):
        row_weights(from_frame(pl.DataFrame({"w": [1.0, 1e300]})), "w", np.array([True, True]))
