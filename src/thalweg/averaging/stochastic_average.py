"""The plain mean of weights from late epochs."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from thalweg.numerics import is_floats
from thalweg.spec import spec, tunable
from thalweg.types import Array, Params, Scalar, State


class StochasticAverageState(NamedTuple):
    """State of `StochasticAverage`."""

    ends: Array  # of epochs in the mean, how many; int32
    params: Params  # their mean; meaningless while there are none
    state: State


@spec
class StochasticAverage:
    """Evaluate and keep the mean of the weights at the ends of the last epochs (stochastic weight averaging).

        a = (1 / k) sum_j w_(t_j),    t_1, ..., t_k the ends of epochs at begin total steps or later

    A rate that stays high, constant or cyclic, lets the network wander around a flat hollow, and the mean of where it
    was lies nearer to the middle. With a rate that falls to 0 all of these weights are nearly one. Until the first of
    the epochs the weights themselves are evaluated. Of full batches every step is an epoch.

    Batch normalisation's means and variances are averaged alike. The paper measures them anew by one pass over the
    training rows; where the averaged networks are near each other, as in the end of one run, both come to much the
    same, and nothing needs to be passed over.

    Args:
        begin: Share of the run's steps from which on epochs count, in [0, 1]. At 1 the last epoch's end alone.

    Raises:
        InputError: If `begin` is outside its range.

    Example:
        >>> rule, kept = StochasticAverage(0.5), None
        >>> kept = rule.init({"w": jnp.array(0.0)}, {})
        >>> for step in range(4):
        ...     now = {"w": jnp.array(1.0 + step)}
        ...     kept = rule.following(kept, now, {}, step=step, total=4, ends_epoch=True)
        >>> rule.averaged(kept, now, {})[0]["w"].item()  # of 2, 3 and 4
        3.0

    Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging weights leads to wider optima and better
    generalization", 2018, algorithm 1.
    """

    begin: Scalar = tunable(0.75, low=0.0, high=1.0)

    def init(self, params: Params, state: State) -> StochasticAverageState:
        """Return a mean of nothing.

        Args:
            params: Arrays by name, nested by layer.
            state: The network's state.

        Returns:
            The state of the average.
        """
        return StochasticAverageState(jnp.int32(0), *jax.tree.map(jnp.asarray, (params, state)))

    def following(
        self, kept: Any, params: Params, state: State, *, step: Scalar, total: Scalar, ends_epoch: Any
    ) -> StochasticAverageState:
        """Return the mean with one step's weights in it, where these end an epoch that counts.

        Args:
            kept: The mean before the step.
            params: After the step.
            state: After the step.
            step: Number of the step, from 0.
            total: Steps of the run.
            ends_epoch: Whether the step is the last of its epoch.

        Returns:
            The state of the average; what in a network's state is no float, such as a count, is taken as it is.
        """
        made, dtype = jnp.asarray(step, jnp.result_type(float)) + 1, jnp.result_type(float)
        # A product of float32 may lie a little above the whole number of steps that it stands for.
        first = jnp.asarray(self.begin, dtype) * jnp.asarray(total, dtype) * (1 - 1e-6)
        due = jnp.asarray(ends_epoch) & (made >= first)
        ends = kept.ends + due.astype(kept.ends.dtype)

        def moved(old: Any, new: Any) -> Any:
            if not is_floats(new):
                return new
            mean = jnp.where(ends > 1, old + (new - old) / jnp.maximum(ends, 1).astype(old.dtype), new)
            return jnp.where(due, mean, old)

        return StochasticAverageState(ends, *jax.tree.map(moved, (kept.params, kept.state), (params, state)))

    def averaged(self, kept: Any, params: Params, state: State) -> tuple[Params, State]:
        """Return the mean; before its first epoch what training is at.

        Args:
            kept: The state of the average.
            params: Where training is.
            state: The network's state there.

        Returns:
            (params, state).
        """
        return jax.tree.map(lambda mean, own: jnp.where(kept.ends > 0, mean, own), kept[1:], (params, state))
