"""The initial loss: the notes' numbers, and losses that are off."""

import math

import numpy as np
import pytest

from thalweg.checks.initial_loss import expected_first_loss, initial_loss
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.hinge import Hinge
from thalweg.losses.huber import Huber
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.losses.squared_hinge import SquaredHinge
from thalweg.losses.squared_multiclass_hinge import SquaredMulticlassHinge

TARGETS = np.array([[1.0], [-3.0]])
EVEN = np.ones(2)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (SoftmaxCrossEntropy(), 2.302585),  # ln 10
        (BinaryCrossEntropy(), 0.693147),  # ln 2
        (AttributeCrossEntropy(), 1.386294),  # 2 ln 2
        (AttributeHinge(1.5), 3.0),  # two margins
        (SquaredError(), 2.5),  # half of (1 + 9) / 2
        (SquaredError(half=False), 5.0),
        (MulticlassHinge(), 9.0),  # C - 1
        (SquaredMulticlassHinge(), 9.0),
        (MulticlassHinge(2.0), 18.0),
        (Hinge(), 1.0),
        (SquaredHinge(), 1.0),
        (AbsoluteError(), 2.0),  # (1 + 3) / 2
        (Huber(), 1.5),  # (0.5 + 3 - 0.5) / 2
    ],
)
def test_a_blind_guess_costs(loss, expected):
    targets = TARGETS if loss.head == "linear" else np.array([0, 1])
    targets = np.array([[0, 1], [1, 1]]) if loss.head in ("sigmoids", "signs") else targets
    found = expected_first_loss(loss, classes=10, targets=targets, weight=EVEN)
    assert found == pytest.approx(expected, abs=1e-6)


def test_is_what_the_losses_give_for_scores_of_zero():
    labels = np.array([0, 1, 1])
    assert float(np.mean(SoftmaxCrossEntropy()(np.zeros((3, 4), np.float32), labels))) == pytest.approx(
        expected_first_loss(SoftmaxCrossEntropy(), classes=4, targets=labels, weight=np.ones(3))
    )
    weighted = np.average(SquaredError()(np.zeros((2, 1), np.float32), TARGETS), weights=[3.0, 1.0])
    assert weighted == pytest.approx(
        expected_first_loss(SquaredError(), classes=0, targets=TARGETS, weight=np.array([3.0, 1.0]))
    )


@pytest.mark.parametrize(
    ("share", "passed", "severity"),
    [
        (1.0, True, "warning"),
        (1.24, True, "warning"),
        (0.74, False, "warning"),
        (1.26, False, "warning"),
        (1.99, False, "warning"),
        (2.01, False, "error"),
        (math.nan, False, "error"),
        (math.inf, False, "error"),
    ],
)
def test_warns_from_a_quarter_and_fails_from_the_whole(share, passed, severity):
    result = initial_loss(share * math.log(10), math.log(10))
    assert (result.passed, result.severity) == (passed, severity)


def test_the_text_holds_both_numbers():
    assert initial_loss(7.0, 2.3).text == "The untrained network's loss is 7; a blind guess costs 2.3."
