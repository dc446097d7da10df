"""Parts of a photograph by k-means over its pixels, by colour alone and by colour and place."""

import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np

from thalweg.classic.segmentation import Segmentation, painted, pixel_rows, segment
from thalweg.data.images.one import read_one
from thalweg.keys import root
from thalweg.lab.gallery import Gallery, plate
from thalweg.lab.photographs import FLOWER, photograph
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.numbers import amount, percent

CLUSTERS = (2, 4, 8)
POSITION = 1.0  # weight of the place where it counts
LONGEST = 360  # pixels of the longer side
ROUNDING = 1e-9  # of a sum of squares, per pixel
TITLES = ("colour alone", "colour and place")


class Parted(NamedTuple):
    """A picture parted into k clusters."""

    k: int
    position: float
    found: Segmentation
    whole: float  # sum of squares of all rows around their one mean
    between: float  # the part of it that lies between the clusters' means
    kept: float  # share of the colours' sum of squares that the painted picture still has; NaN if there is none
    borders: float  # share of neighbouring pixels that lie in different clusters

    @property
    def title(self) -> str:
        """Return what its rows hold."""
        return TITLES[self.position > 0]


def segmentation(seed: int = 0, *, image: Path | None = None, longest: int = LONGEST) -> Sheet:
    """Part a photograph into 2, 4 and 8 clusters of pixels, by colour alone and by colour and place.

    Claims of photographs are held against the one that is there, and left out for a picture of the user's: on a
    drawing, say, places need not make clusters hang together. Those on the flower held for each seed from 0 to 9.

    Args:
        seed: Of the first centres; 0 to 4294967295.
        image: The user's picture; None for a photograph of a flower.
        longest: Pixels of its longer side, 2 to 4,096; a larger picture is made smaller.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range, or the file cannot be used.

    Source: Forsyth and Ponce, "Computer vision: a modern approach", 2003, "Segmentation by clustering".
    """
    root(seed)  # refuses a seed out of range
    pixels = photograph(FLOWER, longest) if image is None else read_one(image, longest)
    alone, placed = (tuple(part(pixels, k, position, seed) for k in CLUSTERS) for position in (0.0, POSITION))
    again = part(pixels, CLUSTERS[-1], POSITION, seed)
    return Sheet(
        name="segmentation",
        title="A picture in few colours",
        seed=seed,
        headline=_headline(alone, pixels),
        words=_words(pixels),
        claims=(*_always(alone, placed, again), *(() if image else _of_a_photograph(alone, placed))),
        tables=(_table(alone + placed),),
        figures=(),
        python=_python(seed, image),
        source='Forsyth and Ponce, "Computer vision: a modern approach", 2003, "Segmentation by clustering"; of the '
        'sums of squares: Lloyd, "Least squares quantization in PCM", 1982.',
        galleries=(_given(pixels, image), _gallery(alone), _gallery(placed)),
        options=() if image is None else ("--image", str(image)),
    )


def part(pixels: np.ndarray, k: int, position: float, seed: int) -> Parted:
    """Part a picture and measure what came of it.

    Args:
        pixels: uint8 (height, width, 3).
        k: Clusters.
        position: Weight of the place, at least 0.
        seed: Of the first centres.

    Returns:
        The parts.
    """
    found = segment(pixels, k, position=position, seed=seed)
    rows = pixel_rows(pixels, position)
    mean = rows.mean(axis=0)
    colours = pixels.reshape(-1, 3)
    labels = found.labels.ravel()
    counts = np.bincount(labels)
    means = np.stack([np.bincount(labels, column) for column in rows.T], axis=1) / counts[:, None]
    apart = float((counts * np.square(means - mean).sum(axis=1)).sum())
    colour = float(np.square(colours - colours.mean(axis=0)).sum()) / 255**2  # 0 to the bit where all are one
    kept = 1 - found.colour_within / colour if colour > 0 else np.nan
    pairs = [found.labels[1:] != found.labels[:-1], found.labels[:, 1:] != found.labels[:, :-1]]
    borders = float(np.concatenate([pair.ravel() for pair in pairs]).mean()) if labels.size > 1 else 0.0
    return Parted(k, position, found, float(np.square(rows - mean).sum()), apart, kept, borders)


def _headline(alone: tuple[Parted, ...], pixels: np.ndarray) -> str:
    height, width = pixels.shape[:2]
    first, last = alone[0], alone[-1]
    if np.isnan(last.kept):
        return f"All {height * width:,} pixels have one colour: there is nothing to part"
    return (
        f"{len(last.found.colours)} colours hold {_share(last.kept)} of what the colours of {height * width:,} pixels "
        f"differ by, {len(first.found.colours)} hold {_share(first.kept)}"
    )


def _python(seed: int, image: Path | None) -> str:
    if image is None:
        return f"from thalweg.lab.segmentation import segmentation; sheet = segmentation({seed})"
    return (
        "from pathlib import Path; from thalweg.lab.segmentation import segmentation; "
        f"sheet = segmentation({seed}, image=Path({str(image)!r}))"
    )


def _words(pixels: np.ndarray) -> tuple[str, ...]:
    height, width = pixels.shape[:2]
    return (
        f"Each of the picture's {height} x {width} pixels is a row of three numbers: how red, green and blue it is, "
        "from 0 to 1. k-means looks for k mean colours such that the squared distances of all rows to the nearest of "
        "them add up to little, and each pixel is painted with the mean of its cluster. Nobody says what is to be "
        "seen in the picture: pixels that are alike are put together, and that is all.",
        "By colour alone a cluster may lie in specks all over the picture. To the three numbers two more can be "
        "added, how far down and how far across the pixel lies; at the weight of "
        f"{POSITION:g} used here the two ends of the longer side are as far apart as black and red. Clusters then "
        "become patches, and pay for it in colour: a large even area is cut up because its ends are far apart, and "
        "colours that are rare and small share a cluster with their neighbours.",
        "k is chosen by whoever asks. The sum of squares cannot choose it, for it falls with every further cluster, "
        "down to 0 where each colour has its own.",
    )


def _always(alone: tuple[Parted, ...], placed: tuple[Parted, ...], again: Parted) -> tuple[Claim, ...]:
    falling = tuple(
        Claim(
            f"By {runs[0].title}, more clusters leave a smaller sum of squares within them.",
            f"no rise over k = {', '.join(str(run.k) for run in runs)}",
            ", ".join(amount(run.found.within, 4) for run in runs),
            all(b.found.within <= a.found.within + ROUNDING * a.found.labels.size for a, b in itertools.pairwise(runs)),
        )
        for runs in (alone, placed)
    )
    off = max(abs(run.whole - run.between - run.found.within) / run.found.labels.size for run in alone + placed)
    differing = int((placed[-1].found.labels != again.found.labels).sum())
    return (
        *falling,
        between(
            "What pixels differ by is what lies within clusters and what lies between them; largest gap, per pixel.",
            off, 0.0, ROUNDING, form=".1g", expected=f"at most {ROUNDING:g}",
        ),
        Claim(
            "The same seed parts the picture the same again; pixels that changed their cluster.",
            "0", f"{differing}", differing == 0,
        ),
    )  # fmt: skip


def _of_a_photograph(alone: tuple[Parted, ...], placed: tuple[Parted, ...]) -> tuple[Claim, ...]:
    few, patches = alone[-1], placed[-1]
    return (
        between(
            f"{few.k} colours hold nearly all that the colours differ by.",
            few.kept, 0.9, 1.0, form=".1%", expected="more than 90%",
        ),
        Claim(
            f"Places cost colour: {few.k} clusters by colour alone hold more of it.",
            f"more than {percent(patches.kept)}", percent(few.kept), few.kept > patches.kept,
        ),
        between(
            f"With places clusters hang together: neighbours that are parted, k = {few.k}, against colour alone.",
            patches.borders / few.borders, 0.0, 0.7, form=".0%", expected="at most 70% as many",
        ),
    )  # fmt: skip


def _table(runs: tuple[Parted, ...]) -> Table:
    return Table(
        "Sums of squared distances, over all pixels; colours from 0 to 1",
        (
            "rows", "k", "within clusters", "between them", "within, of colour", "colour kept", "neighbours parted",
        ),
        tuple(
            (
                run.title,
                str(run.k),
                amount(run.found.within, 4),
                amount(run.between, 4),
                amount(run.found.colour_within, 4),
                _share(run.kept),
                percent(run.borders),
            )
            for run in runs
        ),
    )  # fmt: skip


def _given(pixels: np.ndarray, image: Path | None) -> Gallery:
    height, width = pixels.shape[:2]
    what = "A photograph that scikit-learn brings along" if image is None else f"The picture in {image.name}"
    return Gallery(
        "The picture",
        f"{what}, at {height} x {width} pixels.",
        (plate(pixels, "As it is", "The pixels that are parted."),),
    )


def _gallery(runs: tuple[Parted, ...]) -> Gallery:
    first = runs[0]
    says = (
        "Pixels of one colour share a cluster wherever they lie."
        if first.position == 0
        else f"The place counts with a weight of {first.position:g}: clusters are patches."
    )
    return Gallery(
        f"By {first.title}",
        says,
        tuple(
            plate(
                painted(run.found),
                f"k = {run.k}",
                f"Sum of squares within clusters {amount(run.found.within, 4)}; {_share(run.kept)} of the colour kept.",
            )
            for run in runs
        ),
    )


def _share(kept: float) -> str:
    return "none" if np.isnan(kept) else percent(kept)
