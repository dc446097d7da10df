"""Folds: each row validated once, classes in their shares, units whole, the test part nowhere, time in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.test_split import make

from thalweg.data.folds import fold_splits
from thalweg.data.source import Attribute, Task
from thalweg.data.split import Split, split_source
from thalweg.errors import InputError

NOTHING = np.array([], np.int64)


def whole(n):
    """A split without a test part."""
    return Split(np.arange(n), NOTHING, NOTHING)


def fold_of(splits, split):
    """Return the fold of each row, -1 for the test part; fails unless each other row is validated exactly once."""
    rows = np.sort(np.concatenate([split.train, split.validation]))
    fold = np.full(len(rows) + len(split.test), -1)
    for number, own in enumerate(splits):
        np.testing.assert_array_equal(np.sort(np.concatenate([own.train, own.validation])), rows)
        np.testing.assert_array_equal(own.test, split.test)
        for part in (own.train, own.validation):
            assert part.dtype == np.int64 and (np.diff(part) > 0).all()
        assert (fold[own.validation] == -1).all()
        fold[own.validation] = number
    assert (fold[rows] >= 0).all()
    return fold


@given(
    counts=st.lists(st.integers(5, 40), min_size=1, max_size=6),
    seed=st.integers(0, 10),
    folds=st.sampled_from([2, 3, 5]),
)
def test_each_row_is_validated_once_and_classes_and_folds_are_even_within_one_row(counts, seed, folds):
    targets = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    source = make(targets)
    fold = fold_of(fold_splits(source, whole(len(targets)), folds, seed), whole(len(targets)))
    for k, count in enumerate(counts):
        got = np.bincount(fold[targets == k], minlength=folds)
        assert got.sum() == count and got.max() - got.min() <= 1
    assert np.ptp(np.bincount(fold)) <= 1


def test_many_folds_of_many_classes_are_even():
    for seed in range(300):
        random = np.random.default_rng(seed)
        folds = int(random.integers(2, 8))
        count = random.integers(folds, 20, int(random.integers(1, 7)))
        targets = random.permutation(np.repeat(np.arange(len(count)), count))
        split = whole(len(targets))
        assert np.ptp(np.bincount(fold_of(fold_splits(make(targets), split, folds, seed), split))) <= 1


def test_the_test_part_is_nowhere_and_changes_nothing():
    targets = np.random.default_rng(0).integers(0, 3, 200)
    groups = np.arange(200) // 2
    source = make(targets, groups=groups)
    split, _ = split_source(source)
    splits = fold_splits(source, split)
    assert (fold_of(splits, split) == -1).sum() == len(split.test) > 0
    poisoned = source.targets.copy()
    poisoned[split.test] = np.random.default_rng(1).permutation(poisoned[split.test])
    joined, alike = groups.copy(), source.identical.copy()
    joined[split.test], alike[split.test] = groups[split.train[0]], source.identical[split.train[1]]
    other = source._replace(targets=poisoned, groups=joined, identical=alike, fingerprint="cd")
    for ours, theirs in zip(fold_splits(other, split), splits, strict=True):
        np.testing.assert_array_equal(np.concatenate(ours), np.concatenate(theirs))


def test_another_seed_makes_other_folds_and_the_same_seed_the_same():
    source = make(np.arange(60) % 2)
    first, again, other = (fold_of(fold_splits(source, whole(60), 5, seed), whole(60)) for seed in (0, 0, 1))
    assert (first == again).all() and (first != other).any()
    assert (first != np.sort(first)).any()  # shuffled


@given(data=st.data(), n=st.integers(30, 80))
def test_duplicates_and_groups_are_not_torn(data, n):
    generator = np.random.default_rng(data.draw(st.integers(0, 1000)))
    identical = generator.integers(0, n, n)
    groups = generator.integers(0, n // 2, n) if data.draw(st.booleans()) else None
    source = make(identical % 2, identical=identical, groups=groups)
    try:
        fold = fold_of(fold_splits(source, whole(n), 3), whole(n))
    except InputError:
        assert groups is not None  # all joined into fewer than three units
        return
    for owner in (identical, groups):
        if owner is not None:
            for number in np.unique(owner):
                assert len(np.unique(fold[owner == number])) == 1


def test_groups_of_several_classes_give_each_fold_about_its_share():
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(60), generator.integers(1, 12, 60))
    leaning = generator.random(60)[groups]
    targets = (generator.random(len(groups)) < leaning).astype(int)
    fold = fold_of(fold_splits(make(targets, groups=groups), whole(len(groups))), whole(len(groups)))
    for k in (0, 1):
        got = np.bincount(fold[targets == k], minlength=5)
        assert np.ptp(got) <= 0.1 * got.mean()


def test_amounts_and_answers_are_dealt_evenly():
    source = make(np.zeros(43))
    amounts = source._replace(targets=np.linspace(0, 1, 43)[:, None], task=Task("regression", "y", ()))
    assert np.bincount(fold_of(fold_splits(amounts, whole(43)), whole(43))).tolist() == [9, 9, 9, 8, 8]
    answers = np.stack([np.arange(80) % 2, np.arange(80) % 4 == 0], axis=1).astype(np.int32)
    answers[0, 1] ^= 1  # a combination of one row alone
    task = Task("attributes", "a, b", (), (Attribute("a", "no", "yes"), Attribute("b", "no", "yes")))
    some = make(np.zeros(80))._replace(targets=answers, task=task)
    fold = fold_of(fold_splits(some, whole(80), 4), whole(80))
    for column in answers.T:
        assert np.ptp(np.bincount(fold[column == 1], minlength=4)) <= 2


def test_in_time_order_each_stretch_is_validated_after_all_before_it():
    times = np.random.default_rng(0).permutation(60).astype(float) // 2  # two rows of each time
    split = Split(*(np.flatnonzero(part) for part in (times < 20, (times >= 20) & (times < 24), times >= 24)))
    splits = fold_splits(make(np.arange(60) % 2, times=times), split, 3)
    assert [(len(own.train), len(own.validation)) for own in splits] == [(12, 12), (24, 12), (36, 12)]
    for own in splits:
        assert times[own.train].max() < times[own.validation].min()
        assert times[own.validation].max() < 24 and own.test.tolist() == split.test.tolist()
    np.testing.assert_array_equal(np.sort(times[splits[2].validation]), np.repeat(np.arange(18, 24), 2))


def test_stretches_of_uneven_times_are_none_of_them_empty():
    times = np.array([0.0] * 30 + [1, 2, 3])
    splits = fold_splits(make(np.zeros(33), times=times), whole(33), 3)
    assert [(len(own.train), len(own.validation)) for own in splits] == [(30, 1), (31, 1), (32, 1)]
    times = np.array([0.0, 1, 2] + [3] * 30)
    splits = fold_splits(make(np.zeros(33), times=times), whole(33), 3)
    assert [(len(own.train), len(own.validation)) for own in splits] == [(1, 1), (2, 1), (3, 30)]


@pytest.mark.parametrize(
    ("source", "folds", "text"),
    [
        (make([0, 1] * 5), 1, "cross-validation needs at least 2 folds; got 1. Ask for 5, as is usual."),
        (
            make([0] * 4),
            5,
            "5 folds need at least 5 different rows outside the test part; there are 4. Ask for fewer folds.",
        ),
        (
            make([0, 1] * 5, groups=np.arange(10) // 3),
            5,
            "5 folds need at least 5 groups outside the test part; there are 4. Ask for fewer folds.",
        ),
        (
            make([0] * 9 + [1] * 3),
            5,
            "5 folds need at least 5 different rows of each class outside the test part; class 'class 1' has 3. Ask "
            "for at most 3 folds, give more rows of it, or leave the class out.",
        ),
        (
            make([0] * 9 + [1] * 3, identical=[*range(9), 9, 9, 9]),
            2,
            "2 folds need at least 2 different rows of each class outside the test part; class 'class 1' has 1. Give "
            "more rows of it, or leave the class out.",
        ),
        (
            make([0] * 9 + [1], groups=np.arange(10)),
            3,
            "3 folds need at least 3 different rows of each class outside the test part; class 'class 1' has 1. Give "
            "more rows of it, or leave the class out.",
        ),
        (
            make([0] * 9, times=np.arange(9.0) // 3),
            3,
            "3 folds in the order of time need at least 4 different times outside the test part; there are 3. Ask for "
            "fewer folds, or give a finer time column.",
        ),
        (
            make([0] * 3, times=[1.0, np.nan, 2.0]),
            2,
            "the time column has no usable time in 1 row, the first being example 1 (counted from 0); fill them in or "
            "leave these rows out.",
        ),
        (
            make([0] * 9, times=np.arange(9.0), groups=np.arange(9)),
            2,
            "rows can be divided by groups or by time, not by both; give --group or --time-column.",
        ),
    ],
    ids=["one", "rows", "groups", "class", "copies", "class in groups", "times", "no time", "both"],
)
def test_impossible_folds_are_refused_in_one_sentence_and_a_way_out(source, folds, text):
    if source.times is not None:
        source = source._replace(times=np.asarray(source.times))
    with pytest.raises(InputError) as error:
        fold_splits(source, whole(len(source.targets)), folds)
    assert str(error.value) == text


def test_a_class_whose_rows_are_all_sealed_is_no_obstacle():
    split = Split(np.arange(8), np.arange(8, 10), np.arange(10, 12))
    assert len(fold_splits(make([0] * 5 + [1] * 5 + [2] * 2), split, 5)) == 5
