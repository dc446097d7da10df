"""A table as numbers: hand values, missing cells, constants, wild values, no leak, files, misuse."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.archive import load, save
from thalweg.data.columns import CategoryColumn, Columns, NumericColumn, take
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.arrays import Center, MinMax
from thalweg.preprocess.table import TableEncoding

NAN = float("nan")


def numbers(name: str, *values: float) -> NumericColumn:
    return NumericColumn(name, np.array(values, float))


def names(name: str, *cells: str | None) -> CategoryColumn:
    levels = tuple(sorted({c for c in cells if c is not None}))
    codes = [-1 if c is None else levels.index(c) for c in cells]
    return CategoryColumn(name, np.array(codes, np.int32), levels)


def training(n: int, of: int | None = None) -> Split:
    return Split(np.arange(n), np.arange(n, of or n), np.array([], int))


def small_table(n: int = 40, *, seed: int = 0) -> Columns:
    generator = np.random.default_rng(seed)
    holes = np.where(generator.random(n) < 0.3, NAN, generator.normal(5, 2, n))
    colours = tuple(generator.choice(["red", "green", "blue", None], n).tolist())
    return numbers("age", *holes), names("colour", *colours), numbers("size", *generator.exponential(3, n))


def test_numbers_by_hand():
    # Values 1, 3, ?, 8: the median 3 fills the hole; mean 15 / 4, variance ((11/4)^2 + 2 (3/4)^2 + (17/4)^2) / 4.
    deviation = np.sqrt((7.5625 + 2 * 0.5625 + 18.0625) / 4)
    table = (numbers("a", 1, 3, NAN, 8),)
    fitted = TableEncoding().fit(table, training(4))
    assert fitted.names == ("a", "a (missing)")
    expected = np.array([[-2.75, 0], [-0.75, 0], [-0.75, deviation], [4.25, 0]]) / deviation
    np.testing.assert_allclose(TableEncoding().apply(fitted, table), expected, rtol=1e-6)


def test_the_median_of_an_even_count_lies_between():
    table = (numbers("a", 1, 2, 4, 9, NAN),)
    fitted = TableEncoding(numeric=Center()).fit(table, training(5))
    assert [code.median for code in fitted.columns] == [3.0]


def test_a_mixed_table_by_hand():
    table = (numbers("a", 0, 2, 0, 2), names("b", "x", "y", "x", "y"))
    encoding = TableEncoding(min_count=1)
    fitted = encoding.fit(table, training(4))
    assert fitted.names == ("a", "b=x", "b=y")
    got = encoding.apply(fitted, table)
    assert got.dtype == np.float32
    assert got.tolist() == [[-1, 1, 0], [1, 0, 1], [-1, 1, 0], [1, 0, 1]]


def test_numbers_may_be_scaled_otherwise():
    table = (numbers("a", 0, 2, 4),)
    for kind, expected in ((MinMax(), [0, 0.5, 1]), (Center(), [-2, 0, 2])):
        encoding = TableEncoding(numeric=kind)
        assert encoding.apply(encoding.fit(table, training(3)), table).ravel().tolist() == expected


def test_a_hole_that_training_had_not_is_filled_without_an_indicator():
    table = (numbers("a", 1, 2, 9, NAN),)
    fitted = TableEncoding().fit(table, training(3, 4))
    assert fitted.names == ("a",)
    got = TableEncoding().apply(fitted, table)
    assert got[3] == got[1]  # the median


def test_wild_values_are_cut_off():
    table = (numbers("a", -1, 1, 1e30, -1e300, float("inf")),)
    fitted = TableEncoding().fit(table, training(2, 5))
    assert TableEncoding().apply(fitted, table).ravel().tolist() == [-1, 1, 10, -10, 0]  # infinite counts as missing
    assert TableEncoding(clip=3.0).apply(fitted, table).ravel().tolist() == [-1, 1, 3, -3, 0]


def test_constant_columns_are_named_and_carry_nothing():
    table = (numbers("a", 7, 7, 8), names("b", "x", "x", "y"), numbers("c", NAN, NAN, 1), numbers("d", 1, 2, 3))
    fitted = TableEncoding(min_count=1).fit(table, training(2, 3))
    assert [(r.kind, r.where) for r in fitted.remarks] == [("constant", "a"), ("constant", "b"), ("constant", "c")]
    assert "column 'a' is the same in every training row" in fitted.remarks[0].text
    assert fitted.names == ("a", "c", "d")
    got = TableEncoding().apply(fitted, table)
    np.testing.assert_array_equal(got[:, :2], 0)


def test_a_column_that_is_there_or_not_is_not_constant():
    table = (numbers("a", 7, NAN, 7, NAN),)
    fitted = TableEncoding().fit(table, training(4))
    assert fitted.remarks == ()
    assert TableEncoding().apply(fitted, table).tolist() == [[0, 0], [0, 1], [0, 0], [0, 1]]


@given(seed=st.integers(0, 999), n=st.integers(2, 30))
def test_always_finite_and_never_beyond_the_clip(seed, n):
    generator = np.random.default_rng(seed)
    values = generator.choice([NAN, 0.0, 1.0, -1e308, 1e308, 5e-324, 3e38], n)
    table = (numbers("a", *values), numbers("b", *generator.normal(size=n)))
    fitted = TableEncoding().fit(table, training(max(n // 2, 2), n))
    got = TableEncoding().apply(fitted, table)
    assert got.shape == (n, len(fitted.names))
    assert np.abs(got).max() <= 10


def test_rows_outside_training_cannot_leak():
    split = training(20, 40)
    calm = small_table()
    age, colour, size = calm
    wild_codes = np.where(np.arange(40) < 20, colour.codes, 3).astype(np.int32)
    wild = (
        age._replace(values=np.where(np.arange(40) < 20, age.values, 1e12)),
        CategoryColumn("colour", wild_codes, (*colour.levels, "zebra")),
        size._replace(values=np.where(np.arange(40) < 20, size.values, NAN)),
    )
    encoding = TableEncoding(min_count=2)
    (before, told_before), (after, told_after) = (encoding.pack(encoding.fit(t, split)) for t in (calm, wild))
    assert told_before == told_after
    assert {name: array.tobytes() for name, array in before.items()} == {
        name: array.tobytes() for name, array in after.items()
    }


def test_columns_are_found_by_name_and_extra_ones_not_looked_at():
    table = small_table()
    fitted = TableEncoding().fit(table, training(40))
    shuffled = (numbers("extra", *range(40)), *reversed(table))
    np.testing.assert_array_equal(TableEncoding().apply(fitted, shuffled), TableEncoding().apply(fitted, table))


def test_a_row_alone_is_encoded_as_among_others():
    table = small_table()
    fitted = TableEncoding().fit(table, training(40))
    alone = TableEncoding().apply(fitted, take(table, np.array([7])))
    np.testing.assert_array_equal(alone, TableEncoding().apply(fitted, table)[[7]])


def test_what_was_learned_survives_a_file(tmp_path):
    table = small_table()
    encoding = TableEncoding(min_count=2)
    fitted = encoding.fit(table, training(30, 40))
    save(tmp_path / "fit.safetensors", *encoding.pack(fitted))
    again = encoding.unpack(*load(tmp_path / "fit.safetensors"))
    assert again.names == fitted.names
    np.testing.assert_array_equal(encoding.apply(again, table), encoding.apply(fitted, table))


def test_the_numbers_of_a_spec_are_its_leaves():
    assert jax.tree.leaves(TableEncoding(numeric=MinMax())) == [0.0, 1.0, 10.0, 5, 1.0]
    assert hash(TableEncoding()) == hash(TableEncoding())


def test_refuses_a_table_without_variety():
    with pytest.raises(InputError, match="no input column varies over the training rows"):
        TableEncoding().fit((numbers("a", 1, 1), names("b", "x", "x")), training(2))
    with pytest.raises(InputError, match="no input column varies"):
        TableEncoding().fit((), training(2))


def test_refuses_columns_that_are_missing_or_of_another_kind():
    fitted = TableEncoding().fit(small_table(), training(40))
    age, colour, size = small_table()
    with pytest.raises(InputError, match=r"column 'colour' is missing; there are: age, size\. Add it\."):
        TableEncoding().apply(fitted, (age, size))
    with pytest.raises(InputError, match="column 'age' held numbers in training and holds names here"):
        TableEncoding().apply(fitted, (colour._replace(name="age"), colour, size))
    with pytest.raises(InputError, match="column 'colour' held names in training and holds numbers here"):
        TableEncoding().apply(fitted, (age, age._replace(name="colour"), size))


@pytest.mark.parametrize(
    "facts", [{}, {"columns": [{}]}, {"columns": [{"name": "a", "missing": False}]}, {"columns": 3}]
)
def test_refuses_stored_preprocessing_that_is_not_whole(facts):
    with pytest.raises(InputError, match="the stored preprocessing cannot be read"):
        TableEncoding().unpack({}, facts)


def test_refuses_settings_out_of_range():
    with pytest.raises(InputError, match=r"TableEncoding\.max_levels must be at least 1; got 0"):
        TableEncoding(max_levels=0)
    with pytest.raises(InputError, match=r"TableEncoding\.min_count must be a whole number; got 1\.5"):
        TableEncoding(min_count=1.5)
    with pytest.raises(InputError, match=r"TableEncoding\.clip must be in \(0, inf\); got 0\.0"):
        TableEncoding(clip=0.0)
