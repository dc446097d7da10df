"""What the outputs of a loss's head are."""

from thalweg.types import Loss


def scored(loss: Loss) -> bool:
    """Say whether a loss of classes gives scores and no probabilities.

    Args:
        loss: Told by its head.

    Returns:
        True for "margin" and "sign", False for "softmax" and "sigmoid"; for values, which are neither, False.
    """
    return loss.head in ("margin", "sign")
