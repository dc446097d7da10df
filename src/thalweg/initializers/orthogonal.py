"""Weights that turn and mirror, and stretch nothing."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar, Shape


@spec
class Orthogonal:
    """Draw a random orthogonal matrix.

        w = gain Q,    Q'Q = I (as many outputs as inputs or fewer), else Q Q' = I

    Such a map keeps every length (where it does not leave dimensions out), so signals and gradients pass through
    linear layers of any depth without growing or shrinking. For rectified units a gain of sqrt(2) makes up for the
    half that they stop. All but the last axis of an array count as inputs. Q is drawn evenly from all rotations and
    reflections.

    Args:
        gain: What lengths are multiplied by; positive.

    Raises:
        InputError: If `gain` is not positive.

    Example:
        >>> w = Orthogonal()(jax.random.key(0), (5, 3), fan_in=5, fan_out=3)
        >>> jnp.allclose(w.T @ w, jnp.eye(3), atol=1e-5).item()
        True

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks", 2014, section 3; even draw: Mezzadri, 2007.
    """

    gain: Scalar = tunable(1.0, low=0.0, open_low=True)

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array; its last axis is the units.
            fan_in: Inputs of each unit; not used here.
            fan_out: Outputs that each input feeds; not used here.

        Returns:
            The weights, in the default float type.
        """
        del fan_in, fan_out
        dtype = jnp.result_type(float)
        rows, columns = math.prod(shape[:-1]), shape[-1]
        normal = jax.random.normal(key, (max(rows, columns), min(rows, columns)), dtype)
        q, r = jnp.linalg.qr(normal)
        q = q * jnp.sign(jnp.diagonal(r))[None, :]  # without this some rotations would come more often than others
        return (jnp.asarray(self.gain, dtype) * (q if rows >= columns else q.T)).reshape(shape)
