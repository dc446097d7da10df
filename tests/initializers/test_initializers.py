"""Initialisers: the spread each promises, and what it does to signals on their way through depth."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.initializers.small_uniform import SmallUniform
from thalweg.initializers.sparse import Sparse

IN, OUT = 200, 300

VARIANCES = [
    pytest.param(HeNormal(), 2 / IN, id="he: 2 / fan_in"),
    pytest.param(GlorotNormal(), 2 / (IN + OUT), id="glorot: 2 / (fan_in + fan_out)"),
    pytest.param(GlorotUniform(), 2 / (IN + OUT), id="glorot uniform: the same"),
    pytest.param(SmallNormal(0.03), 0.03**2, id="small: std^2"),
    pytest.param(Auto(), 2 / IN, id="auto: as he"),
    pytest.param(HeUniform(), 2 / IN, id="he uniform: 2 / fan_in"),
    pytest.param(LecunNormal(), 1 / IN, id="lecun: 1 / fan_in"),
    pytest.param(SmallUniform(0.03), 0.03**2 / 3, id="small uniform: limit^2 / 3"),
]


@pytest.mark.parametrize(("initializer", "variance"), VARIANCES)
def test_mean_and_variance_are_as_stated(initializer, variance):  # I2, I3, I4, I5
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


DRAWN = [
    HeNormal(), HeUniform(), GlorotNormal(), GlorotUniform(), LecunNormal(), SmallNormal(), SmallUniform(),
    Orthogonal(), Auto(),
]  # fmt: skip


@pytest.mark.parametrize("initializer", DRAWN)
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


def test_small_weights_give_outputs_of_variance_a_tenth():
    # I2: n 0.01^2 = 1000 / 10,000 = 0.1 for n = 1000 inputs of variance 1 (one note says 10).
    x = np.random.default_rng(0).normal(size=(400, 1000))
    w = np.asarray(SmallNormal(0.01)(jax.random.key(0), (1000, 300), fan_in=1000, fan_out=300))
    np.testing.assert_allclose((x @ w).var(), 0.1, rtol=0.02)


def test_glorot_equals_one_over_fan_in_only_where_both_fans_are():  # I3, I4
    key, size = jax.random.key(0), (100, 100)
    same = [i(key, size, fan_in=100, fan_out=100) for i in (GlorotNormal(), LecunNormal())]
    np.testing.assert_allclose(*same, rtol=1e-6)
    other = [i(key, size, fan_in=100, fan_out=300) for i in (GlorotNormal(), LecunNormal())]
    np.testing.assert_allclose(other[0] / other[1], np.sqrt(0.5), rtol=1e-5)


def test_every_weight_starts_at_the_number():
    assert (draw(ConstantWeights()) == 0).all() and (draw(ConstantWeights(0.3)) == np.float32(0.3)).all()


def test_units_that_start_alike_stay_alike_and_with_zeros_only_the_output_bias_moves():  # I1
    def gradients(value):
        w1, w2 = jnp.full((3, 4), value), jnp.full((4, 2), value)
        x, y = jnp.array([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0], [1.0, 1.0, 1.0]]), jnp.array([0, 0, 1])

        def loss(w1, b1, w2, b2):
            scores = jax.nn.relu(x @ w1 + b1[None, :]) @ w2 + b2[None, :]
            return -jnp.mean(jax.nn.log_softmax(scores)[jnp.arange(3), y])

        return jax.grad(loss, argnums=(0, 1, 2, 3))(w1, jnp.zeros(4), w2, jnp.zeros(2))

    alike = gradients(0.1)[0]
    np.testing.assert_array_equal(alike, alike[:, :1] * jnp.ones((1, 4)))  # one gradient for every unit
    w1, b1, w2, b2 = gradients(0.0)
    assert not w1.any() and not b1.any() and not w2.any()
    np.testing.assert_allclose(b2, [0.5 - 2 / 3, 0.5 - 1 / 3], rtol=1e-6)  # towards the shares 2/3 and 1/3


def test_each_unit_is_wired_to_so_many_inputs():  # I6
    w = draw(Sparse(15))
    assert ((w != 0).sum(axis=0) == 15).all()
    inputs = (w != 0).sum(axis=1)  # 300 units of 15: each of 200 inputs is taken 22.5 times on average
    assert inputs.min() > 5 and inputs.max() < 45
    np.testing.assert_allclose(w[w != 0].std(), 1.0, rtol=0.05)
    assert (np.asarray(Sparse(15)(jax.random.key(0), (4, 3), fan_in=4, fan_out=3)) != 0).all()


def test_a_kernels_last_axis_is_its_units():
    w = np.asarray(Sparse(7)(jax.random.key(0), (3, 3, 8, 5), fan_in=72, fan_out=45))
    assert ((w != 0).sum(axis=(0, 1, 2)) == 7).all()
    q = np.asarray(Orthogonal()(jax.random.key(0), (3, 3, 8, 5), fan_in=72, fan_out=45)).reshape(72, 5)
    np.testing.assert_allclose(q.T @ q, np.eye(5), atol=1e-6)


@pytest.mark.parametrize(("rows", "columns"), [(30, 20), (20, 30), (25, 25)])
def test_an_orthogonal_map_keeps_lengths(rows, columns):  # I8
    with jax.enable_x64(True):
        w = np.asarray(Orthogonal(2.0)(jax.random.key(1), (rows, columns), fan_in=rows, fan_out=columns))
    small = w.T @ w if columns <= rows else w @ w.T
    np.testing.assert_allclose(small, 4 * np.eye(min(rows, columns)), atol=1e-12)


def test_rotations_are_drawn_evenly():
    # Each entry of a 2 x 2 rotation or reflection has mean 0; without the signs of r the first column leans.
    q = np.stack([np.asarray(Orthogonal()(jax.random.key(k), (2, 2), fan_in=2, fan_out=2)) for k in range(400)])
    assert np.abs(q.mean(axis=0)).max() < 4 * np.sqrt(0.5 / 400)
    assert 0.4 < (np.linalg.det(q) > 0).mean() < 0.6


def test_no_connection_is_refused():
    with pytest.raises(InputError, match=r"Sparse\.connections must be at least 1; got 0\."):
        Sparse(0)


def test_more_connections_than_can_be_counted_are_all():
    w = Sparse(10**12)(jax.random.key(0), (5, 3), fan_in=5, fan_out=3)
    assert np.all(np.asarray(w) != 0)
