"""Two columns as a radius and an angle."""

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess import mapped
from thalweg.preprocess.affine import check_shape
from thalweg.preprocess.mapped import MapFit
from thalweg.spec import spec


@spec
class Polar:
    """Replace two columns by their radius and angle; the others stay.

        r = sqrt(x^2 + y^2),    theta = atan2(y, x), in (-pi, pi], and 0 at the origin

    A disc inside a ring cannot be split by a line in (x, y); in (r, theta) it is one line, r = constant. The map learns
    nothing from the data. The origin matters: where the rings are not around 0, centre first, with
    `preprocess = ["center", "polar"]`. The trap is the cut behind the origin, where the angle jumps from pi to -pi.

    Args:
        columns: Positions of x and y, from 0; r takes the place of x, theta that of y.

    Raises:
        InputError: If they are not two different positions.

    Example:
        >>> x = np.array([[0.0, 2.0], [-3.0, 0.0]])
        >>> fitted = Polar().fit(x, Split(np.array([0, 1]), np.array([], int), np.array([], int)))
        >>> (Polar().apply(fitted, x) / [1, np.pi]).round(6).tolist()
        [[2.0, 0.5], [3.0, 1.0]]

    Source: CS231n lecture 2, "Hard cases for a linear classifier", and lecture 4, "Image features".
    """

    columns: tuple[int, int] = (0, 1)

    def __post_init__(self):
        """Check that there are two columns."""
        if min(self.columns) < 0 or self.columns[0] == self.columns[1]:
            raise InputError(f"Polar.columns must be two different positions from 0; got {shown(self.columns)}.")

    def fit(self, inputs: np.ndarray, split: Split) -> MapFit:
        """Remember the form of the examples.

        Args:
            inputs: (n, d) all examples.
            split: Their parts; not looked at.

        Returns:
            The shape of an example, and the outputs' names.

        Raises:
            InputError: If the examples are no rows of numbers, or have no such columns.
        """
        shape, last = inputs.shape[1:], max(self.columns)
        if len(shape) != 1 or last >= shape[0]:
            raise InputError(
                f"the preprocessing Polar needs rows of at least {last + 1} numbers for its columns {self.columns}; "
                f"got examples of shape {shape}. Give others in columns, or use rows of numbers."
            )
        names = [f"input {place}" for place in range(shape[0])]
        names[self.columns[0]], names[self.columns[1]] = "radius", "angle"
        return MapFit(shape, tuple(names))

    def apply(self, fitted: MapFit, inputs: np.ndarray) -> np.ndarray:
        """Return the examples with radius and angle in place of the two columns.

        Args:
            fitted: What `fit` learned.
            inputs: (n, d) examples of the shape it was fitted to.

        Returns:
            (n, d) float32.

        Raises:
            InputError: If the examples have another shape.
        """
        check_shape(fitted.shape, inputs)
        first, second = self.columns
        with np.errstate(over="ignore"):  # a number too large for float32 becomes inf
            # Plus 0, for -0 has another angle than 0.
            x, y = (inputs[:, column].astype(np.float64) + 0.0 for column in self.columns)
            outputs = inputs.astype(np.float32)
            outputs[:, first], outputs[:, second] = np.hypot(x, y), np.arctan2(y, x)
        return outputs

    pack = staticmethod(mapped.pack)
    unpack = staticmethod(mapped.unpack)
