"""Where training begins: shares of classes in the bias, unit variance at every layer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.errors import InputError
from thalweg.initializers.he_normal import HeNormal
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.maxout import Maxout
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.hinge import Hinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.class_priors import ClassPriors
from thalweg.starts.lsuv import LSUV
from thalweg.types import Context, Seen

KEY = jax.random.key(0)
X = 3 + 5 * np.random.default_rng(0).normal(size=(200, 6)).astype(np.float32)


def seen(y, weight=None):
    y = np.array(y)
    weight = np.ones(len(y)) if weight is None else np.array(weight)
    return Seen(X, y, weight.astype(np.float32))


def begun(start, network, loss, told):
    params, state = network.init(KEY, (6,))
    return start(network, loss, params, state, told, key=KEY), state


def activations(network, params, state):
    context = Context(False, None, jnp.ones(len(X)))
    return network.trace(params, state, X, context=context).activations


def test_softmax_begins_at_the_shares_of_the_classes():
    told = seen([0, 0, 0, 1, 1, 2])  # shares 1/2, 1/3, 1/6
    params, _ = begun(ClassPriors(), dense_network(3, hidden=(4,)), SoftmaxCrossEntropy(), told)
    b = np.asarray(params["dense_2"]["b"])
    np.testing.assert_allclose(np.exp(b) / np.exp(b).sum(), [1 / 2, 1 / 3, 1 / 6], rtol=1e-6)
    assert abs(b.sum()) < 1e-6  # only differences matter: none pushes all scores one way


def test_sigmoid_begins_at_the_log_odds_and_weights_count():
    told = seen([0, 1, 1, 1], [6.0, 1.0, 1.0, 1.0])  # 6 against 3
    params, _ = begun(ClassPriors(), dense_network(1), BinaryCrossEntropy(), told)
    np.testing.assert_allclose(params["dense_3"]["b"], [np.log(3 / 6)], rtol=1e-6)


def test_each_attribute_begins_at_its_own_odds():
    told = seen([[0, 1], [1, 1], [1, 1], [1, 1]], [6.0, 1.0, 1.0, 1.0])  # 3 against 6; all yes, where no is half a row
    params, _ = begun(ClassPriors(), dense_network(2), AttributeCrossEntropy(), told)
    np.testing.assert_allclose(params["dense_3"]["b"], [np.log(3 / 6), np.log(9 / (0.5 * 2.25))], rtol=1e-6)


def test_the_first_loss_is_the_entropy_of_the_labels():
    y = np.repeat([0, 1, 2], [160, 30, 10])
    network, loss = dense_network(3), SoftmaxCrossEntropy()
    params, state = begun(ClassPriors(), network, loss, seen(y))
    outputs = activations(network, params, state)["dense_3"]
    shares = np.array([0.8, 0.15, 0.05])
    assert float(jnp.mean(loss(outputs, y))) == pytest.approx(-(shares * np.log(shares)).sum(), rel=0.05)


def test_a_class_without_rows_counts_as_half_a_row():
    params, _ = begun(ClassPriors(), dense_network(3), SoftmaxCrossEntropy(), seen([0, 0, 1, 1]))
    b = np.asarray(params["dense_3"]["b"])
    np.testing.assert_allclose(b - b[0], [0, 0, np.log(0.5 / 2)], atol=1e-6)


def test_only_the_last_bias_is_touched():
    network = dense_network(3)
    drawn, _ = network.init(KEY, (6,))
    params, _ = begun(ClassPriors(), network, SoftmaxCrossEntropy(), seen([0, 1, 1, 2]))
    pairs = [(f"{name}/{leaf}", drawn[name][leaf], params[name][leaf]) for name in drawn for leaf in drawn[name]]
    assert [path for path, before, after in pairs if not np.array_equal(before, after)] == ["dense_3/b"]


@pytest.mark.parametrize(("loss", "outputs"), [(SquaredError(), 1), (Hinge(), 1), (AttributeHinge(), 1)])
def test_losses_without_probabilities_are_refused(loss, outputs):
    wanted = (
        f"the start class_priors is for losses with a softmax or a sigmoid head; that of {type(loss).__name__} is "
        f"{loss.head}. Use --set start=as_drawn, or --set loss="
        + ("attribute_cross_entropy for attr" if loss.head == "signs" else "softmax_cross_entropy for cl")
    )
    with pytest.raises(InputError, match=wanted):
        begun(ClassPriors(), dense_network(outputs), loss, seen([0, 1]))


def test_a_network_that_ends_without_a_bias_is_refused():
    network = Sequential((Dense(3), Dropout(0.5)))
    wanted = "class_priors sets the last layer's bias, and dropout_1 has none. Let a dense layer be the network's last"
    with pytest.raises(InputError, match=wanted):
        begun(ClassPriors(), network, SoftmaxCrossEntropy(), seen([0, 1, 2]))


@pytest.mark.parametrize("bend", [ReLU(), Tanh()], ids=["relu", "tanh"])
def test_every_hidden_layer_gives_unit_variance(bend):
    hidden = [part for width in (30, 20, 10) for part in (Dense(width), Activation(bend))]
    network = Sequential((*hidden, Dense(3)))
    params, state = begun(LSUV(0.01), network, SoftmaxCrossEntropy(), seen([0]))
    found = activations(network, params, state)
    for name in ("dense_1", "dense_2", "dense_3"):
        assert float(jnp.var(found[name])) == pytest.approx(1, abs=0.01)
    drawn, _ = network.init(KEY, (6,))
    np.testing.assert_array_equal(params["dense_4"]["w"], drawn["dense_4"]["w"])  # small scores: the last is left


def test_layers_left_open_become_orthogonal_and_others_keep_their_directions():
    network = Sequential((Dense(6), Activation(ReLU()), Named("chosen", Dense(5, HeNormal())), Dense(2)))
    params, _ = begun(LSUV(), network, SoftmaxCrossEntropy(), seen([0]))
    drawn, _ = network.init(KEY, (6,))
    first = np.asarray(params["dense_1"]["w"])
    np.testing.assert_allclose(first.T @ first, (first.T @ first)[0, 0] * np.eye(6), atol=1e-5)
    ratio = np.asarray(params["chosen"]["w"]) / np.asarray(drawn["chosen"]["w"])
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-5)


@pytest.mark.parametrize("bias", [0.0, 5.0])
def test_a_layer_that_is_not_linear_is_scaled_until_it_fits(bias):
    network = Sequential((Maxout(8, bias=bias), Dense(2)))
    params, state = begun(LSUV(0.01), network, SoftmaxCrossEntropy(), seen([0]))
    assert float(jnp.var(activations(network, params, state)["maxout_1"])) == pytest.approx(1, abs=0.01)


def test_outputs_that_never_vary_leave_the_weights_finite():
    network = dense_network(2)
    params, state = network.init(KEY, (6,))
    told = Seen(np.zeros((9, 6), np.float32), np.zeros(9, np.int32), np.ones(9, np.float32))
    started = LSUV()(network, SoftmaxCrossEntropy(), params, state, told, key=KEY)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(started))


def test_as_drawn_changes_nothing():
    network = dense_network(2)
    params, state = network.init(KEY, (6,))
    assert AsDrawn()(network, SoftmaxCrossEntropy(), params, state, None, key=KEY) is params
