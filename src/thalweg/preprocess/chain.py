"""One preprocessing, or several one after the other: how an experiment's are fitted, applied and stored.

An experiment holds one spec or a tuple of them. Each step of a tuple learns from what the steps before it make of the
training rows, and sees them in 32 bits, as a network would.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.columns import Columns
from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.table import TableEncoding, TableFit
from thalweg.preprocess.widened import applied, widened


class ChainFit(NamedTuple):
    """What the steps of a chain learned, in their order."""

    steps: tuple[Any, ...]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What the steps remarked while fitting."""
        return tuple(remark for step in self.steps for remark in step.remarks)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the outputs: of the last step that has names of its own, for the others keep them; () for none."""
        named = [names for step in self.steps if (names := getattr(step, "names", ()))]
        return named[-1] if named else ()


def check_chain(preprocess: Any) -> None:
    """Refuse a tuple of steps that can fit no data.

    Args:
        preprocess: One spec, or a tuple of specs.

    Raises:
        InputError: If the tuple is empty, or a table's encoding stands behind another step.
    """
    if not isinstance(preprocess, tuple):
        return
    if not preprocess:
        raise InputError("the list of preprocessings is empty. Name one at least, such as no_preprocessing.")
    for place, step in enumerate(preprocess):
        if place and isinstance(step, TableEncoding):
            raise InputError(
                f"the preprocessing TableEncoding makes numbers of a table, so that it can be the first alone; got it "
                f"at position {place}, counted from 0. Move it to the front."
            )


def encodes_tables(preprocess: Any) -> bool:
    """Say whether a preprocessing takes a table's columns; the others take arrays."""
    return isinstance(_steps(preprocess)[0], TableEncoding)


def table_of(fitted: Any) -> TableFit | None:
    """Return what was learned of a table's columns; None where the inputs are arrays."""
    first = fitted.steps[0] if isinstance(fitted, ChainFit) else fitted
    return first if isinstance(first, TableFit) else None


def steps(preprocess: Any, fitted: Any) -> tuple[tuple[Any, Any], ...]:
    """Return each step of a preprocessing with what it learned, in their order."""
    if not isinstance(preprocess, tuple):
        return ((preprocess, fitted),)
    return tuple(zip(preprocess, fitted.steps, strict=True))


def fit(preprocess: Any, inputs: Columns | np.ndarray, split: Split) -> Any:
    """Fit a preprocessing to the training rows, which each step picks itself.

    Args:
        preprocess: One spec, or a tuple of specs.
        inputs: All examples: a table's columns, or an array (n, ...).
        split: Their parts.

    Returns:
        What was learned: what the spec's own `fit` returns, or a `ChainFit` of that.

    Raises:
        InputError: If a step does not suit what it is given, or gives training rows that are too large for 32 bits to
            the next one.
    """
    if not isinstance(preprocess, tuple):
        return preprocess.fit(inputs, split)
    made: Any = inputs
    learned: list[Any] = []
    for place, step in enumerate(preprocess):
        learned.append(step.fit(made, split))
        if place < len(preprocess) - 1:
            made = step.apply(learned[-1], made)
            _check_finite(made, split, type(step).__name__, place)
    return ChainFit(tuple(learned))


def fit_folds(
    preprocess: Any, inputs: Columns | np.ndarray, splits: Sequence[Split]
) -> tuple[tuple[Any, np.ndarray], ...]:
    """Fit a preprocessing to each fold's own training rows, such that all outputs have one shape.

    Args:
        preprocess: One spec, or a tuple of specs.
        inputs: All examples: a table's columns, or an array (n, ...).
        splits: Of each fold.

    Returns:
        What each fold learned, for `apply`, and all examples as it preprocesses them; see `widened` for the width.

    Raises:
        InputError: If a step does not suit what it is given, or gives training rows that are too large for 32 bits to
            the next one; the message says in which fold.
    """
    made: list[Any] = [inputs] * len(splits)
    learned: list[tuple[Any, ...]] = []
    for place, step in enumerate(_steps(preprocess)):
        if place:
            name = type(_steps(preprocess)[place - 1]).__name__
            _of_each(lambda x, split, name=name, place=place: _check_finite(x, split, name, place - 1), made, splits)
        learned.append(widened(_of_each(step.fit, made, splits)))
        made = [applied(step, own, x) for own, x in zip(learned[-1], made, strict=True)]
    fits = [ChainFit(own) if isinstance(preprocess, tuple) else own[0] for own in zip(*learned, strict=True)]
    return tuple(zip(fits, made, strict=True))


def _of_each(function: Callable[[Any, Split], Any], inputs: Sequence[Any], splits: Sequence[Split]) -> list[Any]:
    """Call a function for each fold; say in which one it found something amiss."""
    made = []
    for number, (x, split) in enumerate(zip(inputs, splits, strict=True), 1):
        try:
            made.append(function(x, split))
        except InputError as error:
            raise InputError(f"fold {number} of {len(splits)}: {error}") from None
    return made


def apply(preprocess: Any, fitted: Any, inputs: Columns | np.ndarray) -> np.ndarray:
    """Preprocess any rows.

    Args:
        preprocess: One spec, or a tuple of specs.
        fitted: What `fit` or `fit_folds` learned with it.
        inputs: Examples like those it was fitted to.

    Returns:
        (n, ...) float32.

    Raises:
        InputError: If the examples have another shape, or lack a column.
    """
    made: Any = inputs
    for step, learned in steps(preprocess, fitted):
        made = applied(step, learned, made)
    return made


def pack(preprocess: Any, fitted: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return what was learned as (arrays, facts) for a file."""
    if not isinstance(preprocess, tuple):
        return preprocess.pack(fitted)
    arrays, told = {}, []
    for place, (step, learned) in enumerate(steps(preprocess, fitted)):
        inner, facts = step.pack(learned)
        arrays |= {f"{place}.{name}": array for name, array in inner.items()}
        told.append(facts)
    return arrays, {"steps": told}


def unpack(preprocess: Any, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Any:
    """Return what `pack` was given, without its remarks.

    Args:
        preprocess: One spec, or a tuple of specs.
        arrays: What `pack` gave.
        facts: What `pack` gave.

    Returns:
        What `fit` learned.

    Raises:
        InputError: If something is missing.
    """
    if not isinstance(preprocess, tuple):
        return preprocess.unpack(arrays, facts)
    told = facts.get("steps")
    if not isinstance(told, list) or list(map(type, told)) != [dict] * len(preprocess):
        raise InputError(f"the stored preprocessing is not one of {len(preprocess)} steps; train the run anew.")
    learned = []
    for place, (step, inner) in enumerate(zip(preprocess, told, strict=True)):
        head = f"{place}."
        mine = {name.removeprefix(head): array for name, array in arrays.items() if name.startswith(head)}
        learned.append(step.unpack(mine, inner))
    return ChainFit(tuple(learned))


def _steps(preprocess: Any) -> tuple[Any, ...]:
    return preprocess if isinstance(preprocess, tuple) else (preprocess,)


def _check_finite(made: np.ndarray, split: Split, name: str, place: int) -> None:
    fine = np.isfinite(made[split.train]).reshape(len(split.train), -1).all(axis=1)
    if not fine.all():
        row = int(split.train[np.flatnonzero(~fine)[0]])
        raise InputError(
            f"the preprocessing {name} (position {place}, counted from 0) makes of row {row} numbers that are too "
            "large for 32 bits. Put standardize before it."
        )
