"""Initialisers: the spread each promises, and what it does to signals on their way through depth."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.initializers.auto import Auto
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.small_normal import SmallNormal

IN, OUT = 200, 300

VARIANCES = [
    pytest.param(HeNormal(), 2 / IN, id="he: 2 / fan_in"),
    pytest.param(GlorotNormal(), 2 / (IN + OUT), id="glorot: 2 / (fan_in + fan_out)"),
    pytest.param(GlorotUniform(), 2 / (IN + OUT), id="glorot uniform: the same"),
    pytest.param(SmallNormal(0.03), 0.03**2, id="small: std^2"),
    pytest.param(Auto(), 2 / IN, id="auto: as he"),
]


@pytest.mark.parametrize(("initializer", "variance"), VARIANCES)
def test_mean_and_variance_are_as_stated(initializer, variance):
    w = draw(initializer)
    assert w.shape == (IN, OUT)
    # 60,000 draws: the mean is off by std / 245, the variance by at most sqrt(2 / 60,000) = 0.6% (one sigma).
    assert abs(w.mean()) < 4 * np.sqrt(variance) / 245
    np.testing.assert_allclose(w.var(), variance, rtol=0.025)


@pytest.mark.parametrize(("initializer", "variance"), VARIANCES)
def test_the_fans_count_and_not_the_shape(initializer, variance):
    # A kernel's shape tells nothing of its fans: a 5 x 5 filter over 8 channels has fan_in 200.
    w = np.asarray(initializer(jax.random.key(0), (5, 5, 8, 300), fan_in=IN, fan_out=OUT))
    assert w.shape == (5, 5, 8, 300)
    np.testing.assert_allclose(w.var(), variance, rtol=0.025)


@pytest.mark.parametrize("initializer", [HeNormal(), GlorotNormal(), SmallNormal()])
def test_normal_draws_have_normal_tails(initializer):
    w = draw(initializer)
    # P(|z| > 2) = 4.55% and P(|z| > 3.5) = 0.047%: a draw cut off at two standard deviations has neither.
    z = np.abs(w / w.std())
    np.testing.assert_allclose((z > 2).mean(), 0.0455, atol=0.004)
    assert (z > 3.5).any()


def test_uniform_draws_fill_their_interval_and_no_more():
    w, limit = draw(GlorotUniform()), np.sqrt(6 / (IN + OUT))
    assert np.abs(w).max() <= limit
    np.testing.assert_allclose([w.min(), w.max()], [-limit, limit], rtol=1e-3)
    np.testing.assert_allclose((np.abs(w) < limit / 2).mean(), 0.5, atol=0.01)


@pytest.mark.parametrize("initializer", [HeNormal(), GlorotNormal(), GlorotUniform(), SmallNormal(), Auto()])
def test_one_key_gives_one_draw_and_another_key_another(initializer):
    np.testing.assert_array_equal(draw(initializer), draw(initializer))
    assert (draw(initializer) != draw(initializer, seed=1)).mean() > 0.99


@pytest.mark.parametrize(
    ("initializer", "function", "expected"),
    [
        # CS231n lecture 6, ten layers of 500 units, normal input: printed .213, .047, .011, .0024, .0005.
        # For small weights tanh(z) is z, so a layer multiplies the spread by 0.01 sqrt(500) = 0.2236.
        (SmallNormal(0.01), jnp.tanh, {1: 0.213, 2: 0.047, 3: 0.0106, 4: 0.0024, 5: 0.0005}),
        # The same lecture: Xavier with tanh sinks slowly, from .63 to .23.
        (GlorotNormal(), jnp.tanh, {1: 0.63, 10: 0.23}),
        # Xavier with ReLU: .58 is sqrt((1 - 1/pi) / 2), the spread of half a bell; each layer halves the
        # mean square. Printed for the tenth: .04, from one draw; widths of 500 leave some luck in it.
        (GlorotNormal(), jax.nn.relu, {1: 0.58, 2: 0.58 / 2**0.5, 3: 0.58 / 2}),
    ],
    ids=["small tanh", "glorot tanh", "glorot relu"],
)
def test_ten_layers_as_in_the_lecture(initializer, function, expected):
    spreads = ten_layers(initializer, function)
    for layer, spread in expected.items():
        np.testing.assert_allclose(spreads[layer], spread, rtol=0.12)


def test_he_keeps_rectified_activations_alive_through_ten_layers():
    spreads = ten_layers(HeNormal(), jax.nn.relu)
    assert 0.65 < spreads[10] / spreads[1] < 1.35


def ten_layers(initializer, function, units=500, examples=400):
    h = jax.random.normal(jax.random.key(7), (examples, units))
    spreads = {}
    for layer in range(1, 11):
        w = initializer(jax.random.key(layer), (units, units), fan_in=units, fan_out=units)
        h = function(h @ w)
        spreads[layer] = float(h.std())
    return spreads


def draw(initializer, seed=0):
    return np.asarray(initializer(jax.random.key(seed), (IN, OUT), fan_in=IN, fan_out=OUT), np.float64)
