"""Arrays as labelled examples: every form of labels, images, duplicates, weights, groups, misuse by row and place."""

import numpy as np
import pytest

from thalweg.data.arrays import fingerprint, from_arrays, number_identical
from thalweg.data.source import Task
from thalweg.errors import InputError

X = np.arange(8.0).reshape(4, 2)


@pytest.mark.parametrize(
    ("labels", "classes", "targets"),
    [
        ([0, 2, 0, 2], ("0", "2"), [0, 1, 0, 1]),
        (["b", "a", "a", "b"], ("a", "b"), [1, 0, 0, 1]),
        ([True, False, True, True], ("False", "True"), [1, 0, 1, 1]),
        (np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]), ("0", "1", "2"), [1, 0, 2, 0]),
        (np.array([[3], [1], [1], [3]], np.uint8), ("1", "3"), [1, 0, 0, 1]),
    ],
)
def test_labels_of_every_form(labels, classes, targets):
    source = from_arrays(X, labels, name="toy")
    assert source.task == Task("classes", "target", classes)
    assert source.targets.tolist() == targets
    assert source.targets.dtype == np.int32
    assert source.kind == "array"


def test_fractions_are_a_regression_and_the_user_may_say_otherwise():
    source = from_arrays(X, [0.5, 1.5, 2.0, 0.5], name="toy", target="price")
    assert source.task == Task("regression", "price", ())
    assert source.targets.tolist() == [[0.5], [1.5], [2.0], [0.5]]
    assert from_arrays(X, [1, 2, 3, 4], name="toy", task="regression").task.kind == "regression"


def test_rows_without_a_label_are_left_out_everywhere():
    source = from_arrays(X, ["a", None, "b", "a"], name="toy", weight=[1, 2, 3, 4], groups=["u", "v", "w", "u"])
    assert source.inputs.tolist() == [[0, 1], [4, 5], [6, 7]]
    assert (8 / 3 * source.weight).tolist() == pytest.approx([1, 3, 4])
    assert source.groups is not None
    assert source.groups.tolist() == [0, 1, 0]
    assert "missing_labels" in [remark.kind for remark in source.remarks]


def test_later_examples_share_the_classes_of_earlier_ones():
    known = Task("classes", "y", ("a", "b", "c"))
    source = from_arrays(X, ["c", "a", "c", "c"], name="more", known=known)
    assert (source.task, source.targets.tolist()) == (known, [2, 0, 2, 2])
    with pytest.raises(InputError, match=r"more, row 1 \(counted from 0\): the label 'z' is none of the 3 known"):
        from_arrays(X, ["c", "z", "c", "c"], name="more", known=known)


@pytest.mark.parametrize(
    ("given", "shape", "kept"),
    [
        (np.zeros((4, 5, 6, 3), np.uint8), (4, 5, 6, 3), np.uint8),
        (np.zeros((4, 5, 6), np.uint8), (4, 5, 6, 1), np.uint8),
        (np.zeros((4, 5, 6, 2), np.uint8), (4, 5, 6, 2), np.float32),
        (np.zeros((4, 9), np.uint8), (4, 9), np.float32),
        (np.zeros(4, bool), (4, 1), np.float32),
        (np.zeros((4, 2), np.float16), (4, 2), np.float32),
        (np.full((4, 2), 2**24 + 1), (4, 2), np.float64),  # which float32 cannot tell from its neighbour
        (np.zeros((4, 2), ">f8"), (4, 2), np.float64),
    ],
)
def test_inputs_of_every_type(given, shape, kept):
    source = from_arrays(given, [0, 1, 0, 1], name="toy")
    assert (source.inputs.shape, source.inputs.dtype) == (shape, kept)
    assert source.kind == ("image" if kept == np.uint8 else "array")
    assert source.schema == {"kind": source.kind, "shape": list(shape[1:])}
    np.testing.assert_array_equal(np.asarray(source.inputs).reshape(given.shape), given)


def test_duplicates_are_found_label_included():
    x = np.array([[1, 2], [1, 2], [1, 2], [3, 4]])
    same = number_identical(x, np.array([0, 0, 1, 0]))
    assert same.tolist() == [0, 0, 1, 2]
    assert same.dtype == np.int64


def test_the_fingerprint_hangs_on_inputs_targets_and_classes_and_not_on_memory_order():
    task = Task("classes", "y", ("a", "b"))
    y = np.array([0, 1, 0, 1], np.int32)
    first = fingerprint(X, y, task)
    assert first == fingerprint(np.asfortranarray(X), y, task) == fingerprint(X.astype(">f8"), y, task)
    assert len(first) == 64
    others = [
        fingerprint(X + (np.arange(8).reshape(4, 2) == 5), y, task),
        fingerprint(X, 1 - y, task),
        fingerprint(X, y, task._replace(classes=("a", "c"))),
        fingerprint(X.reshape(4, 1, 2), y, task),
    ]
    assert len({first, *others}) == 5
    # Made by this function: a change would unseal every test part in use.
    assert first.startswith("57f484c270bb5a81")


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1.0, 2.0], [3.0, np.nan]], r"got nan in row 1 \(counted from 0\), column 1\. Fill it in"),
        (np.full((2, 3, 4), np.inf), r"got inf in row 0 \(counted from 0\), place \(0, 0\)"),
        ([["a"], ["b"]], "the inputs must be numbers; got <U1"),
        (np.array([[1j], [2j]]), "the inputs must be numbers; got complex128"),
        ([[1, 2], [3]], "not one array; give every example the same shape"),
        (np.zeros((2, 0)), r"wanted inputs \(n, features\), at least one of each; got shape \(2, 0\)"),
        (3.0, r"got shape \(\)"),
        (np.zeros((3, 2)), "wanted one label an example; got 3 examples and 2 labels"),
    ],
)
def test_refuses_inputs_that_cannot_be_used(x, message):
    with pytest.raises(InputError, match=message):
        from_arrays(x, [0, 1], name="toy")


@pytest.mark.parametrize(
    ("columns", "task", "message"),
    [
        ({"a": [0, 1, 0, 1], "b": [0, 1, 1, 0]}, None, r"are attributes, .* Use --task attributes, or give one array"),
        ({"a": [0, 1, 0, 1]}, "classes", r"columns of labels by name are attributes"),
        ({"a": [0, 1, 0, 1], "b": [0, 1]}, "attributes", "wanted one label an example; got 4 examples and 2 labels"),
        ({}, "attributes", "wanted one label an example; got 4 examples and 0 labels"),
    ],
)
def test_refuses_columns_by_name_that_are_no_attributes_or_of_other_lengths(columns, task, message):
    with pytest.raises(InputError, match=message):
        from_arrays(X, columns, name="toy", task=task)


def test_columns_of_any_form_and_name_are_attributes():
    columns = {0: [0, 1, 0, 1], "b": np.array([1, 1, 0, 0])}
    source = from_arrays(X, columns, name="toy", task="attributes")
    assert [attribute.name for attribute in source.task.attributes] == ["0", "b"]
    assert source.targets.tolist() == [[0, 1], [1, 1], [0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"weight": [1, 2, 0, 1]}, r"weights must be positive and finite; got 0\.0 in row 2 \(counted from 0\)"),
        ({"weight": [1, 2, np.nan, 1]}, r"weights must be positive and finite; got nan in row 2"),
        ({"weight": [1, 2, np.inf, 1]}, r"weights must be positive and finite; got inf in row 2"),
        ({"weight": [1, 2]}, r"wanted 4 weights, one an example; got int64 of shape \(2,\)"),
        ({"groups": [1, 2]}, r"wanted 4 groups, one an example, numbers or texts; got int64 of shape \(2,\)"),
        ({"groups": [1, None, 2, 3]}, "numbers or texts; got object"),
    ],
)
def test_refuses_weights_and_groups_that_cannot_be_used(argument, message):
    with pytest.raises(InputError, match=message):
        from_arrays(X, [0, 1, 0, 1], name="toy", **argument)
