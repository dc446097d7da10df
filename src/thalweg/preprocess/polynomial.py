"""All products of the inputs up to a degree."""

import math
from itertools import combinations_with_replacement

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess import mapped
from thalweg.preprocess.affine import SLICE, check_shape
from thalweg.preprocess.mapped import MapFit
from thalweg.spec import spec
from thalweg.wording import counted

FEATURES = 20_000  # most products of an example
NUMBERS = 2**31  # most products of all examples together: 8 GiB in 32 bits
DEGREES = 20


@spec
class Polynomial:
    """Replace the inputs by all their products of 1 to `degree` factors.

        (x_0, x_1) -> (x_0, x_1, x_0^2, x_0 x_1, x_1^2) at degree 2;    C(d + degree, degree) - 1 numbers of d inputs

    A linear model of the products is a polynomial of the inputs: at degree 2 its boundaries are circles, ellipses and
    hyperbolas. The constant is left out, for layers have biases. The map learns nothing from the data. Products grow
    fast, in number and in size: standardise before and after, with
    `preprocess = ["standardize", "polynomial", "standardize"]`. Examples of any shape are laid in a row first.

    Args:
        degree: Most factors of a product; 1 to 20.

    Raises:
        InputError: If `degree` is out of its range.

    Example:
        >>> x = np.array([[2.0, 3.0]])
        >>> fitted = Polynomial(2).fit(x, Split(np.array([0]), np.array([], int), np.array([], int)))
        >>> Polynomial(2).apply(fitted, x).tolist(), fitted.names
        ([[2.0, 3.0, 4.0, 6.0, 9.0]], ('x0', 'x1', 'x0^2', 'x0 x1', 'x1^2'))

    Source: Bishop, "Pattern Recognition and Machine Learning", 2006, section 1.1; Hastie, Tibshirani and Friedman, "The
    Elements of Statistical Learning", chapter 5.
    """

    degree: int = 2

    def __post_init__(self):
        """Check that the degree is one."""
        if not 1 <= self.degree <= DEGREES:
            raise InputError(f"Polynomial.degree must be from 1 to {DEGREES}; got {shown(self.degree)}.")

    def fit(self, inputs: np.ndarray, split: Split) -> MapFit:
        """Remember the form of the examples, once the products are counted.

        Args:
            inputs: (n, ...) all examples.
            split: Their parts; not looked at.

        Returns:
            The shape of an example, and the products' names.

        Raises:
            InputError: If there are more products than memory holds; nothing was allocated for them.
        """
        shape = inputs.shape[1:]
        size = math.prod(shape)
        self._check_count(size, len(inputs))
        names = []
        for degree in range(1, self.degree + 1):
            names += map(_name, combinations_with_replacement(range(size), degree))
        return MapFit(shape, tuple(names))

    def apply(self, fitted: MapFit, inputs: np.ndarray) -> np.ndarray:
        """Return the products of examples.

        Args:
            fitted: What `fit` learned.
            inputs: (n, ...) examples of the shape it was fitted to.

        Returns:
            (n, products) float32, by degree and within one in the order of the inputs; a product too large is infinite.

        Raises:
            InputError: If the examples have another shape, or there are more products than memory holds.
        """
        check_shape(fitted.shape, inputs)
        size = math.prod(fitted.shape)
        count = self._check_count(size, len(inputs))
        steps = _steps(size, self.degree)
        outputs = np.empty((len(inputs), count), np.float32)
        rows = max(1, SLICE // count)
        for begin in range(0, len(inputs), rows):
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                x = inputs[begin : begin + rows].astype(np.float64).reshape(-1, size)
                made = [x]
                for before, factor in steps:
                    made.append(made[-1][:, before] * x[:, factor])
                outputs[begin : begin + rows] = np.concatenate(made, axis=1)
        return outputs

    pack = staticmethod(mapped.pack)
    unpack = staticmethod(mapped.unpack)

    def _check_count(self, size: int, rows: int) -> int:
        count = math.comb(size + self.degree, self.degree) - 1
        if count > FEATURES or count * rows > NUMBERS:
            raise InputError(
                f"the preprocessing Polynomial of degree {self.degree} makes {count:,} products of "
                f"{counted(size, 'input')}, for {counted(rows, 'row')}; at most {FEATURES:,}, and {NUMBERS:,} in all "
                "rows, are held. Use a lower degree, or fewer inputs, as pca gives them."
            )
        return count


def _steps(size: int, degree: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, for each degree from 2, which product of one factor less to multiply by which input."""
    steps, last = [], np.arange(size)  # the last factor of each product: none before it may follow, or products recur
    for _ in range(degree - 1):
        more = size - last
        before = np.repeat(np.arange(len(last)), more)
        first = np.repeat(np.cumsum(more) - more, more)
        last = np.repeat(last, more) + np.arange(len(before)) - first
        steps.append((before, last))
    return steps


def _name(factors: tuple[int, ...]) -> str:
    powers = {factor: factors.count(factor) for factor in factors}
    return " ".join(f"x{factor}^{power}" if power > 1 else f"x{factor}" for factor, power in powers.items())
