"""Two files as one set of examples: every row as it was, copies known across the files."""

import numpy as np
import polars
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.columns import CategoryColumn
from thalweg.data.combine import combine
from thalweg.data.open import open_like, open_source
from thalweg.errors import InputError

FIRST = {"city": ["Ulm", "Bonn", None, "Ulm"], "age": [1.5, -0.0, None, 7.0], "target": ["a", "b", "a", "a"]}
SECOND = {"city": ["Kiel", "Ulm", None], "age": [2.5, 1.5, None], "target": ["b", "a", "a"]}


def tables(second=None):
    first = open_source(polars.DataFrame(FIRST), target="target")
    return first, open_like(
        polars.DataFrame(SECOND if second is None else second), task=first.task, schema=first.schema
    )


def names_of(column):
    return [None if code < 0 else column.levels[code] for code in column.codes.tolist()]


def test_rows_of_tables_stay_what_they_were():
    first, second = tables()
    found = combine(first, second)
    city, age = found.inputs
    assert isinstance(city, CategoryColumn) and city.levels == ("Bonn", "Kiel", "Ulm")
    assert names_of(city) == ["Ulm", "Bonn", None, "Ulm", "Kiel", "Ulm", None]
    np.testing.assert_array_equal(age.values, [1.5, 0.0, np.nan, 7.0, 2.5, 1.5, np.nan])
    assert found.targets.tolist() == [0, 1, 0, 0, 1, 0, 0] and found.targets.dtype == np.int32
    assert (found.name, found.task, found.schema) == (first.name, first.task, first.schema)
    assert found.weight.shape == (7,) and found.groups is None and found.times is None
    assert found.remarks == first.remarks + second.remarks


def test_a_row_is_known_as_a_copy_in_the_other_file():
    found = combine(*tables())
    # Ulm, 1.5, a stands first in one and second in the other; so does the row with nothing in it.
    assert found.identical[5] == found.identical[0] and found.identical[6] == found.identical[2]
    assert len(np.unique(found.identical)) == 5


def test_arrays_are_joined_and_their_copies_known():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    first = from_arrays(x, [0, 1], name="a")
    second = from_arrays(x[::-1], [1, 1], name="b", known=first.task)
    found = combine(first, second)
    np.testing.assert_array_equal(found.inputs, [[1, 2], [3, 4], [3, 4], [1, 2]])
    assert found.identical.tolist() == [0, 1, 1, 2]  # the last has another label


def test_the_fingerprint_is_of_both_in_their_order():
    first, second = tables()
    found = combine(first, second).fingerprint
    assert len(found) == 64 and found not in (first.fingerprint, second.fingerprint)
    assert combine(first, second).fingerprint == found
    assert combine(second, first).fingerprint != found
    assert combine(first, tables({**SECOND, "age": [2.5, 1.5, 0.0]})[1]).fingerprint != found


def test_what_has_another_shape_is_refused():
    def arrays(shape, dtype=float):
        return from_arrays(np.arange(np.prod(shape)).reshape(shape).astype(dtype), np.arange(shape[0]) % 2, name="x")

    with pytest.raises(InputError, match=r"both files must hold examples of one shape; got \(2,\) and \(3,\)"):
        combine(arrays((4, 2)), arrays((4, 3)))
    with pytest.raises(InputError, match=r"both files must hold images \(bytes\) or both other numbers; got uint8 and"):
        combine(arrays((4, 2, 2, 1), np.uint8), arrays((4, 2, 2, 1)))
    with pytest.raises(InputError, match="both files must be tables, or both arrays"):
        combine(tables()[0], arrays((4, 2)))
    first, second = tables()
    with pytest.raises(
        InputError, match=r"both files must have the same columns; got \('city', 'age'\) and \('age',\)"
    ):
        combine(first, second._replace(inputs=second.inputs[1:]))
