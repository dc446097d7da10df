"""Columns of names as zeros and ones: hand values, rare and unseen levels, names not codes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.columns import CategoryColumn
from thalweg.data.split import Split
from thalweg.preprocess.categories import CategoryCode, encode_category, fit_category

NOTHING = np.array([], int)


def column(cells: str) -> CategoryColumn:
    """Return a column of one-letter names; "?" is a missing one."""
    levels = tuple(sorted(set(cells) - {"?"}))
    return CategoryColumn("letter", np.array([levels.index(c) if c != "?" else -1 for c in cells], np.int32), levels)


def fit(cells: str, *, min_count: int = 2, max_levels: int = 100) -> CategoryCode:
    """Return what training on all these rows learns."""
    rows = Split(np.arange(len(cells)), NOTHING, NOTHING)
    return fit_category(column(cells), rows, min_count=min_count, max_levels=max_levels)


def encode(code: CategoryCode, cells: str) -> list[list[float]]:
    outputs = np.zeros((len(cells), len(code.names())), np.float32)
    encode_category(code, column(cells), outputs)
    return outputs.tolist()


def test_by_hand():
    code = fit("aabb?c")
    assert code.names() == ("letter=a", "letter=b", "letter (other)", "letter (missing)")
    assert encode(code, "ab?c") == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_unseen_levels_go_to_other_where_training_had_rare_ones():
    assert encode(fit("aabbc"), "zc") == [[0, 0, 1], [0, 0, 1]]


def test_what_training_never_saw_stays_at_zero():
    assert encode(fit("aabb"), "z?a") == [[0, 0], [0, 0], [1, 0]]


def test_levels_are_matched_by_name_not_by_code():
    code = fit("bbcc")
    assert column("abc").codes.tolist() == [0, 1, 2]  # b was 0 when training
    assert encode(code, "abc") == [[0, 0], [1, 0], [0, 1]]


def test_only_the_commonest_levels_have_a_column():
    assert fit("aabbbcccc", max_levels=2).names() == ("letter=b", "letter=c", "letter (other)")
    assert fit("ccbbaa", max_levels=2).names() == ("letter=a", "letter=b", "letter (other)")  # equal counts: by name


def test_a_column_without_variety_has_no_columns():
    assert fit("aaaa").names() == ()
    assert fit("abcd").names() == ()  # every level is rare
    assert fit("????").names() == ()
    assert encode(fit("aaaa"), "ab?") == [[], [], []]
    assert fit("aa?").names() == ("letter=a", "letter (missing)")


@given(cells=st.text("abcdef?", min_size=1, max_size=40), new=st.text("abcdefgh?", min_size=1, max_size=10))
def test_every_row_has_at_most_one_1_and_every_column_is_1_in_training(cells, new):
    code = fit(cells)
    seen, unseen = np.array(encode(code, cells)), np.array(encode(code, new))
    if code.names():
        np.testing.assert_array_equal(seen.sum(axis=1), 1)
        assert (seen.sum(axis=0) > 0).all()
    assert set(unseen.sum(axis=1).tolist()) <= {0.0, 1.0}


def test_rows_outside_training_cannot_leak():
    train = Split(np.arange(6), NOTHING, np.arange(6, 12))
    calm = fit_category(column("aabbc?" + "aabbc?"), train, min_count=2, max_levels=9)
    assert calm == fit_category(column("aabbc?" + "zzzz00"), train, min_count=2, max_levels=9)
    assert calm.levels == ("a", "b")
