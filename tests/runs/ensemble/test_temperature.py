"""One temperature makes predictions as sure as they are right, and moves no accuracy."""

import numpy as np
import pytest
from scipy.special import softmax

from thalweg.errors import InputError
from thalweg.runs.ensemble.temperature import calibration_error, fit_temperature, tempered


def overconfident(factor=3.0, rows=20_000, classes=4, seed=0):
    """Classes drawn from known probabilities, and these probabilities with their logits multiplied."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(rows, classes))
    honest = softmax(logits, axis=1)
    y = (honest.cumsum(axis=1) < random.random((rows, 1))).sum(axis=1).clip(0, classes - 1)
    return softmax(factor * logits, axis=1).astype(np.float32), y


def test_a_share_of_right_rows_by_hand():
    # One confidence for all rows: the likeliest probability is the share that is right, so T = logit(0.6)/logit(0.9).
    unsure, y = np.array([[0.6, 0.4]] * 10), np.array([0] * 9 + [1])
    found = fit_temperature(unsure, y)
    assert found.value == pytest.approx(np.log(1.5) / np.log(9), abs=1e-6)
    np.testing.assert_allclose(tempered(unsure, found.value)[0], [0.9, 0.1], atol=1e-6)
    assert found.surprise_before == pytest.approx(-0.9 * np.log(0.6) - 0.1 * np.log(0.4))
    assert found.surprise_after == pytest.approx(-0.9 * np.log(0.9) - 0.1 * np.log(0.1))
    assert found.error_before == pytest.approx(0.3) and found.error_after == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_it_finds_the_factor_that_logits_were_multiplied_by(factor):
    p, y = overconfident(factor)
    found = fit_temperature(p, y)
    assert found.value == pytest.approx(factor, rel=0.05)
    assert found.surprise_after <= found.surprise_before
    assert found.error_after < 0.015


def test_it_lowers_the_calibration_error_of_what_is_too_sure_on_other_rows_too():
    p, y = overconfident()
    found = fit_temperature(p[:10_000], y[:10_000])
    assert found.error_before > 0.15 > 0.02 > found.error_after
    assert calibration_error(tempered(p[10_000:], found.value), y[10_000:]) < 0.02


def test_there_is_no_better_temperature_nearby():
    p, y = overconfident(rows=500)
    found = fit_temperature(p, y)
    for near in (0.999, 1.001):
        other = tempered(p, near * found.value)
        assert -np.log(other[np.arange(len(y)), y]).mean() > found.surprise_after


def test_no_row_changes_its_class():
    p, y = overconfident()
    for temperature in (0.05, fit_temperature(p, y).value, 20.0):
        np.testing.assert_array_equal(tempered(p, temperature).argmax(axis=1), p.argmax(axis=1))


def test_attributes_have_one_temperature_in_the_sigmoids_form():
    random = np.random.default_rng(1)
    logits = random.normal(size=(8_000, 3))
    y = (random.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(int)
    yes = 1 / (1 + np.exp(-2 * logits))
    p = np.stack([1 - yes, yes], axis=2)
    found = fit_temperature(p, y)
    assert found.value == pytest.approx(2, rel=0.05)
    np.testing.assert_allclose(tempered(p, 2.0)[:, :, 1], 1 / (1 + np.exp(-logits)), atol=1e-12)
    flat = fit_temperature(p.reshape(-1, 2), y.ravel())
    np.testing.assert_allclose(found, flat, rtol=1e-6)


def test_weights_count_as_rows_that_occur_so_often():
    p, y = overconfident(rows=60)
    times = np.arange(60) % 3
    often = fit_temperature(np.repeat(p, times, axis=0), np.repeat(y, times))
    np.testing.assert_allclose(fit_temperature(p, y, times), often, rtol=1e-6)


def test_where_every_row_is_right_the_least_temperature_is_given():
    assert fit_temperature(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 1])).value == 0.05


def test_probabilities_of_0_leave_finite_numbers():
    sure = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = fit_temperature(sure, np.array([0, 1, 1]))
    assert np.isfinite(found).all() and found.value > 1


# The calibration error


def test_the_calibration_error_by_hand():
    # Bins of a tenth: 0.55 and 0.6 share one, where 1 of 2 is right; 0.91 is alone, and right.
    p = np.array([[0.55, 0.45], [0.6, 0.4], [0.09, 0.91]])
    y = np.array([0, 1, 1])
    assert calibration_error(p, y, bins=10) == pytest.approx((2 * abs(0.5 - 0.575) + abs(1 - 0.91)) / 3)
    assert calibration_error(p, y, np.array([3.0, 1.0, 4.0]), bins=10) == pytest.approx(
        (4 * abs(0.75 - (3 * 0.55 + 0.6) / 4) + 4 * 0.09) / 8
    )
    assert calibration_error(p, y, bins=1) == pytest.approx(abs(2 / 3 - (0.55 + 0.6 + 0.91) / 3))


def test_a_bin_holds_its_upper_end():
    # 0.5 belongs to the bin below; were it with 0.55, right and wrong would even out.
    p = np.array([[0.5, 0.5], [0.55, 0.45]])
    assert calibration_error(p, np.array([0, 1]), bins=2) == pytest.approx((0.5 + 0.55) / 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit_temperature(np.zeros((0, 2)), np.zeros(0, int)), r"^calibration needs rows and a prediction for"),
        (
            lambda: fit_temperature(np.ones((3, 2)) / 2, np.zeros(2, int)),
            r"^calibration needs rows and a prediction for each; got predictions of shape \(3, 2\) for \(2,\)\.$",
        ),
        (lambda: fit_temperature(np.ones((3, 2)), np.zeros(3, int)), r"^calibration needs probabilities of sum 1; got"),
        (lambda: tempered(np.ones((3, 2)) / 2, 0.0), r"^a temperature must be above 0; got 0\.0\.$"),
        (lambda: tempered(np.ones((3, 2)) / 2, np.nan), r"^a temperature must be above 0; got nan\.$"),
        (
            lambda: calibration_error(np.ones((3, 2)) / 2, np.zeros(3, int), bins=0),
            r"^a calibration error needs 1 bin or more; got 0\.$",
        ),
    ],
)
def test_misuse_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
