"""The checks of the data, the prepared inputs among them."""

import numpy as np

from thalweg.checks.attribute_balance import attribute_balance
from thalweg.checks.class_balance import class_balance
from thalweg.checks.constant_columns import constant_columns
from thalweg.checks.finite_inputs import finite_inputs
from thalweg.checks.related_labels import related_labels
from thalweg.checks.result import CheckResult
from thalweg.checks.rows_differ import rows_differ
from thalweg.checks.scaled_inputs import scaled_inputs
from thalweg.checks.shared_rows import shared_rows
from thalweg.checks.some_rows import some_rows
from thalweg.checks.tolerances import DATA_NUMBERS, DATA_ROWS, RELATED_MOST
from thalweg.data.source import Source
from thalweg.train.prepare import Prepared


def check_data(
    prepared: Prepared, source: Source, *, seed: int, training_weight: np.ndarray
) -> tuple[CheckResult, ...]:
    """Check the data.

    Args:
        prepared: The arrays.
        source: The examples as they were read.
        seed: Draws the rows that are looked at.
        training_weight: (n,), how much each row counts in training.

    Returns:
        The results; fewer where inputs are not finite numbers.
    """
    width = max(1, int(np.prod(prepared.x.shape[1:])))
    train = some_rows(prepared.split.train, max(1, min(DATA_ROWS, DATA_NUMBERS // width)), seed)
    x = prepared.x[train].reshape(len(train), -1)
    names = prepared.names
    finite = finite_inputs(x, names)
    results = [finite, constant_columns(source.inputs, train)]
    copied = rows_differ(source.inputs, source.targets, train)
    results += [copied] if copied is not None else []  # that rows differ is no news
    if finite.passed:
        results.append(scaled_inputs(x, names))
    if len(prepared.split.validation):
        results.append(shared_rows(source.identical, prepared.split.train, prepared.split.validation, "validation"))
    if len(prepared.split.test):
        shared = shared_rows(source.identical, prepared.split.train, prepared.split.test, "test")
        # Parts that are dealt share no row, so that only copies in a file of its own, or apart in time, are news.
        results += [shared] * (shared.measured > 0)
    if source.task.kind == "classes":
        every = prepared.split.train
        results.append(class_balance(prepared.y[every], source.task.classes, training_weight[every]))
    if source.task.kind == "attributes":
        names = tuple(attribute.name for attribute in source.task.attributes)
        results.append(attribute_balance(prepared.y[prepared.split.train], names))
    if finite.passed:
        some = some_rows(np.arange(len(train)), RELATED_MOST, seed)
        results.append(related_labels(x[some], prepared.y[train[some]]))
    return tuple(results)
