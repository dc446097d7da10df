"""The built-in sets: their published sizes, classes and a few known values."""

import numpy as np
import pytest

from thalweg.data.builtin import BUILTIN, load_builtin
from thalweg.data.columns import NumericColumn, count_rows
from thalweg.errors import InputError


def test_digits_are_arrays_of_64_pixels():
    source = load_builtin("digits")
    x = np.asarray(source.inputs)
    assert (source.kind, x.shape, x.dtype) == ("array", (1797, 64), np.float32)
    assert (x.min(), x.max()) == (0, 16)
    assert source.task.classes == tuple("0123456789")
    # Counts of the classes as the data set's own description gives them.
    assert np.bincount(source.targets).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@pytest.mark.parametrize(
    ("name", "rows", "columns", "classes"),
    [
        ("iris", 150, 4, {"setosa": 50, "versicolor": 50, "virginica": 50}),
        ("wine", 178, 13, {"class_0": 59, "class_1": 71, "class_2": 48}),
        ("breast_cancer", 569, 30, {"malignant": 212, "benign": 357}),
    ],
)
def test_tables_have_their_published_sizes(name, rows, columns, classes):
    source = load_builtin(name)
    assert (source.name, source.kind, count_rows(source.inputs), len(source.inputs)) == (name, "table", rows, columns)
    counts = np.bincount(source.targets)
    assert {source.task.classes[k]: int(counts[k]) for k in range(len(counts))} == classes
    assert all(isinstance(column, NumericColumn) for column in source.inputs)
    assert source.remarks == ()


def test_diabetes_is_a_regression_in_its_own_units():
    source = load_builtin("diabetes")
    assert (source.task.kind, source.task.target, source.targets.shape) == ("regression", "progression", (442, 1))
    assert (source.targets.min(), source.targets.max()) == (25, 346)
    age = next(column for column in source.inputs if column.name == "age")
    assert (age.values.min(), age.values.max()) == (19, 79)


def test_a_set_is_the_same_every_time():
    for name in BUILTIN:
        assert load_builtin(name).fingerprint == load_builtin(name).fingerprint


def test_refuses_an_unknown_name():
    with pytest.raises(InputError, match=r"unknown built-in data set 'diggits'\. Did you mean 'digits'"):
        load_builtin("diggits")
