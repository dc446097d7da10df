"""Start with outputs of unit variance at every layer, as measured on the data."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from thalweg.initializers.auto import Auto
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.keys import role
from thalweg.network.chain import chains, layer_names
from thalweg.network.named import bare
from thalweg.spec import replaced, spec, tunable
from thalweg.starts import silent
from thalweg.trees import weights_of
from thalweg.types import Array, Context, Layer, Loss, Params, Scalar, Seen, State

_TRIES = 10  # of a layer; one that maps linearly is done after the first


@spec
class LSUV:
    """Scale each layer's weights until its outputs vary by 1 on training rows (layer-sequential unit variance).

        w <- w / sqrt(var(outputs of the layer)), from the first layer to the last but one, until |var - 1| < tolerance

    Layers whose initialiser is left open (`auto`) begin with orthogonal matrices, as in the paper. The variance is
    taken over examples and units together, in inference mode, with the layers before already scaled. The last layer
    is left as drawn, unlike in the paper: small scores keep the first loss at that of a blind guess. Layers without an
    array called w are passed through; those inside a residual block are scaled as the others, along both of its ways.

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
        x = jnp.asarray(seen.x)
        context = Context(False, None, jnp.ones(x.shape[0], x.dtype))
        last = [name for name in network.names() if weights_of(params[name])][-1:]
        return self._units(network.layers, params, state, x, context, key=key, kept=last)

    outputs = staticmethod(silent.outputs)

    def _units(
        self,
        layers: tuple[Layer, ...],
        params: Params,
        state: State,
        x: Array,
        context: Context,
        *,
        key: Any,
        kept: Sequence[str] = (),
    ) -> Params:
        """Return the parameters of layers, those of `kept` as they are."""
        scaled = dict(params)
        for name, layer in zip(layer_names(layers), layers, strict=True):
            own = role(key, name)
            if name not in kept:
                held = {
                    field: self._units(ways, params[name][field], state[name][field], x, context, key=role(own, field))
                    for field, ways in chains(layer).items()
                }
                scaled[name] = {**params[name], **held}
                if "w" in params[name]:
                    scaled[name] = self._unit(layer, params[name], state[name], x, context, key=own)
            x, _ = layer.apply(scaled[name], state[name], x, context=context)
        return scaled

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
