"""L1 and the elastic net: hand values, the gradient, what is selected, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.selected import selected_inputs

PARAMS = {
    "dense_1": {"w": jnp.array([[1.0, -2.0]]), "b": jnp.array([50.0, 50.0])},
    "batch_norm_1": {"gamma": jnp.array([30.0]), "beta": jnp.array([40.0])},
    "recurrent_1": {"w_input": jnp.array([[3.0]]), "b": jnp.array([60.0])},
}


def test_sizes_count_and_not_signs():  # R2: 0.1 (1 + 2 + 3); without the bars it would be 0.1 (1 - 2 + 3)
    np.testing.assert_allclose(L1(0.1)(PARAMS), 0.6, rtol=1e-6)


def test_the_elastic_net_is_both():  # R3: 0.1 (1 + 2 + 3) + 0.2 (1 + 4 + 9)
    np.testing.assert_allclose(ElasticNet(0.1, 0.2)(PARAMS), 3.4, rtol=1e-6)
    np.testing.assert_allclose(ElasticNet(0.1, 0.0)(PARAMS), L1(0.1)(PARAMS), rtol=1e-6)
    np.testing.assert_allclose(ElasticNet(0.0, 0.2)(PARAMS), L2(0.2, half=False)(PARAMS), rtol=1e-6)


def test_the_pull_is_the_same_whatever_the_size_and_none_at_0():
    gradient = jax.grad(L1(0.1))({"dense_1": {"w": jnp.array([[5.0, -1e-6, 0.0]])}})
    np.testing.assert_allclose(gradient["dense_1"]["w"], [[0.1, -0.1, 0.0]], rtol=1e-6)


def test_biases_and_norms_go_free():
    for penalty in (L1(0.1), ElasticNet(0.1, 0.1)):
        gradient = jax.grad(penalty)(PARAMS)
        assert not gradient["dense_1"]["b"].any() and not gradient["batch_norm_1"]["gamma"].any()
        assert penalty({"batch_norm_1": PARAMS["batch_norm_1"]}) == penalty({}) == 0


def test_of_inputs_that_say_nothing_l1_selects_none_where_l2_keeps_all():
    # 40 inputs of which 3 count: gradient descent on the penalised squared error of a linear model.
    rng = np.random.default_rng(0)
    x, truth = rng.normal(size=(200, 40)), np.zeros(40)
    truth[[3, 11, 30]] = [2.0, -3.0, 1.5]
    t = x @ truth + 0.5 * rng.normal(size=200)

    def fitted(penalty):
        def loss(w):
            return 0.5 * jnp.mean(jnp.square(x.astype("f") @ w - t[:, None].astype("f"))) + penalty({"a": {"w": w}})

        step = jax.jit(lambda w: w - 0.1 * jax.grad(loss)(w))
        w = jnp.zeros((40, 1))
        for _ in range(300):
            w = step(w)
        return w

    assert selected_inputs(fitted(L1(0.3)), tolerance=0.04).tolist() == [3, 11, 30]
    assert len(selected_inputs(fitted(L2(0.3)), tolerance=0.02)) > 10


def test_an_input_is_selected_by_any_unit():
    w = np.array([[0.0, 0.0], [0.0, -0.5], [2e-3, 0.0], [1e-3, 0.0]])
    assert selected_inputs(w).tolist() == [1, 2]  # 1e-3 itself is none
    assert selected_inputs(w, tolerance=0.0).tolist() == [1, 2, 3]


def test_what_is_no_layer_of_weights_is_refused():
    with pytest.raises(InputError, match=r"selected_inputs wants weights \(inputs, units\); got .* \(3,\)\."):
        selected_inputs(np.ones(3))
    with pytest.raises(InputError, match=r"selected_inputs\.tolerance must be at least 0; got -1\.0"):
        selected_inputs(np.ones((3, 1)), tolerance=-1.0)
