"""What one step did: losses apart, gradient norms, update ratios."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.monitors.size import size
from thalweg.train.observers import View
from thalweg.types import Array


class StepMonitor(NamedTuple):
    """Measure the losses, and of every parameter tensor the gradient's and the update's size.

        gradient norm = ||g||,    update ratio = ||w' - w|| / ||w||

    A healthy update ratio of a weight matrix lies near 1e-3. The ratio of a tensor that is all zeros, such as a
    fresh bias, is NaN: there is nothing to compare its update with.

    Example:
        >>> StepMonitor() == StepMonitor()  # hashable and without state: two of them share one compiled program
        True

    Source: CS231n notes, "Neural Networks Part 3", "Ratio of weights:updates".
    """

    def measure(self, view: View) -> dict[str, Any]:
        """Return the record of one step.

        Args:
            view: The step.

        Returns:
            {"data_loss", "penalty", "rate"}: scalars; the losses before the update, on this step's batch.
            {"gradient_norm", "update_ratio"}: trees like the parameters, with a scalar for each tensor.
        """
        dtype = jnp.result_type(float)
        return {
            "data_loss": jnp.asarray(view.evaluated.data, dtype),
            "penalty": jnp.asarray(view.evaluated.penalty, dtype),
            "rate": jnp.asarray(view.rate, dtype),
            "gradient_norm": jax.tree.map(size, view.gradients),
            "update_ratio": jax.tree.map(_ratio, view.before, view.after),
        }


def _ratio(before: Float[Array, "..."], after: Float[Array, "..."]) -> Float[Array, ""]:
    length = size(before)
    return jnp.where(length > 0, size(after - before) / length, jnp.nan)
