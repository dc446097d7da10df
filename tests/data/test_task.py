"""Which task the labels ask for, how they are coded, and every label that cannot be used."""

import re

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.labels import say_matched
from thalweg.data.source import Task
from thalweg.data.task import encode_targets, infer_task
from thalweg.errors import InputError

INCOME = Task("classes", "income", ("<=50K", ">50K"))


@pytest.mark.parametrize(
    ("values", "kind", "classes"),
    [
        (["b", "a", "b"], "classes", ("a", "b")),
        ([True, False], "classes", ("False", "True")),
        (np.array([True, False]), "classes", ("False", "True")),
        (np.array([0, 0, 1]), "classes", ("0", "1")),
        (np.array([1.0, 10.0, 2.0]), "classes", ("1", "2", "10")),
        (["10", "9", "-1"], "classes", ("-1", "9", "10")),
        (np.array([-1, 1]), "classes", ("-1", "1")),
        (np.arange(20), "classes", tuple(map(str, range(20)))),
        (np.arange(21), "regression", ()),
        (np.array([0.5, 1.0]), "regression", ()),
        ([0.5, 1, None], "regression", ()),
        (np.array([b"x", b"y"]), "classes", ("x", "y")),
        (np.array([["x"], ["y"]]), "classes", ("x", "y")),
        (np.eye(3), "classes", ("0", "1", "2")),
    ],
)
def test_task_follows_the_labels(values, kind, classes):
    found = infer_task(values, target="y")
    assert (found.task.kind, found.task.classes) == (kind, classes)
    assert [remark.kind for remark in found.remarks if remark.kind == "task"] == ["task"]


@pytest.mark.parametrize(
    ("values", "override", "said"),
    [
        (np.arange(21), None, "'y' holds 21 distinct whole numbers, more than 20, .* --task classes makes"),
        (np.arange(3), None, "'y' holds 3 distinct whole numbers, so each is a class; --task regression"),
        (np.array([0.5, 1]), None, "'y' holds fractions, .* --task classes"),
        (["a", "b"], None, "'y' holds names"),
        (np.arange(3), "regression", "'y': the labels are amounts to regress, as --task regression says"),
        (np.arange(30), "classes", "'y': each distinct label is a class, as --task classes says"),
    ],
)
def test_task_is_said_with_the_flag_that_changes_it(values, override, said):
    found = infer_task(values, target="y", override=override)
    (remark,) = [remark for remark in found.remarks if remark.kind == "task"]
    assert re.search(said, remark.text)
    assert found.task.kind == (override or found.task.kind)


def test_one_hot_rows_are_the_place_of_their_one():  # D14
    found = infer_task(np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]), target="y")
    assert found.targets.tolist() == [2, 0, 1]
    assert found.targets.dtype == np.int32


@pytest.mark.parametrize("rows", [np.eye(2)[[1, 0]].tolist(), list(np.eye(2)[[1, 0]]), jnp.eye(2)[::-1]])
def test_one_hot_rows_may_be_a_list_or_another_librarys_array(rows):
    assert infer_task(rows, target="y").targets.tolist() == [1, 0]


@pytest.mark.parametrize("values", [jnp.array([0.5, 1.0]), [jnp.array(0.5), 1.0], [[0.5], [1.0]]])
def test_amounts_of_another_library_or_in_rows_of_one_are_amounts(values):
    assert infer_task(values, target="y").targets.tolist() == [[0.5], [1.0]]


def test_what_pandas_calls_na_is_no_label():
    found = infer_task(pd.Series([1.5, None, 2.5], dtype="Float64"), target="y")
    assert found.targets.tolist() == [[1.5], [2.5]] and found.kept.tolist() == [True, False, True]


def test_amounts_are_a_float64_column():
    found = infer_task(np.array([1.5, np.nan, 2.0], np.float32), target="y")
    np.testing.assert_array_equal(found.targets, [[1.5], [2.0]])
    assert found.targets.dtype == np.float64
    assert found.kept.tolist() == [True, False, True]


def test_numbers_written_as_text_may_be_regressed():
    np.testing.assert_array_equal(infer_task(["1", "2.5"], target="y", override="regression").targets, [[1.0], [2.5]])


def test_rows_without_a_label_are_left_out_counted_and_said():
    found = infer_task(["a", " ? ", "b", None, float("nan"), "NA"], target="y")
    assert found.kept.tolist() == [True, False, True, False, False, False]
    assert found.targets.tolist() == [0, 1]
    assert found.remarks[0].text == "4 rows have no label in 'y'; left out."
    assert infer_task(["a", "b", None], target="y").remarks[0].text == "1 row has no label in 'y'; left out."


def test_spellings_of_one_class_are_joined_and_said():
    found = infer_task(["Yes", "yes", "Yes", "no.", "no"], target="y")
    assert found.task.classes == ("Yes", "no")
    assert found.targets.tolist() == [0, 0, 0, 1, 1]
    assert [remark.text for remark in found.remarks if remark.kind == "label_match"] == [
        "the label 'no.' (1 row) is read as 'no'.",
        "the label 'yes' (1 row) is read as 'Yes'.",
    ]


def test_many_joined_spellings_are_said_in_one_line():
    found = infer_task([name for k in range(8) for name in (f"class {k}", f"class {k}", f"Class {k}")], target="y")
    said = [remark.text for remark in found.remarks if remark.kind == "label_match"]
    assert len(said) == 6
    assert said[-1] == "3 more labels (3 rows) are read the same way."


def test_single_letters_keep_their_case():
    assert infer_task(["a", "A", "b"], target="y").task.classes == ("A", "a", "b")


def test_a_second_file_is_coded_by_the_first_files_classes():
    found = encode_targets([" >50K.", "<=50K", ">50k", None], INCOME, path="new.csv")
    assert found.targets.tolist() == [1, 0, 1]
    assert found.kept.tolist() == [True, True, True, False]
    assert found.task is INCOME
    assert [remark.text for remark in found.remarks] == [
        "1 row has no label in 'income'; left out.",
        "the label '>50K.' (1 row) is read as '>50K'.",
        "the label '>50k' (1 row) is read as '>50K'.",
    ]


def test_class_numbers_may_come_as_numbers_or_one_hot():
    digits = Task("classes", "digit", ("0", "1", "2"))
    assert encode_targets(np.array([2.0, 0.0]), digits, path="").targets.tolist() == [2, 0]
    assert encode_targets(np.eye(3)[[2, 0]], digits, path="").targets.tolist() == [2, 0]


def test_an_ambiguous_spelling_is_not_guessed():
    with pytest.raises(InputError, match=r"the label 'b\.' is none"):
        encode_targets(["b."], Task("classes", "y", ("B", "b")), path="")


@given(st.lists(st.sampled_from(["a", "bb", "C c", "10", "9"]), min_size=2))
def test_coding_by_the_inferred_task_gives_the_same_codes(values):
    if len(set(values)) < 2:
        values = [*values, "x", "y"]
    found = infer_task(values, target="y")
    assert encode_targets(values, found.task, path="").targets.tolist() == found.targets.tolist()
    assert [found.task.classes[code] for code in found.targets] == values


@pytest.mark.parametrize(
    ("values", "override", "message"),
    [
        ([None, "?"], None, r"no row has a label in 'y'; choose another target"),
        ([], None, r"no row has a label in 'y'"),
        (["a", "a"], None, r"every label in 'y' is 'a'; at least two classes"),
        (["yes", "Yes."], None, r"every label in 'y' is 'Yes\.'; at least two classes"),
        ([1.5, 1.5], None, r"every label in 'y' is 1\.5: there is nothing to learn"),
        ([f"n{k}" for k in range(10_001)], None, r"'y' has 10,001 classes; at most 10,000"),
        (["1", "2", "low"], "regression", r"row 2 \(counted from 0\): a regression needs finite numbers .* 'low'"),
        ([0.5, float("inf")], None, r"row 1 \(counted from 0\): a regression needs finite numbers .* 'inf'"),
        ([*map(str, range(40)), "n/k"], None, r"row 40 .*: the labels in 'y' are numbers but for 1, such as 'n/k'"),
        (np.zeros((2, 2, 2)), None, r"labels must be one a row, \(n,\), .* shape \(2, 2, 2\)"),
        (np.ones((2, 3)), None, r"row 0 .*must be one-hot, a single 1 among zeros; got \[1, 1, 1\]"),
        (np.array([[0, 1], [0.5, 0]]), None, r"row 1 .*must be one-hot.* got \[0\.5, 0\]"),
        (np.array([["a", "b"]]), None, r"must be one-hot numbers; got <U1. Give one-hot rows, .* or --task attr"),
        (np.array([1j, 2j]), None, r"labels must be numbers, truth values or texts; those of 'y' are complex128"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(values, override, message):
    with pytest.raises(InputError, match=message):
        infer_task(values, target="y", override=override)


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        (["<=50K", ">60K"], INCOME, r"new\.csv, row 1 .*: the label '>60K' is none of the 2 known classes \('<=50K'"),
        ([None], INCOME, r"no row has a label in 'income'; give a file with labels instead of new\.csv"),
        (["x"], Task("regression", "age", ()), r"new\.csv, row 0 .*: a regression needs finite numbers in 'age'"),
        ([5], Task("classes", "y", tuple("abcdefghijkl")), r"'5' is none of the 12 known classes .*'j', \.\.\.\)"),
    ],
)
def test_labels_of_a_second_file_that_do_not_fit_are_refused(values, task, message):
    with pytest.raises(InputError, match=message):
        encode_targets(values, task, path="new.csv")


def test_a_label_without_end_is_cut_where_it_is_said():
    endless = "u" * 100_000
    for call in (
        lambda: infer_task([endless, endless], target="y"),
        lambda: infer_task([*map(str, range(100)), endless], target="y"),
        lambda: encode_targets([endless], Task("classes", "y", ("a" * 100_000, "b")), path="t.csv"),
        lambda: encode_targets([endless], Task("regression", "y", ()), path="t.csv"),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert "uuu...uuu" in str(caught.value)
        assert len(str(caught.value)) < 500
    (said,) = say_matched([(endless, endless.upper(), 1)])
    assert len(said.text) < 500


def test_an_infinity_among_amounts_makes_no_classes_of_them():
    with pytest.raises(InputError, match=r"are numbers but for 1, such as 'inf'; correct or empty these cells"):
        infer_task([*(f"{k}.5" for k in range(30)), "inf"], target="y")


@pytest.mark.parametrize("largest", [1.1e150, -1e300])
def test_amounts_whose_square_overflows_are_refused(largest):
    values = np.append(np.linspace(0.5, 1e150, 30), largest)
    with pytest.raises(InputError, match=r"row 30 .*within 1e\+150 of 0, since errors are squared; got .*Rescale them"):
        infer_task(values, target="price")
    with pytest.raises(InputError, match=r"^new\.csv, row 30 .*Rescale them"):
        encode_targets(values, Task("regression", "price", ()), path="new.csv")
    assert infer_task(values[:-1], target="price").targets.max() == 1e150
