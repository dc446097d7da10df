"""Parameter trees: names for their leaves, flat forms for files and tables."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.types import Array


def named_leaves(tree: Any) -> dict[str, Any]:
    """Return the leaves by path, such as {"dense_1/w": ..., "dense_1/b": ...}, in tree order.

    Args:
        tree: Any pytree.

    Returns:
        The leaves by path.

    Raises:
        InputError: If two leaves have one path, such as {"a/b": x} beside {"a": {"b": y}}.
    """
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    named = {}
    for path, leaf in leaves:
        name = "/".join(_word(step) for step in path)
        if name in named:
            raise InputError(f"two arrays would both be named {name!r}. Give a layer another name, without a slash.")
        named[name] = leaf
    return named


def is_weight(path: str) -> bool:
    """Say whether a parameter is a weight: what penalties, decay and norm limits act on.

    Weights are called w, or w, an underscore and a word where a layer has several; biases, scales, shifts and slopes
    have other names.

    Args:
        path: As `named_leaves` gives it.

    Returns:
        Whether it is one.

    Example:
        >>> [is_weight(path) for path in ("dense_1/w", "dense_1/b", "rnn_1/w_input", "batch_norm_1/gamma")]
        [True, False, True, False]
    """
    name = path.rpartition("/")[2]
    return name == "w" or name.startswith("w_")


def units_first(path: str) -> bool:
    """Say whether a weight holds a unit in each row, as those called w_rows do, and not in each column.

    Args:
        path: As `named_leaves` gives it, of a weight.

    Returns:
        Whether it does.

    Example:
        >>> units_first("hierarchical_dense_1/w_rows"), units_first("dense_1/w")
        (True, False)
    """
    return path.rpartition("/")[2] == "w_rows"


def weights_of(params: Any) -> dict[str, Any]:
    """Return the weights of a parameter tree by path; biases, scales, shifts and slopes are left out.

    Args:
        params: Arrays by name, nested by layer.

    Returns:
        The weights, in tree order.
    """
    return {path: leaf for path, leaf in named_leaves(params).items() if is_weight(path)}


def map_named(function: Callable[..., Any], tree: Any, *rest: Any) -> Any:
    """Map a function of path and leaves over trees of one structure.

    Args:
        function: Of the path, as `named_leaves` gives it, and the leaf of each tree there.
        tree: Any pytree.
        *rest: Trees of its structure.

    Returns:
        The results in its structure.

    Example:
        >>> map_named(lambda path, leaf: f"{path}={leaf}", {"a": {"b": 1}})
        {'a': {'b': 'a/b=1'}}
    """
    return jax.tree_util.tree_map_with_path(
        lambda path, *leaves: function("/".join(map(_word, path)), *leaves), tree, *rest
    )


def norm(x: Array) -> Array:
    """Return the Euclidean norm of all entries of an array, in at least 32 bits.

    Squares are added as they are: entries beyond 1e19 in float32 give infinity, and at 0 the gradient is NaN.

    Args:
        x: Of any shape and number type.

    Returns:
        The norm, a scalar.
    """
    wide = x.dtype if x.dtype in (jnp.float32, jnp.float64) else jnp.float32
    return jnp.sqrt(jnp.sum(jnp.square(jnp.asarray(x, wide))))


def rebuilt(like: Any, leaves: Mapping[str, Any]) -> Any:
    """Return a tree of the structure of `like` with leaves taken by path from `leaves`.

    Args:
        like: A tree of arrays or of their shapes (`jax.ShapeDtypeStruct`).
        leaves: What `named_leaves` gave for a tree of this structure.

    Returns:
        The tree.

    Raises:
        InputError: If a path of `like` is missing, `leaves` holds one that `like` has not, or an array has another
            shape or number type.
    """
    wanted = named_leaves(like)
    if set(wanted) != set(leaves):
        differing = sorted(set(wanted) ^ set(leaves))
        raise InputError(
            f"the saved arrays are not those of this network: they differ at {', '.join(differing[:5])}. "
            "Use the experiment they were saved with."
        )
    for path, leaf in wanted.items():
        got = leaves[path]
        if got.shape != leaf.shape or got.dtype != leaf.dtype:
            raise InputError(
                f"the saved array {path} is {got.dtype}{list(got.shape)}; wanted {leaf.dtype}{list(leaf.shape)}. "
                "Use the experiment it was saved with."
            )
    return jax.tree.unflatten(jax.tree.structure(like), [leaves[path] for path in wanted])


def _word(step: Any) -> str:
    for name in ("key", "name", "idx"):
        if hasattr(step, name):
            return str(getattr(step, name))
    return str(step)
