"""The mean of each colour channel taken from images, and nothing else."""

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import affine
from thalweg.preprocess.affine import Affine, training_mean
from thalweg.spec import spec


@spec
class CenterChannels:
    """Subtract from images the mean of each channel over the training images, and leave their scale.

        x' = x - mean_c(x)

    One number a channel, as in VGG; `Center` subtracts the mean image, as in AlexNet. All pixels have one scale from
    the start, so that images need no other scaling for the sake of their relative sizes. But pixels of 0 to 255 are a
    hundred times what networks' first weights and usual rates are made for, which the checks before training say;
    `PixelScale` also brings them to 0 .. 1.

    Example:
        >>> x = np.array([[[[0, 51]]], [[[100, 51]]]], np.uint8)  # two images of one pixel, two channels
        >>> parts = Split(np.array([0, 1]), np.array([], int), np.array([], int))
        >>> CenterChannels().apply(CenterChannels().fit(x, parts), x).ravel().tolist()
        [-50.0, 0.0, 50.0, 0.0]

    Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015,
    section 2.1; CS231n notes, "Neural Networks Part 2", "Data Preprocessing".
    """

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Return the channel means of the training rows.

        Args:
            inputs: (n, height, width, channels) all images, of whole numbers or others.
            split: Their parts.

        Returns:
            The shift, the same at every pixel, and a scale of 1.

        Raises:
            InputError: If the inputs are no images.
        """
        if inputs.ndim != 4:
            raise InputError(
                "CenterChannels needs images (n, height, width, channels); "
                f"got examples of shape {inputs.shape[1:]}. Use --set preprocess=center."
            )
        means = training_mean(inputs, split).mean(axis=(0, 1), keepdims=True)
        shape = inputs.shape[1:]
        return Affine(np.broadcast_to(means, shape).copy(), np.ones(shape))

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)
