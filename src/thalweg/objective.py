"""What training makes small: the weighted mean or sum of the losses plus the penalty. The only place they meet."""

from typing import Literal, NamedTuple

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


class Second(NamedTuple):
    """Targets that mixed examples have besides their own."""

    y: Array  # (n,) or (n, k)
    weight: Array  # (n,), how much each counts


@spec
class Objective:
    """Sum the mean loss of a batch and the penalty of the parameters.

        J = sum_i w_i L_i / sum_i w_i + R(params)    (mean)
        J = sum_i w_i L_i + R(params)                (sum)

    An example that was mixed of two has a loss and a weight for the target of each, and both are in these sums.

    One course sums. With n examples of weight 1 the sum is n times the mean: a rate of 1/n and penalties n times as
    strong do the same, under rules that step in proportion to the gradient. A last batch of fewer examples counts less.

    Args:
        network: Gives the raw outputs.
        loss: One value an example.
        penalty: One value a parameter tree.
        reduction: What becomes of the losses, "mean" or "sum". Monitors and scores tell the mean of either.
    """

    network: Sequential = part(family="network")
    loss: Loss = part(family="loss")
    penalty: Penalty = part(NoPenalty(), family="penalty")
    reduction: Literal["mean", "sum"] = "mean"

    def __call__(
        self,
        params: Params,
        state: State,
        x: Array,
        y: Array,
        weight: Array,
        *,
        context: Context,
        second: Second | None = None,
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
            second: The other targets of mixed examples; None where there are none.

        Returns:
            J, a scalar, and its parts.
        """
        if context.training and second is None:  # of two targets a layer cannot know which is asked for
            context = context._replace(targets=y)
        outputs, after = self.network.apply(params, state, x, context=context)
        # A padded row repeats a real one, so its loss is finite and 0 times it is 0.
        summed, total = jnp.sum(weight * self.loss(outputs, y)), jnp.sum(weight)
        if second is not None:
            summed += jnp.sum(second.weight * self.loss(outputs, second.y))
            total += jnp.sum(second.weight)
        data = summed / jnp.where(total > 0, total, 1)
        penalty = self.penalty(params)
        return (data if self.reduction == "mean" else total * data) + penalty, Evaluated(data, penalty, after)
