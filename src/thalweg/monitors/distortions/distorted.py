"""Images under a distortion of a given strength, as whole pixels."""

from collections.abc import Callable
from math import prod

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Int, UInt8

from thalweg.keys import role, root
from thalweg.monitors.distortions.background_noise import BACKGROUND_NOISE
from thalweg.monitors.distortions.brightness import BRIGHTNESS
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.distortions.occlusion import OCCLUSION
from thalweg.monitors.distortions.rotation import ROTATION
from thalweg.monitors.distortions.shift import SHIFT
from thalweg.monitors.distortions.warp import WARP
from thalweg.platform import jit
from thalweg.types import Array

DISTORTIONS = (SHIFT, ROTATION, BRIGHTNESS, WARP, OCCLUSION, BACKGROUND_NOISE)
NUMBERS = 2**24  # of pixels that are held as floats at once


def distorted(
    images: UInt8[np.ndarray, "n height width channels"],
    rows: Int[np.ndarray, " n"],
    distortion: Distortion,
    strength: float,
) -> UInt8[np.ndarray, "n height width channels"]:
    """Return images changed by a distortion, rounded to whole pixels and cut off at 0 and 255.

    What is left to chance hangs on the distortion and on the image's row alone: each image is changed in the same way
    in every run, among whichever others it stands.

    Args:
        images: (n, height, width, channels).
        rows: (n,) of the data, from 0: what each image's chance hangs on.
        distortion: Which.
        strength: In its unit; at least 0.

    Returns:
        Images of the same shape.

    Example:
        >>> white = np.full((2, 8, 8, 1), 255, np.uint8)
        >>> (distorted(white, np.array([5, 6]), OCCLUSION, 0.25) == 128).sum(axis=(1, 2, 3)).tolist()
        [16, 16]
    """
    key, made = role(root(0), distortion.name), np.empty_like(images)
    together = max(1, NUMBERS // max(1, prod(images.shape[1:])))
    for first in range(0, len(images), together):
        part = slice(first, first + together)
        chance = jnp.asarray(rows[part].astype(np.uint32))
        changed = _changed(jnp.asarray(images[part]), np.float32(strength), key, chance, change=distortion.change)
        made[part] = np.asarray(changed)
    return made


def _change_all(images: Array, strength: Array, key: Array, rows: Array, *, change: Callable[..., Array]) -> Array:
    pixels = images.astype(jnp.float32)
    keys = jax.vmap(jax.random.fold_in, in_axes=(None, 0))(key, rows)
    changed = jax.vmap(change, in_axes=(0, None, 0))(pixels, jnp.asarray(strength, jnp.float32), keys)
    return jnp.clip(jnp.rint(changed), 0, 255).astype(jnp.uint8)


_changed = jit(_change_all, static=("change",))
