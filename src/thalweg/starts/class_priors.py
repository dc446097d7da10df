"""Start by guessing each class as often as it comes."""

from typing import Any

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array, Loss, Params, Seen, State


@spec
class ClassPriors:
    """Set the last layer's bias to what the shares of the classes say.

        softmax: b_c = log p_c - (their mean);    sigmoid: b = log(p_1 / p_0), of each attribute where there are some

    The shares p are those of the training rows, each counted by its training weight. A network whose weights are
    still small then begins at the entropy of the labels, not at ln C: where classes are rare, training need not spend
    its first steps, and its largest gradients, on learning how rare. A class or an answer without any row counts as
    half a row.

    Raises:
        InputError: If the loss has neither a softmax nor a sigmoid head, or the last layer has no bias of its own for
            each output (when used).

    Example:
        >>> from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
        >>> seen = Seen(jnp.ones((4, 2)), jnp.array([0, 0, 0, 1]), jnp.ones(4))
        >>> round(ClassPriors().outputs(BinaryCrossEntropy(), 1, seen).item(), 4)  # log(1/3)
        -1.0986

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019, "init well"; Lin et al., "Focal Loss for Dense
    Object Detection", 2017, section 3.3.
    """

    def __call__(self, network: Any, loss: Loss, params: Params, state: State, seen: Seen, *, key: Any) -> Params:
        """Return the parameters with the last layer's bias set.

        Args:
            network: Names its layers.
            loss: Its head says what outputs mean.
            params: What the network drew, by layer name.
            state: Not used.
            seen: The training rows' classes and weights.
            key: Not used: nothing is drawn.

        Returns:
            The parameters.

        Raises:
            InputError: If the loss has neither a softmax nor a sigmoid head, or the last layer has no bias an output.
        """
        del state, key
        last = network.names()[-1]
        if "b" not in params[last]:
            raise InputError(
                f"the start class_priors sets the last layer's bias, and {last} has none. Let a dense layer be the "
                "network's last, or use --set start=as_drawn."
            )
        b = jnp.asarray(params[last]["b"])
        return {**params, last: {**params[last], "b": jnp.asarray(self.outputs(loss, b.shape[0], seen), b.dtype)}}

    def outputs(self, loss: Loss, width: int, seen: Seen) -> Array:
        """Return the outputs that give every class its share.

        Args:
            loss: With a softmax or a sigmoid head.
            width: Outputs an example.
            seen: The training rows' classes and weights.

        Returns:
            (width,) scores.

        Raises:
            InputError: If the loss has neither.
        """
        if loss.head not in ("softmax", "sigmoid", "sigmoids"):
            fits = {"signs": "attribute_cross_entropy for attributes"}
            other = fits.get(loss.head, "softmax_cross_entropy for classes")
            raise InputError(
                f"the start class_priors is for losses with a softmax or a sigmoid head; that of {type(loss).__name__} "
                f"is {loss.head}. Use --set start=as_drawn, or --set loss={other}."
            )
        y, weight = jnp.asarray(seen.y), jnp.asarray(seen.weight)
        if loss.head == "sigmoids":
            yes, no = (jnp.sum(jnp.where(y == answer, weight[:, None], 0), axis=0) for answer in (1, 0))
            return _scores(yes, weight) - _scores(no, weight)
        classes = jnp.arange(2 if loss.head == "sigmoid" else width, dtype=y.dtype)
        counts = jnp.sum(jnp.where(y[:, None] == classes[None, :], weight[:, None], 0), axis=0)
        scores = _scores(counts, weight)
        if loss.head == "sigmoid":
            return (scores[1] - scores[0])[None]
        return scores - jnp.mean(scores)


def _scores(counts: Array, weight: Array) -> Array:
    return jnp.log(jnp.maximum(counts, 0.5 * jnp.mean(weight)))
