"""AdamW: Adam with a decay of the weights that the gradient's size does not scale."""

from typing import ClassVar

import jax.numpy as jnp
import optax

from thalweg.errors import InputError
from thalweg.spec import replaced, spec, tunable
from thalweg.trees import is_weight, map_named
from thalweg.types import Scalar
from thalweg.updates.adam import Adam


@spec
class AdamW:
    """Step as Adam does, and shrink every weight by a share of itself.

        x <- x - rate m' / (sqrt(v') + epsilon) - rate decay x     (weights)
        x <- x - rate m' / (sqrt(v') + epsilon)                    (biases, scales, shifts, slopes)

    The penalty `L2` puts lambda w into the gradient, and Adam divides it by the gradient's recent size: weights with
    large gradients are then held back less. Decoupled from the gradient, the decay is the same share for all. With
    `SGD` the two are one and the same, lambda = decay. The schedule acts on the decay too, for it multiplies the rate.
    The paper's own form takes off a share that the rate does not multiply (only the schedule does); this is the form
    of the common libraries.

    Args:
        rate: About the largest change of a parameter in one step, in parameter units; positive.
        beta1: Share of the mean gradient kept each step, in [0, 1).
        beta2: Share of the mean squared gradient kept each step, in [0, 1).
        epsilon: Keeps a gradient of 0 from dividing by 0; in gradient units, positive.
        decay: Share of a weight taken off, per unit of rate; at least 0.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> import jax
        >>> rule, params = AdamW(rate=0.1, decay=0.5).build(), {"w": jnp.array([2.0]), "b": jnp.array([2.0])}
        >>> changes, _ = rule.update(jax.tree.map(jnp.ones_like, params), rule.init(params), params)
        >>> {name: round(change.item(), 4) for name, change in changes.items()}
        {'b': -0.1, 'w': -0.2}

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(1e-3, low=0.0, open_low=True)
    beta1: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    beta2: Scalar = tunable(0.999, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-8, low=0.0, open_low=True)
    decay: Scalar = tunable(0.01, low=0.0)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation, whose update needs the parameters; its numbers may be traced.

        Raises:
            InputError: If the update is not given the parameters.
        """
        # Its numbers may be traced, and those are not checked anew.
        inner = _adam(self).build()

        def update(updates, state, params=None):
            if params is None:
                raise InputError("AdamW shrinks the weights, so its update needs them; got none. Give params too.")
            changes, state = inner.update(updates, state, params)

            def shrunk(path, change, x):
                if not is_weight(path):
                    return change
                x = jnp.asarray(x)
                return change - jnp.asarray(self.rate, x.dtype) * jnp.asarray(self.decay, x.dtype) * x

            return map_named(shrunk, changes, params), state

        return optax.GradientTransformation(inner.init, update)


def _adam(rule: AdamW) -> Adam:
    return replaced(Adam(), rate=rule.rate, beta1=rule.beta1, beta2=rule.beta2, epsilon=rule.epsilon)
