"""At how many pixels images in files are read.

All images of a set get one height and width: those of most of its files, made smaller with the same proportions until
the longer side has no more pixels than asked for. They are never made larger than most of the files are.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from thalweg.errors import InputError, shown

LONGEST_SIDE = 32  # pixels, where nothing is asked for; training on larger images is slow
MOST_SIDE = 4096  # pixels that may be asked for


def is_image_size(value: Any) -> bool:
    """Say whether a value is a number of pixels that the longer side may be limited to."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_SIDE


def commonest_size(sizes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the (height, width) that most images have; the smallest of several."""
    counts = Counter(sizes)
    return min(counts, key=lambda seen: (-counts[seen], seen))


def reduced(height: int, width: int, size: int | None) -> tuple[int, int]:
    """Return the height and width at which images are read.

    Args:
        height: Of most of the files.
        width: Of most of the files.
        size: Most pixels of the longer side, 1 to 4,096; None for 32.

    Returns:
        (height, width), each at least 1 and no larger than before.

    Raises:
        InputError: If the size is no such number.

    Example:
        >>> reduced(300, 400, 64), reduced(30, 40, 64), reduced(3000, 10, None)
        ((48, 64), (30, 40), (32, 1))
    """
    if size is not None and not is_image_size(size):
        raise InputError(f"--image-size must be a whole number of pixels from 1 to {MOST_SIDE:,}; got {shown(size)}.")
    share = min(1.0, (LONGEST_SIDE if size is None else size) / max(height, width))
    return max(1, round(height * share)), max(1, round(width * share))
