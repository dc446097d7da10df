"""Images made to excite a unit, and how strongly examples excite units."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.max_pooling import MaxPooling
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.monitors.exciting import Climb, exciting
from thalweg.monitors.hidden_features import hidden_features, last_hidden
from thalweg.monitors.strongest import strongest
from thalweg.monitors.unit_layers import unit_layers
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective

RELU = Activation(ReLU())


def climb_of(start, *, low=-1.0, high=1.0, seen=1.0, units=(0,), places=(0,)):
    start = jnp.asarray(start, jnp.float32)
    mask = jnp.broadcast_to(jnp.asarray(seen, jnp.float32), (*start.shape[:3], 1))
    full = jnp.ones_like(start)
    return Climb(start, low * full, high * full, mask, jnp.asarray(units), jnp.asarray(places))


def linear(weights):
    """A unit that adds up pixels with these weights (height, width), and its objective."""
    w = jnp.asarray(weights, jnp.float32)
    params = {"flatten_1": {}, "dense_1": {"w": w.reshape(-1, 1), "b": jnp.zeros(1)}}
    return objective_of((Flatten(), Dense(1))), params, {"flatten_1": {}, "dense_1": {}}


def objective_of(layers):
    return Objective(Sequential(layers), SoftmaxCrossEntropy())


def size(image):
    return np.sqrt(np.mean(np.square(np.asarray(image) - 0.5)))


def test_a_linear_unit_gets_the_smoothed_pattern_of_its_weights():
    # Its gradient is w everywhere, so that every step goes along KKw: the image ends as grey plus a multiple of that,
    # cut by the contrast. Left black, right white: smoothing keeps the left and the right half apart.
    weights = np.repeat([[-1.0, -1.0, 1.0, 1.0]], 4, axis=0)
    made, reached = exciting(*linear(weights), climb_of(np.full((1, 4, 4, 1), 0.5)), "dense_1")
    image = np.asarray(made)[0, :, :, 0]
    assert (image[:, :2] < 0.5).all() and (image[:, 2:] > 0.5).all()
    # KKw of -1 -1 1 1 along a row, edges repeated: Kw = -1 -1/2 1/2 1, KKw = -7/8 -3/8 3/8 7/8.
    np.testing.assert_allclose((image - 0.5)[0] / (image[0, 3] - 0.5), [-1, -3 / 7, 3 / 7, 1], rtol=1e-4)
    x = 2 * image - 1  # from 0 .. 1 to low .. high
    np.testing.assert_allclose(reached, [(x * weights).sum()], rtol=1e-5)


def test_the_contrast_is_no_more_than_in_the_beginning_and_no_less_is_allowed_than_a_tenth():
    for spread, most in ((0.3, None), (0.0, 0.1)):
        start = 0.5 + spread * np.sign(np.random.default_rng(1).normal(size=(1, 6, 6, 1)))
        made, _ = exciting(*linear(np.eye(6)), climb_of(start), "dense_1")
        wanted = size(start) if most is None else most
        assert size(made) == pytest.approx(wanted, rel=1e-3)


def test_pixels_stay_pixels_and_what_is_not_seen_is_grey():
    start = np.random.default_rng(2).integers(0, 2, (1, 6, 6, 1)).astype(float)
    seen = np.zeros((1, 6, 6, 1))
    seen[:, :3] = 1
    made = np.asarray(exciting(*linear(np.ones((6, 6))), climb_of(start, seen=seen), "dense_1")[0])
    assert made.min() >= 0 and made.max() <= 1 and (made[:, 3:] == 0.5).all() and made[:, :3].min() > 0.5


def test_what_began_best_is_kept():
    # Weights like a chess board are smoothed to nothing: each step leads away from the pattern that suits them best.
    board = np.indices((6, 6)).sum(axis=0) % 2 * 2.0 - 1.0
    start = 0.5 + 0.25 * board[None, :, :, None] + np.random.default_rng(4).uniform(0, 0.01, (1, 6, 6, 1))
    made, reached = exciting(*linear(board), climb_of(start), "dense_1")
    assert reached[0] == pytest.approx(((2 * start[0, :, :, 0] - 1) * board).sum(), rel=1e-4)
    np.testing.assert_allclose(made, start, atol=1e-5)


def test_a_dead_unit_leaves_the_image_as_it_began():
    objective, params, state = linear(np.ones((4, 4)))
    objective = objective_of((*objective.network.layers, RELU))
    params = {**params, "dense_1": {**params["dense_1"], "b": -jnp.full(1, 1e3)}, "activation_1": {}}
    start = np.random.default_rng(3).uniform(0, 1, (1, 4, 4, 1))
    state = {**state, "activation_1": {}}
    made, reached = exciting(objective, params, state, climb_of(start), "activation_1")
    np.testing.assert_allclose(made, start, atol=1e-6)
    assert reached.tolist() == [0.0]


def test_units_of_maps_are_looked_at_in_their_places():
    network = Sequential((Convolution(2, kernel=1), Flatten(), Dense(2)))
    params, state = network.init(jax.random.key(0), (3, 3, 1))
    params["convolution_1"] = {"w": jnp.array([[[[1.0, -1.0]]]]), "b": jnp.zeros(2)}
    start = np.full((2, 3, 3, 1), 0.5)
    climb = climb_of(start, units=(0, 1), places=(4, 2))
    made, reached = exciting(Objective(network, SoftmaxCrossEntropy()), params, state, climb, "convolution_1")
    assert np.asarray(made)[0].argmax() == 4 and np.asarray(made)[1].argmin() == 2
    assert (np.asarray(reached) > 0).all()


def test_the_largest_of_all_places_counts_and_the_first_of_equals():
    network = Sequential((Convolution(2, kernel=1), Flatten(), Dense(2)))
    params, state = network.init(jax.random.key(0), (2, 2, 1))
    params["convolution_1"] = {"w": jnp.array([[[[1.0, -1.0]]]]), "b": jnp.array([0.0, 5.0])}
    x = np.array([[0, 3, 3, 1], [4, 0, -2, 0], [0, 0, 0, 0]], np.float32).reshape(3, 2, 2, 1)
    found = strongest(
        Objective(network, SoftmaxCrossEntropy()), params, state, x, np.array([1, 0]), {"convolution_1": [1, 0]}
    )
    assert found["convolution_1"].values.tolist() == [[7.0, 4.0], [5.0, 3.0]]
    assert found["convolution_1"].places.tolist() == [[2, 0], [0, 1]]
    assert found["convolution_1"].least.tolist() == [3.0, 5.0] and found["convolution_1"].most.tolist() == [4.0, 7.0]


def test_more_examples_than_one_batch_keep_their_order():
    x = np.arange(600, dtype=np.float32).reshape(300, 2, 1, 1)
    found = hidden_features(*linear([[1.0], [1.0]]), x, np.arange(299, -1, -1), "flatten_1")
    np.testing.assert_array_equal(found, x[::-1].reshape(300, 2))


def test_units_are_looked_at_behind_what_follows_at_each_place():
    network = Sequential(
        (
            *(Convolution(4), BatchNorm(), RELU, MaxPooling(), Flatten()),
            *(Named("hidden", Dense(5)), RELU, Dropout(0.5), Dense(3)),
        )
    )
    assert unit_layers(network, (6, 6, 1)) == (
        ("convolution_1", "activation_1", (4, 4, 4)), ("hidden", "dropout_1", (5,)), ("dense_1", "dense_1", (3,)),
    )  # fmt: skip


def test_a_layer_that_renames_places_ends_the_units():
    assert unit_layers(Sequential((Convolution(4), RELU, Flatten(), RELU, Dense(3))), (6, 6, 1)) == (
        ("convolution_1", "activation_1", (4, 4, 4)), ("dense_1", "dense_1", (3,)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "name"),
    [
        ((Convolution(4), RELU, MaxPooling(), Flatten(), Dropout(0.5), Dense(3)), "max_pooling_1"),
        ((Flatten(), Dense(5), RELU, Dense(3)), "activation_1"),
        ((Flatten(), Dense(5), Dense(3), BatchNorm()), "dense_1"),
        ((Flatten(), BatchNorm(), Dense(3)), ""),
        ((Dense(3),), ""),
    ],
)
def test_the_last_hidden_layer_is_the_one_before_the_last_that_weighs(layers, name):
    assert last_hidden(Sequential(layers), (6, 6, 1)) == name
