"""L-BFGS: Newton's step from the last few steps alone, as far as a line search goes."""

from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jax.flatten_util import ravel_pytree

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar

TRIES = 20  # evaluations of one line search at most


class LBFGSState(NamedTuple):
    """State of `LBFGS`; n parameters, k pairs."""

    steps: Array  # taken so far, int32
    pairs: Array  # taken into memory so far, int32
    point: Array  # (n,) the parameters before the last step
    gradient: Array  # (n,) there
    moved: Array  # (k, n) changes of the parameters; pair i lies in row i mod k
    turned: Array  # (k, n) changes of the gradient that went with them
    inverse: Array  # (k,) 1 / (moved . turned); 0 in a row that holds none


@spec
class LBFGS:
    """Step by an estimate of the inverse Hessian, and search along it for a step that does.

        d = -H g,    H from the last k pairs s = x' - x, y = g' - g by the two-loop recursion, and before them
                     (s . y / y . y) times the identity of the newest pair; at first min(1, 1 / |g|) times it
        eta       so that J(x + eta d) <= J(x) + 1e-4 eta g . d and |g(x + eta d) . d| <= 0.9 |g . d|
        x <- x + rate eta d

    The estimate takes the gradient for that of one and the same function at every step. So every step has to see all
    training rows, and no layer may draw: no dropout, no noise. Training refuses both. For networks and data
    small enough it then goes far deeper than the other rules, in few steps; each costs two evaluations of the gradient
    or more, and 2 k + 2 numbers a parameter are kept.

    The line search (Optax's: zoom, with the approximate test of Hager and Zhang where the loss is flat to rounding)
    tries eta = 1 first. A pair along which the gradient does not rise tells nothing of the curvature and is left out.

    Args:
        rate: Share of the step found by the line search that is taken, in (0, 1].
        memory: k, at least 1; 3 to 20 are usual.

    Raises:
        InputError: If `rate` is outside its range, or `memory` below 1.

    Example:
        >>> height = lambda x: jnp.sum(jnp.array([1.0, 50.0]) * x**2)
        >>> rule, x = LBFGS().build(), jnp.array([1.0, 1.0])
        >>> state = rule.init(x)
        >>> for _ in range(8):
        ...     value, g = jax.value_and_grad(height)(x)
        ...     changes, state = rule.update(g, state, x, value=value, grad=g, value_fn=height)
        ...     x = x + changes
        >>> bool(height(x) < 1e-8)
        True

    Source: Nocedal and Wright, "Numerical Optimization", 2006, algorithms 7.4, 7.5, 3.5 and 3.6; Liu and Nocedal, "On
    the limited memory BFGS method", 1989.
    """

    full_batch: ClassVar[bool] = True

    rate: Scalar = tunable(1.0, low=0.0, high=1.0, open_low=True)
    memory: int = 10

    def __post_init__(self):
        """Check the memory."""
        if self.memory < 1:
            raise InputError(f"LBFGS.memory must be at least 1; got {self.memory}.")

    def build(self) -> optax.GradientTransformationExtraArgs:
        """Return the rule as an Optax transformation, whose update needs parameters, `value`, `grad` and `value_fn`.

        Raises:
            InputError: If the update is not given them.
        """
        search = optax.scale_by_zoom_linesearch(max_linesearch_steps=TRIES, initial_guess_strategy="one")

        def init(params):
            flat, _ = ravel_pytree(params)
            zeros, rows = jnp.zeros_like(flat), jnp.zeros((self.memory, flat.size), flat.dtype)
            none = jnp.zeros((), jnp.int32)
            return LBFGSState(none, none, zeros, zeros, rows, rows, jnp.zeros(self.memory, flat.dtype))

        def update(updates, state, params=None, *, value=None, grad=None, value_fn=None, **others):
            del others
            if params is None or value is None or grad is None or value_fn is None:
                raise InputError(
                    "LBFGS searches along its step, so its update needs the parameters and the objective; got not all. "
                    "Give params, value, grad and value_fn too."
                )
            (x, unravel), (g, _) = ravel_pytree(params), ravel_pytree(updates)
            state = _remembered(state, x, g)
            params, grad, step = (unravel(flat) for flat in (x, ravel_pytree(grad)[0], _newton(state, g)))
            with jax.numpy_dtype_promotion("standard"):  # Optax mixes whole numbers and floats
                found, _ = search.update(step, search.init(params), params, value=value, grad=grad, value_fn=value_fn)
            changes = jax.tree.map(lambda change: jnp.asarray(self.rate, change.dtype) * change, found)
            return changes, state._replace(steps=state.steps + 1, point=x, gradient=g)

        return optax.GradientTransformationExtraArgs(init, update)


def _remembered(state: LBFGSState, x: Array, g: Array) -> LBFGSState:
    """Take in what the last step showed of the curvature."""
    s, y = x - state.point, g - state.gradient
    product = jnp.dot(s, y)
    # Below this much a pair is rounding: its inverse would stand for a curvature that is not there.
    least = jnp.finfo(x.dtype).eps * jnp.sqrt(jnp.dot(s, s) * jnp.dot(y, y))
    sound = (state.steps > 0) & (product > least)
    row = state.pairs % state.moved.shape[0]

    def put(rows, new):
        return rows.at[row].set(jnp.where(sound, new, rows[row]))

    inverse = 1 / jnp.where(sound, product, 1)
    return state._replace(
        pairs=state.pairs + sound.astype(jnp.int32),
        moved=put(state.moved, s),
        turned=put(state.turned, y),
        inverse=put(state.inverse, inverse),
    )


def _newton(state: LBFGSState, g: Array) -> jax.Array:
    """Return -H g by the two-loop recursion."""
    k, none = state.moved.shape[0], jnp.zeros_like(state.inverse)

    def back(i, carry: Any):
        q, shares = carry
        row = (state.pairs - 1 - i) % k
        share = state.inverse[row] * jnp.dot(state.moved[row], q)
        return q - share * state.turned[row], shares.at[row].set(share)

    q, shares = lax.fori_loop(0, k, back, (g, none))
    newest = (state.pairs - 1) % k
    curvature = state.inverse[newest] * jnp.dot(state.turned[newest], state.turned[newest])  # y . y / s . y
    length = jnp.sqrt(jnp.dot(g, g))
    first = 1 / jnp.maximum(length, 1)
    r = q * jnp.where(state.pairs > 0, 1 / jnp.where(curvature > 0, curvature, 1), first)

    def forth(i, r):
        row = (state.pairs + i) % k
        return r + (shares[row] - state.inverse[row] * jnp.dot(state.turned[row], r)) * state.moved[row]

    return -lax.fori_loop(0, k, forth, r)
