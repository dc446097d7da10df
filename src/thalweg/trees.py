"""Parameter trees: names for their leaves, flat forms for files and tables."""

from typing import Any

import jax
import jax.numpy as jnp

from thalweg.types import Array


def named_leaves(tree: Any) -> dict[str, Any]:
    """Return the leaves by path, such as {"dense_1/w": ..., "dense_1/b": ...}, in tree order."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return {"/".join(_word(step) for step in path): leaf for path, leaf in leaves}


def norm(x: Array) -> Array:
    """Return the Euclidean norm of all entries of an array."""
    return jnp.sqrt(jnp.sum(jnp.square(x)))


def rebuilt(like: Any, leaves: dict[str, Any]) -> Any:
    """Return a tree of the structure of `like` with leaves taken by path from `leaves`.

    Args:
        like: A tree, of arrays or shapes.
        leaves: What `named_leaves` gave for a tree of this structure.

    Returns:
        The tree.

    Raises:
        KeyError: If a path of `like` is missing, or `leaves` holds one that `like` has not.
    """
    wanted = named_leaves(like)
    if set(wanted) != set(leaves):
        differing = sorted(set(wanted) ^ set(leaves))
        raise KeyError(f"the trees differ at {', '.join(differing[:5])}")
    return jax.tree.unflatten(jax.tree.structure(like), [leaves[path] for path in wanted])


def _word(step: Any) -> str:
    for name in ("key", "name", "idx"):
        if hasattr(step, name):
            return str(getattr(step, name))
    return str(step)
