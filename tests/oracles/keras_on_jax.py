"""Keras computing with JAX, as the tests of this folder take it: quiet, with a settings folder of its own."""

import contextlib
import os
import tempfile

import jax

# Read by Keras as it is imported, and not again. It writes its settings into its folder, and would take another
# backend from there.
os.environ["KERAS_BACKEND"] = "jax"
with tempfile.TemporaryDirectory(prefix="keras-") as folder:
    os.environ["KERAS_HOME"] = folder
    import keras

assert keras.backend.backend() == "jax"


@contextlib.contextmanager
def as_it_is_used():
    """Let JAX promote types and ranks as it does for its users: Keras relies on it."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield keras
