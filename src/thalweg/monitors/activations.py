"""What every layer puts out on the probe set: spread, dead and saturated units, gradients."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.monitors.size import size
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.train.observers import ProbeView
from thalweg.types import Array

MARGIN = 0.015  # of the range, at either end, counts as saturated: |tanh| > 0.97, sigmoid outside 0.015 .. 0.985


class Bounds(NamedTuple):
    """Where the function of one activation layer is flat."""

    layer: str
    low: float
    high: float  # infinite for a rectified function


class ActivationMonitor(NamedTuple):
    """Measure every layer's outputs and their gradients on the probe set.

    A rectified unit is dead when no example of the probe set activates it: it gets no gradient and stays as it
    is. Some tenths of the *entries* being 0 is how rectified layers work, and no fault.

    Args:
        bounds: The layers whose function has flat ends; see `activation_monitor`.

    Source: CS231n notes, "Neural Networks Part 1", "ReLU", and "Neural Networks Part 3", "Activation / Gradient
    distributions per layer".
    """

    bounds: tuple[Bounds, ...] = ()

    def measure_probe(self, view: ProbeView) -> dict[str, dict[str, Array]]:
        """Return the record of one look into the network.

        Args:
            view: Activations and gradients on the probe set.

        Returns:
            By measure, then by layer name, a scalar each: "mean" and "std" of all entries; "zero_share", entries
            at most 0, and "dead_share", units at most 0 on every example (NaN but for rectified layers);
            "saturated_share", entries within 1.5% of the range of either end (NaN but for saturating layers);
            "gradient_norm", the norm over the probe set of the gradient with respect to the layer's output,
            which for a dense layer before an activation is the pre-activation. A unit is an entry of the last
            axis. "active", of rectified layers alone, is no scalar but (units,): 1 for each unit above 0 on some
            example, else 0.
        """
        known = {bounds.layer: bounds for bounds in self.bounds}
        record: dict[str, dict[str, Array]] = {}
        for layer, bounds in known.items():
            if np.isinf(bounds.high):
                record.setdefault("active", {})[layer] = _active(view.activations[layer])
        for layer, values in view.activations.items():
            measured = _measures(values, known.get(layer)) | {"gradient_norm": size(view.gradients[layer])}
            for name, value in measured.items():
                record.setdefault(name, {})[layer] = value
        return record


def activation_monitor(network: Sequential) -> ActivationMonitor:
    """Return the monitor that knows which layers of a network can die or saturate.

    A layer's `function` says it of itself, by the values that it stays at for large inputs.

    Args:
        network: Gives the layers' names and functions.

    Returns:
        The monitor; equal for networks that differ in numbers alone.

    Example:
        >>> from thalweg.activations.tanh import Tanh
        >>> from thalweg.layers.activation import Activation
        >>> from thalweg.layers.dense import Dense
        >>> activation_monitor(Sequential((Dense(8), Activation(Tanh()), Dense(2)))).bounds
        (Bounds(layer='activation_1', low=-1.0, high=1.0),)
    """
    bounds = []
    for name, layer in zip(network.names(), network.layers, strict=True):
        inner = layer.layer if isinstance(layer, Named) else layer
        ends = getattr(getattr(inner, "function", None), "ends", None)
        if ends is not None:
            bounds.append(Bounds(name, *ends))
    return ActivationMonitor(tuple(bounds))


def _active(values: Float[Array, "n ... units"]) -> Float[Array, " units"]:
    # What is not a number is broken, not dead.
    return jnp.any(~(values <= 0), axis=tuple(range(values.ndim - 1))).astype(jnp.result_type(float))


def _measures(values: Float[Array, "n ..."], bounds: Bounds | None) -> dict[str, Array]:
    dtype = jnp.result_type(float)
    values = jnp.asarray(values, dtype)
    missing = jnp.asarray(jnp.nan, dtype)
    zero, dead, saturated = missing, missing, missing
    if bounds is not None and np.isinf(bounds.high):
        inactive = values <= 0
        zero = jnp.mean(inactive, dtype=dtype)
        dead = jnp.mean(jnp.all(inactive, axis=tuple(range(values.ndim - 1))), dtype=dtype)
    elif bounds is not None:
        margin = MARGIN * (bounds.high - bounds.low)
        saturated = jnp.mean((values < bounds.low + margin) | (values > bounds.high - margin), dtype=dtype)
    return {
        "mean": jnp.mean(values),
        "std": jnp.std(values),
        "zero_share": zero,
        "dead_share": dead,
        "saturated_share": saturated,
    }
