"""Start with outputs of unit variance at every layer, as measured on the data."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from thalweg.initializers.auto import Auto
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.keys import role
from thalweg.network.named import bare
from thalweg.spec import replaced, spec, tunable
from thalweg.trees import weights_of
from thalweg.types import Array, Context, Loss, Params, Scalar, Seen, State

_TRIES = 10  # of a layer; one that maps linearly is done after the first


@spec
class LSUV:
    """Scale each layer's weights until its outputs vary by 1 on training rows (layer-sequential unit variance).

        w <- w / sqrt(var(outputs of the layer)), from the first layer to the last but one, until |var - 1| < tolerance

    Layers whose initialiser is left open (`auto`) begin with orthogonal matrices, as in the paper. The variance is
    taken over examples and units together, in inference mode, with the layers before already scaled. The last layer
    is left as drawn, unlike in the paper: small scores keep the first loss at that of a blind guess. Layers without an
    array called w are passed through.

    Args:
        tolerance: How far from 1 the variance may stay; positive. At most 10 scalings a layer are made.

    Raises:
        InputError: If `tolerance` is not positive.

    Example:
        >>> LSUV().tolerance
        0.1

    Source: Mishkin and Matas, "All you need is a good init", 2016, algorithm 1.
    """

    tolerance: Scalar = tunable(0.1, low=0.0, open_low=True)

    def __call__(self, network: Any, loss: Loss, params: Params, state: State, seen: Seen, *, key: Any) -> Params:
        """Return the parameters with all weights but the last layer's scaled.

        Args:
            network: Its layers, in order.
            loss: Not used.
            params: What the network drew, by layer name.
            state: What it begins with, by layer name.
            seen: Some training rows' inputs.
            key: The one the parameters were drawn with.

        Returns:
            The parameters.
        """
        del loss
        names, x, scaled = network.names(), jnp.asarray(seen.x), dict(params)
        context = Context(False, None, jnp.ones(x.shape[0], x.dtype))
        weighted = [name for name in names if weights_of(params[name])]
        for name, layer in zip(names, network.layers, strict=True):
            if name in weighted[:-1] and "w" in params[name]:
                scaled[name] = self._unit(layer, scaled[name], state[name], x, context, key=role(key, name))
            x, _ = layer.apply(scaled[name], state[name], x, context=context)
        return scaled

    def outputs(self, loss: Loss, width: int, seen: Seen | None) -> Array:
        """Return the outputs of a network whose weights tell nothing: zeros.

        Args:
            loss: Not used.
            width: Outputs an example.
            seen: Not used; may be None.

        Returns:
            (width,) zeros.
        """
        del loss, seen
        return jnp.zeros(width)

    def _unit(self, layer: Any, params: Params, state: State, x: Array, context: Context, *, key: Any) -> Params:
        inner = bare(layer)
        if isinstance(getattr(inner, "weights", None), Auto):
            params, _ = replaced(inner, weights=Orthogonal()).init(key, x.shape[1:])

        def variance(w):
            return jnp.var(layer.apply({**params, "w": w}, state, x, context=context)[0])

        def off(tried):
            w, count = tried
            return (count < _TRIES) & (jnp.abs(variance(w) - 1) >= jnp.asarray(self.tolerance, w.dtype))

        def scale(tried):
            w, count = tried
            found = variance(w)
            return w / jnp.sqrt(jnp.where(found > 0, found, 1)), count + 1  # outputs that never vary stay as they are

        w, _ = lax.while_loop(off, scale, (params["w"], jnp.int32(0)))
        return {**params, "w": w}
