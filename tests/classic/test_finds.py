"""Found boxes against true ones: claims by hand, precision and recall by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from thalweg.classic.finds import precision_recall, right_boxes

TRUTH = np.array([[0.0, 0.0, 4.0, 4.0], [10.0, 10.0, 14.0, 14.0]])


def test_a_box_finds_an_object_that_nobody_found_before():  # D15
    boxes = np.array([
        [10.0, 11, 14, 15],  # 12 of 20 of the second object
        [10.0, 10, 14, 14],  # it fits better, but comes later
        [0.0, 2, 4, 6],  # 8 of 24 of the first: too little, and it stays free
        [0.0, 0, 2, 4],  # 8 of 16: just enough
        [20.0, 20, 24, 24],
    ])  # fmt: skip
    assert right_boxes(boxes, TRUTH).tolist() == [True, False, False, True, False]
    assert right_boxes(boxes, TRUTH, enough=0.6).tolist() == [True, False, False, False, False]
    assert right_boxes(boxes, TRUTH, enough=0.61).tolist() == [False, True, False, False, False]
    assert right_boxes(boxes, TRUTH[:0]).tolist() == [False] * 5 and len(right_boxes(boxes[:0], TRUTH)) == 0


def test_precision_and_recall_by_hand():
    found = precision_recall(np.array([1.0, 4.0, 3.0, 2.0]), np.array([True, True, False, True]), 5)
    np.testing.assert_array_equal(found.scores, [4, 3, 2, 1])
    np.testing.assert_allclose(found.precision, [1, 1 / 2, 2 / 3, 3 / 4])
    np.testing.assert_allclose(found.recall, [0.2, 0.2, 0.4, 0.6])
    assert found.average == pytest.approx((1 + 2 / 3 + 3 / 4) / 5)  # an object that is not found adds 0


def test_of_equal_scores_the_wrong_boxes_come_first():
    assert precision_recall(np.ones(2), np.array([True, False]), 1).precision.tolist() == [0.0, 0.5]


def test_the_average_is_that_of_scikit_learn_where_every_object_is_found():
    generator = np.random.default_rng(0)
    scores, right = generator.normal(size=50), generator.random(50) < 0.4
    found = precision_recall(scores, right, int(right.sum()))
    assert found.average == pytest.approx(average_precision_score(right, scores))


def test_without_boxes_nothing_is_found_and_without_objects_there_is_no_average():
    nothing = precision_recall(np.zeros(0), np.zeros(0, bool), 3)
    assert nothing.average == 0 and len(nothing.precision) == 0
    assert np.isnan(precision_recall(np.ones(2), np.zeros(2, bool), 0).average)
