"""One layout for what several folds learned: the outputs of each lie at its own places, and the rest are zeros.

Each fold fits to its own training rows, so that one may know a name that another has never met, cut a column into fewer
pieces, or need fewer components for a share of the variance. One compiled program needs one width.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.columns import Columns
from thalweg.data.source import Remark
from thalweg.preprocess.categories import CategoryCode
from thalweg.preprocess.table import NumericCode, TableFit


class Widened(NamedTuple):
    """What one fold learned, and where its outputs lie among those of all folds."""

    own: Any  # what the fold's own `fit` learned
    places: np.ndarray  # (d,) of each of its own outputs
    names: tuple[str, ...]  # of all outputs
    name_columns: tuple[tuple[int, int], ...] | None = None  # as of a `TableFit`; None for what is none

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What the fold's own fit remarked."""
        return self.own.remarks


def widened(fits: Sequence[Any]) -> tuple[Any, ...]:
    """Give what one step learned from each fold one width.

    A table has a place for each name that any fold knows, for as many pieces of a column as any fold has, and for
    missing cells where any fold has any. Of components, and other outputs that differ in number, there are as many as
    the fold with the most has: for a share of the variance the largest number that any fold needs. What a fold has not
    itself learned is 0 in all of its rows, so that no row means more to it than to a run on the fold alone.

    Args:
        fits: What one step's `fit` learned from each fold, all from examples of one form.

    Returns:
        The same where all are alike in width and order, else a `Widened` for each.

    Example:
        >>> rare, common = (TableFit((CategoryCode("pet", levels, False, False),)) for levels in ("ac", "bc"))
        >>> [(fit.places.tolist(), fit.names) for fit in widened([rare, common])]
        [([0, 2], ('pet=a', 'pet=b', 'pet=c')), ([1, 2], ('pet=a', 'pet=b', 'pet=c'))]
    """
    if all(isinstance(fit, TableFit) for fit in fits):
        return _tables(fits)
    names = [getattr(fit, "names", ()) for fit in fits]
    widest = max(names, key=len)
    if all(len(own) == len(widest) for own in names):
        return tuple(fits)
    return tuple(Widened(fit, np.arange(len(own)), widest) for fit, own in zip(fits, names, strict=True))


def applied(step: Any, fitted: Any, inputs: Columns | np.ndarray) -> np.ndarray:
    """Apply one step of a preprocessing.

    Args:
        step: Its spec.
        fitted: What it learned, widened or not.
        inputs: Examples like those it was fitted to.

    Returns:
        (n, ...) float32; zeros at the places that are not the fold's own.

    Raises:
        InputError: If the examples have another shape, or lack a column.
    """
    if not isinstance(fitted, Widened):
        return step.apply(fitted, inputs)
    own = step.apply(fitted.own, inputs)
    outputs = np.zeros((len(own), len(fitted.names)), np.float32)
    outputs[:, fitted.places] = own
    return outputs


def _tables(fits: Sequence[TableFit]) -> tuple[Any, ...]:
    columns = [_together(codes) for codes in zip(*(fit.columns for fit in fits), strict=True)]
    names = tuple(name for names, _ in columns for name in names)
    begin = np.cumsum([0, *(len(names) for names, _ in columns)])
    name_columns = tuple(
        (int(first), len(own))
        for first, (own, _), code in zip(begin, columns, fits[0].columns, strict=False)
        if isinstance(code, CategoryCode) and own
    )
    places = [
        np.concatenate([first + own[fold] for first, (_, own) in zip(begin, columns, strict=False)])
        for fold in range(len(fits))
    ]
    if all(len(own) == len(names) for own in places):
        return tuple(fits)
    return tuple(Widened(fit, own, names, name_columns) for fit, own in zip(fits, places, strict=True))


def _together(codes: Sequence[Any]) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """Return the names of the outputs that a column has in any fold, and the places of each fold's own."""
    if isinstance(codes[0], CategoryCode):
        levels = tuple(sorted({level for code in codes for level in code.levels}))
        flags = (any(code.other for code in codes), any(code.missing for code in codes))
        names = CategoryCode(codes[0].name, levels, *flags).names()
        place = {name: k for k, name in enumerate(names)}
        return names, [np.array([place[name] for name in code.names()], np.int64) for code in codes]
    return _numbers(codes)


def _numbers(codes: Sequence[NumericCode]) -> tuple[tuple[str, ...], list[np.ndarray]]:
    name, most = codes[0].name, max(len(code.pieces.means) for code in codes)
    missing = any(code.missing for code in codes)
    names = (name, *(f"{name} piece {k + 1}" for k in range(most)), *([f"{name} (missing)"] if missing else []))
    last = [np.array([1 + most] * code.missing, np.int64) for code in codes]
    return names, [np.append(np.arange(1 + len(code.pieces.means)), own) for code, own in zip(codes, last, strict=True)]
