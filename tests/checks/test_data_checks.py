"""The checks of the data: each passing on sound data and failing on data known to be ill."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits

from thalweg.checks.class_balance import class_balance
from thalweg.checks.constant_columns import constant_columns
from thalweg.checks.finite_inputs import finite_inputs
from thalweg.checks.related_labels import related_labels
from thalweg.checks.rows_differ import rows_differ
from thalweg.checks.scaled_inputs import scaled_inputs
from thalweg.checks.shared_rows import shared_rows
from thalweg.data.columns import CategoryColumn, NumericColumn

NAMES = ("age", "height")


def sound(n=1000, d=2):
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


def test_finite_inputs_pass():
    assert finite_inputs(sound(), NAMES).passed


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_not_finite_is_an_error_with_the_inputs_name(value):
    x = sound()
    x[3, 1] = value
    result = finite_inputs(x, NAMES)
    assert (result.passed, result.severity, result.where, result.measured) == (False, "error", "height", 1.0)


def test_constant_columns_of_a_table_are_named():
    rows = np.array([0, 1, 2])
    columns = (
        NumericColumn("same", np.array([2.0, np.nan, 2.0, 9.0])),  # 9 lies outside the training rows
        NumericColumn("varies", np.array([2.0, 1.0, 2.0, 9.0])),
        NumericColumn("empty", np.full(4, np.nan)),
        CategoryColumn("one level", np.array([0, 0, -1, 1], np.int32), ("a", "b")),
        CategoryColumn("two levels", np.array([0, 1, -1, 1], np.int32), ("a", "b")),
    )
    result = constant_columns(columns, rows)
    assert (result.passed, result.severity, result.where) == (False, "warning", "same")  # more than half
    assert constant_columns(columns[:2], rows).severity == "note"
    words = (*columns[1:2], *(NumericColumn(f"word {k}", np.zeros(4)) for k in range(3)))
    assert constant_columns(words, rows).severity == "note"  # words that no row holds
    assert result.text == "3 of 5 columns hold one value only: same, empty, one level."
    assert constant_columns(columns[1:2], rows).passed


def test_constant_pixels_are_counted():
    x = np.zeros((5, 2, 4), np.uint8)
    x[:, 0, 0] = np.arange(5)
    result = constant_columns(x, np.arange(5))
    assert result.measured == 7
    assert result.text == "7 of 8 inputs hold one value only: input 1, input 2, input 3, input 4, input 5 and 2 more."
    assert constant_columns(sound(), np.arange(5)).passed
    assert constant_columns(sound(), np.arange(5)).text == f"All {len(NAMES)} inputs vary."


def test_lost_inputs_are_grave_where_they_are_most_and_not_zeros():
    x = sound(20, 5)
    x[:, 1:4] = 0.7
    assert constant_columns(x, np.arange(20)).severity == "warning"
    assert constant_columns(x.reshape(20, 5, 1), np.arange(20)).severity == "note"  # an image's border
    x[:, 1] = 0.0  # a word that no row holds, maybe
    assert constant_columns(x, np.arange(20)).severity == "note"


def test_rows_that_are_copies_of_a_few_are_counted():
    rows, few = np.arange(200), sound(200)
    result = rows_differ(few[rows % 10], rows % 10, rows)
    assert (result.passed, result.severity, result.measured) == (False, "warning", 0.95)
    assert result.text == "Of 200 training rows only 10 differ; the others are copies of them."
    assert rows_differ(few[rows % 60], rows % 60, rows).severity == "note"
    assert rows_differ(few[rows % 5], rows % 5, rows).severity == "note"  # five values may be all that there are
    assert rows_differ(few[rows % 10], rows % 100, rows) is None  # half of them differ, in their labels
    assert rows_differ(few[rows % 10], rows % 10, rows[:10]) is None  # the training rows alone count


def test_copies_that_few_values_explain_are_a_note():
    rows = np.arange(1000)
    bits = np.stack([rows % 2, rows // 2 % 2], axis=1)
    table = (NumericColumn("a", bits[:, 0].astype(float)), CategoryColumn("b", bits[:, 1].astype(np.int32), ("n", "y")))
    names = np.eye(12)[np.random.default_rng(0).integers(0, 12, 1000)]  # a column of twelve names, a column each
    for inputs, targets in ((bits, rows % 2), (table, rows % 2), (names, names[:, 0])):
        result = rows_differ(inputs, targets, rows)
        assert result.severity == "note" and result.text.endswith("so few values that copies are to be expected.")


def test_standardised_inputs_and_rare_indicators_pass():
    x = sound()
    x[:, 1] = 0
    x[0, 1] = 1
    assert scaled_inputs(x, NAMES).passed
    assert scaled_inputs((np.random.default_rng(0).random((50, 2)) * 255 / 255).astype(np.float32), NAMES).passed


@pytest.mark.parametrize(
    ("scale", "shift", "where"),
    [(255.0, 0.0, "height"), (1.0, 100.0, "height"), (1.0, -4.0, "height"), (1e-4, 0.0, "")],
)
def test_unscaled_inputs_are_a_warning(scale, shift, where):
    x = sound()
    x[:, 1] = x[:, 1] * scale + shift
    if not where:
        x *= scale  # both tiny
    result = scaled_inputs(x, NAMES)
    assert (result.passed, result.severity, result.where) == (False, "warning", where)


def test_inputs_beyond_all_numbers_fail():
    assert not scaled_inputs(np.full((4, 2), np.inf, np.float32), NAMES).passed


def test_copies_in_both_parts_are_counted():
    identical = np.arange(1000)
    train, validation = np.arange(800), np.arange(800, 1000)
    assert shared_rows(identical, train, validation, "validation").passed
    identical[800] = 7
    assert shared_rows(identical, train, validation, "validation").passed  # 1 of 200 is just allowed
    identical[801] = 7
    result = shared_rows(identical, train, validation, "validation")
    assert (result.passed, result.severity) == (False, "warning")
    assert result.text == "2 of 200 validation rows (1.0%) equal training rows in every input and the label."


@pytest.mark.parametrize(("rare", "passed"), [(100, True), (10, True), (9, False), (0, False)])
def test_a_class_below_a_tenth_of_the_commonest_is_noted(rare, passed):
    labels = np.array([0] * 100 + [1] * rare)
    result = class_balance(labels, ("no", "yes"))
    assert (result.passed, result.severity) == (passed, "note")
    if not passed:
        assert result.where == "yes"
        assert result.text == f"'no' has 100 training rows, 'yes' has {rare}."


def test_class_weights_are_advised_where_the_classes_do_not_count_the_same_already():
    labels = np.array([0] * 100 + [1] * 5)
    plain = class_balance(labels, ("no", "yes"))
    assert plain.advice.endswith("or --class-weight balanced.")
    even = class_balance(labels, ("no", "yes"), (1 / np.bincount(labels))[labels])
    assert (even.measured, even.passed) == (plain.measured, False)
    assert even.advice.endswith("--metric balanced_accuracy. In training all classes count the same.")


def test_classes_of_one_size_are_told_of_together():
    result = class_balance(np.array([0, 1, 2, 2, 1, 0]), ("a", "b", "c"))
    assert (result.passed, result.where) == (True, "")
    assert result.text == "Each of the 3 classes has 2 training rows."
    assert class_balance(np.array([0, 1]), ("a", "b")).text == "Each of the 2 classes has 1 training row."
    assert class_balance(np.array([0, 1, 1]), ("a", "b")).text == "'b' has 2 training rows, 'a' has 1."


def test_one_is_told_of_as_one():
    x = sound()
    x[3, 0] = np.nan
    assert finite_inputs(x, NAMES).text.startswith("1 input value is no finite number;")
    column = (NumericColumn("same", np.ones(4)),)
    assert constant_columns(column, np.arange(4)).text == "1 of 1 column holds one value only: same."
    varied = (NumericColumn("varies", np.arange(4.0)),)
    assert constant_columns(varied, np.arange(4)).text == "The only column varies."
    identical = np.array([0, 1, 1])
    assert shared_rows(identical, np.array([0, 1]), np.array([2]), "test").text == (
        "1 of 1 test row (100.0%) equals a training row in every input and the label."
    )
    assert "1 of 1 input is not scaled" in scaled_inputs(np.full((3, 1), 900.0, np.float32), ("a",)).text


def test_digits_and_diabetes_are_related_to_their_labels():
    digits, diabetes = load_digits(), load_diabetes()
    assert related_labels(digits.data[:500], digits.target[:500]).passed
    assert related_labels(diabetes.data, diabetes.target[:, None]).passed


def test_shuffled_labels_show_no_sign():
    digits = load_digits()
    found = []
    for seed in range(20):
        shuffled = np.random.default_rng(seed).permutation(digits.target)
        found.append(related_labels(digits.data, shuffled))
    # Two standard errors are passed by luck in 2.3% of all cases, the inputs' bound in 5%.
    assert sum(not result.passed for result in found) >= 16
    assert {result.severity for result in found} == {"warning"}
    assert (
        related_labels(digits.data[:300], np.random.default_rng(0).permutation(digits.target)[:300]).severity == "note"
    )


def test_shuffled_amounts_show_no_sign():
    diabetes = load_diabetes()
    found = [
        related_labels(diabetes.data, np.random.default_rng(seed).permutation(diabetes.target)[:, None])
        for seed in range(20)
    ]
    assert sum(not result.passed for result in found) >= 16


def test_exclusive_or_shows_in_the_neighbours_alone():
    x = sound()
    result = related_labels(x, (x[:, 0] * x[:, 1] > 0).astype(np.int32))
    assert result.passed
    assert result.measured > 10


def test_one_telling_input_among_many_useless_ones_shows():
    x = sound(400, 300)
    result = related_labels(x, (x[:, 5] > 0).astype(np.int32))
    assert result.passed


def test_constant_inputs_show_no_sign():
    result = related_labels(np.zeros((300, 2), np.float32), np.arange(300)[:, None].astype(np.float32))
    assert not result.passed


def test_rows_that_are_each_others_nearest_do_not_exaggerate():
    rng = np.random.default_rng(0)
    x = np.repeat(rng.normal(size=(100, 5)), 2, axis=0) + 1e-3 * rng.normal(size=(200, 5))
    found = [related_labels(x, rng.integers(0, 2, 200).astype(np.int32)).measured for _ in range(200)]
    assert 0.85 < np.std(found) < 1.15  # standard errors, as it says; counting pairs as two it would be 1.41
