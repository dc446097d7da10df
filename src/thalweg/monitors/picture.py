"""Arrays of numbers as pictures of a bounded size."""

import numpy as np
from jaxtyping import Num, UInt8

from thalweg.network.patch import Patch

GREY = 128


def shrunk(
    pictures: Num[np.ndarray, "n height width channels"], most: int
) -> Num[np.ndarray, "n rows columns channels"]:
    """Return pictures whose longer side is at most `most`, by the mean of square blocks.

    A block has ceil(longer side / most) pixels along each side; the last ones may be cut, and are the mean of what is
    there.

    Args:
        pictures: (n, height, width, channels) numbers.
        most: Pixels, at least 1.

    Returns:
        The pictures as they are where they are small enough, else (n, ceil(height / block), ceil(width / block),
        channels); whole numbers are rounded.

    Example:
        >>> shrunk(np.array([[[[0], [10], [7]], [[20], [30], [9]]]], np.uint8), 2)[0, :, :, 0].tolist()
        [[15, 8]]
    """
    height, width = pictures.shape[1:3]
    block = -(-max(height, width) // most)
    if block <= 1:
        return pictures
    rows, columns = np.arange(0, height, block), np.arange(0, width, block)
    sums = np.add.reduceat(np.add.reduceat(pictures.astype(np.float64), rows, axis=1), columns, axis=2)
    sizes = np.outer(np.minimum(block, height - rows), np.minimum(block, width - columns))
    means = sums / sizes[None, :, :, None]
    return (np.rint(means) if pictures.dtype.kind in "iu" else means).astype(pictures.dtype)


def around_grey(pictures: Num[np.ndarray, "n height width channels"]) -> UInt8[np.ndarray, "n height width channels"]:
    """Return signed numbers as pixels, 0 as mid-grey and each picture's largest size as black or white.

        pixel = 128 + 127 v / max|v|,    the largest over all pixels and channels of one picture

    Args:
        pictures: (n, height, width, channels) finite numbers.

    Returns:
        Pixels from 1 to 255; a picture of zeros is grey throughout.

    Example:
        >>> around_grey(np.array([[[[-2.0], [0.0], [1.0]]]])).ravel().tolist()
        [1, 128, 192]
    """
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return np.rint(128 + 127 * (pictures / np.where(largest > 0, largest, 1))).astype(np.uint8)


def from_black(pictures: Num[np.ndarray, "n height width channels"]) -> UInt8[np.ndarray, "n height width channels"]:
    """Return numbers that are not negative as pixels, 0 as black and each picture's largest as white.

        pixel = 255 v / max v,    the largest over all pixels and channels of one picture

    Args:
        pictures: (n, height, width, channels) finite numbers, at least 0.

    Returns:
        Pixels from 0 to 255; a picture of zeros is black throughout.

    Example:
        >>> from_black(np.array([[[[0.0], [1.0], [4.0]]]])).ravel().tolist()
        [0, 64, 255]
    """
    largest = pictures.max(axis=(1, 2, 3), keepdims=True)
    return np.rint(255 * (pictures / np.where(largest > 0, largest, 1))).astype(np.uint8)


def cut(image: UInt8[np.ndarray, "height width channels"], patch: Patch) -> UInt8[np.ndarray, "rows columns channels"]:
    """Return a patch of an image, grey where it reaches beyond it.

    Args:
        image: (height, width, channels).
        patch: Which.

    Returns:
        (bottom - top, right - left, channels).

    Example:
        >>> cut(np.array([[[1], [2]]], np.uint8), Patch(0, 1, 1, 3)).ravel().tolist()
        [2, 128]
    """
    height, width, channels = image.shape
    out = np.full((patch.bottom - patch.top, patch.right - patch.left, channels), GREY, np.uint8)
    top, left, bottom, right = max(patch.top, 0), max(patch.left, 0), min(patch.bottom, height), min(patch.right, width)
    out[top - patch.top : bottom - patch.top, left - patch.left : right - patch.left] = image[top:bottom, left:right]
    return out
