"""Bags of words by place: one of a whole image, and one of each of its parts, finer level by level."""

import numpy as np


def pyramid_bags(words: np.ndarray, count: int, levels: int) -> np.ndarray:
    """Return the share of each word in each part of a grid of words, level by level.

        level l cuts the grid into 2^(l-1) x 2^(l-1) parts; row i of R is in part floor(2^(l-1) i / R) from above

    Args:
        words: (n, R, C) whole numbers from 0 to count - 1.
        count: How many words there are.
        levels: At least 1; R and C at least 2^(levels-1), so that no part is empty.

    Returns:
        (n, count * (1 + 4 + 16 + ...)) float64, the numbers of each part adding up to 1: level by level, in a level by
        row and column of the part, in a part by word.

    Example:
        >>> pyramid_bags(np.array([[[0, 1], [1, 1]]]), count=2, levels=2).tolist()
        [[0.25, 0.75, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]]

    Source: Lazebnik, Schmid and Ponce, "Beyond bags of features: spatial pyramid matching for recognizing natural scene
    categories", 2006, section 3.2, without its weights of the levels.
    """
    n, rows, columns = words.shape
    bags = []
    for level in range(levels):
        cut = 2**level
        part = (np.arange(rows) * cut // rows)[:, None] * cut + np.arange(columns) * cut // columns  # (R, C)
        place = (np.arange(n)[:, None, None] * cut**2 + part) * count + words
        counts = np.bincount(place.ravel(), minlength=n * cut**2 * count).reshape(n, cut**2, count)
        held = np.bincount(part.ravel(), minlength=cut**2)  # words in each part
        bags.append((counts / held[:, None]).reshape(n, -1))
    return np.concatenate(bags, axis=1)


def pyramid_names(count: int, levels: int) -> tuple[str, ...]:
    """Return the names of what `pyramid_bags` gives, in its order: "word 12", "word 12 at (0, 1) of 2 x 2".

    Args:
        count: How many words there are.
        levels: At least 1.

    Returns:
        The names.
    """
    names = []
    for level in range(levels):
        cut = 2**level
        places = [f" at {place} of {cut} x {cut}" for place in np.ndindex(cut, cut)] if level else [""]
        names += [f"word {word}{place}" for place in places for word in range(count)]
    return tuple(names)
