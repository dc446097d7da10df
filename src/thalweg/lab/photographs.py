"""The photographs that scikit-learn brings along, for experiments on pictures."""

import numpy as np
from jaxtyping import UInt8
from PIL import Image
from sklearn.datasets import load_sample_image

CHINA, FLOWER = "china.jpg", "flower.jpg"  # 427 x 640 pixels: a palace under a grey sky; a dahlia before dark leaves


def photograph(name: str, longest: int = 640) -> UInt8[np.ndarray, "height width 3"]:
    """Return one of the two photographs, which lie on the disk: nothing is fetched.

    Args:
        name: `CHINA` or `FLOWER`.
        longest: Pixels of the longer side, up to 640.

    Returns:
        The pixels.

    Example:
        >>> photograph(FLOWER, 64).shape
        (43, 64, 3)
    """
    image = Image.fromarray(load_sample_image(name))
    share = longest / max(image.size)
    width, height = (round(share * side) for side in image.size)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
