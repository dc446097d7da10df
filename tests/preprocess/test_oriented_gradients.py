"""The preprocessing by oriented gradients: order and names of its numbers, misuse."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.gradients import oriented_gradients
from thalweg.preprocess.oriented_gradients import OrientedGradients

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 12, 20, 3)).astype(np.uint8)
SPLIT = Split(np.arange(4), np.arange(4, 6), np.array([], int))


@pytest.mark.parametrize("block", [0, 1, 2])
def test_each_image_becomes_a_row_with_a_name_for_each_number(block):
    kind = OrientedGradients(4, 3, block)
    fitted = kind.fit(IMAGES, SPLIT)
    made = kind.apply(fitted, IMAGES)
    np.testing.assert_array_equal(made, oriented_gradients(IMAGES, 4, 3, block).reshape(6, -1))
    assert len(fitted.names) == made.shape[1] == len(set(fitted.names))


def test_names_say_the_angle_and_the_place():
    image = np.zeros((1, 12, 20, 1))
    image[:, 8:, 12:16] = 1.0  # in the cell of row 2 and column 3; its upper edge is in row 1 too
    kind = OrientedGradients(4, 2)
    fitted = kind.fit(image, SPLIT)
    named = dict(zip(fitted.names, kind.apply(fitted, image)[0], strict=True))
    assert {name for name, value in named.items() if value and " at (1, 3)" in name} == {
        "gradient 90-180 at (1, 3), block (0, 2)",
        "gradient 90-180 at (1, 3), block (0, 3)",
        "gradient 90-180 at (1, 3), block (1, 2)",
        "gradient 90-180 at (1, 3), block (1, 3)",
    }
    assert OrientedGradients(4, 7, 0).fit(IMAGES, SPLIT).names[7] == "gradient 0-25.7143 at (0, 1)"


@pytest.mark.parametrize(("fields", "said"), [
    ({"cell": 0}, "cell must be at least 1; got 0"),
    ({"orientations": 0}, "orientations must be at least 1; got 0"),
    ({"block": -1}, "block must be at least 0; got -1"),
])  # fmt: skip
def test_refuses_sizes_that_are_none(fields, said):
    with pytest.raises(InputError, match=rf"OrientedGradients\.{said}"):
        OrientedGradients(**fields)


def test_refuses_other_images():
    kind = OrientedGradients(4)
    with pytest.raises(InputError, match=r"fitted to examples of shape \(12, 20, 3\); got \(13, 20, 3\)"):
        kind.apply(kind.fit(IMAGES, SPLIT), np.zeros((1, 13, 20, 3)))
    with pytest.raises(InputError, match=r"of images \(n, height, width, channels\); got examples of shape \(64,\)"):
        kind.fit(np.zeros((6, 64)), SPLIT)
    with pytest.raises(InputError, match=r"at least 16 x 16 pixels; got 12 x 20\. Use a cell of 6 at most"):
        OrientedGradients().fit(IMAGES, SPLIT)
