"""Sheets of small pictures, pixel by pixel."""

import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.report.tiles import shades, tiles


def test_pictures_lie_in_rows_with_a_gap_between():  # V9
    pictures = np.stack([np.full((1, 2), shade, np.uint8) for shade in (1, 2, 3)])
    assert tiles(pictures, 2)[:, :, 0].tolist() == [
        [1, 1, 128, 2, 2],
        [128, 128, 128, 128, 128],
        [3, 3, 128, 128, 128],
    ]
    assert tiles(pictures, 5).shape == (1, 14, 1)  # five places in a row, two of them empty


def test_probabilities_go_from_black_to_white():
    assert shades(np.array([[[0.0, 0.5, 1.0, -0.1]]])).tolist() == [[[0, 128, 255, 0]]]


def test_no_picture_is_no_sheet():
    with pytest.raises(InputError, match="a sheet needs 1 picture or more, 1 or more in a row; got 0, 2 in a row"):
        tiles(np.zeros((0, 2, 2), np.uint8), 2)
    with pytest.raises(InputError, match="got 1, 0 in a row"):
        tiles(np.zeros((1, 2, 2), np.uint8), 0)
