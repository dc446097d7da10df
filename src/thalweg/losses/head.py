"""What the outputs of a loss's head are."""

import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.types import Array, Loss


def scored(loss: Loss) -> bool:
    """Say whether a loss of classes or attributes gives scores and no probabilities.

    Args:
        loss: Told by its head.

    Returns:
        True for "margin", "sign" and "signs", False for "softmax", "log_probability", "sigmoid" and "sigmoids"; for
        values, which are neither, False.
    """
    return loss.head in ("margin", "sign", "signs")


def surprise(loss: Loss, outputs: Float[Array, "n k"], targets: Num[Array, "n ..."]) -> Float[Array, " n"]:
    """Return minus the log of the probability that each example's class is given, whatever loss is trained with.

        H_i = -log p_(y_i);    of attributes, sum_j -log p_j(y_ij)

    It is what the metric cross-entropy averages: a smoothed or focused loss is another number.

    Args:
        loss: Told by its head.
        outputs: Raw outputs of the network, as the loss takes them.
        targets: Classes (n,), answers (n, k), or where the loss takes them shares of each class (n, c).

    Returns:
        (n,), in nats; NaN where the head gives no probabilities.

    Example:
        >>> round(surprise(BinaryCrossEntropy(), jnp.array([[0.0]]), jnp.array([1])).item(), 4)
        0.6931

    Source: Goodfellow et al., "Deep Learning", section 3.13 (self-information).
    """
    match loss.head:
        case "softmax":
            return SoftmaxCrossEntropy()(outputs, targets)
        case "sigmoid":
            return BinaryCrossEntropy()(outputs, targets)
        case "sigmoids":
            return AttributeCrossEntropy()(outputs, targets)
        case "log_probability":
            return HierarchicalSoftmax()(outputs, targets)
    return jnp.full(outputs.shape[:1], jnp.nan, outputs.dtype)
