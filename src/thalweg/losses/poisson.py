"""The loss of a network that predicts counts."""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@spec
class Poisson:
    """Charge each count what it is less likely under the predicted rate than under the best one, summed over k outputs.

        f = e^s
        L = sum_k (f_k - t_k log f_k) - (t_k - t_k log t_k),    dL/ds = f - t

    The network's output s is the log of the rate f, so that f is positive; `predict` gives f. The usual
    f - t log f is below 0 for large counts: the second bracket, which no output changes, brings its least value to 0,
    and makes the loss half the deviance. An output of 0 is a rate of 1. Beyond s = 88 a rate is infinite in 32 bits:
    where counts run to many thousands, begin with a low learning rate.

    Targets are trained in their own unit, never standardised.

    Example:
        >>> round(Poisson()(jnp.array([[0.0]]), jnp.array([[2.0]])).item(), 4)  # 1 - 2 + 2 ln 2
        0.3863

    Source: McCullagh and Nelder, "Generalized linear models", 1989, section 6.2.
    """

    head: ClassVar[str] = "linear"
    targets: ClassVar[str] = "raw"
    wanted: ClassVar[str] = "counts of 0 or more"

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Logs s of the rates (n, k).
            targets: Counts t (n, k), each at least 0; they need not be whole. Values are unknown while a program is
                traced, so a negative one gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If the shapes differ: targets (n,) minus outputs (n, 1) would be an (n, n) table.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                f"Poisson needs targets of the outputs' shape {outputs.shape}; got {targets.shape}. "
                "Reshape targets of one value an example to (n, 1)."
            )
        outputs = jnp.asarray(outputs)
        t = jnp.asarray(targets, outputs.dtype)
        # With d = s - log t it is t (e^d - 1 - d): the terms of the formula are large beside it where counts are.
        d = outputs - jnp.log(jnp.where(t == 0, 1, t))
        near = jnp.minimum(d, 1)  # far out e^d overflows for a small t before e^s does
        far = jnp.exp(outputs) - t * (1 + d)
        return jnp.sum(jnp.where((d > 1) | (t == 0), far, t * (jnp.expm1(near) - near)), axis=1)

    def allowed(self, targets: np.ndarray) -> np.ndarray:
        """Say of each target whether the loss has a value for it."""
        return targets >= 0

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the predicted rates.

        Args:
            outputs: Logs of the rates (n, k).

        Returns:
            The rates, positive.
        """
        return jnp.exp(jnp.asarray(outputs))
