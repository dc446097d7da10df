"""Losses of other forms of targets: hand values, oracles, slopes, extremes, refusals."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.special
import scipy.stats
from sklearn import metrics

from thalweg.errors import InputError
from thalweg.losses.cosine_proximity import CosineProximity
from thalweg.losses.kl_divergence import KLDivergence
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.mean_squared_logarithmic_error import MeanSquaredLogarithmicError
from thalweg.losses.poisson import Poisson
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy

RAW = [Poisson(), MeanAbsolutePercentageError(), MeanSquaredLogarithmicError()]


def pair(k=3, n=100):
    random = np.random.default_rng(5)
    drawn = random.normal(size=(n, k)), random.gamma(2.0, size=(n, k))
    return tuple(jnp.asarray(values, jnp.float32) for values in drawn)


def slope(loss, outputs, targets):
    return jax.grad(lambda f: loss(f, jnp.asarray(targets)).sum())(jnp.asarray(outputs))


# Counts


def test_counts_by_hand():
    # s = ln 3, t = 2: 3 - 2 ln 3 - 2 + 2 ln 2 = 0.1890698; t = 0: f = 3; at the best rate 0. dL/ds = f - t.
    s, t = jnp.log(jnp.array([[3.0], [3.0], [2.0]])), jnp.array([[2.0], [0.0], [2.0]])
    np.testing.assert_allclose(Poisson()(s, t), [0.1890698, 3.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(slope(Poisson(), s, t), [[1.0], [3.0], [0.0]], atol=1e-6)
    np.testing.assert_allclose(Poisson().predict(s), [[3.0], [3.0], [2.0]], rtol=1e-6)


def test_counts_against_scikit_learn_and_scipy():
    s, t = pair(k=1)
    counts = jnp.round(t)
    deviance = metrics.mean_poisson_deviance(counts[:, 0], np.exp(s[:, 0]))
    np.testing.assert_allclose(2 * Poisson()(s, counts).mean(), deviance, rtol=1e-5)
    surprise = -scipy.stats.poisson.logpmf(counts, np.exp(s)) + scipy.stats.poisson.logpmf(counts, counts)
    np.testing.assert_allclose(Poisson()(s, counts), surprise[:, 0], rtol=1e-4, atol=1e-5)


def test_a_rate_of_almost_nothing_and_a_very_large_one_are_exact():
    s, t = jnp.array([[-1e4], [-1e4], [80.0]]), jnp.array([[0.0], [1.0], [0.0]])
    np.testing.assert_allclose(Poisson()(s, t), [0, 1e4 - 1, math.exp(80)], rtol=1e-5)
    np.testing.assert_allclose(slope(Poisson(), s, t), [[0], [-1], [math.exp(80)]], rtol=1e-5)


def test_large_counts_leave_no_rounding_below_0():
    # The sum of the formula's four terms is a difference of numbers of a million: -0.125 for a loss of 1e-5. Beside
    # the best rate it is t d^2 / 2, d the error of the log.
    t = jnp.full((2001, 1), 1e5)
    s = jnp.log(t) + jnp.linspace(-1e-3, 1e-3, 2001)[:, None]
    d = np.float64(s) - math.log(1e5)
    found = Poisson()(s, t)
    assert (found >= 0).all()
    np.testing.assert_allclose(found, (1e5 * (np.expm1(d) - d))[:, 0], rtol=2e-3, atol=1e-4)
    np.testing.assert_allclose(slope(Poisson(), s, t), 1e5 * np.expm1(d), rtol=2e-3, atol=0.1)
    assert np.isnan(Poisson()(s[:1], -t[:1]))


# Shares of the target


def test_per_cent_by_hand():  # |100 - 90| / 100, and |-4 - 0| / 4 with |2 - 3| / 2: (100 + 50) / 2
    loss = MeanAbsolutePercentageError()
    np.testing.assert_allclose(loss(jnp.array([[90.0]]), jnp.array([[100.0]])), [10.0], rtol=1e-6)
    np.testing.assert_allclose(loss(jnp.array([[0.0, 3.0]]), jnp.array([[-4.0, 2.0]])), [75.0], rtol=1e-6)
    np.testing.assert_allclose(
        slope(loss, jnp.array([[90.0], [110.0], [100.0]]), jnp.full((3, 1), 100.0)), [[-1], [1], [0]]
    )


def test_per_cent_against_scikit_learn():
    f, t = pair()
    theirs = [100 * metrics.mean_absolute_percentage_error(a, b) for a, b in zip(t, f, strict=True)]
    np.testing.assert_allclose(MeanAbsolutePercentageError()(f, t), theirs, rtol=1e-5)


# Ratios


def test_ratios_by_hand():  # (ln 4 - ln 2)^2 = 0.480453; dL/df = 2 (ln 2 - ln 4) / 2 = -0.693147
    loss, f, t = MeanSquaredLogarithmicError(), jnp.array([[1.0]]), jnp.array([[3.0]])
    np.testing.assert_allclose(loss(f, t), [0.480453], rtol=1e-5)
    np.testing.assert_allclose(slope(loss, f, t), [[-0.693147]], rtol=1e-5)


def test_ratios_against_scikit_learn():
    f, t = pair()
    f = jnp.abs(f)
    theirs = [metrics.mean_squared_log_error(a, b) for a, b in zip(t, f, strict=True)]
    np.testing.assert_allclose(MeanSquaredLogarithmicError()(f, t), theirs, rtol=1e-4, atol=1e-7)


def test_below_a_half_the_logarithm_goes_on_as_its_tangent():
    # At -1/2: ln(1/2), slope 2; so at -2 it counts as ln(1/2) - 3. A target there counts alike, so that it can be met.
    loss, t = MeanSquaredLogarithmicError(), jnp.array([[0.0]])
    np.testing.assert_allclose(loss(jnp.array([[-2.0]]), t), [(math.log(0.5) - 3) ** 2], rtol=1e-6)
    np.testing.assert_allclose(slope(loss, jnp.array([[-2.0]]), t), [[4 * (math.log(0.5) - 3)]], rtol=1e-6)
    assert jnp.isfinite(slope(loss, jnp.array([[-1.0], [-0.5], [-1e4], [1e4]]), jnp.zeros((4, 1)))).all()
    np.testing.assert_array_equal(loss(jnp.array([[-0.75]]), jnp.array([[-0.75]])), [0.0])


# Directions


def test_directions_by_hand():
    # (3, 4) and (4, 3): cosine 24 / 25; opposite: 2; none: 1.
    f, t = jnp.array([[3.0, 4.0], [1.0, 0.0], [0.0, 0.0]]), jnp.array([[4.0, 3.0], [-7.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(CosineProximity()(f, t), [0.04, 2.0, 1.0], atol=1e-6)


def test_directions_against_optax_and_lengths_do_not_matter():
    f, t = pair()
    ours = CosineProximity()(f, t)
    np.testing.assert_allclose(ours, optax.cosine_distance(f, t), atol=1e-6)
    for scale in (1e-3, 1e4, 1e25):
        np.testing.assert_allclose(CosineProximity()(jnp.float32(scale) * f, t), ours, atol=1e-6)
    assert (ours >= 0).all() and (CosineProximity()(f, f) >= 0).all()


def test_the_slope_is_finite_where_there_is_no_direction():
    # Shorter than 1e-6 a vector counts by its length: L = 1 - 1e6 f . t / |t|.
    found = slope(CosineProximity(), jnp.zeros((1, 2)), jnp.array([[3.0, 4.0]]))
    np.testing.assert_allclose(found, [[-6e5, -8e5]], rtol=1e-6)
    np.testing.assert_allclose(CosineProximity()(jnp.array([[5e-7, 0.0]]), jnp.array([[1.0, 0.0]])), [0.5], rtol=1e-6)
    # At right angles the gradient is minus the target's direction over the length of f.
    found = slope(CosineProximity(), jnp.array([[2.0, 0.0]]), jnp.array([[0.0, 5.0]]))
    np.testing.assert_allclose(found, [[0.0, -0.5]], atol=1e-6)


# Distributions


def test_distributions_by_hand():
    # t = (.5, .5), p = (.75, .25): .5 ln(2/3) + .5 ln 2 = 0.143841; dL/ds = p - t.
    s, t = jnp.log(jnp.array([[0.75, 0.25]])), jnp.array([[0.5, 0.5]])
    np.testing.assert_allclose(KLDivergence()(s, t), [0.143841], rtol=1e-5)
    np.testing.assert_allclose(slope(KLDivergence(), s, t), [[0.25, -0.25]], rtol=1e-5)
    np.testing.assert_allclose(KLDivergence().predict(s), [[0.75, 0.25]], rtol=1e-6)


def test_distributions_against_scipy_and_the_cross_entropy():
    s, _ = pair()
    t = jnp.asarray(np.random.default_rng(6).dirichlet(np.ones(3), 100), jnp.float32)
    p = np.float64(jax.nn.softmax(s, axis=1))
    np.testing.assert_allclose(KLDivergence()(s, t), scipy.special.rel_entr(t, p).sum(axis=1), rtol=1e-4, atol=1e-6)
    certain, classes = jnp.eye(3)[jnp.arange(100) % 3], jnp.arange(100) % 3
    np.testing.assert_array_equal(KLDivergence()(s, certain), SoftmaxCrossEntropy()(s, classes))
    assert (KLDivergence()(jnp.log(t), t) >= 0).all()


def test_beside_the_true_distribution_the_slope_is_still_there():
    # The loss is a tenth of the square of the error and rounds to 0, the slope is p - t.
    t = jnp.asarray(np.random.default_rng(6).dirichlet(np.ones(3), 100), jnp.float32)
    s = jnp.log(t) + jnp.array([[1e-4, 0.0, -1e-4]])
    assert (KLDivergence()(s, t) >= 0).all()
    np.testing.assert_allclose(slope(KLDivergence(), s, t), jax.nn.softmax(s, axis=1) - t, atol=2e-7)


def test_distributions_at_the_extremes():
    s, t = jnp.array([[1e4, -1e4, 0.0]]), jnp.array([[0.0, 1.0, 0.0]])
    np.testing.assert_array_equal(KLDivergence()(s, t), [2e4])
    np.testing.assert_array_equal(slope(KLDivergence(), s, t), [[1, -1, 0]])
    assert jnp.isnan(KLDivergence()(s, 2 * t)).all()


# Which targets they take


@pytest.mark.parametrize(
    ("loss", "fine", "wrong"),
    [(RAW[0], [0.0, 2.5], [-1.0]), (RAW[1], [-1.0, 1e-3], [0.0]), (RAW[2], [-0.9, 5.0], [-1.0, -3.0])],
)
def test_a_target_without_a_value_is_told_and_costs_nan(loss, fine, wrong):
    targets = np.array([*fine, *wrong])
    assert loss.allowed(targets).tolist() == [True] * len(fine) + [False] * len(wrong)
    losses = loss(jnp.zeros((len(targets), 1)), jnp.asarray(targets, jnp.float32)[:, None])
    assert np.isnan(losses).tolist() == [False] * len(fine) + [True] * len(wrong)


@pytest.mark.parametrize("loss", RAW)
def test_targets_of_another_shape_are_refused(loss):
    with pytest.raises(InputError, match=rf"^{type(loss).__name__} needs targets of .* shape \(2, 1\); got \(2,\)"):
        loss(jnp.zeros((2, 1)), jnp.zeros(2))


@pytest.mark.parametrize(("outputs", "targets"), [((2, 1), (2, 1)), ((2, 3), (2, 2)), ((2, 3), (2,))])
def test_directions_take_two_outputs_at_least(outputs, targets):
    with pytest.raises(InputError) as caught:
        CosineProximity()(jnp.zeros(outputs), jnp.zeros(targets))
    assert str(caught.value) == (
        "CosineProximity needs two outputs an example at least, and targets of their shape; got outputs of shape "
        f"{outputs} and targets of shape {targets}."
    )


def test_distributions_take_a_share_of_each_class():
    with pytest.raises(InputError) as caught:
        KLDivergence()(jnp.zeros((2, 3)), jnp.zeros(2, int))
    assert str(caught.value) == "KLDivergence needs one share of each class, shape (2, 3); got targets of shape (2,)."
