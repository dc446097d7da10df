"""Parts of a picture without a teacher: k-means over its pixels, by their colours and, if wanted, their places."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int, Shaped, UInt8
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from thalweg.errors import InputError, shown
from thalweg.keys import root

HEAVIEST = 10**6  # weight of a place; colours count for nothing far below it
_STARTS: Any = 4  # first centres drawn; the one that ends with the smallest sum of squares counts


class Segmentation(NamedTuple):
    """A picture in clusters, the largest first."""

    labels: np.ndarray  # (height, width) int64, which cluster each pixel belongs to
    colours: np.ndarray  # (k, channels) mean colour of each cluster, 0 to 255
    within: float  # sum over pixels of the squared distance between a pixel's row and the mean of its cluster
    colour_within: float  # the same of the colours alone; equal to `within` where places do not count


def pixel_rows(pixels: UInt8[np.ndarray, "height width channels"], position: float = 0.0) -> Float[np.ndarray, "n d"]:
    """Return each pixel as a row: its colour and, weighted, its place.

        row = (red, green, blue) / 255  and  position (down, across) / longer side

    At a weight of 1 two ends of the picture are as far apart as black and red.

    Args:
        pixels: The picture; one channel or three.
        position: Weight of the place, 0 to 1,000,000; at 0 rows are colours alone.

    Returns:
        (height * width, channels), or two more columns; row by row from the upper left corner.

    Raises:
        InputError: If the weight is below 0, above 1,000,000 or no number.

    Example:
        >>> pixel_rows(np.array([[[0], [255]]], np.uint8), position=1.0).tolist()
        [[0.0, 0.0, 0.0], [1.0, 0.0, 0.5]]
    """
    if not 0 <= position <= HEAVIEST:
        raise InputError(f"the weight of a pixel's place must be from 0 to {HEAVIEST:,}; got {shown(position)}.")
    height, width, channels = pixels.shape
    colours = pixels.reshape(-1, channels) / 255
    if position == 0:
        return colours
    places = np.indices((height, width)).reshape(2, -1).T  # (n, 2)
    return np.concatenate([colours, position * places / max(height, width)], axis=1)


def segment(
    pixels: UInt8[np.ndarray, "height width channels"], clusters: int, *, position: float = 0.0, seed: int = 0
) -> Segmentation:
    """Part a picture into clusters of pixels that are alike.

        minimise  sum over pixels of |row - mean of its cluster|^2

    Each of four starts draws its first centres from the pixels, far ones more readily, then moves pixels to their
    nearest mean and means to their pixels until nothing changes: a minimum, though perhaps not the smallest. On one
    machine the same arguments give the same bits, for one thread does the sums.

    Args:
        pixels: The picture; one channel or three.
        clusters: How many, 1 or more; where fewer rows differ, there are as many clusters as rows that differ.
        position: Weight of a pixel's place against its colour, 0 to 1,000,000; see `pixel_rows`.
        seed: Of the first centres; 0 to 4294967295.

    Returns:
        The clusters.

    Raises:
        InputError: If `clusters` is below 1, the seed out of its range, or the weight below 0, above 1,000,000 or no
            number.

    Example:
        >>> segment(np.array([[[9], [9], [200]]], np.uint8), 2).labels.tolist()
        [[0, 0, 1]]

    Source: Lloyd, "Least squares quantization in PCM", 1982; Arthur and Vassilvitskii, "k-means++", 2007.
    """
    if clusters < 1:
        raise InputError(f"a picture is parted into 1 cluster or more; got {shown(clusters)}.")
    root(seed)  # refuses a seed out of range
    rows = pixel_rows(pixels, position)
    most = min(clusters, len(np.unique(rows, axis=0)))
    # Several threads would add up their shares of a mean in the order in which they happen to end.
    with threadpool_limits(1):
        found: Any = KMeans(most, n_init=_STARTS, random_state=seed).fit(rows).labels_
    labels = _largest_first(found)
    channels = pixels.shape[2]
    colours = _means(labels, pixels.reshape(-1, channels))  # of whole numbers, so that one colour is its own mean
    means = np.concatenate([colours / 255, _means(labels, rows[:, channels:])], axis=1)
    return Segmentation(
        labels.reshape(pixels.shape[:2]),
        colours,
        float(np.square(rows - means[labels]).sum()),
        float(np.square(rows[:, :channels] - means[labels, :channels]).sum()),
    )


def painted(found: Segmentation) -> UInt8[np.ndarray, "height width channels"]:
    """Return the picture with each pixel in the mean colour of its cluster.

    Args:
        found: The clusters.

    Returns:
        The picture.

    Example:
        >>> painted(segment(np.array([[[10], [20], [200]]], np.uint8), 2)).ravel().tolist()
        [15, 15, 200]
    """
    return np.rint(found.colours).astype(np.uint8)[found.labels]


def _largest_first(labels: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Number clusters anew by their sizes; of equally large ones the one met first comes first."""
    names, first, places, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    number = np.empty(len(names), np.int64)
    number[order] = np.arange(len(names))
    return number[places]


def _means(labels: Int[np.ndarray, " n"], rows: Shaped[np.ndarray, "n d"]) -> Float[np.ndarray, "k d"]:
    counts = np.bincount(labels)
    sums = [np.bincount(labels, column) for column in rows.T]
    return np.reshape(sums, (rows.shape[1], len(counts))).T / counts[:, None]
