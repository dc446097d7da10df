"""Dropout left on averages over thinned networks, and nothing else in the network draws or learns."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.ensembles import monte_carlo_dropout
from thalweg.ensembles.monte_carlo_dropout import predict_with_dropout
from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective
from thalweg.platform import compiles
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.types import Context

D = 6
X = np.random.default_rng(0).normal(size=(9, D)).astype(np.float32)


def made(*layers, loss=None, seed=0):
    """An objective with drawn weights, and statistics that are none of a fresh network's."""
    network = Sequential(layers)
    params, state = network.init(jax.random.key(seed), (D,))
    return Objective(network, loss or SoftmaxCrossEntropy()), params, jax.tree.map(lambda leaf: leaf + 0.5, state)


def usual(loss=None, outputs=3):
    return made(Dense(16), BatchNorm(), Activation(ReLU()), Dropout(0.5), Dense(outputs), loss=loss)


def test_a_linear_models_mean_and_deviation_are_those_of_all_thinned_ones():
    # Of y = sum_i x_i m_i w_i / (1 - p) the mean is x w and the variance p / (1 - p) sum_i (x_i w_i)^2.
    objective, params, state = made(Dropout(0.25), Dense(1), loss=SquaredError())
    found = predict_with_dropout(objective, params, state, X, draws=4_000)
    w = np.asarray(params["dense_1"]["w"], np.float64)
    deviation = np.sqrt(0.25 / 0.75 * ((X[:, :, None] * w[None]) ** 2).sum(axis=1))
    np.testing.assert_allclose(found.deviation, deviation, rtol=0.06)
    assert (np.abs(found.mean - X @ w) < 4 * deviation / np.sqrt(4_000)).all()
    assert found.entropy is None and found.mean.dtype == np.float64


def test_it_agrees_with_one_pass_after_the_other():
    objective, params, state = usual()
    key, passes = role(root(3), "monte_carlo_dropout"), []
    for draw in range(7):
        context = Context(False, jax.random.fold_in(key, draw), jnp.ones(1), noise=True)
        rows = [objective.network.apply(params, state, row[None], context=context)[0] for row in X]
        passes.append(np.asarray(objective.loss.predict(jnp.concatenate(rows)), np.float64))
    found = predict_with_dropout(objective, params, state, X, draws=7, seed=3)
    np.testing.assert_allclose(found.mean, np.mean(passes, axis=0), atol=1e-6)
    np.testing.assert_allclose(found.deviation, np.std(passes, axis=0, ddof=1), atol=1e-6)
    np.testing.assert_allclose(found.entropy, -(found.mean * np.log(found.mean)).sum(axis=1), rtol=1e-6)
    assert (found.deviation > 1e-3).any()


def test_only_layers_that_draw_do_other_than_at_inference():
    # What drops next to nothing changes nothing, so all else is inference: with statistics of the batch it were not.
    objective, params, state = made(Dense(16), BatchNorm(), Activation(ReLU()), Dropout(1e-9), Dense(3))
    found = predict_with_dropout(objective, params, state, X, draws=5)
    np.testing.assert_allclose(found.mean, predict(traced(objective), params, state, X), atol=1e-6)
    np.testing.assert_allclose(found.deviation, 0, atol=1e-6)


@pytest.mark.parametrize("layer", [Dropout(0.5), DropConnect(D, 0.5), GaussianNoise(1.0)], ids=repr)
def test_every_layer_that_draws_takes_part_in_blocks_too(layer):
    for layers in ((layer, Dense(3)), (Residual((layer,)), Dense(3))):
        objective, params, state = made(*layers)
        assert (predict_with_dropout(objective, params, state, X, draws=5).deviation > 1e-3).all(axis=1).any()


def test_a_row_is_predicted_alike_whatever_rows_come_with_it():
    objective, params, state = usual()
    whole = predict_with_dropout(objective, params, state, X)
    for chosen in (slice(4, 5), slice(None, None, -1), [8, 0, 0]):
        for one, all_ in zip(predict_with_dropout(objective, params, state, X[chosen]), whole, strict=True):
            np.testing.assert_array_equal(one, all_[chosen])
    many = np.tile(X, (150, 1))  # more than are computed together
    np.testing.assert_array_equal(
        predict_with_dropout(objective, params, state, many).mean, np.tile(whole.mean, (150, 1))
    )
    assert predict_with_dropout(objective, params, state, X[:0]).mean.shape == (0, 3)


def test_a_seed_says_what_is_drawn_and_more_draws_begin_alike():
    objective, params, state = usual()
    first = predict_with_dropout(objective, params, state, X)
    np.testing.assert_array_equal(predict_with_dropout(objective, params, state, X).mean, first.mean)
    assert np.abs(predict_with_dropout(objective, params, state, X, seed=1).mean - first.mean).max() > 1e-3
    before = compiles(monte_carlo_dropout._moments)
    near = predict_with_dropout(objective, params, state, X, draws=51).mean
    assert np.abs(near - first.mean).max() < 1.01 / 51 and compiles(monte_carlo_dropout._moments) == before


def test_attributes_have_an_entropy_each_and_scores_have_none():
    found = predict_with_dropout(*usual(AttributeCrossEntropy()), X)
    assert found.mean.shape == (9, 3, 2) and found.entropy.shape == (9, 3)
    yes = found.mean[:, :, 1]
    np.testing.assert_allclose(found.entropy, -(yes * np.log(yes) + (1 - yes) * np.log(1 - yes)), rtol=1e-5)
    assert predict_with_dropout(*usual(MulticlassHinge()), X).entropy is None


def test_misuse_is_refused():
    with pytest.raises(InputError, match=r"^Monte-Carlo dropout needs 2 draws or more; got 1\.$"):
        predict_with_dropout(*usual(), X, draws=1)
    message = r"^Monte-Carlo dropout needs a network that draws: one with Dropout, DropConnect or noise\.$"
    for layer in (Activation(ReLU()), Dropout(0.0)):
        with pytest.raises(InputError, match=message):
            predict_with_dropout(*made(layer, Dense(3)), X)
    objective, params, state = usual()
    with pytest.raises(InputError, match=r"^Dropout needs a random key while training; got none\."):
        objective.network.apply(params, state, X, context=Context(False, None, jnp.ones(9), noise=True))
