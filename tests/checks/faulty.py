"""Functions and initialisers of a user's, each with one fault."""

import jax
import jax.numpy as jnp
import optax

from thalweg.initializers.he_normal import HeNormal
from thalweg.spec import spec


@spec
class TenTimesHe:
    def __call__(self, key, shape, *, fan_in, fan_out):
        return 10 * HeNormal()(key, shape, fan_in=fan_in, fan_out=fan_out)


@spec
class Negative:
    def __call__(self, key, shape, *, fan_in, fan_out):
        return -jnp.abs(HeNormal()(key, shape, fan_in=fan_in, fan_out=fan_out))


@spec
class Twins:
    """Every second unit is a copy of the one before it."""

    def __call__(self, key, shape, *, fan_in, fan_out):
        drawn = HeNormal()(key, (shape[0], shape[1] // 2), fan_in=fan_in, fan_out=fan_out)
        return jnp.repeat(drawn, 2, axis=1)


def centred_over_the_batch(x):
    return x - jnp.mean(x, axis=0, keepdims=True)


def centred_in_training(x, context):
    return x - jnp.mean(x, axis=0, keepdims=True) if context.training else x


def reshaped_across(x):
    return x.reshape(x.shape[1], x.shape[0]).T


def times_zero(x):
    return 0.0 * x


def cut(x):
    return jax.lax.stop_gradient(x)


def first_two(x):
    return x[:, :2]


def _surprise(outputs, targets):
    return -jnp.take_along_axis(jax.nn.log_softmax(outputs, axis=1), targets[:, None], axis=1)[:, 0]


def summed(outputs, targets):
    return _surprise(outputs, targets) * len(targets)


def turned_round(outputs, targets):
    return _surprise(outputs, targets[::-1])


def mean_for_all(outputs, targets):
    losses = _surprise(outputs, targets)
    return jnp.full(losses.shape, jnp.mean(losses))


def broadcast(outputs, targets):
    return jnp.mean(jnp.square(outputs - jnp.reshape(targets, (1, -1))), axis=1)


def one_for_all(outputs, targets):
    return jnp.mean(_surprise(outputs, targets))


def uphill(rate):
    return optax.sgd(-rate)


def still(rate):
    return optax.sgd(0.0 * rate)


def decayed(rate):
    return optax.chain(optax.add_decayed_weights(3.0), optax.sgd(rate))


def noisy(rate):
    def scattered(g):
        return g + 0.3 * jnp.linalg.norm(g) * jax.random.normal(jax.random.key(g.size), g.shape, g.dtype)

    noise = optax.stateless(lambda updates, params: jax.tree.map(scattered, updates))
    return optax.chain(noise, optax.sgd(rate))
