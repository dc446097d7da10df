"""What training makes small: the weighted mean of the losses plus the penalty. The only place they meet."""

from typing import NamedTuple

import jax.numpy as jnp

from thalweg.network.sequential import Sequential
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Loss, Params, Penalty, State


class Evaluated(NamedTuple):
    """The objective's parts on one batch."""

    data: Array  # (), weighted mean of the examples' losses
    penalty: Array  # ()
    state: State  # the network's, after this batch


@spec
class Objective:
    """Sum the mean loss of a batch and the penalty of the parameters.

        J = sum_i w_i L_i / sum_i w_i + R(params)

    Args:
        network: Gives the raw outputs.
        loss: One value an example.
        penalty: One value a parameter tree.
    """

    network: Sequential = part(family="network")
    loss: Loss = part(family="loss")
    penalty: Penalty = part(NoPenalty(), family="penalty")

    def __call__(
        self, params: Params, state: State, x: Array, y: Array, weight: Array, *, context: Context
    ) -> tuple[Array, Evaluated]:
        """Return (J, its parts) for one batch.

        Args:
            params: The network's parameters.
            state: The network's state.
            x: Inputs (n, ...).
            y: Targets: (n,) class numbers or (n, k) values.
            weight: (n,), how much each example counts, at least 0; 0 for padding. A batch in which none counts
                has data loss 0.
            context: For the layers.

        Returns:
            J, a scalar, and its parts.
        """
        if context.training:
            context = context._replace(targets=y)
        outputs, after = self.network.apply(params, state, x, context=context)
        losses = self.loss(outputs, y)
        total = jnp.sum(weight)
        # A padded row repeats a real one, so its loss is finite and 0 times it is 0.
        data = jnp.sum(weight * losses) / jnp.where(total > 0, total, 1)
        penalty = self.penalty(params)
        return data + penalty, Evaluated(data, penalty, after)
