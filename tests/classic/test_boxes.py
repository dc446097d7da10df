"""Boxes: overlaps by hand, the best of each group against a plain loop, misuse."""

import numpy as np
import pytest

from thalweg.classic.boxes import non_maximum_suppression, overlaps
from thalweg.errors import InputError

SQUARE = [0.0, 0.0, 4.0, 4.0]


def test_overlaps_by_hand():  # D15
    others = np.array([
        SQUARE,
        [0, 2, 4, 6],  # half of each: 8 of 24
        [1, 1, 3, 3],  # inside: 4 of 16
        [3, 3, 7, 7],  # a corner: 1 of 31
        [0, 4, 4, 8],  # side by side
        [9, 9, 10, 10],
    ])  # fmt: skip
    np.testing.assert_allclose(overlaps(np.array([SQUARE]), others), [[1, 1 / 3, 1 / 4, 1 / 31, 0, 0]])
    np.testing.assert_allclose(overlaps(others, np.array([SQUARE])).T, overlaps(np.array([SQUARE]), others))
    assert overlaps(np.zeros((0, 4)), others).shape == (0, 6)
    assert overlaps(np.zeros((1, 4)), np.zeros((1, 4))).tolist() == [[0.0]]  # of nothing with nothing


def test_the_best_is_kept_and_what_it_suppresses_suppresses_nothing():
    # Each overlaps the next by 8 of 24. The second drops the first and the third, so that the fourth stays.
    boxes = np.array([[0.0, left, 4.0, left + 4.0] for left in (0, 2, 4, 6)])
    scores = np.array([1.0, 4.0, 3.0, 2.0])
    assert non_maximum_suppression(boxes, scores, 0.3).tolist() == [1, 3]
    assert non_maximum_suppression(boxes, scores, 0.34).tolist() == [1, 2, 3, 0]
    assert non_maximum_suppression(boxes, scores, 0.0).tolist() == [1, 3]
    assert non_maximum_suppression(np.zeros((0, 4)), np.zeros(0)).tolist() == []


def test_of_equal_scores_the_first_is_kept():
    boxes = np.array([SQUARE, SQUARE, [0.0, 1.0, 4.0, 5.0]])
    assert non_maximum_suppression(boxes, np.ones(3)).tolist() == [0]
    apart = 9.0 * np.arange(100)[:, None] + np.array([SQUARE])
    assert non_maximum_suppression(apart, np.arange(100) % 2 * 1.0).tolist() == [*range(1, 100, 2), *range(0, 100, 2)]


def test_a_plain_loop_keeps_the_same():
    generator = np.random.default_rng(0)
    corner = generator.uniform(0, 20, (60, 2))
    boxes, scores = np.concatenate([corner, corner + generator.uniform(4, 9, (60, 2))], axis=1), generator.random(60)
    kept = []
    for k in sorted(range(60), key=lambda k: -scores[k]):
        if all(overlaps(boxes[[k]], boxes[[other]])[0, 0] <= 0.2 for other in kept):
            kept.append(k)
    assert non_maximum_suppression(boxes, scores, 0.2).tolist() == kept and 5 < len(kept) < 55


@pytest.mark.parametrize("most", [-0.1, 1.1, np.nan])
def test_a_share_outside_of_0_to_1_is_refused(most):
    with pytest.raises(InputError, match=f"kept boxes may overlap by a share from 0 to 1; got {most}"):
        non_maximum_suppression(np.array([SQUARE]), np.ones(1), most)
