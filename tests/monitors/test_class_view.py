"""What the score of a class hangs on: linear networks by hand, and a convolution written out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_hinge import SquaredHinge
from thalweg.monitors.class_view import class_score, class_view
from thalweg.monitors.grad_cam import grad_cam
from thalweg.monitors.saliency import saliency
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective

SHAPE = (2, 3, 3)  # of one image


def linear(units, loss):
    """A linear classifier of images, two images and its weights."""
    network = Sequential((Dense(units),))
    params, state = network.init(jax.random.key(0), SHAPE)
    x = jax.random.normal(jax.random.key(1), (2, *SHAPE))
    return Objective(network, loss), params, state, x, np.asarray(params["dense_1"]["w"])


def test_the_saliency_of_a_linear_classifier_is_its_templates_size():
    objective, params, state, x, w = linear(4, SoftmaxCrossEntropy())
    view = class_view(objective, params, state, x, jnp.array([3, 1]))
    found = saliency(np.asarray(view.of_inputs))
    expected = [np.abs(w[:, c]).reshape(SHAPE).max(axis=2) for c in (3, 1)]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(view.scores, [x[0].ravel() @ w[:, 3], x[1].ravel() @ w[:, 1]], rtol=1e-4)
    assert view.of_layer is None and view.activations["dense_1"].shape == (2, 4)


def test_of_one_output_the_first_class_has_the_opposite_score():
    objective, params, state, x, w = linear(1, BinaryCrossEntropy())
    view = class_view(objective, params, state, x, jnp.array([1, 0]))
    np.testing.assert_allclose(view.of_inputs[0].ravel(), w[:, 0], rtol=1e-6)
    np.testing.assert_allclose(view.of_inputs[1].ravel(), -w[:, 0], rtol=1e-6)


@pytest.mark.parametrize(
    ("loss", "outputs", "scores"),
    [
        (SoftmaxCrossEntropy(), [[1.0, 5.0], [2.0, 7.0]], [1.0, 7.0]),
        (MulticlassHinge(), [[1.0, 5.0], [2.0, 7.0]], [1.0, 7.0]),
        (BinaryCrossEntropy(), [[3.0], [4.0]], [-3.0, 4.0]),
        (SquaredHinge(), [[3.0], [4.0]], [-3.0, 4.0]),
    ],
)
def test_scores_of_the_first_and_the_second_class(loss, outputs, scores):
    assert class_score(loss, jnp.array(outputs), jnp.array([0, 1])).tolist() == scores


def test_grad_cam_of_a_small_network_by_hand():
    # Maps A = max(0, (x, 2 - x)) of x = (1, 3): map 1 is (1, 3), map 2 is (1, 0). The score of class 1 is
    # 4 A1[0] + 2 A1[1] - 5 A2[0] + 1 A2[1], so a1 = (4 + 2) / 2 = 3 and a2 = (-5 + 1) / 2 = -2.
    # L = max(0, (3 - 2, 9 - 0)) = (1, 9).
    network = Sequential((Convolution(2, kernel=1), Activation(ReLU()), Dense(2)))
    params = {
        "convolution_1": {"w": jnp.array([[[[1.0, -1.0]]]]), "b": jnp.array([0.0, 2.0])},
        "activation_1": {},
        "dense_1": {"w": jnp.array([[0.0, 4.0], [0.0, -5.0], [0.0, 2.0], [0.0, 1.0]]), "b": jnp.zeros(2)},
    }
    state = {name: {} for name in params}
    objective, x = Objective(network, SoftmaxCrossEntropy()), jnp.array([[[[1.0], [3.0]]]])
    view = class_view(objective, params, state, x, jnp.array([1]), layer="activation_1")
    maps = np.asarray(view.activations["activation_1"])
    assert maps.tolist() == [[[[1.0, 1.0], [3.0, 0.0]]]]
    assert view.of_layer is not None and view.of_layer.tolist() == [[[[4.0, -5.0], [2.0, 1.0]]]]
    assert grad_cam(maps, np.asarray(view.of_layer)).tolist() == [[[1.0, 9.0]]]
    # dS/dx: at place 0 through both maps, 4 + 5; at place 1 map 2 is cut off, so 2.
    assert saliency(np.asarray(view.of_inputs)).tolist() == [[[9.0, 2.0]]]
    assert view.scores.tolist() == [5.0]


def test_what_speaks_against_a_class_is_cut_off():
    maps, gradients = np.array([[[[2.0], [0.5]]]]), np.array([[[[-3.0], [1.0]]]])
    assert grad_cam(maps, gradients).tolist() == [[[0.0, 0.0]]]
