"""An average of weights that forgets."""

from typing import Any

import jax
import jax.numpy as jnp

from thalweg.numerics import is_floats
from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar, State


@spec
class ExponentialAverage:
    """Evaluate and keep an exponential moving average of the weights.

        a_t = d_t a_(t-1) + (1 - d_t) w_t,    d_t = min(decay, (1 + t) / (10 + t)),    a_(-1) = w at the start

    It looks back over about 1 / (1 - decay) steps; at the beginning over fewer, so that the first weights are soon
    forgotten. Training goes on from its own weights: the average smooths the jitter that single batches bring, as a
    smaller rate does, without moving more slowly. Batch normalisation's means and variances are averaged alike.

    Args:
        decay: Share of the average kept each step, in [0, 1). At 0 the average is the weights themselves.

    Raises:
        InputError: If `decay` is outside its range.

    Example:
        >>> rule, w = ExponentialAverage(), {"w": jnp.array(0.0)}
        >>> kept = rule.following(rule.init(w, {}), {"w": jnp.array(1.0)}, {}, step=0, total=9, ends_epoch=False)
        >>> round(rule.averaged(kept, w, {})[0]["w"].item(), 4)  # d_0 = 1/10
        0.9

    Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; TensorFlow,
    `ExponentialMovingAverage`, for the decay at the beginning.
    """

    decay: Scalar = tunable(0.999, low=0.0, high=1.0, open_high=True)

    def init(self, params: Params, state: State) -> tuple[Params, State]:
        """Return the average before the first step: the weights.

        Args:
            params: Arrays by name, nested by layer.
            state: The network's state.

        Returns:
            (params, state).
        """
        return jax.tree.map(jnp.asarray, (params, state))

    def following(
        self, kept: Any, params: Params, state: State, *, step: Scalar, total: Scalar, ends_epoch: Any
    ) -> tuple[Params, State]:
        """Return the average with one step's weights in it.

        Args:
            kept: The average before the step.
            params: After the step.
            state: After the step.
            step: Number t of the step, from 0.
            total: Not used.
            ends_epoch: Not used.

        Returns:
            (params, state), averaged; what in a state is no float, such as a count, is taken as it is.
        """
        del total, ends_epoch

        def moved(old: Any, new: Any) -> Any:
            if not is_floats(new):
                return new
            t = jnp.asarray(step, old.dtype)
            d = jnp.minimum(jnp.asarray(self.decay, old.dtype), (1 + t) / (10 + t))
            # Rounding would move the average of a frozen layer, whose weights are always the same.
            return jnp.where(old == new, new, d * old + (1 - d) * new)

        return jax.tree.map(moved, kept, (params, state))

    def averaged(self, kept: Any, params: Params, state: State) -> tuple[Params, State]:
        """Return the average.

        Args:
            kept: The average.
            params: Not used.
            state: Not used.

        Returns:
            (params, state), averaged.
        """
        del params, state
        return kept
