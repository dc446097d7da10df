"""A binary tree with a class at every leaf: which turns lead from the root to each class."""

import functools
import itertools
from typing import NamedTuple

import numpy as np

from thalweg.errors import InputError, shown

MOST = 100_000  # classes; a flat layer of so many is as large as most memories hold
DEEPEST = 64  # turns to a class at most: Huffman's codes of any real table are shorter


class ClassTree(NamedTuple):
    """A tree of C classes and C - 1 inner nodes, numbered from the root down, level by level."""

    paths: np.ndarray  # (C, depth) int32: the inner nodes from the root to each class; 0 past its end
    turns: np.ndarray  # (C, depth) int8: -1 where the path turns to 0, 1 where to 1; 0 past its end
    parents: np.ndarray  # (C - 1,) int32: the node above each inner node; 0 for the root
    sides: np.ndarray  # (C - 1,) int8: the turn from there to it; 0 for the root
    levels: np.ndarray  # (levels + 1,) the first node of each level, and at the end C - 1

    @property
    def depths(self) -> np.ndarray:
        """Return how many turns lead to each class, (C,)."""
        return np.abs(self.turns).sum(axis=1, dtype=np.int64)


def balanced_codes(classes: int) -> tuple[str, ...]:
    """Return codes whose lengths differ by one at most: the digits of C + c in base 2 without the first.

    Args:
        classes: At least 2.

    Returns:
        One code a class.

    Example:
        >>> balanced_codes(3)
        ('1', '00', '01')

    Source: Morin and Bengio, "Hierarchical probabilistic neural network language model", 2005.
    """
    return tuple(bin(classes + c)[3:] for c in range(classes))


@functools.lru_cache(maxsize=8)
def class_tree(codes: tuple[str, ...]) -> ClassTree:
    """Return the tree in which each class lies at the end of its code.

    Args:
        codes: One a class, at least two, each of the signs 0 and 1: the turns from the root.

    Returns:
        The tree.

    Raises:
        InputError: If a code is empty, too long or holds another sign, if one begins with another, or if a branch
            ends in no class.
    """
    for code in codes:
        if not code or len(code) > DEEPEST or code.strip("01"):
            raise InputError(f"a class's code must be 1 to {DEEPEST} signs, each 0 or 1; got {shown(code)}.")
    # Beginnings sort before what they begin, so that one that is whole is found right before the first of these.
    ordered = sorted(codes)
    for first, second in itertools.pairwise(ordered):
        if second.startswith(first):
            raise InputError(
                f"no class's code may begin with another's; got {shown(first)} and {shown(second)}. Lengthen the first."
            )
    beginnings = {code[:length] for code in codes for length in range(len(code))}
    inner = sorted(beginnings, key=lambda beginning: (len(beginning), beginning))
    known = beginnings | set(codes)
    for beginning in inner:
        for sign in "01":
            if beginning + sign not in known:
                raise InputError(
                    f"every branch must end in a class; got none at {shown(beginning + sign)}. Give a class that code, "
                    f"or leave the last turn out of those that begin with {shown(beginning)}."
                )
    number = {beginning: node for node, beginning in enumerate(inner)}
    depth = max(map(len, codes))
    paths, turns = np.zeros((len(codes), depth), np.int32), np.zeros((len(codes), depth), np.int8)
    for c, code in enumerate(codes):
        paths[c, : len(code)] = [number[code[:length]] for length in range(len(code))]
        turns[c, : len(code)] = [1 if sign == "1" else -1 for sign in code]
    parents = np.array([number[beginning[:-1]] for beginning in inner], np.int32)
    sides = np.array([0, *(1 if beginning[-1] == "1" else -1 for beginning in inner[1:])], np.int8)
    levels = np.searchsorted([len(beginning) for beginning in inner], np.arange(depth + 1))
    return ClassTree(paths, turns, parents, sides, levels)
