"""Muon: momentum whose matrices are made orthogonal."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
import optax
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.trees import is_weight, map_named, named_leaves, norm
from thalweg.types import Array, Scalar
from thalweg.updates.moments import filled, mixed

QUINTIC = (3.4445, -4.7750, 2.0315)  # a, b, c: steepest at 0 of those that keep singular values near 1
ITERATIONS = 5


class MuonState(NamedTuple):
    """State of `Muon`; arrays by path."""

    steps: Array  # taken so far, int32
    momentum: Mapping[str, Array]  # running means of the gradients of matrices, from 0
    mean: Mapping[str, Array]  # running means of the other gradients, from 0
    square: Mapping[str, Array]  # running means of their squares, from 0


@spec
class Muon:
    """Step every weight matrix by an orthogonal matrix, and all other parameters as Adam does.

        M <- mu M + (1 - mu) G
        O  = orthogonal(mu M + (1 - mu) G)
        W <- W - rate sqrt(max(1, outputs / inputs)) O - rate decay W      (weights of two axes or more)
        x <- x - rate share m' / (sqrt(v') + epsilon)                      (all others; m', v' as in `Adam`)

    All singular values of O lie near 1 (0.68 to 1.21), so directions that the gradient hardly shows move as far
    as those that it shows strongly. See `orthogonal` for how. The axes of a kernel before its last one are its inputs.

    The publication takes the rule for hidden layers, and Adam for embeddings and the last layer too; here every weight
    matrix is taken. Optax's `contrib.muon` corrects M and G for their start at 0, which makes the mix of them another
    in early steps but the first, and steps the others as `Nadam` does.

    Args:
        rate: About the largest change of a matrix' output for an input of length 1, in one step; positive.
        mu: Share of the mean gradient kept each step, in [0, 1).
        decay: Share of a weight matrix taken off, per unit of rate; at least 0.
        share: Adam's rate over `rate`, for the other parameters; positive.
        beta1: Adam's share of the mean gradient kept each step, in [0, 1).
        beta2: Adam's share of the mean squared gradient kept each step, in [0, 1).
        epsilon: Keeps a gradient of 0 from dividing by 0, for the other parameters; in gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule, params = Muon(rate=0.1).build(), {"w": jnp.zeros((2, 2))}
        >>> changes, _ = rule.update({"w": jnp.array([[3.0, 0.0], [0.0, 0.01]])}, rule.init(params), params)
        >>> (abs(changes["w"]) > 0.05).tolist()
        [[True, False], [False, True]]

    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024, and its program.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(0.02, low=0.0, open_low=True)
    mu: Scalar = tunable(0.95, low=0.0, high=1.0, open_high=True)
    decay: Scalar = tunable(0.0, low=0.0)
    share: Scalar = tunable(0.015, low=0.0, open_low=True)
    beta1: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    beta2: Scalar = tunable(0.95, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-10, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation, whose update needs the parameters; its numbers may be traced.

        Raises:
            InputError: If the update is not given the parameters.
        """

        def init(params):
            zeros = {path: jnp.zeros_like(leaf) for path, leaf in named_leaves(params).items()}
            others = {path: leaf for path, leaf in zeros.items() if not _is_matrix(path, leaf)}
            momentum = {path: leaf for path, leaf in zeros.items() if path not in others}
            return MuonState(jnp.zeros((), jnp.int32), momentum, others, dict(others))

        def turned(m, g, w):
            w = jnp.asarray(w)
            inputs, outputs = w.size // w.shape[-1], w.shape[-1]
            step = orthogonal(mixed(self.mu, m, g).reshape(inputs, outputs)).reshape(w.shape)
            length = jnp.asarray(max(1.0, outputs / inputs) ** 0.5, w.dtype)
            rate, decay = jnp.asarray(self.rate, w.dtype), jnp.asarray(self.decay, w.dtype)
            return -rate * (length * step + decay * w)

        def scaled(m, v, steps):
            rate = jnp.asarray(self.rate, m.dtype) * jnp.asarray(self.share, m.dtype)
            first, second = filled(self.beta1, steps, m.dtype), filled(self.beta2, steps, m.dtype)
            return -rate * (m / first) / (jnp.sqrt(v / second) + jnp.asarray(self.epsilon, m.dtype))

        def update(updates, state, params=None):
            if params is None:
                raise InputError("Muon shrinks the weights, so its update needs them; got none. Give params too.")
            gradients, steps = named_leaves(updates), state.steps + 1
            momentum = {path: mixed(self.mu, m, gradients[path]) for path, m in state.momentum.items()}
            mean = {path: mixed(self.beta1, m, gradients[path]) for path, m in state.mean.items()}
            square = {path: mixed(self.beta2, v, jnp.square(gradients[path])) for path, v in state.square.items()}

            def change(path, g, x):
                return turned(momentum[path], g, x) if path in momentum else scaled(mean[path], square[path], steps)

            return map_named(change, updates, params), MuonState(steps, momentum, mean, square)

        return optax.GradientTransformation(init, update)


def orthogonal(m: Float[Array, "rows columns"]) -> Float[Array, "rows columns"]:
    """Return about the nearest matrix with orthogonal rows or columns, by products of matrices alone.

        X <- M / |M|,    then five times    X <- a X + b (X X') X + c (X X')^2 X

    With M = U S V' each iteration maps the singular values by a s + b s^3 + c s^5 and leaves U and V: all but the
    smallest (below about 1e-3 of the norm) end up between 0.68 and 1.21.

    Args:
        m: Any matrix.

    Returns:
        The matrix; zeros for zeros.

    Example:
        >>> [round(x, 1) for x in jnp.diag(orthogonal(jnp.array([[5.0, 0.0], [0.0, 2.0]]))).tolist()]
        [0.7, 1.0]

    Source: Jordan et al., "Muon", 2024, "NewtonSchulz5".
    """
    # In units of the largest entry: the squares of entries beyond 1e19 or below 1e-19 are lost in float32.
    largest = jnp.max(jnp.abs(m))
    x = m / jnp.where(largest > 0, largest, 1)
    length = norm(x).astype(x.dtype)
    x = x / jnp.where(length > 0, length, 1)
    x = x.T if m.shape[0] > m.shape[1] else x  # the shorter side's products are the cheaper ones
    a, b, c = (jnp.asarray(number, x.dtype) for number in QUINTIC)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if m.shape[0] > m.shape[1] else x


def _is_matrix(path: str, leaf: Array) -> bool:
    return is_weight(path) and jnp.ndim(leaf) >= 2
