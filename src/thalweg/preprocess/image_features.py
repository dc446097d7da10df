"""Several features of images side by side, as one row of numbers."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.oriented_gradients import OrientedGradients
from thalweg.preprocess.visual_words import VisualWords
from thalweg.spec import kind_of, part, spec


class ImageFeaturesFit(NamedTuple):
    """What each of several features learned."""

    features: tuple[Any, ...]  # in their order; None for one that is left out
    names: tuple[str, ...] = ()  # of the outputs; not kept in files
    remarks: tuple[Remark, ...] = ()  # from fitting; not kept in files


@spec
class ImageFeatures:
    """Replace images by several kinds of features, laid side by side in one row of numbers.

        x' = (colours, gradients, words)

    What one kind is blind to, another sees: colour without shape, shape without colour, small pieces without their
    places. It is how images were classified before networks learned their own features: these first, and a linear
    classifier on them. The kinds differ in size, so standardise what comes out, with
    `preprocess = ["image_features", "standardize"]`. Greyscale images have no hue: `hue_histogram` is left out for them
    where other kinds remain, and a remark says so.

    Args:
        features: `hue_histogram`, `oriented_gradients`, `visual_words`, in any order and number; at least one.

    Raises:
        InputError: If there are none.

    Example:
        >>> x = np.random.default_rng(0).integers(0, 256, (9, 16, 16, 3))
        >>> kind = ImageFeatures((HueHistogram(6), OrientedGradients(), VisualWords(words=10)))
        >>> fitted = kind.fit(x, Split(np.arange(9), np.array([], int), np.array([], int)))
        >>> kind.apply(fitted, x).shape, fitted.names[5:7]  # 6 + 36 + 10
        ((9, 52), ('hue 300-360', 'gradient 0-20 at (0, 0), block (0, 0)'))

    Source: CS231n lecture 4, "Image features"; assignment 1, "Features".
    """

    features: tuple[HueHistogram | OrientedGradients | VisualWords, ...] = part(
        (HueHistogram(), OrientedGradients(), VisualWords()), family="image feature"
    )

    def __post_init__(self):
        """Check that there are features."""
        if not self.features:
            raise InputError("ImageFeatures.features is empty. Name one at least, such as oriented_gradients.")

    def fit(self, inputs: np.ndarray, split: Split) -> ImageFeaturesFit:
        """Fit each kind of features.

        Args:
            inputs: (n, height, width, channels) all examples.
            split: Their parts.

        Returns:
            What each learned, with their names and remarks.

        Raises:
            InputError: If one does not suit the examples.
        """
        grey, remarks = inputs.ndim == 4 and inputs.shape[3] == 1, []
        others = not all(isinstance(feature, HueHistogram) for feature in self.features)
        learned = []
        for feature in self.features:
            left_out = grey and others and isinstance(feature, HueHistogram)
            learned.append(None if left_out else feature.fit(inputs, split))
        if None in learned:
            remarks.append(Remark("no_hue", "ImageFeatures leaves out hue_histogram: greyscale images have no hue."))
        names, kinds = [], [kind_of(type(feature)) for feature in self.features]
        for place, (kind, fitted) in enumerate(zip(kinds, learned, strict=True)):
            if fitted is not None:
                head = f"{place}: " if kinds.count(kind) > 1 else ""
                names += [f"{head}{name}" for name in fitted.names]
                remarks += fitted.remarks
        return ImageFeaturesFit(tuple(learned), tuple(names), tuple(remarks))

    def apply(self, fitted: ImageFeaturesFit, inputs: np.ndarray) -> np.ndarray:
        """Return the features of images.

        Args:
            fitted: What `fit` learned.
            inputs: (n, height, width, channels) images of the shape it was fitted to.

        Returns:
            (n, numbers) float32.

        Raises:
            InputError: If the images have another shape, or do not suit one of the features.
        """
        return np.concatenate([feature.apply(learned, inputs) for feature, learned in self._kept(fitted)], axis=1)

    def pack(self, fitted: ImageFeaturesFit) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return what was learned as (arrays, facts) for a file."""
        arrays, told = {}, []
        for place, (feature, learned) in enumerate(zip(self.features, fitted.features, strict=True)):
            inner, facts = ({}, None) if learned is None else feature.pack(learned)
            arrays |= {f"{place}.{name}": array for name, array in inner.items()}
            told.append(facts)
        return arrays, {"features": told}

    def unpack(self, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> ImageFeaturesFit:
        """Return what `pack` was given, without its remarks and names.

        Args:
            arrays: What `pack` gave.
            facts: What `pack` gave.

        Returns:
            What each kind of features learned.

        Raises:
            InputError: If something is missing.
        """
        told = facts.get("features")
        told = told if isinstance(told, list) else []
        known = all(inner is None or isinstance(inner, dict) for inner in told)
        if not known or not any(told) or len(told) != len(self.features):
            raise InputError(
                f"the stored image features are not of {len(self.features)} kinds, as the experiment has them; train "
                "the run anew."
            )
        learned = []
        for place, (feature, inner) in enumerate(zip(self.features, told, strict=True)):
            head = f"{place}."
            mine = {name.removeprefix(head): array for name, array in arrays.items() if name.startswith(head)}
            learned.append(None if inner is None else feature.unpack(mine, inner))
        return ImageFeaturesFit(tuple(learned))

    def _kept(self, fitted: ImageFeaturesFit) -> list[tuple[Any, Any]]:
        pairs = zip(self.features, fitted.features, strict=True)
        return [(feature, learned) for feature, learned in pairs if learned is not None]
