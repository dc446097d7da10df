"""The gradient of batch normalisation, written by hand, against the plain equations."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.test_util import check_grads

from thalweg.layers.over_rows import repeated, summed
from thalweg.layers.standardized import standardized

WEIGHT = np.array([1.0, 0.5, 2.0, 0.0, 1.0])


def plain(x, scale, shift, epsilon):
    mean = (WEIGHT[:, None] * x).sum(0) / WEIGHT.sum()
    variance = (WEIGHT[:, None] * (x - mean) ** 2).sum(0) / WEIGHT.sum()
    return scale * (x - mean) / (variance + epsilon) ** 0.5 + shift, mean, variance


def test_values_and_every_gradient_are_those_of_the_plain_equations():
    with jax.enable_x64(True):
        random = np.random.default_rng(0)
        given = tuple(
            map(jnp.asarray, (random.normal(3, 2, (5, 3)), random.normal(size=3), random.normal(size=3), 0.1))
        )

        def ours(x, scale, shift, epsilon):
            return standardized(x, jnp.asarray(WEIGHT), scale, shift, epsilon)

        for a, b in zip(ours(*given), plain(*map(np.asarray, given)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)
        check_grads(ours, given, order=1, modes=["rev"])
        check_grads(lambda x: ours(x, *given[1:])[0], given[:1], order=2, modes=["rev"], rtol=1e-4)


def test_a_sum_over_rows_and_its_reverse_are_those_of_any_machine(monkeypatch):
    x, weight = jnp.arange(6.0).reshape(3, 2), jnp.array([1.0, 0, 2])
    for machine in ("cpu", "gpu"):
        monkeypatch.setattr("thalweg.layers.over_rows.backend", lambda machine=machine: machine)
        assert summed(x).tolist() == [6, 9] and summed(x, weight).tolist() == [8, 11]
        assert jax.grad(lambda row: jnp.sum(repeated(row, 3) * x))(jnp.ones(2)).tolist() == [6, 9]
