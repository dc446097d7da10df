"""Columns of numbers cut into pieces: hand values, equal values, huge ones, files, misuse."""

import numpy as np
import pytest
from tests.preprocess.test_table import names, numbers, training

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.preprocess.pieces import Pieces, encode_pieces, fit_pieces
from thalweg.preprocess.table import TableEncoding


def encoded(edges, *values):
    outputs = np.zeros((len(values), len(edges) - 1))
    encode_pieces(
        Pieces(np.array(edges, float), np.zeros(len(edges) - 1), np.ones(1)), np.array(values, float), outputs
    )
    return outputs


def edges_of(values, pieces):
    return fit_pieces(np.array(values, float), pieces, filled=np.array(values, float)).edges


def test_how_far_a_value_has_come_by_hand():
    # Pieces from 0 to 2, 2 to 4 and 4 to 10: 3 is through the first, half through the second, not in the third.
    np.testing.assert_allclose(encoded([0, 2, 4, 10], 3, -1, 99, 7), [[1, 0.5, 0], [0, 0, 0], [1, 1, 1], [1, 1, 0.5]])


def test_any_function_straight_within_pieces_is_a_sum_of_them():
    x = np.linspace(0, 10, 101)
    steps = encoded([0, 2, 4, 10], *x)
    # 5 at 0, up by 3, down by 4, up by 6: a bend at each edge.
    np.testing.assert_allclose(5 + steps @ [3, -4, 6], np.interp(x, [0, 2, 4, 10], [5, 8, 4, 10]))


def test_each_piece_holds_as_many_training_rows():
    values = np.random.default_rng(0).exponential(size=1001)
    edges = edges_of(values, 10)
    assert edges[0] == values.min() and edges[-1] == values.max()
    assert np.histogram(values, edges)[0].tolist() == [100] * 9 + [101]


def test_equal_values_make_fewer_pieces_and_two_values_none():
    assert edges_of([1.0, 2, 3], 8).tolist() == [1, 2, 3]
    assert edges_of([0.0, 1.0], 8).tolist() == []  # one piece would be the scaled value again
    assert edges_of([5.0, 5.0], 8).tolist() == []


def test_huge_values_do_not_overflow():
    top = np.finfo(float).max
    np.testing.assert_allclose(encoded([-top, 0, top], -top, top / 2, top), [[0, 0], [1, 0.5], [1, 1]])


def test_the_smallest_values_are_told_apart():
    small = 5e-324  # half of it is 0
    np.testing.assert_allclose(encoded([0, small, 1], 0, small, 0.5, 1e300), [[0, 0], [1, 0], [1, 0.5], [1, 1]])


def test_a_table_has_them_between_the_value_and_the_indicator():
    table = (numbers("a", 0, 1, 2, 3, 4, np.nan), names("b", *"xyxyxy"))
    encoding = TableEncoding(min_count=1, pieces=2, piece_scale=0.5)
    fitted = encoding.fit(table, training(5, 6))
    assert fitted.names == ("a", "a 0 to 2", "a 2 to 4", "b=x", "b=y")  # no training row lacks a
    made = encoding.apply(fitted, table)
    # Of the five training rows 0 to 4: 0, 1/2, 1, 1, 1 through the first piece, mean 0.7; 0, 0, 0, 1/2, 1, mean 0.3.
    # Mean squares 0.65 and 0.25, variances 0.65 - 0.49 and 0.25 - 0.09, in all 0.32.
    through = np.array([[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [1, 0]])
    np.testing.assert_allclose(made[:, 1:3], 0.5 * (through - [0.7, 0.3]) / np.sqrt(0.32), rtol=1e-6)
    np.testing.assert_array_equal(made[:, 3], [1, 0, 1, 0, 1, 0])
    holed = encoding.fit(table, training(6))
    assert holed.names[:4] == ("a", "a 0 to 2", "a 2 to 4", "a (missing)")
    np.testing.assert_array_equal(encoding.apply(holed, table)[:, 3], [0, 0, 0, 0, 0, 1])


def test_missing_cells_are_no_values_to_cut_at_and_count_in_the_means():
    table = (numbers("a", *([np.nan] * 95), 0, 1, 2, 3, 4),)
    pieces = TableEncoding(pieces=4).fit(table, training(100)).columns[0].pieces
    assert pieces.edges.tolist() == [0, 1, 2, 3, 4]
    # 95 medians of 2 are through two pieces; of the others 4, 3, 2 and 1 are through each.
    np.testing.assert_allclose(pieces.means, [0.99, 0.98, 0.02, 0.01])


def test_they_are_centred_on_the_training_rows():
    table = (numbers("a", *np.random.default_rng(0).normal(size=50)),)
    encoding = TableEncoding(pieces=8, piece_scale=0.75)
    made = encoding.apply(encoding.fit(table, training(40, 50)), table)
    np.testing.assert_allclose(made[:40].mean(axis=0), np.zeros(9), atol=1e-6)
    assert made[:40, 1:].var(axis=0).sum() == pytest.approx(0.75**2, rel=1e-6)  # the scaled value's is 1


def test_names_tell_pieces_apart_that_differ_late():
    table = (numbers("when", *(1.7e9 + np.arange(40))),)
    found = TableEncoding(pieces=8).fit(table, training(40)).names
    assert len(set(found)) == 9 and found[1].startswith("when 1700000000 to 170000000")


def test_edges_come_from_the_training_rows_alone():
    table, wild = (numbers("a", 0, 1, 2, 3, *([9] * 6)),), (numbers("a", 0, 1, 2, 3, *([1e9] * 6)),)
    first, second = (TableEncoding(pieces=3).fit(t, training(4, 10)).columns[0].pieces for t in (table, wild))
    np.testing.assert_array_equal(first.edges, second.edges)
    np.testing.assert_array_equal(first.means, second.means)


def test_they_come_back_from_a_file(tmp_path):
    table = (numbers("a", *range(30)), numbers("flag", *([0, 1] * 15)), names("b", *"xyz" * 10))
    encoding = TableEncoding(pieces=4)
    fitted = encoding.fit(table, training(30))
    arrays, facts = encoding.pack(fitted)
    save(tmp_path / "t.safetensors", arrays, facts)
    back = encoding.unpack(*load(tmp_path / "t.safetensors"))
    assert back.names == fitted.names and [len(code.pieces.edges) for code in back.columns[:2]] == [5, 0]
    np.testing.assert_array_equal(encoding.apply(back, table), encoding.apply(fitted, table))


@pytest.mark.parametrize("pieces", [1, -2, 1001])
def test_a_number_of_pieces_that_cannot_be_is_refused(pieces):
    with pytest.raises(InputError, match=rf"TableEncoding.pieces must be 0, or from 2 to 1,000; got {pieces}\."):
        TableEncoding(pieces=pieces)
