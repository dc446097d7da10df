"""Histograms of weights, of every layer's outputs on the probe set, and of the gradients of these."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.train.observers import ProbeView
from thalweg.trees import named_leaves
from thalweg.types import Array

BINS = 40
SPREAD = 4.0  # standard deviations to either side of the mean that the bins span at most
# Of one tensor; more of them cost time, for processors count one by one, and hardly change a picture: a bin's share is
# off by 0.8% at most (one standard error).
MOST_ENTRIES = 2**12


class Histogram(NamedTuple):
    """Counts in bins of one width."""

    counts: Array  # (BINS,) entries by bin; the first and the last bin hold those beyond them, too
    ends: Array  # (2,) lower end of the first bin, upper end of the last
    not_finite: Array  # (), entries that are NaN or infinite, which are in no bin


class HistogramMonitor(NamedTuple):
    """Count the entries of every parameter tensor, and of every layer's outputs and their gradients, by size.

    Example:
        >>> HistogramMonitor() == HistogramMonitor()  # hashable and without state
        True

    Source: CS231n notes, "Neural Networks Part 3", "Activation / Gradient distributions per layer".
    """

    def measure_probe(self, view: ProbeView) -> dict[str, dict[str, Array]]:
        """Return the record of one look into the network.

        Args:
            view: Parameters, activations and gradients on the probe set.

        Returns:
            By measure, then by tensor or layer: "weight_counts", "output_counts" and "gradient_counts" (BINS,), each
            beside its "..._ends" (2,) and "..._not_finite" (). Of a layer with many outputs the first examples of the
            probe set are counted, as many as make up 2**12 entries; of a large weight tensor so many, evenly spread.
        """
        parts = {
            "weight": {name: _spread(values) for name, values in named_leaves(view.params).items()},
            "output": {layer: _some(values) for layer, values in view.activations.items()},
            "gradient": {layer: _some(values) for layer, values in view.gradients.items()},
        }
        record: dict[str, dict[str, Array]] = {}
        for part, tensors in parts.items():
            for name, values in tensors.items():
                for field, value in histogram(values)._asdict().items():
                    record.setdefault(f"{part}_{field}", {})[name] = value
        return record


def histogram(values: Float[Array, "..."]) -> Histogram:
    """Count entries by size, between ends that fit them.

        low = max(min, mean - 4 std),    high = min(max, mean + 4 std)

    so that a few far entries leave the others their width; the outermost bins hold what lies beyond.

    Args:
        values: Any shape, at least one entry; of sizes up to about 8e37 in 32 bits.

    Returns:
        The histogram; counts and what is not finite add up to the number of entries. Where no entry is finite, the
        ends are 0.

    Example:
        >>> made = histogram(jnp.array([0.0, 1.0, 1.0, jnp.nan]))
        >>> made.ends.tolist(), float(made.counts[0]), float(made.counts[-1]), float(made.not_finite)
        ([0.0, 1.0], 1.0, 2.0, 1.0)
    """
    dtype = jnp.result_type(float)
    flat = jnp.ravel(jnp.asarray(values, dtype))
    finite = jnp.isfinite(flat)
    total = jnp.sum(finite, dtype=jnp.int32)
    known = jnp.maximum(total, 1).astype(dtype)
    # As shares of the largest, whose squares are finite numbers and not all 0.
    largest = jnp.max(jnp.where(finite, jnp.abs(flat), 0))
    scale = jnp.where(largest > 0, largest, 1)
    shares = jnp.where(finite, flat / scale, 0)
    mean = jnp.sum(shares) / known
    std = jnp.sqrt(jnp.sum(jnp.where(finite, jnp.square(shares - mean), 0)) / known)
    low = jnp.maximum(jnp.min(jnp.where(finite, shares, jnp.inf)), mean - SPREAD * std)
    high = jnp.minimum(jnp.max(jnp.where(finite, shares, -jnp.inf)), mean + SPREAD * std)
    low, high = (jnp.where(total > 0, end, 0) for end in (low, high))
    width = jnp.where(high > low, high - low, 1) / BINS
    place = jnp.clip(jnp.floor((shares - low) / width), 0, BINS - 1).astype(jnp.int32)
    # Whole numbers: a bin of 32 bits and a float would stop at 16 million.
    counts = jnp.zeros(BINS + 1, jnp.int32).at[jnp.where(finite, place, BINS)].add(1)
    ends = scale * jnp.stack([low, high])
    return Histogram(counts[:BINS].astype(dtype), ends, counts[BINS].astype(dtype))


def _some(values: Float[Array, "n ..."]) -> Float[Array, "m ..."]:
    return values[: max(1, MOST_ENTRIES * len(values) // max(1, values.size))]


def _spread(values: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return every k-th entry; k is odd, so that it goes through all rows and columns of the usual widths."""
    step = -(-values.size // MOST_ENTRIES) | 1
    return values if values.size <= MOST_ENTRIES else jnp.ravel(values)[::step]
