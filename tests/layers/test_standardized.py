"""The gradient of batch normalisation, written by hand, against the plain equations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from thalweg.layers.over_rows import repeated, summed
from thalweg.layers.standardized import standardized

WEIGHT = np.array([1.0, 0.5, 2.0, 0.0, 1.0])


def plain(x, weight, scale, shift, epsilon):
    mean = (weight[:, None] * x).sum(0) / weight.sum()
    variance = (weight[:, None] * (x - mean) ** 2).sum(0) / weight.sum()
    return scale * (x - mean) / (variance + epsilon) ** 0.5 + shift, mean, variance


def test_values_and_every_gradient_are_those_of_the_plain_equations():
    with jax.enable_x64(True):
        random = np.random.default_rng(0)
        scale, shift = random.normal(size=(2, 3))
        given = tuple(map(jnp.asarray, (random.normal(3, 2, (5, 3)), WEIGHT, scale, shift, 0.1)))

        for a, b in zip(standardized(*given), plain(*map(np.asarray, given)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)
        check_grads(standardized, given, order=1, modes=["rev"])
        check_grads(lambda x: standardized(x, *given[1:])[0], given[:1], order=2, modes=["rev"], rtol=1e-4)


def test_a_sum_over_rows_and_its_reverse_are_those_of_any_machine(monkeypatch):
    x, weight = jnp.arange(6.0).reshape(3, 2), jnp.array([1.0, 0, 2])
    for machine in ("cpu", "gpu"):
        monkeypatch.setattr("thalweg.layers.over_rows.backend", lambda machine=machine: machine)
        assert summed(x).tolist() == [6, 9] and summed(x, weight).tolist() == [8, 11]
        assert jax.grad(lambda row: jnp.sum(repeated(row, 3) * x))(jnp.ones(2)).tolist() == [6, 9]


@pytest.mark.parametrize("rows", [2**20, 3 * 7 * 11 * 13 * 17, 100_003])
def test_a_long_sum_keeps_its_digits(rows):
    # One product of all rows is a running sum in 32 bits, and is off by 5e-6 and more here.
    x = np.random.default_rng(0).uniform(0, 1, (rows, 8)).astype(np.float32)
    np.testing.assert_allclose(jax.jit(summed)(x), x.astype(np.float64).sum(0), rtol=5e-7)
