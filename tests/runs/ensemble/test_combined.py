"""Predictions of several members become one by a mean of probabilities, values or scores."""

import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.runs.ensemble.combined import combined

TWO = np.array([[[0.8, 0.1, 0.1], [0.2, 0.3, 0.5]], [[0.2, 0.4, 0.4], [0.2, 0.3, 0.5]]])


def drawn(*shape, seed=0):
    """Probabilities of any shape."""
    return np.random.default_rng(seed).dirichlet(np.ones(shape[-1]), shape[:-1])


def test_the_mean_of_probabilities_by_hand():
    np.testing.assert_allclose(combined(TWO), [[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]])
    assert combined(TWO.astype(np.float32)).dtype == np.float64


def test_the_mean_of_scores_by_hand():
    # sqrt(0.8 * 0.2) = 0.4 and sqrt(0.1 * 0.4) = 0.2: shares 0.4, 0.2, 0.2 of 0.8.
    np.testing.assert_allclose(combined(TWO, "scores"), [[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]])


def test_weights_count_and_need_not_have_the_sum_1():
    np.testing.assert_allclose(combined(TWO, weights=np.array([3, 1]))[0], [0.65, 0.175, 0.175])
    unnormalised = np.array([0.8**0.75 * 0.2**0.25, 0.1**0.75 * 0.4**0.25, 0.1**0.75 * 0.4**0.25])
    np.testing.assert_allclose(combined(TWO, "scores", np.array([6, 2]))[0], unnormalised / unnormalised.sum())
    np.testing.assert_array_equal(combined(TWO, weights=np.array([0, 1])), TWO[1])


def test_the_mean_of_scores_is_the_softmax_of_the_mean_logits():
    logits = np.random.default_rng(1).normal(size=(4, 7, 3))
    powers = np.exp(logits)
    mean = np.exp(logits.mean(axis=0))
    np.testing.assert_allclose(
        combined(powers / powers.sum(-1, keepdims=True), "scores"), mean / mean.sum(-1, keepdims=True)
    )


def test_attributes_are_averaged_each_for_itself():
    members = drawn(3, 5, 4, 2)
    for average in ("probabilities", "scores"):
        together = combined(members, average)
        assert together.shape == (5, 4, 2)
        np.testing.assert_allclose(together.sum(-1), 1)
        for k in range(4):
            np.testing.assert_array_equal(together[:, k], combined(members[:, :, k], average))


def test_values_and_scores_without_probabilities_have_their_mean():
    values = np.array([[[1.0], [-4.0]], [[2.0], [8.0]], [[6.0], [5.0]]])
    np.testing.assert_array_equal(combined(values), [[3.0], [3.0]])


def test_by_jensen_an_average_is_never_less_likely_than_its_members_are_on_average():
    members, y = drawn(5, 200, 6), np.arange(200) % 6
    own = -np.log(members[:, np.arange(200), y]).mean()
    for average in ("probabilities", "scores"):
        assert -np.log(combined(members, average)[np.arange(200), y]).mean() < own


def test_probabilities_of_0_leave_finite_ones():
    sure = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    np.testing.assert_array_equal(combined(sure, "scores"), [[0.5, 0.5]])
    np.testing.assert_array_equal(combined(sure[:1], "scores").round(30), sure[0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            (TWO[:0],),
            r"^an ensemble needs predictions \(members, rows, \.\.\.\) of 1 or more; got shape \(0, 2, 3",
        ),
        ((TWO[0],), r"^an ensemble needs predictions .* got shape \(2, 3\)\.$"),
        ((TWO, "votes"), r"^an ensemble averages probabilities or scores; got 'votes'\.$"),
        (
            (TWO, "scores", np.array([1.0])),
            r"^an ensemble of 2 needs as many weights, .* not all 0; got \[1\.0\]\.$",
        ),
        ((TWO, "scores", np.array([1.0, -1.0])), r"^an ensemble of 2 needs as many weights"),
        ((TWO, "scores", np.array([0.0, 0.0])), r"^an ensemble of 2 needs as many weights"),
        ((TWO, "scores", np.array([np.nan, 1.0])), r"^an ensemble of 2 needs as many weights"),
        ((2 * TWO, "scores"), r"^the mean of scores needs probabilities of sum 1; got other predictions\.$"),
        ((TWO - 0.3, "scores"), r"^the mean of scores needs probabilities of sum 1; got other predictions\.$"),
    ],
)
def test_misuse_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        combined(*given)
