"""What the units of a first layer look for in an image: their weights, laid out as the pixels that they weigh."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from thalweg.layers.convolution import Convolution
from thalweg.network.in_place import in_place
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Params, Shape


class Filters(NamedTuple):
    """The weights of a first layer, unit by unit."""

    layer: str  # its name
    weights: Float[np.ndarray, "units height width channels"]
    templates: bool  # whether the units are the network's outputs, as those of a linear classifier are


def first_filters(network: Sequential, params: Params, input_shape: Shape) -> Filters | None:
    """Return the weights of the first layer that mixes pixels, if each unit's can be seen as an image.

        a convolution's unit o: w[:, :, :, o];    a dense layer's unit o: w[:, o], in the axes of the image before it

    The weights of a linear classifier are its templates: the class whose template an image resembles most, by the
    inner product, gets the highest score. Layers that leave every input where it is may come first, and so may a
    `Reshape` that makes images of numbers in a row.

    Args:
        network: Its first layers are looked at.
        params: By layer name.
        input_shape: Shape of one preprocessed example.

    Returns:
        The weights; None where the layer's inputs are no images of one or three channels, or have no such weights.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> w = np.arange(8.0).reshape(4, 2)  # of 2 x 2 grey pixels, to 2 units
        >>> first_filters(Sequential((Dense(2),)), {"dense_1": {"w": w}}, (2, 2, 1)).weights[1, :, :, 0].tolist()
        [[1.0, 3.0], [5.0, 7.0]]

    Source: CS231n notes, "Linear classification", "Interpretation of linear classifiers as template matching";
    "Neural Networks Part 3", "First-layer visualizations".
    """
    shape = image = input_shape
    for name, layer in zip(network.names(), network.layers, strict=True):
        if in_place(layer):
            shape = output_shape(layer, shape)
            image = shape if len(shape) == 3 else image
            continue
        w: np.ndarray = np.asarray(params[name]["w"]) if "w" in params.get(name, {}) else np.zeros(0)
        if isinstance(bare(layer), Convolution):
            weights, image = np.moveaxis(w, 3, 0), w.shape[:3]
        elif w.ndim == 2 and len(image) == 3 and len(w) == np.prod(image):
            weights = w.T.reshape(-1, *image)
        else:
            return None
        return Filters(name, weights, layer is network.layers[-1]) if image[2] in (1, 3) else None
    return None
