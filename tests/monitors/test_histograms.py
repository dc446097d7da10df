"""Histograms: every entry counted once, in the bin that its size says."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.monitors.small import data, experiment
from thalweg.keys import root
from thalweg.monitors.histograms import BINS, MOST_ENTRIES, HistogramMonitor, histogram
from thalweg.train.observers import ProbeView
from thalweg.train.population import population, start
from thalweg.train.probe import probe, view_of
from thalweg.train.state import learner_of


def plain(values):
    """A loop over the entries, in 64 bits."""
    finite = [float(v) for v in np.ravel(values) if np.isfinite(v)]
    mean = sum(finite) / len(finite)
    std = (sum((v - mean) ** 2 for v in finite) / len(finite)) ** 0.5
    low, high = max(min(finite), mean - 4 * std), min(max(finite), mean + 4 * std)
    counts = [0] * BINS
    for v in finite:
        place = int((v - low) / ((high - low) or 1) * BINS)
        counts[min(max(place, 0), BINS - 1)] += 1
    return counts, low, high


def test_each_entry_is_counted_in_its_bin():
    # From 0 to 40 a bin is 1 wide: 0.5 is in the first, 1.5 in the second, 40 itself in the last.
    made = histogram(jnp.array([[0.0, 0.5], [1.5, 40.0]]))
    assert made.ends.tolist() == [0.0, 40.0] and float(made.not_finite) == 0
    assert {k: int(c) for k, c in enumerate(made.counts) if c} == {0: 2, 1: 1, BINS - 1: 1}


def test_a_far_entry_leaves_the_others_their_width():
    # 99 entries of 1 and -1 by turns and one of 1,000: the mean is 10.01, the deviation 99.5; 4 of these reach 408.
    values = np.append(np.where(np.arange(99) % 2 == 0, 1.0, -1.0), 1000.0)
    made = histogram(jnp.asarray(values, jnp.float32))
    counts, low, high = plain(values)
    assert high == pytest.approx(values.mean() + 4 * values.std()) and 400 < high < 420
    np.testing.assert_allclose(made.ends, [low, high], rtol=1e-5)
    assert made.counts.tolist() == counts and made.counts[-1] == 1


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_agrees_with_a_plain_loop_and_adds_up(scale):
    # Multiples of 1/8 whose ends are no bin's: no entry lies so near an edge that rounding could move it.
    values = scale * np.append(np.random.default_rng(0).integers(-20, 20, 999) / 8 + 0.01, 5.0).astype(np.float32)
    made = histogram(jnp.asarray(values, jnp.float32).reshape(10, 100))
    counts, low, high = plain(values / np.float32(scale))
    np.testing.assert_allclose(np.asarray(made.ends) / scale, [low, high], rtol=1e-5)
    assert made.counts.tolist() == counts and sum(counts) == 1000


def test_what_is_not_finite_is_counted_apart():
    made = histogram(jnp.array([np.nan, np.inf, -np.inf, 2.0, 3.0]))
    assert (float(made.counts.sum()), float(made.not_finite), made.ends.tolist()) == (2, 3, [2, 3])
    none = histogram(jnp.full(7, np.nan))
    assert (float(none.counts.sum()), float(none.not_finite), none.ends.tolist()) == (0, 7, [0, 0])


@pytest.mark.parametrize("value", [0.0, -0.1, 8e37])
def test_entries_that_are_all_alike_are_in_one_bin(value):
    made = histogram(jnp.full((3, 4), value))
    assert sorted(made.counts.tolist())[-2:] == [0, 12]
    np.testing.assert_allclose(made.ends, [value, value], rtol=1e-6)


def test_more_than_a_float_counts_one_by_one():
    # Ones added up in 32 bits stop at 2**24; bins of whole numbers do not.
    assert float(histogram(jnp.zeros(2**24 + 4)).counts[0]) == 2**24 + 4


def test_weights_outputs_and_their_gradients_are_counted():
    x, y = data()
    member = start(learner_of(experiment()), root(0), (x.shape[1],), 10)
    given = jnp.asarray(x[:50], jnp.float32), jnp.asarray(y[:50]), jnp.ones(50)
    view = view_of(member, *given)
    record = jax.device_get(HistogramMonitor().measure_probe(view))
    assert set(record) == {
        f"{part}_{field}" for part in ("weight", "output", "gradient") for field in ("counts", "ends", "not_finite")
    }
    for part, tensors in (("output", view.activations), ("gradient", view.gradients)):
        assert set(record[f"{part}_counts"]) == set(tensors)
        for name, values in tensors.items():
            assert record[f"{part}_counts"][name].sum() + record[f"{part}_not_finite"][name] == values.size
    for layer, own in view.params.items():
        for name, values in own.items():
            assert record["weight_counts"][f"{layer}/{name}"].sum() == values.size
    (twice,) = probe(population([member, member]), *given, observers=(HistogramMonitor(),))
    assert twice["weight_counts"]["dense_1/w"].shape == (2, BINS)


def test_of_very_many_outputs_the_first_examples_are_counted():
    wide = jnp.zeros((10, MOST_ENTRIES // 3)).at[:3].set(1.0)
    record = HistogramMonitor().measure_probe(ProbeView({}, {}, {"layer": wide}, {"layer": wide[:1]}))
    assert float(record["output_counts"]["layer"].sum()) == 3 * (MOST_ENTRIES // 3)
    assert record["output_ends"]["layer"].tolist() == [1.0, 1.0]  # the other seven are 0
    assert float(record["gradient_counts"]["layer"].sum()) == MOST_ENTRIES // 3


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_entry_far_off_to_either_side_leaves_the_others_their_width(sign):
    # 99 zeros and one entry of 100: mean 1, variance (99 * 1 + 99^2) / 100 = 99, so four deviations end at 1 + 39.80.
    found = histogram(jnp.asarray(sign * np.array([0.0] * 99 + [100.0]), jnp.float32))
    far = sign * (1 + 4 * np.sqrt(99))
    np.testing.assert_allclose(np.sort(found.ends), np.sort([0.0, far]), rtol=1e-5, atol=1e-5)
    assert found.counts[0 if sign < 0 else -1] == 1 and found.counts[-1 if sign < 0 else 0] == 99


def test_of_a_large_tensor_entries_from_all_rows_and_columns_are_counted():
    # 200 rows of 256: 51,200 entries, of which every thirteenth (ceil(51,200 / 4,096) = 13, odd) is counted.
    weights = jnp.broadcast_to(jnp.arange(256.0), (200, 256))
    view = ProbeView({"dense_1": {"w": weights}}, {}, {}, {})
    counts = np.asarray(HistogramMonitor().measure_probe(view)["weight_counts"]["dense_1/w"])
    assert counts.sum() == -(-51_200 // 13)
    assert counts.min() > 0.8 * counts.max()  # no column is passed over: 256 values in 40 bins, 6 or 7 in each
