"""Amounts learned as classes: which of several bins a target falls into."""

from itertools import pairwise
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num

from thalweg.errors import InputError, shown
from thalweg.spec import replaced, spec
from thalweg.types import Array

_MOST_BINS = 10_000
_FURTHEST = 1e30


@spec
class RegressionByClassification:
    """Charge each example the surprise of its target's bin; predict the mean that the bins' probabilities promise.

        p = softmax(f),    L = -log p_k for e_(k-1) < t <= e_k,    prediction = sum_k p_k m_k

    The bins hold equal shares of the training targets, and m_k is the mean of those in bin k. A squared error must get
    one number exactly right, and a few wild targets rule it; here a target only says which bin it is in, and the
    outputs tell how sure the network is. What is lost is how far within a bin a target lies.

    Args:
        bins: Number K of bins, and of the network's outputs; 2 to 10,000. Some stay empty where many targets are equal.
        edges: The K - 1 edges between bins, ascending, in the unit that training sees. None for quantiles of the
            training targets, which training fills in.
        means: The K values m_k, which go with the edges; None with them.

    Raises:
        InputError: If a number is outside its range, or the edges and means are not as many as the
            bins need, too large or not in order (when the spec is made).

    Example:
        >>> loss = RegressionByClassification(3, edges=(0.0, 1.0), means=(-1.0, 0.5, 4.0))
        >>> targets = jnp.array([[-2.0], [1.0], [9.0]])  # bins 0, 1 and 2
        >>> scores = jnp.array([[50.0, 0.0, 0.0], [0.0, 50.0, 50.0], [0.0, 0.0, 0.0]])
        >>> loss(scores, targets).round(4).tolist(), loss.predict(scores).round(4).tolist()
        ([-0.0, 0.6930999755859375, 1.0986000299453735], [[-1.0], [2.25], [1.166700005531311]])

    Source: CS231n notes, "Neural Networks Part 2", "Regression": quantise the output where you can.
    """

    bins: int = 20
    edges: tuple[float, ...] | None = None
    means: tuple[float, ...] | None = None

    head: ClassVar[str] = "linear"

    def __post_init__(self):
        """Check the number of bins, the edges and the means."""
        if not 2 <= self.bins <= _MOST_BINS:
            raise InputError(f"RegressionByClassification.bins must be from 2 to {_MOST_BINS:,}; got {self.bins}.")
        if self.edges is None and self.means is None:
            return
        edges, means = self.edges or (), self.means or ()
        if len(edges) != self.bins - 1 or len(means) != self.bins:
            raise InputError(
                f"RegressionByClassification with {self.bins} bins needs {self.bins - 1} edges and {self.bins} means, "
                f"or neither; got {len(edges)} and {len(means)}."
            )
        if max(map(abs, (*edges, *means))) > _FURTHEST:
            raise InputError(
                f"RegressionByClassification.edges and means must lie within {_FURTHEST:g} of 0, for 32 bits to hold "
                f"sums of them; got {shown(edges)} and {shown(means)}."
            )
        if any(low > high for ascending in (edges, means) for low, high in pairwise(ascending)):
            raise InputError(
                f"RegressionByClassification.edges and means must ascend; got {shown(edges)} and {shown(means)}."
            )

    @property
    def width(self) -> int:
        """Outputs that the loss takes for one target."""
        return self.bins

    def completed(self, targets: Num[np.ndarray, "n 1"], weight: Num[np.ndarray, " n"]) -> "RegressionByClassification":
        """Return the loss with the bins of these targets, if it has none yet.

        Args:
            targets: Of the training rows, in the unit that training sees.
            weight: How much each row counts; not all 0.

        Returns:
            The loss.
        """
        if self.edges is not None:
            return self
        order = np.argsort(targets[:, 0], kind="stable")
        values, counted = targets[order, 0].astype(np.float64), weight[order].astype(np.float64)
        share = np.cumsum(counted) / counted.sum()
        # The smallest value that at least k / K of the weight does not exceed.
        last = np.searchsorted(share, np.arange(1, self.bins) / self.bins - 1e-9)
        edges = values[np.minimum(last, len(values) - 1)]
        place = np.searchsorted(edges, values)
        held = np.bincount(place, counted, minlength=self.bins)
        # An empty bin has no mean: where it lies stands in, and is not learned to be probable.
        means = np.append(edges, edges[-1])
        np.divide(np.bincount(place, counted * values, minlength=self.bins), held, out=means, where=held > 0)
        return replaced(self, edges=tuple(map(float, edges)), means=tuple(map(float, np.maximum.accumulate(means))))

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores of the bins (n, K).
            targets: True values (n, 1), in the unit of the edges.

        Returns:
            Losses (n,), each at least 0; in nats.

        Raises:
            InputError: If the bins are not known, or the shapes are not these.
        """
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        edges, _ = self._known(outputs)
        if targets.shape != (outputs.shape[0], 1):
            raise InputError(
                f"RegressionByClassification needs one value an example, shape {(outputs.shape[0], 1)}; got "
                f"{targets.shape}."
            )
        place = jnp.searchsorted(edges, jnp.asarray(targets[:, 0], edges.dtype))
        own = jax.nn.one_hot(place, self.bins, dtype=outputs.dtype)
        return -jnp.sum(own * jax.nn.log_softmax(outputs, axis=1), axis=1)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n 1"]:
        """Return the means that the bins' probabilities promise.

        Args:
            outputs: Scores of the bins (n, K).

        Returns:
            Values (n, 1), in the unit of the edges.

        Raises:
            InputError: If the bins are not known, or the outputs are not K an example.
        """
        outputs = jnp.asarray(outputs)
        _, means = self._known(outputs)
        # Multiplied and added up: a matrix product may be rounded to fewer digits on a GPU.
        return jnp.sum(jax.nn.softmax(outputs, axis=1) * means[None, :], axis=1, keepdims=True)

    def _known(self, outputs: Array) -> tuple[Array, Array]:
        if self.edges is None or self.means is None:
            raise InputError(
                "RegressionByClassification.edges are not known: training fills them in. Give edges and means "
                "elsewhere."
            )
        if outputs.ndim != 2 or outputs.shape[1] != self.bins:
            raise InputError(
                f"RegressionByClassification needs {self.bins} outputs an example, one for each bin; got shape "
                f"{outputs.shape}."
            )
        return jnp.asarray(self.edges, outputs.dtype), jnp.asarray(self.means, outputs.dtype)
