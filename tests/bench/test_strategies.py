"""The comparison of searches: what is paid for, what counts, and that it goes on where it stopped."""

import math

import numpy as np
import pytest
from bench.grounds import Data
from bench.strategies import (
    COARSE,
    RANDOM,
    asked_epochs,
    best,
    compared,
    interval_of,
    paid_for,
    pairs_of,
    place,
    space_of,
    table,
)

from bench import strategies
from tests.search.ground import small, small_ground
from thalweg.search.log import read_trials
from thalweg.search.record import Proposal, TrialRecord


def record(score, epochs, *, failed=False):
    """A trial that came to a score."""
    return TrialRecord(0, "fine", Proposal({}, epochs), 0, "", failed, score, 0.0, epochs, ())


def test_a_part_of_a_trial_counts_as_a_whole_one():
    assert [paid_for(spent, 10) for spent in (239, 240, 241)] == [24, 24, 25]


def test_only_trials_of_full_length_count():
    records = [record(0.9, 5), record(0.95, 20, failed=True), record(math.nan, 20), record(0.6, 20), record(0.7, 20)]
    assert best(records, 20) == 0.7
    assert asked_epochs(records) == 85


def test_the_interval_is_about_the_mean_and_grows_with_the_spread():
    low, high = interval_of([1.0, 2.0, 3.0, 4.0])
    assert 1.0 <= low < 2.5 < high <= 4.0
    assert interval_of([2.0] * 5) == (2.0, 2.0)


@pytest.fixture
def small_data(monkeypatch):
    """Data on which trials take milliseconds."""
    ground = small_ground()
    data = Data(ground.source, ground.prepared.split, small())
    monkeypatch.setattr(strategies, "read", lambda name, seed: data)
    monkeypatch.setattr(strategies, "TRIALS", 3)
    monkeypatch.setitem(strategies.EPOCHS, "small", 4)
    return data


def test_both_searches_ask_for_as_many_epochs_and_go_on_where_they_stopped(small_data, tmp_path):
    compared(tmp_path, "small", 3)
    paths = [place(tmp_path, "small", strategy, 3, False) for strategy in (COARSE, RANDOM)]
    whole = [path.read_bytes() for path in paths]
    coarse, random = (read_trials(path, path.stem) for path in paths)
    assert asked_epochs(coarse) <= asked_epochs(random) < asked_epochs(coarse) + 4
    assert {one.proposal.epochs for one in random} == {4}
    paths[0].write_bytes(whole[0][:-5])
    paths[1].unlink()
    compared(tmp_path, "small", 3)
    again = [read_trials(path, path.stem) for path in paths]
    assert [sorted(map(repr, one)) for one in again] == [sorted(map(repr, one)) for one in (coarse, random)]
    (pair,) = pairs_of(tmp_path, "small", range(5))
    assert pair.epochs == asked_epochs(coarse)
    assert "| small | 1 |" in table(tmp_path, ["small"], range(5))
    paths[1].write_bytes(paths[1].read_bytes()[:-5])
    assert pairs_of(tmp_path, "small", range(5)) == []  # one that is not whole is left out


def test_the_wide_space_has_the_same_dimensions(small_data):
    plain, wide = space_of(small_data), space_of(small_data, wide=True)
    assert [one.name for one in plain.dimensions] == [one.name for one in wide.dimensions]
    rates = [next(one.over for one in each.dimensions if one.name == "update.rate") for each in (plain, wide)]
    assert np.log10(rates[1].high / rates[1].low) > np.log10(rates[0].high / rates[0].low)
