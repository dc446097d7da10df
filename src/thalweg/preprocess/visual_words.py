"""Images as bags of visual words: how often each of a few typical patches stands in them."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess import mapped
from thalweg.preprocess.affine import check_shape
from thalweg.preprocess.images import in_slices, require_images
from thalweg.preprocess.k_means import k_means, nearest
from thalweg.preprocess.patches import drawn_patches, flat, grid_patches, without_contrast
from thalweg.preprocess.spatial_pyramid import pyramid_bags, pyramid_names
from thalweg.spec import spec
from thalweg.wording import counted

SMOOTHING = 0.01  # of the mean variance of the patches drawn
LEAST = {"words": 1, "patch": 1, "stride": 1, "patches": 1, "seed": 0}
MOST_PATCHES = 10**6
NUMBERS = 2**27  # of all patches drawn, in 64 bits: 1 GiB
LEVELS = 6  # most of a pyramid; the last one alone has 32 x 32 parts


class Words(NamedTuple):
    """A codebook of visual words."""

    shape: tuple[int, ...]  # of an image
    codebook: np.ndarray  # (words, channels * patch * patch) float64: typical patches without their contrast
    smoothing: float  # added to a patch's variance, in squared units of the pixels
    remarks: tuple[Remark, ...] = ()
    names: tuple[str, ...] = ()  # of the outputs; not kept in files


@spec
class VisualWords:
    """Replace images by how often each visual word stands in them: a bag of words, or several by place.

        codebook: k-means of random patches of training images, each brought to mean 0 and variance 1
        x'_k = share of an image's patches, on a dense grid, whose nearest word is word k

    Of what small pieces an image is made counts; where they are does not. A `pyramid` brings that back in: at 2 the
    image is also cut into 2 x 2 parts with a bag each, at 3 into 4 x 4 more. All bags are laid side by side as they
    are, each in shares of its own part's patches. The pyramid's authors make a finer level count more, for a kernel; a
    layer learns such weights by itself. Patches of colour images hold their colours.

    What it leaves out: whitening of the patches, shares of a patch among several words.

    Args:
        words: How many; at least 1.
        patch: Side of a patch in pixels; at least 1.
        stride: Pixels from one patch of the grid to the next; at least 1.
        pyramid: Levels, 1 to 6: level l cuts an image into 2^(l-1) x 2^(l-1) parts.
        patches: How many are drawn to learn the words from; at least as many as words, 1,000,000 at most.
        seed: Of the patches drawn and of the words' start; at least 0. The seed of a run changes nothing here, so that
            runs of several seeds read images alike.

    Raises:
        InputError: If one is out of its range.

    Example:
        >>> upright = np.tile([[[0.0], [9.0]]], (6, 3, 1))  # (6, 6, 1): columns of dark and bright
        >>> x = np.stack([upright, upright.transpose(1, 0, 2)])
        >>> kind = VisualWords(words=4, patch=2, stride=2, patches=200)
        >>> fitted = kind.fit(x, Split(np.array([0, 1]), np.array([], int), np.array([], int)))
        >>> kind.apply(fitted, x).max(axis=1).tolist()  # each image is full of one word
        [1.0, 1.0]

    Source: CS231n lecture 4, "Image features: bag of words"; Csurka et al., "Visual categorization with bags of
    keypoints", 2004; Lazebnik, Schmid and Ponce, "Beyond bags of features", 2006, for the pyramid.
    """

    words: int = 128
    patch: int = 6
    stride: int = 2
    pyramid: int = 1
    patches: int = 20_000
    seed: int = 0

    def __post_init__(self):
        """Check the sizes."""
        for name, least in LEAST.items():
            value = getattr(self, name)
            if value < least:
                raise InputError(f"VisualWords.{name} must be at least {least}; got {shown(value)}.")
        if not 1 <= self.pyramid <= LEVELS:
            raise InputError(f"VisualWords.pyramid must be from 1 to {LEVELS} levels; got {shown(self.pyramid)}.")
        if self.patches > MOST_PATCHES:
            raise InputError(f"VisualWords.patches must be at most {MOST_PATCHES:,}; got {shown(self.patches)}.")
        if self.patches < self.words:
            raise InputError(
                f"VisualWords.patches must be at least VisualWords.words; got {self.patches} patches for {self.words} "
                "words. Draw more."
            )

    def fit(self, inputs: np.ndarray, split: Split) -> Words:
        """Learn the words from patches of the training images.

        Args:
            inputs: (n, height, width, channels) all examples; finite.
            split: Their parts.

        Returns:
            The codebook and the outputs' names, with a remark where most patches are of one brightness.

        Raises:
            InputError: If the examples are no images, or too small for a patch or for the parts of the pyramid, hold
                fewer different patches than words, or the patches are too many to be held.
        """
        self._check_size(inputs)
        each = self.patch**2 * inputs.shape[3]
        if self.patches * each > NUMBERS:
            raise InputError(
                f"the preprocessing VisualWords would draw {self.patches:,} patches of {each:,} numbers; at most "
                f"{NUMBERS:,} numbers are held. Draw fewer patches, or smaller ones."
            )
        drawn = drawn_patches(inputs, split.train, self.patch, self.patches, self.seed)
        blank = flat(drawn)
        if blank.all():
            raise InputError(
                f"the preprocessing VisualWords finds no contrast in the {self.patches:,} patches that it drew of the "
                "training images: each is of one brightness. Give images that show something, or larger patches."
            )
        smoothing = SMOOTHING * float(drawn.var(axis=1).mean())
        points = without_contrast(np.where(blank[:, None], 0.0, drawn), smoothing)
        remarks = ()
        if blank.mean() > 0.5:
            text = (
                f"VisualWords: {100 * blank.mean():.0f}% of the patches drawn of the training images are of one "
                "brightness, and share one word; larger patches would show more."
            )
            remarks = (Remark("flat_patches", text),)
        try:
            codebook = k_means(points, self.words, self.seed)
        except InputError as error:
            raise InputError(f"the preprocessing VisualWords finds too few words: {error}") from None
        return Words(inputs.shape[1:], codebook, smoothing, remarks, pyramid_names(self.words, self.pyramid))

    def apply(self, fitted: Words, inputs: np.ndarray) -> np.ndarray:
        """Return the bags of words of images.

        Args:
            fitted: What `fit` learned.
            inputs: (n, height, width, channels) images of the shape it learned from.

        Returns:
            (n, words * parts) float32, from 0 to 1: level by level, in a level by row and column of the part, in a part
            by word.

        Raises:
            InputError: If the images have another shape.
        """
        check_shape(fitted.shape, inputs)
        rows, columns = self._grid(inputs)
        return in_slices(lambda images: self._bags(fitted, images), inputs, rows * columns * sum(fitted.codebook.shape))

    def pack(self, fitted: Words) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the codebook as an array, and the rest as facts, for a file."""
        return {"codebook": fitted.codebook}, {"shape": list(fitted.shape), "smoothing": fitted.smoothing}

    def unpack(self, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Words:
        """Return what `pack` was given, without its remarks and names.

        Args:
            arrays: What `pack` gave.
            facts: What `pack` gave.

        Returns:
            The codebook.

        Raises:
            InputError: If something is missing, or does not go together.
        """
        shape = mapped.unpack(arrays, facts).shape
        smoothing, codebook = facts.get("smoothing"), arrays.get("codebook")
        if len(shape) != 3 or type(smoothing) is not float or smoothing <= 0 or codebook is None:
            raise InputError(
                "the stored visual words lack the shape of an image, a smoothing above 0 or a codebook; train the run "
                "anew."
            )
        if codebook.shape != (self.words, shape[-1] * self.patch**2):
            raise InputError(
                f"the stored visual words are of shape {codebook.shape}; {self.words} words of {self.patch} x "
                f"{self.patch} pixels and {counted(shape[-1], 'channel')} were to be there. Train the run anew."
            )
        return Words(shape, codebook, smoothing)

    def _bags(self, fitted: Words, images: np.ndarray) -> np.ndarray:
        patches = without_contrast(grid_patches(images, self.patch, self.stride), fitted.smoothing)
        n, rows, columns, size = patches.shape
        words = nearest(patches.reshape(-1, size), fitted.codebook).reshape(n, rows, columns)
        return pyramid_bags(words, self.words, self.pyramid).astype(np.float32)

    def _grid(self, images: np.ndarray) -> tuple[int, int]:
        high, wide = images.shape[1:3]
        return (high - self.patch) // self.stride + 1, (wide - self.patch) // self.stride + 1

    def _check_size(self, inputs: np.ndarray) -> None:
        require_images("visual words", inputs)
        cut = 2 ** (self.pyramid - 1)
        side = self.patch + (cut - 1) * self.stride
        high, wide = inputs.shape[1:3]
        if min(high, wide) < side:
            parts = f" and a pyramid of {self.pyramid} levels" if cut > 1 else ""
            fewer = ", fewer levels" if cut > 1 else ""
            raise InputError(
                f"visual words of patches of {self.patch} x {self.patch} pixels{parts} need images of at least "
                f"{side} x {side} pixels; got {high} x {wide}. Use smaller patches{fewer}, or larger images."
            )
