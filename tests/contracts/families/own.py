"""Functions as a user would write them, for the parts that hold one."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from thalweg.functions import by_name


def sums(x):
    return np.cumsum(x, axis=-1)


def halves(x):
    return x / 2


def bent(x):
    return x * jnp.tanh(x)


def bowl(x):
    return x * x


def coshed(outputs, targets):
    return jnp.sum(jnp.cosh(outputs - targets) - 1, axis=1)


def powered(outputs, targets):
    return jnp.sum((outputs - targets) ** 4, axis=1)


def drawn(key, input_shape):
    return {"w": jax.random.normal(key, input_shape), "shift": jnp.zeros(input_shape)}


def scaled(params, x):
    return params["w"][None] * x + params["shift"][None]


def heavy(rate):
    return optax.chain(optax.trace(0.9), optax.stateless(lambda updates, _: descended(updates, rate)))


def signed(rate):
    return optax.chain(optax.scale_by_sign(), optax.stateless(lambda updates, _: descended(updates, rate)))


def descended(updates, rate):
    return jax.tree.map(lambda u: -jnp.asarray(rate, u.dtype) * u, updates)


NAMED = {
    function.__name__: function
    for function in (sums, halves, bent, bowl, coshed, powered, drawn, scaled, heavy, signed)
}
GIVEN = by_name([*NAMED.values()])
