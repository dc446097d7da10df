"""Starts that learn layer by layer, of labels or of the inputs themselves: plain twins, what stays, what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.keys import role
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.starts.autoencoder_stack import AutoencoderStack
from thalweg.starts.supervised_stack import SupervisedStack
from thalweg.types import Seen

KEY = jax.random.key(3)
RANDOM = np.random.default_rng(0)
Y = RANDOM.integers(0, 2, 60)
ON = RANDOM.integers(0, 2, (60, 4, 1)) * np.array([1.0])
ON[:, 0, 0] = Y
BARS = ON.repeat(4, axis=2).astype(np.float32)  # 60 images of 4 x 4, whose first row is the class
PLAIN = BARS.reshape(60, 16).astype(float)


def network(bend, width=6):
    return Sequential(
        (Flatten(), Dense(width, GlorotNormal()), Activation(bend), Named("up", Dense(5, GlorotNormal())),
         Activation(bend), Dense(2))
    )  # fmt: skip


def begun(how, net, x=BARS, weight=None):
    params, state = net.init(KEY, x.shape[1:])
    weight = jnp.ones(len(x)) if weight is None else jnp.asarray(weight)
    seen = Seen(jnp.asarray(x), jnp.asarray(Y.astype(np.int32)), weight)
    return params, how(net, SoftmaxCrossEntropy(), params, state, seen, key=KEY)


def numbers(tree):
    return {name: np.asarray(leaf, float) for name, leaf in tree.items()}


def adam(params, gradients, moments, t, rate):
    for name, g in gradients.items():
        m, v = moments.get(name, (0.0, 0.0))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        moments[name] = m, v
        params[name] = params[name] - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def turns(key, epochs, batch):
    """The rows of each step and the step's key, as one pass after the other has them."""
    for epoch in range(epochs):
        own = jax.random.fold_in(key, epoch)
        order, count = np.asarray(jax.random.permutation(role(own, "order"), 60)), -(-60 // batch)
        keys = jax.random.split(role(own, "steps"), count)
        yield from ((order[k * batch : (k + 1) * batch], keys[k]) for k in range(count))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def test_supervised_stages_are_a_plain_loop_each_above_the_frozen_ones_below():  # P3
    drawn, found = begun(SupervisedStack(3, 0.01, 25), network(Sigmoid()))
    x = PLAIN
    for place, name in enumerate(("dense_1", "up")):
        own = role(KEY, f"stage {place + 1}")
        p = numbers(drawn[name])
        head = Sequential((Dense(2),)).init(role(own, "head"), (p["w"].shape[1],))[0]["dense_1"]
        p |= {f"head {key}": leaf for key, leaf in numbers(head).items()}
        moments = {}
        for t, (rows, _) in enumerate(turns(role(own, "passes"), 3, 25), 1):
            h = sigmoid(x[rows] @ p["w"] + p["b"])
            scores = h @ p["head w"] + p["head b"]
            shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
            up = (shares - np.eye(2)[Y[rows]]) / len(rows)
            down = up @ p["head w"].T * h * (1 - h)
            slopes = {"head w": h.T @ up, "head b": up.sum(axis=0), "w": x[rows].T @ down, "b": down.sum(axis=0)}
            adam(p, slopes, moments, t, 0.01)
        np.testing.assert_allclose(found[name]["w"], p["w"], rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(found[name]["b"], p["b"], rtol=1e-3, atol=1e-5)
        x = sigmoid(x @ p["w"] + p["b"])
    assert found["dense_2"] is drawn["dense_2"]


@pytest.mark.parametrize("bounded", [True, False], ids=["bounded", "real"])
def test_auto_encoders_are_a_plain_loop_with_tied_weights(bounded):  # P4
    bend = Sigmoid() if bounded else ReLU()
    how = AutoencoderStack(0.3, 3, 0.01, 25, "bounded" if bounded else "real")
    drawn, found = begun(how, network(bend), 4 * BARS - 1 if bounded else BARS)
    x, low, width = (4 * PLAIN - 1, -1.0, 4.0) if bounded else (PLAIN, 0.0, 1.0)
    for place, name in enumerate(("dense_1", "up")):
        own = role(KEY, f"auto-encoder {place + 1}")
        p, moments = {**numbers(drawn[name]), "back": np.zeros(x.shape[1])}, {}
        for t, (rows, key) in enumerate(turns(role(own, "passes"), 3, 25), 1):
            kept = np.asarray(jax.random.uniform(key, (25, x.shape[1])))[: len(rows)] >= 0.3
            z = np.where(kept, x[rows], low)
            a = z @ p["w"] + p["b"]
            h = sigmoid(a) if bounded else np.maximum(a, 0)
            r = h @ p["w"].T + p["back"]
            up = (sigmoid(r) - (x[rows] - low) / width if bounded else r - x[rows]) / len(rows)
            down = up @ p["w"] * (h * (1 - h) if bounded else a > 0)
            slopes = {"w": z.T @ down + up.T @ h, "b": down.sum(axis=0), "back": up.sum(axis=0)}
            adam(p, slopes, moments, t, 0.01)
        np.testing.assert_allclose(found[name]["w"], p["w"], rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(found[name]["b"], p["b"], rtol=1e-3, atol=1e-5)
        a = x @ p["w"] + p["b"]
        x, low, width = sigmoid(a) if bounded else np.maximum(a, 0), 0.0, 1.0
    assert found["dense_2"] is drawn["dense_2"]


def test_what_they_learn_is_in_the_highest_layer():
    def told(params):
        h = PLAIN
        for name in ("dense_1", "up"):
            h = sigmoid(h @ np.asarray(params[name]["w"]) + np.asarray(params[name]["b"]))
        given = np.c_[h, np.ones(60)]
        return np.mean((given @ np.linalg.lstsq(given, PLAIN, rcond=None)[0] - PLAIN) ** 2) / PLAIN.var()

    drawn, coded = begun(AutoencoderStack(0.1, 300, 0.02, 20), network(Sigmoid()))
    _, taught = begun(SupervisedStack(300, 0.02, 20), network(Sigmoid()))
    assert told(coded) < 0.05 < told(taught)  # all four bits; of labels alone, one
    first = np.abs(np.asarray(taught["dense_1"]["w"] - drawn["dense_1"]["w"])).reshape(4, 4, 6).mean(axis=(1, 2))
    assert first[0] > 2 * first[1:].max()  # only the row that tells the class teaches it


@pytest.mark.parametrize("how", [AutoencoderStack(epochs=2, batch=20), SupervisedStack(epochs=2, batch=20)], ids=type)
def test_rows_that_do_not_count_teach_nothing(how):
    weight = np.ones(60, np.float32)
    weight[40:] = 0
    others = BARS.copy()
    others[40:] = 1 - others[40:]
    net = network(Sigmoid())
    (_, one), (_, same), (_, counted) = (
        begun(how, net, *given) for given in ((BARS, weight), (others, weight), (others,))
    )
    np.testing.assert_array_equal(one["up"]["w"], same["up"]["w"])
    assert not np.array_equal(one["up"]["w"], counted["up"]["w"])


def test_what_does_not_suit_is_refused():
    with pytest.raises(InputError, match=r"SupervisedStack\.batch must be at least 1; got 0\."):
        SupervisedStack(batch=0)
    with pytest.raises(InputError, match=r"AutoencoderStack\.batch must be at least 1; got 0\."):
        AutoencoderStack(batch=0)
    normalised = Sequential((Flatten(), Dense(4), BatchNorm(), Activation(ReLU()), Dense(2)))
    for how, kind in ((AutoencoderStack(), "autoencoder_stack"), (SupervisedStack(), "supervised_stack")):
        with pytest.raises(
            InputError, match=f"the start {kind} is for networks of dense layers and .*batch_norm_1 has"
        ):
            begun(how, normalised)
