"""L2 and its absence: hand values of both forms, what goes free, the gradient, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty

PARAMS = {
    "dense_1": {"w": jnp.array([[1.0, -2.0]]), "b": jnp.array([50.0, 50.0])},
    "batch_norm_1": {"gamma": jnp.array([30.0]), "beta": jnp.array([40.0])},
    "block": {"head": {"w": jnp.array([[3.0]]), "b": jnp.array([60.0]), "draw": jnp.array([70.0])}},
}


@pytest.mark.parametrize(("half", "penalty"), [(True, 0.7), (False, 1.4)])
def test_both_forms_by_hand(half, penalty):  # R1
    # weights only, at any depth: 1 + 4 + 9 = 14, times 0.1, times 0.5 or 1
    np.testing.assert_allclose(L2(0.1, half=half)(PARAMS), penalty, rtol=1e-6)


def test_the_gradient_is_lambda_w_on_weights_and_0_elsewhere():
    gradient = jax.grad(L2(0.1))(PARAMS)
    for layer in (gradient["dense_1"], gradient["block"]["head"]):
        assert not layer["b"].any()
    np.testing.assert_allclose(gradient["dense_1"]["w"], [[0.1, -0.2]], rtol=1e-6)
    np.testing.assert_allclose(gradient["block"]["head"]["w"], [[0.3]], rtol=1e-6)
    assert not gradient["block"]["head"]["draw"].any()
    assert not gradient["batch_norm_1"]["gamma"].any() and not gradient["batch_norm_1"]["beta"].any()


def test_a_strength_of_0_and_a_network_without_weights_cost_nothing():
    assert L2(0.0)(PARAMS) == 0
    assert L2(1.0)({}) == 0
    assert L2(1.0)({"batch_norm_1": PARAMS["batch_norm_1"]}) == 0


def test_a_larger_strength_costs_more():
    penalties = [float(L2(strength)(PARAMS)) for strength in (1e-4, 1e-2, 1.0, 1000.0)]
    assert penalties == sorted(set(penalties))


def test_no_penalty_costs_nothing_and_pulls_at_nothing():
    assert NoPenalty()(PARAMS) == 0
    assert not any(leaf.any() for leaf in jax.tree.leaves(jax.grad(NoPenalty())(PARAMS)))


def test_refuses_half_that_is_not_true_or_false():
    with pytest.raises(InputError, match=r"^L2.half must be true or false; got 'yes'\.$"):
        L2(half="yes")
