"""PNG files written by hand, read by a library."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from thalweg.report.png import data_uri, png


@pytest.mark.parametrize(("shape", "mode"), [((3, 5, 1), "L"), ((2, 7, 3), "RGB"), ((1, 1, 1), "L")])
def test_every_pixel_comes_back(shape, mode):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    with Image.open(io.BytesIO(png(pixels))) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", mode, (shape[1], shape[0]))
        np.testing.assert_array_equal(np.asarray(image).reshape(shape), pixels)


def test_the_address_holds_the_file():
    pixels = np.full((2, 2, 3), 7, np.uint8)
    head, _, content = data_uri(pixels).partition(",")
    assert head == "data:image/png;base64" and base64.b64decode(content, validate=True) == png(pixels)
