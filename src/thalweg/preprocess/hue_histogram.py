"""Images as histograms of their colours."""

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess import mapped
from thalweg.preprocess.affine import check_shape
from thalweg.preprocess.images import in_slices, require_images
from thalweg.preprocess.mapped import MapFit
from thalweg.spec import spec


@spec
class HueHistogram:
    """Replace images by how much of each hue they hold: colour without shape.

        C = max(r, g, b) - min(r, g, b),    saturation s = C / max(r, g, b), 0 where black
        hue h = 60 degrees times: (g - b) / C modulo 6 where r is the largest; (b - r) / C + 2, g; (r - g) / C + 4, b
        x'_k = sum of s over the pixels with 360 k / bins <= h < 360 (k+1) / bins, divided by the number of pixels

    Each pixel counts by its saturation, for the hue of a pixel that is nearly grey is noise, and that of a grey one is
    none: counted plainly, it would pass for red. So the numbers add up to the mean saturation. Where things are in an
    image counts for nothing, nor does how bright the light is. The map learns nothing from the data.

    Args:
        bins: How many the circle of hues is cut into, the first from red (0 degrees) on; at least 1.

    Raises:
        InputError: If there are none.

    Example:
        >>> x = np.array([[[[255, 0, 0], [0, 0, 80]], [[99, 99, 99], [99, 198, 99]]]], np.uint8)
        >>> fitted = HueHistogram(3).fit(x, Split(np.array([0]), np.array([], int), np.array([], int)))
        >>> HueHistogram(3).apply(fitted, x).tolist(), fitted.names  # red, blue, grey, and half of green
        ([[0.25, 0.125, 0.25]], ('hue 0-120', 'hue 120-240', 'hue 240-360'))

    Source: CS231n lecture 4, "Image features: color histogram"; van de Sande, Gevers and Snoek, "Evaluating color
    descriptors for object and scene recognition", 2010, section 3.1, for the weights.
    """

    bins: int = 12

    def __post_init__(self):
        """Check that there are bins."""
        if self.bins < 1:
            raise InputError(f"HueHistogram.bins must be at least 1; got {shown(self.bins)}.")

    def fit(self, inputs: np.ndarray, split: Split) -> MapFit:
        """Remember the form of the images.

        Args:
            inputs: (n, height, width, 3) all examples, of red, green and blue.
            split: Their parts; not looked at.

        Returns:
            The shape of an image, and the outputs' names: hues in degrees.

        Raises:
            InputError: If the examples are no images, or not of three channels.
        """
        require_images("histograms of hue", inputs)
        if inputs.shape[3] != 3:
            raise InputError(
                f"histograms of hue are of images of 3 channels, red, green and blue; got {inputs.shape[3]}. Greyscale "
                "images have no hue: use oriented_gradients or visual_words."
            )
        edges = [f"{360 * k / self.bins:g}" for k in range(self.bins + 1)]
        return MapFit(inputs.shape[1:], tuple(f"hue {edges[k]}-{edges[k + 1]}" for k in range(self.bins)))

    def apply(self, fitted: MapFit, inputs: np.ndarray) -> np.ndarray:
        """Return the histograms of images.

        Args:
            fitted: What `fit` learned.
            inputs: (n, height, width, 3) images of the shape it was fitted to; no number below 0.

        Returns:
            (n, bins) float32, from 0 to 1.

        Raises:
            InputError: If the images have another shape, or numbers below 0.
        """
        check_shape(fitted.shape, inputs)
        return in_slices(self._histograms, inputs)

    def _histograms(self, images: np.ndarray) -> np.ndarray:
        if images.size and images.min() < 0:
            raise InputError(
                f"histograms of hue are of pixels from 0 up; got {images.min():g}. Put hue_histogram before what "
                "scales."
            )
        pixels = images.reshape(len(images), -1, 3).astype(np.float64)
        largest = pixels.max(axis=2)
        chroma = largest - pixels.min(axis=2)
        (r, g, b), over = np.moveaxis(pixels, 2, 0), np.where(chroma > 0, chroma, 1.0)
        of_red, of_green, of_blue = (g - b) / over % 6.0, (b - r) / over + 2.0, (r - g) / over + 4.0
        sixth = np.where(largest == r, of_red, np.where(largest == g, of_green, of_blue))  # of the circle, 0 to 6
        hue = np.minimum((sixth * self.bins / 6.0).astype(np.int64), self.bins - 1)
        saturation = chroma / np.where(largest > 0, largest, 1.0)
        place = np.arange(len(images))[:, None] * self.bins + hue
        sums = np.bincount(place.ravel(), saturation.ravel(), minlength=len(images) * self.bins)
        return (sums.reshape(len(images), self.bins) / pixels.shape[1]).astype(np.float32)

    pack = staticmethod(mapped.pack)
    unpack = staticmethod(mapped.unpack)
