"""Features that the user computes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.functions import called, require_function, sketched
from thalweg.preprocess import mapped
from thalweg.preprocess.affine import SLICE, check_shape
from thalweg.preprocess.mapped import MapFit
from thalweg.spec import spec

ROWS = 20  # that are tried when it is fitted


@spec
class CustomFeatures:
    """Replace the inputs by what a function of the user's makes of them.

        x' = function(x)

    The function learns nothing from the data and maps each row by itself: it is handed some rows at a time, training
    rows or others, and never all. A saved run holds its name and a digest of it; who loads the run hands it in.

    Args:
        function: Takes a NumPy array x (n, ...) of float64 and returns real numbers (n, ...), an example of any shape
            but (). It runs once, before training, outside the compiled program: plain NumPy. Written with `def`.

    Raises:
        InputError: If `function` has no name and source of its own (when the spec is made).

    Example:
        >>> def products(x):
        ...     return np.stack([x[:, 0] * x[:, 1], x[:, 0] + x[:, 1]], axis=1)
        >>> x = np.array([[2.0, 3.0], [4.0, 5.0]])
        >>> kind = CustomFeatures(products)
        >>> kind.apply(kind.fit(x, Split(np.array([0, 1]), np.array([], int), np.array([], int))), x).tolist()
        [[6.0, 5.0], [20.0, 9.0]]

    Source: the user's own.
    """

    function: Callable[..., Any]

    def __post_init__(self):
        """Check that files can speak of the function."""
        require_function("CustomFeatures.function", self.function)

    def fit(self, inputs: np.ndarray, split: Split) -> MapFit:
        """Remember the form of the examples, and try the function on a few, together and one by one.

        Args:
            inputs: (n, ...) all examples.
            split: Their parts; the first training rows are tried.

        Returns:
            The shape of an example.

        Raises:
            InputError: If the function fails, returns something else than a row of real numbers for each row,
                another row where it is handed others with it, or numbers that are not finite for finite ones.
        """
        few = inputs[split.train[:ROWS]]
        together, alone = self._mapped(few), np.concatenate([self._mapped(row[None]) for row in few])
        if together.shape != alone.shape or not np.allclose(together, alone, rtol=1e-4, atol=1e-6, equal_nan=True):
            raise InputError(
                f"the function {self.function.__name__!r} of CustomFeatures gives other features for a row alone than "
                "for the same row among others. Let it map each row by itself: what it looks at in other rows would "
                "leak from those that are held back."
            )
        known = np.isfinite(few.reshape(len(few), -1)).all(axis=1)
        wrong = known & ~np.isfinite(together.reshape(len(few), -1)).all(axis=1)
        if wrong.any():
            raise InputError(
                f"the function {self.function.__name__!r} of CustomFeatures gives numbers that are not finite for row "
                f"{int(split.train[np.flatnonzero(wrong)[0]])} (from 0). Let it give finite ones."
            )
        return MapFit(inputs.shape[1:])

    def apply(self, fitted: MapFit, inputs: np.ndarray) -> np.ndarray:
        """Return the function of the examples.

        Args:
            fitted: What `fit` learned.
            inputs: (n, ...) examples of the shape it was fitted to.

        Returns:
            (n, ...) float32; a number too large for it is infinite.

        Raises:
            InputError: If the examples have another shape, the function fails, or returns something else than a row of
                real numbers for each row.
        """
        check_shape(fitted.shape, inputs)
        step = max(1, SLICE // max(1, int(np.prod(fitted.shape))))
        pieces = [self._mapped(inputs[begin : begin + step]) for begin in range(0, max(len(inputs), 1), step)]
        shapes = {piece.shape[1:] for piece in pieces}
        if len(shapes) > 1:
            raise InputError(
                f"the function {self.function.__name__!r} of CustomFeatures returned examples of the shapes "
                f"{', '.join(map(str, sorted(shapes)))}. Let it map each row by itself."
            )
        return np.concatenate(pieces)

    def _mapped(self, rows: np.ndarray) -> np.ndarray:
        made = called(self, self.function, rows.astype(np.float64))
        numbers = isinstance(made, np.ndarray) and made.dtype.kind in "fiub" and made.ndim > 1
        if not numbers or made.shape[:1] != rows.shape[:1] or 0 in made.shape[1:]:
            raise InputError(
                f"the function {self.function.__name__!r} of CustomFeatures must return a NumPy array of real numbers "
                f"(n, ...), a row for each of the {len(rows)} it takes; got {sketched(made)}."
            )
        with np.errstate(over="ignore"):
            return made.astype(np.float32)

    pack = staticmethod(mapped.pack)
    unpack = staticmethod(mapped.unpack)
