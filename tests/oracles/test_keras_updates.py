"""Our update rules against those of Keras, ten steps on the same gradients; where they differ, by what."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from tests.oracles.keras_on_jax import as_it_is_used, keras

from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adam import Adam
from thalweg.updates.adamax import Adamax
from thalweg.updates.adamw import AdamW
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.muon import Muon
from thalweg.updates.nadam import Nadam
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.sgd import SGD

STEPS = 10
draws = np.random.default_rng(2)
GRADIENTS = draws.normal(size=(STEPS, 4, 3)).astype("f")
BEGIN = draws.normal(size=(4, 3)).astype("f")


def ours_after(rule):
    params = {"w": jnp.asarray(BEGIN)}
    built = rule.build()
    state = built.init(params)
    for gradient in GRADIENTS:
        changes, state = built.update({"w": jnp.asarray(gradient)}, state, params)
        params = optax.apply_updates(params, changes)
    return np.asarray(params["w"])


def theirs_after(name, **settings):
    with as_it_is_used():
        optimizer = getattr(keras.optimizers, name)(**settings)
        weights = keras.Variable(jnp.asarray(BEGIN))
        optimizer.build([weights])
        for gradient in GRADIENTS:
            optimizer.apply([jnp.asarray(gradient)], [weights])
        return np.asarray(jax.device_get(weights.value))


@pytest.mark.parametrize(
    ("ours", "name", "settings"),
    [
        (SGD(0.1), "SGD", {}),
        (Momentum(0.1, 0.9), "SGD", {"momentum": 0.9}),
        # Keras' Nesterov keeps the point that is looked ahead to.
        (LookAheadNesterov(0.1, 0.9), "SGD", {"momentum": 0.9, "nesterov": True}),
        (Adadelta(0.1, 0.95, 1e-6), "Adadelta", {"rho": 0.95, "epsilon": 1e-6}),
        # Keras adds its small number, 1e-7, to the root of the square that is not corrected yet: later steps differ by
        # next to nothing if it is small.
        (Adam(0.1, epsilon=1e-7), "Adam", {}),
        (Adam(0.1, 0.8, 0.95, 1e-7), "Adam", {"beta_1": 0.8, "beta_2": 0.95}),
        (AdamW(0.1, epsilon=1e-7, decay=0.3), "AdamW", {"weight_decay": 0.3}),
        # Keras adds Adamax's to the largest size, ours to each size before the largest is taken.
        (Adamax(0.1, epsilon=1e-7), "Adamax", {}),
        (Lion(0.1, decay=0.3), "Lion", {"weight_decay": 0.3}),
        # Keras' running sum of gradients is ours over 1 - mu, a factor that the orthogonal matrix does not show. Its
        # steps are 0.2 sqrt(longer side) times as long if nothing is said; ours are sqrt(outputs / inputs) times where
        # outputs are more, as they are not here. Not compared: the other parameters, which both step by Adam.
        (Muon(0.1, decay=0.3), "Muon", {"weight_decay": 0.3, "rms_rate": None}),
        (Muon(0.1 * 0.2 * 4**0.5), "Muon", {"weight_decay": 0.0}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rules_of_one_definition(ours, name, settings):
    np.testing.assert_allclose(
        ours_after(ours), theirs_after(name, learning_rate=0.1, **settings), rtol=1e-5, atol=2e-6
    )


def test_rmsprop_has_its_small_number_inside_the_root_as_keras():
    # Both divide by sqrt(mean of squares + a small number), which Optax does on request alone.
    expected = theirs_after("RMSprop", learning_rate=0.1, rho=0.9, epsilon=1e-3)
    np.testing.assert_allclose(ours_after(RMSprop(0.1, 0.9, 1e-3)), expected, rtol=1e-5, atol=2e-6)


def test_adagrad_has_its_small_number_outside_the_root_and_begins_at_0():
    # Keras' sum begins at 0.1 if nothing is said, and its small number is inside the root: next to none, they are one.
    expected = theirs_after("Adagrad", learning_rate=0.1, initial_accumulator_value=0.0, epsilon=1e-12)
    np.testing.assert_allclose(ours_after(Adagrad(0.1, 1e-12)), expected, rtol=1e-5, atol=2e-6)
    default = theirs_after("Adagrad", learning_rate=0.1)
    assert np.abs(default - expected).max() > 0.01


def test_nadam_has_one_beta_where_keras_has_it_grow():
    # Keras warms beta up, beta_t = beta (1 - 0.5 * 0.96^t), and divides by the product of all: written out here.
    def warmed(rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
        x, m, v, product = BEGIN.astype("d"), 0.0, 0.0, 1.0
        for t, g in enumerate(GRADIENTS.astype("d"), start=1):
            now, after = (beta1 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
            product *= now
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            ahead = after * m / (1 - product * after) + (1 - now) * g / (1 - product)
            x = x - rate * ahead / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        return x

    theirs = theirs_after("Nadam", learning_rate=0.1)
    np.testing.assert_allclose(warmed(0.1), theirs, rtol=1e-5, atol=2e-6)
    ours = ours_after(Nadam(0.1, epsilon=1e-7))
    assert 0.01 < np.abs(ours - theirs).max() < 0.5
