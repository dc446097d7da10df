"""The data and the network in numbers a person can read."""

import jax
import numpy as np

from thalweg.data.columns import NumericColumn
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.network.sequential import Sequential, output_shape
from thalweg.runs.outcome import AttributeRows, DataSummary
from thalweg.train.prepare import Prepared
from thalweg.trees import named_leaves
from thalweg.wording import counted

SHOWN_COLUMNS = 500


def summarise(source: Source, prepared: Prepared) -> DataSummary:
    """Return the data in numbers: parts, classes, columns.

    Args:
        source: As read.
        prepared: As trained on.

    Returns:
        The summary; the target's statistics are of the training rows.
    """
    split: Split = prepared.split
    targets = source.targets[split.train]
    classes: tuple[tuple[str, int], ...] = ()
    spread: tuple[float, ...] = ()
    attributes: tuple[AttributeRows, ...] = ()
    if source.task.kind == "classes":
        counts = np.bincount(targets, minlength=len(source.task.classes))
        classes = tuple((name, int(count)) for name, count in zip(source.task.classes, counts, strict=True))
    elif source.task.kind == "attributes":
        yes = targets.sum(axis=0).tolist()
        attributes = tuple(
            AttributeRows(*attribute, len(targets) - count, count)
            for attribute, count in zip(source.task.attributes, yes, strict=True)
        )
    else:
        spread = tuple(float(f(targets)) for f in (np.min, np.mean, np.max, np.std))
    parts = zip(("training", "validation", "test"), split, strict=True)
    return DataSummary(
        name=source.name,
        rows=tuple((part, len(rows)) for part, rows in parts),
        target=source.task.target,
        classes=classes,
        target_range=spread,
        columns=_columns(source),
        features=int(np.prod(prepared.x.shape[1:])),
        fingerprint=source.fingerprint,
        attributes=attributes,
    )


def layer_table(network: Sequential, input_shape: tuple[int, ...]) -> tuple[tuple[str, str, int], ...]:
    """Return (layer, output shape, parameters) of every layer, computing nothing.

    Args:
        network: The network.
        input_shape: Shape of one preprocessed example.

    Returns:
        A row a layer; shapes as text, "-" for the batch axis.
    """
    rows, shape = [], input_shape
    for name, layer in zip(network.names(), network.layers, strict=True):
        params, _ = jax.eval_shape(lambda layer=layer, shape=shape: layer.init(jax.random.key(0), shape))
        shape = output_shape(layer, shape)
        count = sum(int(np.prod(leaf.shape)) for leaf in named_leaves(params).values())
        rows.append((name, f"({', '.join(map(str, ('-', *shape)))})", count))
    return tuple(rows)


def _columns(source: Source) -> tuple[tuple[str, str, str], ...]:
    if isinstance(source.inputs, np.ndarray):
        return (("inputs", source.kind, f"{' x '.join(map(str, source.inputs.shape[1:]))} numbers an example"),)
    rows = []
    for column in source.inputs[:SHOWN_COLUMNS]:
        numeric = isinstance(column, NumericColumn)
        missing = int(np.isnan(column.values).sum() if numeric else (column.codes < 0).sum())
        note = "numbers" if numeric else counted(len(column.levels), "category", "categories")
        rows.append(
            (column.name, "numeric" if numeric else "category", note + (f", {missing} missing" * bool(missing)))
        )
    return tuple(rows)
