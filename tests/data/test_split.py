"""The split: whole, disjoint, stratified, faithful to duplicates, groups and times, blind to a run's seed."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.source import Source, Task
from thalweg.data.split import Split, split_source
from thalweg.errors import InputError


def make(targets, *, identical=None, groups=None, times=None, fingerprint="ab", target="y") -> Source:
    """Return a source of one feature with these class numbers."""
    targets = np.asarray(targets, np.int32)
    n = len(targets)
    classes = tuple(f"class {k}" for k in range(int(targets.max(initial=0)) + 1))
    identical = np.arange(n) if identical is None else np.asarray(identical)
    task = Task("classes", target, classes)
    ones = np.ones(n, np.float32)
    return Source(
        "toy", "array", np.zeros((n, 1)), targets, task, fingerprint, ones, identical, groups=groups, times=times
    )


def parts_of(split: Split, n: int) -> np.ndarray:
    """Return each row's part: 0, 1, 2; fails unless every row is in exactly one."""
    rows = np.concatenate(split)
    np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    for part in split:
        assert part.dtype == np.int64
        assert (np.diff(part) > 0).all()
    part = np.zeros(n, int)
    part[split.validation], part[split.test] = 1, 2
    return part


def test_a_hundred_rows_of_two_classes():
    # 0.16 and 0.2 of 75 and 25 rows: 12 and 15, 4 and 5.
    split, remarks = split_source(make([0] * 75 + [1] * 25))
    assert [len(part) for part in split] == [64, 16, 20]
    assert [(part < 75).sum() for part in split] == [48, 12, 15]
    assert remarks == ()
    assert not np.array_equal(split.test, np.arange(20))  # shuffled


@given(
    counts=st.lists(st.integers(3, 40), min_size=1, max_size=6),
    seed=st.integers(0, 10),
    shares=st.sampled_from([(0.2, 0.16), (0.2, 0.0), (0.0, 0.2), (0.3, 0.3), (0.6, 0.1)]),
)
def test_every_class_gives_every_part_its_share_within_one_row(counts, seed, shares):  # D8
    targets = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    split, _ = split_source(make(targets), split_seed=seed, test_share=shares[0], validation_share=shares[1])
    part = parts_of(split, len(targets))
    for k, count in enumerate(counts):
        got = np.bincount(part[targets == k], minlength=3)
        assert abs(got[2] - shares[0] * count) <= 1
        assert abs(got[1] - shares[1] * count) <= 1
        assert got[0] >= 1


@given(data=st.data(), n=st.integers(12, 80))
def test_duplicates_and_groups_lie_in_one_part(data, n):
    seed = data.draw(st.integers(0, 1000))
    generator = np.random.default_rng(seed)
    identical = generator.integers(0, n, n)
    targets = identical % 2  # a duplicate has its twin's label
    groups = generator.integers(0, n // 2, n) if data.draw(st.booleans()) else None
    try:
        split, _ = split_source(make(targets, identical=identical, groups=groups))
    except InputError:
        assert len(np.unique(identical)) < 12 or groups is not None  # all joined into fewer than three units
        return
    part = parts_of(split, n)
    for owner in (identical, groups):
        if owner is not None:
            for number in np.unique(owner):
                assert len(np.unique(part[owner == number])) == 1


def test_groups_that_share_a_duplicate_go_together():
    # Rows 0..5 are joined in a chain: group 0 - copy - group 1 - copy - group 2.
    groups = np.array([0, 0, 1, 1, 2, 2, *range(3, 23)])
    identical = np.array([0, 1, 1, 2, 2, 3, *range(4, 24)])
    for split_seed in range(10):
        split, _ = split_source(make(np.zeros(26), identical=identical, groups=groups), split_seed=split_seed)
        assert len(np.unique(parts_of(split, 26)[:6])) == 1


@given(n=st.integers(3, 60), seed=st.integers(0, 99))
def test_later_rows_go_to_later_parts(n, seed):
    times = np.random.default_rng(seed).permutation(n).astype(float)
    split, _ = split_source(make(np.arange(n) % 2, times=times))
    parts_of(split, n)
    assert times[split.train].max() < times[split.validation].min()
    assert times[split.validation].max() < times[split.test].min()
    assert abs(len(split.test) - 0.2 * n) <= 1
    assert abs(len(split.validation) - 0.16 * n) <= 1


def test_rows_of_one_time_stay_together():
    times = np.repeat([1.0, 2.0, 3.0, 4.0], 5)
    split, _ = split_source(make(np.arange(20) % 2, times=times))
    assert [np.unique(times[part]).tolist() for part in split] == [[1.0, 2.0], [3.0], [4.0]]


def test_duplicates_that_time_tears_apart_are_said():
    identical = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 0])
    _, remarks = split_source(make(np.arange(10) % 2, times=np.arange(10.0), identical=identical))
    assert [(r.kind, r.severity) for r in remarks] == [("duplicates", "warning")]
    assert remarks[0].text == ("1 validation or test row equals an earlier row; dividing by time keeps it where it is.")


def test_a_class_that_comes_too_late_to_be_learned_is_said():
    _, remarks = split_source(make([0, 1, 0, 1, 0, 1, 0, 1, 2, 2], times=np.arange(10.0)))
    assert remarks[0].kind == "unseen_classes"
    assert "'class 2'" in remarks[0].text


def test_a_class_of_two_rows_goes_to_training_and_is_said():
    split, remarks = split_source(make([0] * 20 + [1] * 2))
    assert {20, 21} <= set(split.train.tolist())
    assert [r.kind for r in remarks] == ["small_classes"]
    assert remarks[0].text.endswith("are in the training part only: 'class 1' (rows: 2).")


def test_small_classes_round_so_that_the_whole_share_is_right():
    split, _ = split_source(make(np.repeat(np.arange(8), 12)))  # 2.4 and 1.92 rows of each class
    assert [len(part) for part in split] == [62, 15, 19]


def test_a_large_test_share_leaves_a_row_of_each_class_for_every_part():
    split, _ = split_source(make(np.repeat([0, 1], 3)), test_share=0.6, validation_share=0.1)
    assert [len(part) for part in split] == [2, 2, 2]


def test_the_test_part_hangs_on_data_target_and_split_seed_only():  # D9
    targets = np.arange(200) % 3
    first = split_source(make(targets))[0]
    np.testing.assert_array_equal(split_source(make(targets))[0].test, first.test)
    np.testing.assert_array_equal(split_source(make(targets), validation_share=0.0)[0].test, first.test)
    np.testing.assert_array_equal(split_source(make(targets), validation_share=0.3)[0].test, first.test)
    for other in (make(targets, fingerprint="cd"), make(targets, target="z")):
        assert not np.array_equal(split_source(other)[0].test, first.test)
    assert not np.array_equal(split_source(make(targets), split_seed=1)[0].test, first.test)


def test_the_first_test_part_is_frozen():
    # Made by this function on NumPy 2.4: a change would unseal every test part in use.
    assert split_source(make(np.arange(20) % 2))[0].test.tolist() == [4, 5, 6, 11]


def test_parts_from_other_files_are_left_empty():
    split, _ = split_source(make(np.arange(50) % 2), test_share=0.0)
    assert [len(part) for part in split] == [42, 8, 0]
    split, _ = split_source(make(np.arange(50) % 2), validation_share=0.0)
    assert [len(part) for part in split] == [40, 0, 10]
    split, _ = split_source(make(np.arange(50) % 2), test_share=0.0, validation_share=0.0)
    assert [len(part) for part in split] == [50, 0, 0]


def test_a_regression_is_shuffled():
    source = make(np.zeros(50))._replace(targets=np.arange(50.0)[:, None], task=Task("regression", "y", ()))
    split, _ = split_source(source)
    assert [len(part) for part in split] == [32, 8, 10]
    parts_of(split, 50)
    assert not np.array_equal(split.test, np.arange(10))


def test_a_flood_of_copies_stays_in_training_and_the_rest_is_divided():
    identical = np.concatenate([np.zeros(900, int), np.arange(1, 101)])
    split, remarks = split_source(make(np.zeros(1000), identical=identical))
    assert [len(part) for part in split] == [964, 16, 20]
    assert remarks[0].text.startswith("899 of 1,000 rows are copies of another row, label included")
    assert "964 training, 16 validation and 20 test rows" in remarks[0].text


def test_one_copy_is_told_of_as_one():
    identical = np.array([0, *range(49)])
    _, remarks = split_source(make(np.arange(50) % 2, identical=identical))
    assert remarks[0].text == (
        "1 of 50 rows is a copy of another row, label included; copies stay in one part, which makes 32 training, "
        "8 validation and 10 test rows."
    )


def test_parts_that_come_as_files_are_not_told_of_as_empty():
    identical = np.array([0, *range(49)])
    source = make(np.arange(50) % 2, identical=identical)
    _, remarks = split_source(source, test_share=0.0)
    assert remarks[0].text.endswith("copies stay in one part, which makes 42 training and 8 validation rows.")
    _, remarks = split_source(source, test_share=0.0, validation_share=0.0)
    assert remarks[0].text.endswith("copies stay in one part.")


def test_every_class_of_kdd_cup_is_in_every_part(shared_data):
    table = pl.read_csv(shared_data / "tables/kddcup99/kddcup.tsv.gz", separator="\t")
    names, targets = np.unique(table["target"].to_numpy(), return_inverse=True)
    identical = np.unique(table.hash_rows().to_numpy(), return_inverse=True)[1]
    source = make(targets, identical=identical)
    split, remarks = split_source(source)
    part = parts_of(split, len(targets))
    assert len(np.unique(identical * 3 + part)) == len(np.unique(identical))
    assert [r.kind for r in remarks] == ["small_classes", "duplicates"]
    for k in range(len(names)):
        distinct = np.unique(identical[targets == k], return_index=True)[1]
        assert (np.bincount(part[targets == k][distinct], minlength=3) > 0).all() or len(distinct) < 3


@pytest.mark.parametrize("groups", [None, np.zeros(30, int)])
def test_refuses_rows_that_cannot_be_divided(groups):
    identical = np.zeros(30, int) if groups is None else None
    with pytest.raises(
        InputError, match=r"toy has too few rows to divide: the validation part would be empty \(rows: 30"
    ):
        split_source(make(np.zeros(30), identical=identical, groups=groups))


def test_refuses_no_rows():
    with pytest.raises(InputError, match="the training part would be empty"):
        split_source(make([]))


@pytest.mark.parametrize("shares", [(-0.1, 0.2), (0.5, 0.5), (float("nan"), 0.1), (0.2, 1.0)])
def test_refuses_impossible_shares(shares):
    with pytest.raises(InputError, match="must be at least 0 and together below 1; got"):
        split_source(make(np.zeros(9)), test_share=shares[0], validation_share=shares[1])


def test_refuses_times_it_cannot_order():
    times = np.arange(9.0)
    with pytest.raises(InputError, match="by groups or by time, not by both; give --group or --time-column"):
        split_source(make(np.zeros(9), times=times, groups=np.arange(9)))
    with pytest.raises(InputError, match=r"no usable time in 2 rows, the first being example 4 \(counted from 0\)"):
        split_source(make(np.zeros(9), times=np.where(np.isin(times, (4, 6)), np.nan, times)))
    with pytest.raises(InputError, match="into 3 parts needs at least 3 different times; got 2"):
        split_source(make(np.zeros(9), times=times // 5))
