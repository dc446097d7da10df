"""Images a few at a time."""

import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.preprocess import images
from thalweg.preprocess.images import in_slices, require_images


@pytest.mark.parametrize(("numbers", "sizes"), [(0, [3, 3, 1]), (5, [2, 2, 2, 1]), (99, [1] * 7)])
def test_as_many_at_once_as_memory_is_to_hold(monkeypatch, numbers, sizes):
    monkeypatch.setattr(images, "SLICE", 12)
    x, seen = np.arange(28).reshape(7, 4), []

    def doubled(some):
        seen.append(len(some))
        return some * 2

    np.testing.assert_array_equal(in_slices(doubled, x, numbers), x * 2)
    assert seen == sizes
    assert in_slices(doubled, x[:0]).shape == (0, 4)


def test_refuses_what_is_no_array_of_images():
    require_images("features", np.zeros((0, 2, 2, 1)))
    with pytest.raises(InputError, match=r"^features are of images .*; got examples of shape \(28, 28\)\. Give images"):
        require_images("features", np.zeros((5, 28, 28)))
