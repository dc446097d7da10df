"""The images a network is most wrong about: by hand, of probabilities and of scores."""

import numpy as np
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.source import Task
from thalweg.runs.inside import MISTAKE_SIDE, MOST_MISTAKES
from thalweg.runs.scoring import Predicted
from thalweg.runs.worst_errors import worst_errors

ROWS = np.array([5, 3, 0, 4])  # of a part, in its order
OUTPUTS = np.array([[0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.6, 0.4]])


def images(count=6, shape=(4, 3, 1)):
    pixels = np.arange(count, dtype=np.uint8)[:, None, None, None] * np.ones(shape, np.uint8)
    return from_arrays(pixels, np.array(["cat", "dog"] * (count // 2)), name="pets", target="pet")


def predicted(truth, outputs=OUTPUTS, probable=True):
    return Predicted("validation", np.array(truth), outputs, np.ones(len(truth)), probable)


def test_the_least_probable_truth_comes_first():
    # Rows 5, 3, 4 are wrong, with 0.2, 0.1 and 0.4 for the truth; row 0 is right.
    found = worst_errors(images(), ROWS, predicted([1, 0, 1, 1]))
    assert found is not None and (found.part, found.wrong, found.among, found.probable) == ("validation", 3, 4, True)
    assert found.rows == ((3, "cat", "dog", 0.1, 0.9), (5, "dog", "cat", 0.2, 0.8), (4, "dog", "cat", 0.4, 0.6))
    assert found.pictures[:, 0, 0, 0].tolist() == [3, 5, 4] and found.pictures.shape == (3, 4, 3, 1)


def test_scores_are_compared_with_the_one_that_was_higher():
    scores = np.array([[9.0, 8.5], [-4.0, -1.0], [0.0, 1.0], [2.0, 1.0]])  # behind by 0.5, 3, right, 1
    found = worst_errors(images(), ROWS, predicted([1, 0, 1, 1], scores, probable=False))
    assert found is not None and [mistake.row for mistake in found.rows] == [3, 4, 5] and not found.probable


def test_of_many_the_worst_are_kept_and_equals_stay_in_order():
    outputs = np.tile([0.75, 0.25], (40, 1))
    outputs[30] = [1.0, 0.0]  # a probability of 0 is the worst, and no fault
    found = worst_errors(images(40), np.arange(40), predicted([1] * 40, outputs))
    assert found is not None and found.wrong == 40 and len(found.rows) == len(found.pictures) == MOST_MISTAKES
    assert [mistake.row for mistake in found.rows] == [30, *range(MOST_MISTAKES - 1)]


def test_nothing_wrong_is_no_picture():
    found = worst_errors(images(), ROWS, predicted([0, 1, 1, 0]))
    assert found is not None and (found.rows, found.wrong, found.pictures.shape) == ((), 0, (0, 4, 3, 1))


def test_a_large_image_is_made_smaller():
    found = worst_errors(images(shape=(MISTAKE_SIDE + 2, 3, 3)), ROWS, predicted([1, 0, 1, 1]))
    assert found is not None and found.pictures.shape == (3, MISTAKE_SIDE // 2 + 1, 2, 3)


@pytest.mark.parametrize("shape", [(4, 3, 2), (7,)])
def test_what_is_no_image_has_no_pictures(shape):
    other = images()._replace(inputs=np.zeros((6, *shape), np.uint8))
    assert worst_errors(other, ROWS, predicted([1, 0, 1, 1])) is None


def test_other_tasks_and_numbers_that_are_none_have_no_pictures():
    amounts = images()._replace(task=Task("regression", "age", ()))
    assert worst_errors(amounts, ROWS, predicted([1, 0, 1, 1])) is None
    assert worst_errors(images(), ROWS, predicted([1, 0, 1, 1], OUTPUTS * np.nan)) is None
