"""Train neural networks by the book: one program and one library on JAX."""

__version__ = "0.1.0"
