"""A loss that the user writes."""

from collections.abc import Callable
from typing import Any, Literal

import jax
import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.functions import called, require_function, sketched
from thalweg.numerics import is_floats
from thalweg.spec import spec
from thalweg.types import Array


@spec
class CustomLoss:
    """Charge each example what a function of the user's says.

        L_i = function(f_i, t_i)

    Its gradient is JAX's. A saved run holds the function's name and a digest of it; who loads the run hands
    the function in.

    Args:
        function: Takes raw outputs (n, k) and targets, and returns (n,) losses, each at least 0; pure, and made of
            what JAX can follow. Targets are whole numbers (n,), the classes from 0; for "sigmoids" and "signs" (n, k),
            0 for no and 1 for yes; for "linear" values (n, k): standardised, as the network learns them. Written with
            `def`.
        head: What the outputs are: "linear" for values; "softmax" for one score a class, whose softmax is the
            probabilities; "margin" for one score a class that is none; "sigmoid" and "sign", the same for two classes
            and one output; "sigmoids" and "signs", the same for attributes, one output each.

    Raises:
        InputError: If `function` has no name and source of its own, or `head` is none of these (when the spec is made).

    Example:
        >>> def asymmetric(outputs, targets):
        ...     error = targets - outputs
        ...     return jnp.sum(jnp.where(error > 0, 3.0 * error, -error), axis=1)
        >>> CustomLoss(asymmetric)(jnp.array([[1.0], [1.0]]), jnp.array([[2.0], [0.0]])).tolist()
        [3.0, 1.0]

    Source: the user's own.
    """

    function: Callable[..., Any]
    head: Literal["linear", "softmax", "margin", "sigmoid", "sign", "sigmoids", "signs"] = "linear"

    def __post_init__(self):
        """Check that files can speak of the function."""
        require_function("CustomLoss.function", self.function)

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "n ..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Raw outputs (n, k).
            targets: Classes (n,), answers (n, k) or values (n, k), as the head says.

        Returns:
            Losses (n,).

        Raises:
            InputError: If the function fails, or returns another shape or something else than real numbers.
        """
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        if self.head == "linear":
            targets = jnp.asarray(targets, outputs.dtype)
        losses = called(self, self.function, outputs, targets)
        if not is_floats(losses) or losses.shape != outputs.shape[:1]:
            raise InputError(
                f"the function {self.function.__name__!r} of CustomLoss must return one float an example, shape "
                f"{outputs.shape[:1]}; got {sketched(losses)}. Sum over the outputs of an example, not over the "
                "examples."
            )
        return jnp.asarray(losses, outputs.dtype)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n ..."]:
        """Return what the head makes of the outputs.

        Args:
            outputs: Raw outputs (n, k).

        Returns:
            Values or scores as they are, or probabilities (n, c); of one output for two classes, both columns; of
            attributes (n, k, 2).
        """
        outputs = jnp.asarray(outputs)
        if self.head == "softmax":
            return jax.nn.softmax(outputs, axis=1)
        if self.head == "sigmoid":
            return jnp.concatenate([jax.nn.sigmoid(-outputs), jax.nn.sigmoid(outputs)], axis=1)
        if self.head == "sign":
            return jnp.concatenate([-outputs, outputs], axis=1)
        if self.head == "sigmoids":
            return jnp.stack([jax.nn.sigmoid(-outputs), jax.nn.sigmoid(outputs)], axis=2)
        if self.head == "signs":
            return jnp.stack([-outputs, outputs], axis=2)
        return outputs
