"""Images as histograms of oriented gradients (HOG)."""

from itertools import pairwise

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess import gradients, mapped
from thalweg.preprocess.affine import check_shape
from thalweg.preprocess.mapped import MapFit
from thalweg.spec import spec


@spec
class OrientedGradients:
    """Replace images by histograms of oriented gradients (HOG): where they change, and in which direction.

        32 x 32 pixels -> 4 x 4 cells of 8 x 8 pixels, 9 orientations each -> 3 x 3 blocks of 2 x 2 cells, 324 numbers

    Each pixel adds the length of its gradient to one orientation of its cell. Blocks of neighbouring cells are scaled
    to length 1, so that light and contrast count for nothing. A shape that moves by a few pixels changes little, and a
    colour that becomes another one of like contrast changes nothing: shape without colour. The map learns nothing from
    the data. Nothing is laid over the edge, so that pixels right of the last whole cell and below it are not looked at.

    Args:
        cell: Side of a cell in pixels; at least 1.
        orientations: Bins between 0 and 180 degrees; at least 1.
        block: Cells on a side of a block that is normalised together; 0 leaves the cells as they are, in the unit of
            the pixels.

    Raises:
        InputError: If one is below its least.

    Example:
        >>> x = np.zeros((1, 4, 8, 1))
        >>> x[:, :, 2:] = 8.0  # an upright edge in the left cell
        >>> kind = OrientedGradients(cell=4, orientations=2, block=0)
        >>> fitted = kind.fit(x, Split(np.array([0]), np.array([], int), np.array([], int)))
        >>> kind.apply(fitted, x).tolist()
        [[4.0, 0.0, 0.0, 0.0]]
        >>> fitted.names[:2]
        ('gradient 0-90 at (0, 0)', 'gradient 90-180 at (0, 0)')

    Source: Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005; CS231n lecture 4, "Image
    features".
    """

    cell: int = 8
    orientations: int = 9
    block: int = 2

    def __post_init__(self):
        """Check the sizes."""
        for name, least in (("cell", 1), ("orientations", 1), ("block", 0)):
            value = getattr(self, name)
            if value < least:
                raise InputError(f"OrientedGradients.{name} must be at least {least}; got {shown(value)}.")

    def fit(self, inputs: np.ndarray, split: Split) -> MapFit:
        """Remember the form of the images.

        Args:
            inputs: (n, height, width, channels) all examples.
            split: Their parts; not looked at.

        Returns:
            The shape of an image, and the outputs' names: orientations in degrees, places as (row, column) from 0.

        Raises:
            InputError: If the examples are no images, or smaller than a block.
        """
        rows, columns, _ = self._made(inputs[:1]).shape[1:]
        edges = [f"{180 * k / self.orientations:g}" for k in range(self.orientations + 1)]
        angles = [f"gradient {low}-{high}" for low, high in pairwise(edges)]
        inner = [(row, column) for row in range(self.block) for column in range(self.block)]
        names = [
            f"{angle} at {place}" if not self.block else f"{angle} at {(place[0] + i, place[1] + j)}, block {place}"
            for place in np.ndindex(rows, columns)
            for i, j in inner or [(0, 0)]
            for angle in angles
        ]
        return MapFit(inputs.shape[1:], tuple(names))

    def apply(self, fitted: MapFit, inputs: np.ndarray) -> np.ndarray:
        """Return the histograms of images.

        Args:
            fitted: What `fit` learned.
            inputs: (n, height, width, channels) images of the shape it was fitted to.

        Returns:
            (n, numbers) float32: block by block along the rows, in a block cell by cell, in a cell by orientation.

        Raises:
            InputError: If the images have another shape.
        """
        check_shape(fitted.shape, inputs)
        return self._made(inputs).reshape(len(inputs), -1)

    def _made(self, images: np.ndarray) -> np.ndarray:
        return gradients.oriented_gradients(images, self.cell, self.orientations, self.block)

    pack = staticmethod(mapped.pack)
    unpack = staticmethod(mapped.unpack)
