"""Images made to excite a unit of a network as strongly as they can."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Float, Int

from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.types import Array, Context, Params, State

STEPS = 64  # of the climb
STRIDE = 0.1  # size of the first step, in units of the range of a pixel; the last one's is 0
LEAST = 0.1  # contrast that an image may have at least: its distance from grey, a root of a mean square
SMOOTHINGS = 2  # of each step


class Climb(NamedTuple):
    """Images on their way to excite a unit each."""

    start: Float[Array, "n height width channels"]  # pixels from 0 to 1
    low: Float[Array, "n height width channels"]  # what preprocessing makes of pixels of 0
    high: Float[Array, "n height width channels"]  # and of pixels of 1
    seen: Float[Array, "n height width 1"]  # 1 where the unit sees the image, else 0
    units: Int[Array, " n"]
    places: Int[Array, " n"]  # at which each is looked at, counted over the layer's places in their order


def exciting(
    objective: Objective, params: Params, state: State, climb: Climb, layer: str
) -> tuple[Float[Array, "n height width channels"], Float[Array, " n"]]:
    """Return the images of a climb that excite a unit the most, of a bounded contrast.

        g = K K d a_u / d p,    p <- 1/2 + c (p + step g / |g| - 1/2),    step falls from 0.1 to 0

    K smooths: each pixel becomes a weighted mean of the 3 x 3 around it, of weights 1, 2, 1 along either axis. Without
    it, what is found is noise that the network was never shown. The size of g is the root of its mean square over the
    pixels that the unit sees. c <= 1 keeps the size of the distance from grey, p - 1/2, at what it was in the
    beginning, or at 0.1 if that was less; pixels stay within 0 and 1. All that the unit does not see is grey.

    Args:
        objective: Gives the network, which is looked at in inference mode.
        params: The network's parameters.
        state: The network's state.
        climb: Where it begins, and what of the images is seen. Where the gradient is 0 it stays.
        layer: Name of the layer whose outputs are the units'.

    Returns:
        Of the images on the way, the first among them, those of the largest output, pixels from 0 to 1; and that
        output.

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising image classification
    models and saliency maps", 2014, section 2; Yosinski, Clune, Nguyen, Fuchs and Lipson, "Understanding neural
    networks through deep visualization", 2015, section 3.
    """
    return _compiled(objective, params, state, climb, layer=layer)


def _exciting(objective: Objective, params: Params, state: State, climb: Climb, *, layer: str) -> tuple[Array, Array]:
    context = Context(False, None, jnp.ones(len(climb.start), jnp.result_type(climb.start)))
    pixels = jnp.maximum(jnp.sum(climb.seen, axis=(1, 2, 3), keepdims=True), 1) * climb.start.shape[-1]

    def size(values: Array) -> Array:
        return jnp.sqrt(jnp.sum(values * values * climb.seen, axis=(1, 2, 3), keepdims=True) / pixels)

    most = jnp.maximum(size(climb.start - 0.5), LEAST)

    def outputs(p: Array) -> Array:
        x = climb.low + (climb.high - climb.low) * p
        values = objective.network.trace(params, state, x, context=context).activations[layer]
        flat = values.reshape(len(values), -1, values.shape[-1])
        return flat[jnp.arange(len(flat)), climb.places, climb.units]

    def bounded(distance: Array) -> Array:
        distance = distance * climb.seen
        return jnp.clip(0.5 + distance * jnp.minimum(1, most / jnp.maximum(size(distance), LEAST)), 0, 1)

    def better(p: Array, value: Array, best: tuple[Array, Array]) -> tuple[Array, Array]:
        return jnp.where((value > best[1])[:, None, None, None], p, best[0]), jnp.maximum(value, best[1])

    def step(k: Any, carry: tuple[Array, tuple[Array, Array]]) -> tuple[Array, tuple[Array, Array]]:
        p, best = carry
        value, back = jax.vjp(outputs, p)
        (g,) = back(jnp.ones_like(value))
        for _ in range(SMOOTHINGS):
            g = _smoothed(g)
        length = size(g)
        moved = bounded(p - 0.5 + STRIDE * (1 - k / STEPS) * g / jnp.where(length > 0, length, 1))
        return moved, better(p, value, best)

    p = bounded(climb.start - 0.5)
    p, best = lax.fori_loop(0, STEPS, step, (p, (p, jnp.full(len(p), -jnp.inf, p.dtype))))
    return better(p, outputs(p), best)


def _smoothed(images: Array) -> Array:
    """Return weighted means of each pixel and its neighbours; an edge's neighbours outside are the edge itself."""
    for axis in (1, 2):
        widths = [(0, 0)] * images.ndim
        widths[axis] = (1, 1)
        padded, n = jnp.pad(images, widths, mode="edge"), images.shape[axis]
        before, here, behind = (lax.slice_in_dim(padded, k, k + n, axis=axis) for k in range(3))
        images = (before + 2 * here + behind) / 4
    return images


_compiled = jit(_exciting, static=("layer",))
