"""Dropout: how much it drops, that means are kept, keys, padding, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.dropout import Dropout
from thalweg.spec import traced
from thalweg.types import Context


def dropped(drop, x, seed=0, training=True):
    context = Context(training, jax.random.key(seed) if training else None, jnp.ones(x.shape[0]))
    return Dropout(drop).apply({}, {}, x, context=context)[0]


@pytest.mark.parametrize("drop", [0.1, 0.5, 0.8])
def test_drops_its_share_and_scales_up_the_rest(drop):  # L6, R5
    y = np.asarray(dropped(drop, jnp.ones((100, 400))))
    # 40,000 draws: the share is off by at most sqrt(0.25 / 40,000) = 0.25% (one sigma).
    np.testing.assert_allclose((y == 0).mean(), drop, atol=0.01)
    np.testing.assert_allclose(y[y != 0], 1 / (1 - drop), rtol=1e-6)
    np.testing.assert_allclose(y.mean(), 1, atol=0.05)


def test_what_is_dropped_is_drawn_for_each_unit_of_each_example():
    kept = np.asarray(dropped(0.5, jnp.ones((100, 400)))) > 0
    # Were rows or columns dropped whole, these shares would be 0 or 1.
    assert 0.3 < kept.mean(axis=0).min() and kept.mean(axis=0).max() < 0.7
    assert 0.3 < kept.mean(axis=1).min() and kept.mean(axis=1).max() < 0.7


def test_inference_changes_nothing():
    x = jnp.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(dropped(0.5, x, training=False), x)


def test_a_share_of_0_drops_nothing():
    x = jnp.linspace(-1, 1, 1000).reshape(10, 100)
    np.testing.assert_array_equal(dropped(0.0, x), x)


def test_a_key_decides_what_is_dropped():
    x = jnp.ones((20, 20))
    np.testing.assert_array_equal(dropped(0.5, x, seed=3), dropped(0.5, x, seed=3))
    assert (dropped(0.5, x, seed=3) != dropped(0.5, x, seed=4)).mean() > 0.3


def test_gradients_pass_where_values_pass():
    x = jnp.linspace(1, 2, 50).reshape(5, 10)
    gradient = jax.grad(lambda x: dropped(0.5, x).sum())(x)
    np.testing.assert_array_equal(gradient, np.where(dropped(0.5, x) != 0, 2.0, 0.0))


def test_more_rows_move_no_other_rows_draw():
    x = jnp.ones((7, 5))
    np.testing.assert_array_equal(dropped(0.5, x)[:4], dropped(0.5, x[:4]))


def test_an_infinite_entry_that_is_dropped_is_gone():
    y = dropped(0.5, jnp.full((8, 8), jnp.inf))
    assert not jnp.isnan(y).any() and (y == 0).any()


def test_training_without_a_key_says_what_to_write():
    context = Context(training=True, key=None, weight=jnp.ones(2))
    message = (
        r"^Dropout needs a random key while training; got none\. "
        r"Give the context one: Context\(training=True, key=jax\.random\.key\(0\), weight=\.\.\.\)\.$"
    )
    for layer in (Dropout(), traced(Dropout())):
        with pytest.raises(InputError, match=message):
            layer.apply({}, {}, jnp.ones((2, 3)), context=context)
