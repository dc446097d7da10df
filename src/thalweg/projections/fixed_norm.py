"""One length for all weights of a layer."""

from fnmatch import fnmatchcase

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.trees import is_weight, map_named, named_leaves, units_first
from thalweg.types import Params, Scalar


@spec
class FixedNorm:
    """Bring the weights of each layer to one length, after every step.

        W <- gain sqrt(units) W / |W|,    |W| the root of the sum of all squares

    So a unit's weights have length `gain` on average, and those of a layer whose rule steps by a fixed length, as
    `Muon` does, turn by the same angle at each step. Right before a layer that divides by what it measures, such as
    `BatchNorm`, the length of weights has no effect but this one. A layer that gives the network's scores should be
    left out, for their size says how sure the network is.

    The last axis of a weight array holds the units, the first one where it is called w_rows. Weights with one axis,
    those that are all 0, biases, scales and shifts are left alone. A layer with several weights has each brought to
    its length.

    Args:
        gain: Length of the average unit's weights; positive.
        layers: A layer's name ("dense_1"), or a pattern of names with * and ? ("convolution_*"). Inside a block it is
            the layer's own name there.

    Raises:
        InputError: If `gain` is not positive, or `layers` is empty; in training, if it names no layer with weights.

    Example:
        >>> w = FixedNorm()({"dense_1": {"w": jnp.array([[3.0], [4.0]])}})["dense_1"]["w"]
        >>> [round(x, 4) for x in w.ravel().tolist()]
        [0.6, 0.8]

    Source: Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024, and its program with Muon.
    """

    gain: Scalar = tunable(1.0, low=0.0, open_low=True)
    layers: str = "*"

    def __post_init__(self):
        """Check that something is named."""
        if not self.layers:
            raise InputError("FixedNorm.layers must name layers, such as '*' or 'convolution_*'; got ''.")

    def __call__(self, params: Params) -> Params:
        """Return the parameters with the chosen weights brought to their length.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The parameters.

        Raises:
            InputError: If `layers` names no layer with weights of two axes or more; the message lists those with some.
        """
        held = [path for path, leaf in named_leaves(params).items() if is_weight(path) and jnp.ndim(leaf) > 1]
        chosen = {path for path in held if fnmatchcase(_layer(path), self.layers)}
        if not chosen:
            names = ", ".join(dict.fromkeys(map(_layer, held))) or "none"
            raise InputError(
                f"FixedNorm.layers must name a layer with weights of two axes or more; got {self.layers!r}. The layers "
                f"that have some: {names}."
            )

        def scaled(path, w):
            if path not in chosen:
                return w
            w = jnp.asarray(w)
            units = w.shape[0 if units_first(path) else -1]
            # In units of the largest weight: the squares of weights beyond 1e19 or below 1e-19 are lost in float32.
            largest = jnp.max(jnp.abs(w))
            w = w / jnp.where(largest > 0, largest, 1)
            length = jnp.sqrt(jnp.sum(jnp.square(w)))
            wanted = jnp.asarray(self.gain, w.dtype) * jnp.asarray(units**0.5, w.dtype)
            return w * (wanted / jnp.where(length > 0, length, 1))

        return map_named(scaled, params)


def _layer(path: str) -> str:
    return path.split("/")[-2] if "/" in path else ""
