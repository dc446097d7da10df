"""Which pixels a class's score hangs on."""

import numpy as np
from jaxtyping import Float


def saliency(gradients: Float[np.ndarray, "n height width channels"]) -> Float[np.ndarray, "n height width"]:
    """Return the saliency maps of images.

        M[p, q] = max_c |w[p, q, c]|,    w = dS / dI at the image

    with S the score of a class before any softmax. Near the image the score is w . I + b, so that M says how much it
    changes with a pixel that changes least. The class's probability would not do: it can grow because other classes'
    scores fall. The saliency of a linear classifier is the size of its template's weights, whatever the image.

    Args:
        gradients: w, of each image's score with respect to its numbers.

    Returns:
        M, at least 0, an image each.

    Example:
        >>> saliency(np.array([[[[0.5, -2.0, 1.0]]]])).tolist()
        [[[2.0]]]

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014, section 3.1, equation 5.
    """
    return np.abs(gradients).max(axis=3)
