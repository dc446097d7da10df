"""Training images that lie nearest to others: in what a network has learned, and in plain pixels."""

from math import prod

import numpy as np
from sklearn.neighbors import NearestNeighbors

from thalweg.data.source import Source
from thalweg.monitors.hidden_features import hidden_features, last_hidden
from thalweg.monitors.picture import shrunk
from thalweg.monitors.unit_layers import shape_behind
from thalweg.runs.inside import MOST_ASKED, MOST_NEAREST, NEAREST_SIDE, Nearest, Retrieval
from thalweg.runs.looked_at import affordable, evenly
from thalweg.runs.model import Model
from thalweg.runs.worst_errors import are_images
from thalweg.spec import traced

MOST_IMAGES = 1_000  # asked about
MOST_TRAINING = 10_000  # looked through
MOST_NUMBERS = 2**26  # of pixels, or features, of either that are held as floats


def retrieval(
    source: Source, x: np.ndarray, training: np.ndarray, rows: np.ndarray, model: Model, part: str
) -> Retrieval | None:
    """Return the training images nearest to images of another part, by features and by pixels.

        distance of images a and b = |h(a) - h(b)|,    h the outputs of the last hidden layer, or the pixels

    A network that has understood its images finds some of the same class, whatever their colours and places; pixels
    find some of the same brightness at the same places.

    Args:
        source: Gives the images as they were read, and their classes.
        x: (rows, ...) all examples, preprocessed.
        training: (n,) places of the training rows in the data; of more than 10,000, as many are taken evenly.
        rows: (m,) places of the rows asked about; of more than 1,000, as many are taken evenly. Of large images and
            networks it is fewer of either.
        model: With the best weights.
        part: Name of the part asked about.

    Returns:
        The nearest five of each of eight images, and the share of the same class over all that were asked about; None
        where the data are no images with classes, the network has no hidden layer, or a feature is not finite.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
    section 6.1; CS231n notes, "Image Classification", on the nearest neighbour classifier.
    """
    layer = last_hidden(model.experiment.network, model.input_shape)
    if not are_images(source) or source.task.kind != "classes" or not layer or not len(rows):
        return None
    images, targets = np.asarray(source.inputs), np.asarray(source.targets)
    numbers = max(prod(shape_behind(model.experiment.network, model.input_shape, layer)), prod(images.shape[1:]))
    most = max(MOST_NEAREST, affordable(model, MOST_NUMBERS // numbers))
    asked = rows[evenly(len(rows), min(MOST_IMAGES, most))]
    among = training[evenly(len(training), min(MOST_TRAINING, most))]
    objective = traced(model.experiment.objective())

    def features(of: np.ndarray) -> np.ndarray:
        return hidden_features(objective, model.params, model.state, x, of, layer)

    by_features = features(asked)
    known = features(among)
    if not (np.isfinite(by_features).all() and np.isfinite(known).all()):
        return None
    learned = among[_nearest(by_features, known)]
    plain = among[_nearest(*(images[of].reshape(len(of), -1).astype(np.float32) for of in (asked, among)))]
    places = evenly(len(asked), MOST_ASKED)
    names = source.task.classes

    def called(of: np.ndarray) -> tuple[str, ...]:
        return tuple(names[target] for target in targets[of])

    def shown(nearest: np.ndarray) -> tuple[Nearest, ...]:
        return tuple(
            Nearest(int(row), names[targets[row]], tuple(map(int, near)), called(near))
            for row, near in zip(asked[places], nearest[places], strict=True)
        )

    def pictures(of: np.ndarray) -> np.ndarray:
        return shrunk(images[of.ravel()], NEAREST_SIDE)

    def share(nearest: np.ndarray) -> float:
        return float((targets[nearest] == targets[asked][:, None]).mean())

    return Retrieval(
        part=part,
        layer=layer,
        features=known.shape[1],
        learned=shown(learned),
        plain=shown(plain),
        asked=pictures(asked[places]),
        learned_pictures=pictures(learned[places]),
        plain_pictures=pictures(plain[places]),
        learned_share=share(learned),
        plain_share=share(plain),
        images=len(asked),
        among=len(among),
    )


def _nearest(asked: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return (n, k) places among the known of the k nearest to each of those asked about, the nearest first."""
    search = NearestNeighbors(n_neighbors=min(MOST_NEAREST, len(known)), algorithm="brute").fit(known)
    return search.kneighbors(asked, return_distance=False)
