"""The dense layer: the notes' example, a plain twin, its parameters, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.layers.dense import Dense
from thalweg.types import Context

CONTEXT = Context(training=False, key=None, weight=np.ones(1, np.float32))


def test_the_cat_of_the_notes():  # L1
    # CS231n lecture 2: a 2 x 2 image, three classes, W written there as (3, 4). By hand:
    #   0.2*56 - 0.5*231 + 0.1*24 + 2.0*2 + 1.1 = -96.8
    #   1.5*56 + 1.3*231 + 2.1*24 + 0.0*2 + 3.2 = 437.9
    #   0.0*56 + 0.25*231 + 0.2*24 - 0.3*2 - 1.2 = 60.75 (the slide shows 61.95, without its bias)
    image = np.array([[[56, 231], [24, 2]]], np.float32)
    w = np.array([[0.2, -0.5, 0.1, 2.0], [1.5, 1.3, 2.1, 0.0], [0.0, 0.25, 0.2, -0.3]], np.float32).T
    b = np.array([1.1, 3.2, -1.2], np.float32)
    scores, _ = Dense(3).apply({"w": w, "b": b}, {}, image, context=CONTEXT)
    np.testing.assert_allclose(scores, [[-96.8, 437.9, 60.75]], rtol=1e-6)


def test_agrees_with_a_plain_loop():
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(4, 6)), rng.normal(size=(6, 3)), rng.normal(size=3)
    expected = [[sum(x[i, d] * w[d, k] for d in range(6)) + b[k] for k in range(3)] for i in range(4)]
    y, state = Dense(3).apply({"w": jnp.array(w), "b": jnp.array(b)}, {}, jnp.array(x), context=CONTEXT)
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)
    assert state == {}


def test_identity_weights_give_the_input_back():
    x = jnp.arange(6.0).reshape(2, 3)
    y, _ = Dense(3).apply({"w": jnp.eye(3), "b": jnp.zeros(3)}, {}, x, context=CONTEXT)
    np.testing.assert_array_equal(y, x)


def test_back_propagation_by_hand():
    # y = x w + b: dJ/dw = x' dy, dJ/db = sum of dy over examples, dJ/dx = dy w'.
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(4, 6)), rng.normal(size=(4, 3))
    params, _ = Dense(3).init(jax.random.key(0), (6,))
    _, pull = jax.vjp(lambda p, x: Dense(3).apply(p, {}, x, context=CONTEXT)[0], params, jnp.array(x))
    grads, dx = pull(jnp.array(dy))
    np.testing.assert_allclose(grads["w"], x.T @ dy, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(grads["b"], dy.sum(axis=0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(dx, dy @ np.asarray(params["w"]).T, rtol=1e-5, atol=1e-6)


def test_a_colour_image_to_ten_classes_has_30_730_parameters():
    params, state = jax.eval_shape(lambda: Dense(10).init(jax.random.key(0), (32, 32, 3)))
    assert params["w"].shape == (3072, 10) and params["b"].shape == (10,) and state == {}
    assert sum(leaf.size for leaf in jax.tree.leaves(params)) == 30_730


def test_the_weights_come_from_the_initialiser_with_the_layers_fans():
    key = jax.random.key(3)
    for initializer in (HeNormal(), GlorotNormal()):
        params, _ = Dense(5, weights=initializer).init(key, (2, 4))
        np.testing.assert_array_equal(params["w"], initializer(key, (8, 5), fan_in=8, fan_out=5))


def test_the_bias_starts_where_it_is_told():  # I7
    assert Dense(3).init(jax.random.key(0), (2,))[0]["b"].tolist() == [0, 0, 0]
    np.testing.assert_allclose(Dense(3, bias=0.01).init(jax.random.key(0), (2,))[0]["b"], np.full(3, 0.01), rtol=1e-6)


@pytest.mark.parametrize("units", [0, -3])
def test_refuses_less_than_one_unit(units):
    with pytest.raises(InputError, match=rf"^Dense.units must be at least 1; got {units}\.$"):
        Dense(units)


@pytest.mark.parametrize("units", [2.5, "3", True, None])
def test_refuses_units_that_are_no_whole_number(units):
    with pytest.raises(InputError, match=r"^Dense.units must be a whole number; got "):
        Dense(units)


def test_refuses_weights_that_are_no_initialiser():
    with pytest.raises(InputError, match=r"Dense.weights must hold parts of the family 'initializer'; got 'he'"):
        Dense(3, weights="he")


def test_refuses_examples_without_a_number():
    with pytest.raises(InputError, match=r"^Dense needs at least 1 feature an example; got input_shape=\(4, 0\)\.$"):
        Dense(3).init(jax.random.key(0), (4, 0))


def test_refuses_examples_of_another_width_and_says_what_to_do():
    params, state = Dense(4).init(jax.random.key(0), (2, 3))
    message = (
        r"^Dense was initialised for 6 features an example; got 2 \(input of shape \(5, 2\)\)\. "
        r"Call init with input_shape=\(2,\)\.$"
    )
    with pytest.raises(InputError, match=message):
        Dense(4).apply(params, state, jnp.ones((5, 2)), context=CONTEXT)
