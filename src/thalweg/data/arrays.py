"""Labelled examples from arrays in memory."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.data.labels import label_array, row_from_zero
from thalweg.data.source import Kind, Source, Task
from thalweg.data.task import encode_targets, infer_task
from thalweg.data.weights import relative_weights
from thalweg.errors import InputError


def from_arrays(
    x: Any,
    y: Any,
    *,
    name: str,
    task: Kind | None = None,
    known: Task | None = None,
    target: str = "target",
    weight: Any = None,
    groups: Any = None,
) -> Source:
    """Make labelled examples of arrays.

    Args:
        x: (n, ...) numbers, finite; (n,) counts as (n, 1). Bytes (uint8) of shape (n, height, width, channels), or
            (n, height, width), with 1, 3 or 4 channels are images.
        y: (n,) or (n, 1) labels: whole numbers, texts, truth values, fractions; or one-hot rows (n, C); for the task
            "attributes" (n, k) answers, each 0 or 1, or columns of them by name. Rows without a label are left out.
        name: Of the data, for titles.
        task: "classes", "regression" or "attributes", where it should not be inferred from the labels.
        known: The task of earlier examples, which these are to share; then `task` and `target` are not needed.
        target: What the labels are called.
        weight: (n,) positive numbers, how much each example counts; only their ratios matter. None for 1 each.
        groups: (n,) numbers or texts; examples of one group go to one part of a split. None for no groups.

    Returns:
        The examples.

    Raises:
        InputError: If shapes disagree, an input is not a finite number, a weight is not positive or far larger
            than another, columns of labels are given by name for another task than attributes, or the labels cannot be
            used; the row and the place in it are named.

    Example:
        >>> source = from_arrays([[1, 2], [3, 4], [5, 6]], ["no", "yes", "no"], name="toy")
        >>> source.task.classes, source.targets.tolist(), source.inputs.shape
        (('no', 'yes'), [0, 1, 0], (3, 2))
    """
    inputs = to_inputs(x, name=name)
    if isinstance(y, Mapping) and (known.kind if known else task) != "attributes":
        raise InputError(
            f"{name}: columns of labels by name are attributes, each with its own yes or no. Use --task attributes, or "
            "give one array of labels."
        )
    columns = y if isinstance(y, Mapping) else {known.target if known else target: y}
    arrays = {str(column): label_array(values, target=str(column)) for column, values in columns.items()}
    count = next((len(array) for array in arrays.values() if len(array) != len(inputs)), len(inputs) if arrays else 0)
    if count != len(inputs):
        raise InputError(f"{name}: wanted one label an example; got {len(inputs):,} examples and {count:,} labels.")
    labels = arrays if isinstance(y, Mapping) else next(iter(arrays.values()))
    if known is not None:
        found = encode_targets(labels, known, path=name)
    else:
        found = infer_task(labels, target=target, override=task)
    kept = found.kept
    source = from_encoded(inputs if kept.all() else inputs[kept], found.targets, found.task, name=name)
    numbers, names = _groups(groups, len(kept), name, kept)
    return source._replace(
        weight=_weights(weight, kept, name),
        groups=numbers,
        group_names=names,
        remarks=found.remarks,
    )


def to_inputs(x: Any, *, name: str) -> np.ndarray:
    """Bring numbers without labels to the form that examples have: float, or bytes for images.

    Args:
        x: (n, ...) as for `from_arrays`.
        name: Of the data, for messages.

    Returns:
        (n, ...) float32, float64 where float32 would lose digits, or uint8 (n, height, width, channels).

    Raises:
        InputError: As `from_arrays`.
    """
    try:
        array = np.asarray(x)
    except ValueError:  # rows of different lengths
        raise InputError(f"{name}: the inputs are not one array; give every example the same shape.") from None
    if array.dtype.kind not in "biuf":
        raise InputError(
            f"{name}: the inputs must be numbers; got {array.dtype}. Encode other values as numbers first."
        )
    if array.ndim == 0 or array.size == 0:
        raise InputError(f"{name}: wanted inputs (n, features), at least one of each; got shape {array.shape}.")
    images = as_images(array)
    if images is not None:
        return images
    array = array[:, None] if array.ndim == 1 else array
    if array.dtype.kind in "biu":
        exact = array.dtype.kind == "b" or max(abs(int(array.min())), abs(int(array.max()))) <= 2**24
        return array.astype(np.float32 if exact else np.float64)
    array = array.astype(np.float32 if array.dtype.itemsize <= 4 else np.float64, copy=False)
    if not np.isfinite(array).all():
        row, *place = (int(k) for k in np.argwhere(~np.isfinite(array))[0])
        where = f"column {place[0]}" if len(place) == 1 else f"place {tuple(place)}"
        raise InputError(
            f"{name}: the inputs must be finite numbers; got {array[(row, *place)]} in {row_from_zero(row)}, {where}. "
            "Fill it in, leave the example out, or give a table, whose missing cells are filled for you."
        )
    return array


def from_encoded(inputs: np.ndarray, targets: np.ndarray, task: Task, *, name: str) -> Source:
    """Make labelled examples of inputs and targets in their final form, which is not checked again.

    Args:
        inputs: (n, ...) finite floats, or uint8 (n, height, width, channels) for images.
        targets: (n,) int32 class numbers, (n, k) int32 answers, or (n, 1) float64.
        task: What they mean.
        name: Of the data.

    Returns:
        The examples, each counting 1, with a schema that tells their kind and shape.
    """
    kind = "image" if inputs.dtype == np.uint8 else "array"
    return Source(
        name=name,
        kind=kind,
        inputs=inputs,
        targets=targets,
        task=task,
        fingerprint=fingerprint(inputs, targets, task),
        weight=np.ones(len(inputs), np.float32),
        identical=number_identical(inputs, targets),
        schema={"kind": kind, "shape": list(inputs.shape[1:])},
    )


def fingerprint(inputs: np.ndarray, targets: np.ndarray, task: Task) -> str:
    """Return the SHA-256 of examples, as 64 hexadecimal digits; the same on every machine."""
    digest = hashlib.sha256()
    for array in (inputs, targets):
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        digest.update(f"{little.dtype.str} {little.shape}\n".encode())
        digest.update(np.ascontiguousarray(little).data)
    named = (*task.classes, *(text for attribute in task.attributes for text in attribute))
    digest.update("\0".join((task.kind, *named)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def number_identical(inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Give examples that are equal in every input and in the label the same number.

    Args:
        inputs: (n, ...) numbers.
        targets: (n,) or (n, k) numbers.

    Returns:
        (n,) int64 from 0, in order of first appearance. Rows are compared by a 128-bit hash of their bytes.
    """
    seen: dict[bytes, int] = {}
    number = np.empty(len(inputs), np.int64)
    for row, (example, label) in enumerate(zip(inputs, targets, strict=True)):
        digest = hashlib.blake2b(np.ascontiguousarray(example).data, digest_size=16)
        digest.update(label.tobytes())
        number[row] = seen.setdefault(digest.digest(), len(seen))
    return number


def as_images(array: np.ndarray) -> np.ndarray | None:
    """Return bytes of an image's shape as (n, height, width, channels); None for another array."""
    if array.dtype != np.uint8 or array.ndim not in (3, 4):
        return None
    images = array[..., None] if array.ndim == 3 else array
    return images if images.shape[3] in (1, 3, 4) else None


def _weights(weight: Any, kept: np.ndarray, name: str) -> np.ndarray:
    """Return the weights of the kept examples."""
    n = len(kept)
    if weight is None:
        return np.ones(int(kept.sum()), np.float32)
    weights = np.asarray(weight)
    if weights.shape != (n,) or weights.dtype.kind not in "biuf":
        raise InputError(f"{name}: wanted {n:,} weights, one an example; got {weights.dtype} of shape {weights.shape}.")
    weights = weights.astype(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if len(wrong):
        raise InputError(
            f"{name}: weights must be positive and finite; got {weights[wrong[0]]} in {row_from_zero(int(wrong[0]))}. "
            "Leave out examples that should not count."
        )
    return relative_weights(weights[kept], place=name)


def _groups(groups: Any, n: int, name: str, kept: np.ndarray) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Return the group numbers of the kept examples and the groups' names."""
    if groups is None:
        return None, ()
    owners = np.asarray(groups)
    if owners.shape != (n,) or owners.dtype.kind not in "biufUS":
        raise InputError(
            f"{name}: wanted {n:,} groups, one an example, numbers or texts; "
            f"got {owners.dtype} of shape {owners.shape}."
        )
    found, numbers = np.unique(owners[kept], return_inverse=True)
    return numbers.astype(np.int64), tuple(map(str, found))
