"""Scaling of sequences: one scale for all steps, padding left as it is, misuse."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.layers.steps import real_steps
from thalweg.preprocess.steps import StandardizeSteps

NOTHING = np.array([], int)


def test_real_steps_have_mean_0_and_deviation_1_and_padding_stays():
    random = np.random.default_rng(0)
    x = random.normal([5.0, -3.0], [2.0, 10.0], (50, 6, 2))
    lengths = random.integers(1, 7, 50)
    for row, length in enumerate(lengths):
        x[row, length:] = 0
    split = Split(np.arange(40), np.arange(40, 50), NOTHING)
    out = StandardizeSteps().apply(StandardizeSteps().fit(x, split), x)
    real = np.arange(6)[None, :] < lengths[:, None]
    np.testing.assert_array_equal(out[~real], 0)
    steps = out[:40][real[:40]]
    np.testing.assert_allclose(steps.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(steps.std(axis=0), 1, atol=1e-6)


def test_a_step_of_zeros_amid_a_sequence_is_scaled():
    x = np.array([[[2.0], [0.0], [4.0], [0.0]]])  # mean 2, deviation sqrt(8/3)
    out = StandardizeSteps().apply(StandardizeSteps().fit(x, Split(np.array([0]), NOTHING, NOTHING)), x)
    np.testing.assert_allclose(out.ravel(), [0, -2 / np.sqrt(8 / 3), 2 / np.sqrt(8 / 3), 0], rtol=1e-6)


def test_a_constant_feature_is_named():
    x = np.random.default_rng(0).normal(size=(5, 3, 2))
    x[:, :, 1] = 7.0
    fitted = StandardizeSteps().fit(x, Split(np.arange(5), NOTHING, NOTHING))
    assert "feature 1" in fitted.remarks[0].text
    np.testing.assert_array_equal(StandardizeSteps().apply(fitted, x)[:, :, 1], 0)


def test_what_is_no_sequence_is_refused():
    split = Split(np.arange(3), NOTHING, NOTHING)
    with pytest.raises(InputError, match=r"for sequences, examples of shape \(steps, features\); got examples of"):
        StandardizeSteps().fit(np.ones((3, 2)), split)
    with pytest.raises(InputError, match="found no real step: every training sequence is 0 throughout"):
        StandardizeSteps().fit(np.zeros((3, 2, 2)), split)
    fitted = StandardizeSteps().fit(np.ones((3, 2, 2)) * np.arange(1, 4)[:, None, None], split)
    with pytest.raises(InputError, match=r"was fitted to examples of shape \(2, 2\); got \(4, 2\)"):
        StandardizeSteps().apply(fitted, np.ones((1, 4, 2)))


def test_a_real_step_that_scales_to_0_is_not_taken_for_padding():
    x = np.array([[[1.0], [3.0], [2.0], [0.0]]])  # the mean is 2, which the last real step holds
    out = StandardizeSteps().apply(StandardizeSteps().fit(x, Split(np.array([0]), NOTHING, NOTHING)), x)
    np.testing.assert_array_equal(np.asarray(real_steps(out)), [[True, True, True, False]])
    np.testing.assert_allclose(out[0, 2], 0, atol=1e-20)
