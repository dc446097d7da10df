"""Which places of an image speak for a class, as the last convolution sees them."""

import numpy as np
from jaxtyping import Float


def grad_cam(
    maps: Float[np.ndarray, "n rows columns k"], gradients: Float[np.ndarray, "n rows columns k"]
) -> Float[np.ndarray, "n rows columns"]:
    """Return the gradient-weighted class activation maps of images.

        L = max(0, sum_k a_k A_k),    a_k = 1/Z sum_(p, q) dS / dA_k[p, q]

    with A_k the k-th of a convolutional layer's maps, of Z places each, and S the score of a class before any softmax.
    Maps that lower the score count against a place, and what is below 0 is cut off: it speaks for other classes.

    Args:
        maps: A, the layer's outputs.
        gradients: dS / dA.

    Returns:
        L, at least 0, of the layer's places.

    Example:
        >>> maps, gradients = np.array([[[[1.0, 2.0], [3.0, 0.0]]]]), np.array([[[[1.0, 0.0], [0.0, -2.0]]]])
        >>> grad_cam(maps, gradients).tolist()  # a = (0.5, -1): 0.5 - 2 is below 0, and 1.5 - 0 is not
        [[[0.0, 1.5]]]

    Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", 2017,
    section 3, equations 1 and 2.
    """
    weights = gradients.mean(axis=(1, 2), keepdims=True)
    return np.maximum((weights * maps).sum(axis=3), 0)
