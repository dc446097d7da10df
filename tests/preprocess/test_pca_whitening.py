"""Whitening along components: variances of 1, what smoothing does to small ones, misuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.pca_whitening import PcaWhitening

NOTHING = np.array([], int)
SPLIT = Split(np.arange(60), np.arange(60, 80), NOTHING)


def covariance(kind, x):
    made = kind.apply(kind.fit(x, SPLIT), x)[SPLIT.train].astype(float)
    np.testing.assert_allclose(made.mean(axis=0), 0, atol=1e-6)
    return made.T @ made / len(SPLIT.train)


def mixed(seed, d=7, low=-3.0):
    random = np.random.default_rng(seed)
    return random.normal(size=(80, d)) * 10.0 ** np.linspace(2, low, d) @ random.normal(size=(d, d)) + 100


@given(seed=st.integers(0, 99), low=st.floats(-5, 2))
def test_the_covariance_becomes_the_identity(seed, low):  # D6
    np.testing.assert_allclose(covariance(PcaWhitening(smoothing=0.0), mixed(seed, low=low)), np.eye(7), atol=1e-6)


def test_smoothing_leaves_l_over_l_plus_smoothing():
    x, smoothing = mixed(0), 0.3
    values = PcaWhitening().fit(x, SPLIT).deviations ** 2
    np.testing.assert_allclose(
        covariance(PcaWhitening(smoothing), x), np.diag(values / (values + smoothing)), atol=1e-6
    )


def test_small_eigenvalues_exaggerate_noise_and_smoothing_is_the_remedy():
    # One input of variance 1 and 9 of noise, 0.01 large: whitened, noise is 9 of 10 parts of what the network sees.
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 10)) * np.array([1.0] + [0.01] * 9)
    share = {smoothing: np.diag(covariance(PcaWhitening(smoothing), x)) for smoothing in (0.0, 0.01)}
    assert share[0.0][1:].sum() / share[0.0].sum() == pytest.approx(0.9, abs=1e-6)
    assert share[0.01][1:].sum() / share[0.01].sum() < 0.15 and share[0.01][0] > 0.98


def test_it_is_the_root_that_divides():  # D6
    # Variance 4: x / 2 has variance 1, where x / 4 would have 1 / 4.
    x = np.array([[2.0], [-2.0]])
    kind = PcaWhitening(smoothing=0.0)
    np.testing.assert_allclose(kind.apply(kind.fit(x, Split(np.arange(2), NOTHING, NOTHING)), x), [[1.0], [-1.0]])


def test_directions_without_variance_are_left_out():
    x = mixed(0)
    flat = np.concatenate([x, x[:, :2] @ np.array([[1.0], [2.0]]), np.ones((80, 1))], axis=1)
    kind = PcaWhitening(smoothing=0.0)
    assert kind.apply(kind.fit(flat, SPLIT), flat).shape == (80, 7)
    np.testing.assert_allclose(covariance(kind, flat), np.eye(7), atol=1e-6)


def test_it_is_pca_rescaled():
    x = mixed(0)
    kind, plain = PcaWhitening(smoothing=0.0, variance=0.99), PCA(variance=0.99)
    fitted, like = kind.fit(x, SPLIT), plain.fit(x, SPLIT)
    assert fitted.variance_kept == like.variance_kept < 1
    kept = len(fitted.directions)
    np.testing.assert_allclose(kind.apply(fitted, x) * like.deviations[:kept], plain.apply(like, x), rtol=1e-5)


def test_refuses_two_rules_and_too_many():
    with pytest.raises(
        InputError, match=r"PcaWhitening takes components or variance; got components 2 and variance 0\.5"
    ):
        PcaWhitening(components=2, variance=0.5)
    with pytest.raises(InputError, match="PcaWhitening was asked for 8 components; the 60 training rows of 7 numbers"):
        PcaWhitening(components=8).fit(mixed(0), SPLIT)
    with pytest.raises(InputError, match=r"PcaWhitening.smoothing must be in \[0, inf\); got -1"):
        PcaWhitening(smoothing=-1)
