"""Recurrent layers: by hand, against plain loops, padding, order, a task that needs memory, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.layers.gru import GRU
from thalweg.layers.lstm import LSTM
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.network.sequential import Sequential, output_shape
from thalweg.recipe import fit
from thalweg.types import Context

KINDS = [SimpleRecurrent, GRU, LSTM]
every = pytest.mark.parametrize("kind", KINDS)


def run(layer, params, x):
    x = jnp.asarray(x)
    return np.asarray(layer.apply(params, {}, x, context=Context(True, None, jnp.ones(len(x))))[0])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def simple(params, before, x):
    return (np.tanh(x @ params["w_input"] + before[0] @ params["w_recurrent"] + params["b"]),)


def gru(params, before, x):
    (h,) = before
    k = len(h)
    wz, wr, wg = (params["w_input"][:, i * k : (i + 1) * k] for i in range(3))
    uz, ur, ug = (params["w_recurrent"][:, i * k : (i + 1) * k] for i in range(3))
    bz, br, bg = (params["b"][i * k : (i + 1) * k] for i in range(3))
    z, r = sigmoid(x @ wz + h @ uz + bz), sigmoid(x @ wr + h @ ur + br)
    return (z * h + (1 - z) * np.tanh(x @ wg + (r * h) @ ug + bg),)


def lstm(params, before, x):
    h, c = before
    k = len(h)
    gates = [
        x @ params["w_input"][:, i * k : (i + 1) * k]
        + h @ params["w_recurrent"][:, i * k : (i + 1) * k]
        + params["b"][i * k : (i + 1) * k]
        for i in range(4)
    ]
    i, f, g, o = sigmoid(gates[0]), sigmoid(gates[1]), np.tanh(gates[2]), sigmoid(gates[3])
    c = f * c + i * g
    return o * np.tanh(c), c


LOOPS = {SimpleRecurrent: (simple, 1), GRU: (gru, 1), LSTM: (lstm, 2)}


def by_loop(kind, params, sequence, units):
    """The outputs of every step of one sequence, in plain NumPy."""
    cell, states = LOOPS[kind]
    before, outputs = (np.zeros(units),) * states, []
    for x in sequence:
        before = cell(params, before, x)
        outputs.append(before[0])
    return np.array(outputs)


def test_two_steps_by_hand():
    # h_1 = tanh(1 * 2 + 0) = 0.9640;  h_2 = tanh(-1 * 2 + 0.5 h_1 + 0) = tanh(-1.5180) = -0.9084
    params = {"w_input": np.array([[2.0]]), "w_recurrent": np.array([[0.5]]), "b": np.array([0.0])}
    params = {name: leaf.astype(np.float32) for name, leaf in params.items()}
    out = run(SimpleRecurrent(1, every_step=True), params, np.array([[[1.0], [-1.0]]], np.float32))
    np.testing.assert_allclose(out.ravel(), [0.9640, -0.9084], atol=1e-4)


def test_gates_by_hand():
    # All parameters 0: gates are 1/2, new values 0, so nothing is ever remembered.
    x = np.ones((1, 3, 2), np.float32)
    for layer, columns in ((GRU(2), 6), (LSTM(2), 8)):
        zero = {"w_input": jnp.zeros((2, columns)), "w_recurrent": jnp.zeros((2, columns)), "b": jnp.zeros(columns)}
        np.testing.assert_array_equal(run(layer, zero, x), np.zeros((1, 2)))
    # One unit, only b_g = 1: g = tanh(1) = 0.7616. GRU: h_1 = g/2 = 0.3808, h_2 = h_1/2 + g/2 = 0.5712.
    params = {"w_input": jnp.zeros((1, 3)), "w_recurrent": jnp.zeros((1, 3)), "b": jnp.array([0.0, 0.0, 1.0])}
    out = run(GRU(1, every_step=True), params, np.ones((1, 2, 1), np.float32))
    np.testing.assert_allclose(out.ravel(), [0.3808, 0.5712], atol=1e-4)
    # LSTM: c_1 = g/2 = 0.3808, h_1 = tanh(c_1)/2 = 0.1817; c_2 = c_1/2 + g/2 = 0.5712, h_2 = 0.2582.
    params = {"w_input": jnp.zeros((1, 4)), "w_recurrent": jnp.zeros((1, 4)), "b": jnp.array([0.0, 0.0, 1.0, 0.0])}
    out = run(LSTM(1, every_step=True), params, np.ones((1, 2, 1), np.float32))
    np.testing.assert_allclose(out.ravel(), [0.1817, 0.2582], atol=1e-4)


@every
def test_agrees_with_a_plain_loop_at_every_length(kind):  # L10
    random, units = np.random.default_rng(0), 4
    lengths, steps = [6, 1, 3, 5], 6
    with jax.enable_x64(True):
        x = random.normal(size=(4, steps, 3))
        for row, length in enumerate(lengths):
            x[row, length:] = 0
        x[0, 2] = 0  # a step of zeros amid a sequence is a step
        params, _ = kind(units).init(jax.random.key(1), (steps, 3))
        params = {name: np.asarray(leaf) + 0.1 * random.normal(size=leaf.shape) for name, leaf in params.items()}
        last, all_steps = run(kind(units), params, x), run(kind(units, every_step=True), params, x)
    for row, length in enumerate(lengths):
        expected = by_loop(kind, params, x[row, :length], units)
        np.testing.assert_allclose(all_steps[row, :length], expected, atol=1e-12)
        np.testing.assert_array_equal(all_steps[row, length:], 0)
        np.testing.assert_allclose(last[row], expected[-1], atol=1e-12)


@every
def test_more_padding_changes_nothing(kind):
    x = np.random.default_rng(0).normal(size=(3, 4, 2)).astype(np.float32)
    params, _ = kind(5).init(jax.random.key(0), (4, 2))
    longer = np.concatenate([x, np.zeros((3, 3, 2), np.float32)], axis=1)
    np.testing.assert_allclose(run(kind(5), params, longer), run(kind(5), params, x), atol=1e-6)

    def squares(params, x):
        return jnp.sum(jnp.square(kind(5).apply(params, {}, x, context=Context(True, None, jnp.ones(3)))[0]))

    gradients = [jax.grad(squares)(params, jnp.asarray(x)) for x in (x, longer)]
    for one, other in zip(*map(jax.tree.leaves, gradients), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@every
def test_the_order_of_the_steps_counts(kind):
    x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype(np.float32)
    params, _ = kind(5).init(jax.random.key(0), (4, 2))
    assert np.abs(run(kind(5), params, x) - run(kind(5), params, x[:, ::-1].copy())).max() > 0.01


@pytest.mark.parametrize(("kind", "gates"), [(SimpleRecurrent, 1), (GRU, 3), (LSTM, 4)])
def test_so_many_parameters(kind, gates):
    params, _ = kind(10).init(jax.random.key(0), (7, 3))
    assert sum(leaf.size for leaf in params.values()) == gates * (3 * 10 + 10 * 10 + 10)
    for gate in np.split(np.asarray(params["w_recurrent"]), gates, axis=1):
        np.testing.assert_allclose(gate.T @ gate, np.eye(10), atol=1e-5)


def test_a_new_memory_remembers():
    params, _ = LSTM(3).init(jax.random.key(0), (7, 2))
    np.testing.assert_array_equal(params["b"], [0] * 3 + [1] * 3 + [0] * 6)


def test_they_can_be_stacked():
    network = Sequential((GRU(6, every_step=True), SimpleRecurrent(5, every_step=True), LSTM(4), Dense(2)))
    assert output_shape(network, (9, 3)) == (2,)


@every
def test_what_is_no_sequence_is_refused(kind):
    for shape in ((3,), (0, 3), (4, 0), (2, 3, 4)):
        with pytest.raises(
            InputError, match=rf"{kind.__name__} needs sequences: examples of shape \(steps, features\)"
        ):
            kind(2).init(jax.random.key(0), shape)
    with pytest.raises(InputError, match=rf"{kind.__name__}\.units must be at least 1; got 0\."):
        kind(0)
    params, _ = kind(2).init(jax.random.key(0), (4, 3))
    with pytest.raises(InputError, match=rf"{kind.__name__} was initialised for 3 features a step; got 2 \(input of"):
        run(kind(2), params, np.ones((1, 4, 2), np.float32))


def test_it_learns_what_only_memory_can_tell(tmp_path):
    # The label is the sign of the first step; what follows is noise of any length.
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 8, 1)).astype(np.float32)
    y = (x[:, 0, 0] > 0).astype(int)
    for row, length in enumerate(random.integers(2, 9, 400)):
        x[row, length:] = 0
    settings = ("preprocess=standardize_steps", 'network.layers=[{kind="lstm", units=16}, {kind="dense", units=1}]')
    fitted = fit(
        (x, y),
        settings=(*settings, "update.rate=0.01", "clip=clip_norm"),
        epochs=30,
        checks=False,
        attempts=0,
        out=str(tmp_path / "a"),
    )
    assert fitted.outcome.scores[0].value > 0.9
    assert np.asarray(fitted.model.params["lstm_1"]["w_input"]).shape == (1, 64)
