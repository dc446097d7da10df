"""Inputs that are computed to the end: nothing changes but where the compiler writes it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.layers.apart import apart


def doubled(x, y):
    return {"product": x * y, "sum": jnp.sum(x)}


ALL_BITS = np.array(-1, np.int32).view(np.float32)  # a NaN


@pytest.mark.parametrize("first", [0.0, -1.0, np.inf, ALL_BITS], ids=["no bits", "some", "inf", "all bits"])
@pytest.mark.parametrize("machine", ["cpu", "gpu"])
def test_the_result_is_that_of_the_function_whatever_the_entries(monkeypatch, machine, first):
    monkeypatch.setattr("thalweg.layers.apart.backend", lambda: machine)
    x, y = jnp.array([[first, 2.0]], jnp.float32), jnp.array([3.0, 4.0])[None, :]
    for found in (apart(doubled, x, y), jax.jit(lambda x, y: apart(doubled, x, y))(x, y)):
        jax.tree.map(np.testing.assert_array_equal, found, doubled(x, y))


@pytest.mark.parametrize("wide", [False, True], ids=["32 bits", "64 bits"])
def test_it_is_differentiated_and_mapped_as_the_function(wide):
    with jax.enable_x64(wide):
        x = jnp.arange(6.0).reshape(3, 2)

        def through(x):
            return jnp.sum(apart(lambda x, y: x * jnp.sin(y), x, x) ** 2)

        def plain(x):
            return jnp.sum((x * jnp.sin(x)) ** 2)

        for change in (
            jax.grad,
            lambda f: jax.vmap(jax.grad(f)),
            lambda f: jax.grad(lambda x: jnp.sum(jax.grad(f)(x))),
        ):
            np.testing.assert_allclose(change(through)(x), change(plain)(x), rtol=1e-5, atol=1e-6)


def test_on_a_cpu_the_compiler_meets_a_condition_that_it_cannot_see_through():
    text = jax.jit(lambda x: apart(jnp.sin, x * 2)).lower(jnp.ones(4)).compile().as_text()
    assert "conditional(" in text
