"""Photographs with handwritten digits on them: scenes to find one class of digits in."""

from typing import NamedTuple

import numpy as np
from PIL import Image

from thalweg.classic.boxes import overlaps
from thalweg.data.builtin import load_builtin

HEIGHT, WIDTH = 240, 320
SIDES = (24, 64)  # pixels of a digit's side, smallest and largest
WANTED, OTHERS = (2, 3), (2, 4)  # digits of the wanted class a scene, and of others: fewest and most
TRIES = 100


class Scene(NamedTuple):
    """A part of a photograph, written upon."""

    pixels: np.ndarray  # uint8 (height, width, 3)
    truth: np.ndarray  # (n, 4) boxes of the digits of the wanted class: top, left, bottom, right
    others: np.ndarray  # (m, 4) of the other digits


class Ink(NamedTuple):
    """Scanned digits."""

    images: np.ndarray  # (n, 8, 8) from 0, paper, to 1, ink
    classes: np.ndarray  # (n,)


def load_ink() -> Ink:
    """Return the 1,797 scanned digits, in the order of their file."""
    found = load_builtin("digits")
    return Ink(np.asarray(found.inputs, np.float64).reshape(-1, 8, 8) / 16, found.targets)


def scene(photo: np.ndarray, ink: Ink, wanted: int, generator: np.random.Generator) -> Scene:
    """Write digits of the wanted class and others on a part of a photograph, at places and sizes drawn at random.

    Args:
        photo: uint8, at least 240 x 320 pixels.
        ink: Digits to write.
        wanted: The class to find.
        generator: Draws everything.

    Returns:
        The scene; no two digits overlap.
    """
    down, across = (generator.integers(0, n - m + 1) for n, m in zip(photo.shape[:2], (HEIGHT, WIDTH), strict=True))
    pixels = photo[down : down + HEIGHT, across : across + WIDTH].copy()
    counts = (generator.integers(low, high + 1) for low, high in (WANTED, OTHERS))
    own = ink.classes == wanted
    groups = [generator.choice(np.flatnonzero(of), count) for of, count in zip((own, ~own), counts, strict=True)]
    boxes = _places(sum(map(len, groups)), generator)
    for row, box in zip(np.concatenate(groups), boxes, strict=False):
        write(pixels, ink.images[row], box)
    return Scene(pixels, boxes[: len(groups[0])], boxes[len(groups[0]) :])


def write(pixels: np.ndarray, digit: np.ndarray, box: np.ndarray) -> None:
    """Write a digit into a picture, black on a bright ground, white on a dark one.

    Args:
        pixels: uint8 (height, width, 3); changed.
        digit: (8, 8) from 0 to 1.
        box: Its square: top, left, bottom, right, whole numbers inside the picture.
    """
    top, left, bottom, right = map(int, box)
    large = Image.fromarray(np.float32(digit)).resize((right - left, bottom - top), Image.Resampling.BICUBIC)
    cover = np.clip(np.asarray(large), 0, 1)[:, :, None]
    ground = pixels[top:bottom, left:right]
    colour = 0 if ground.mean() > 127 else 255
    pixels[top:bottom, left:right] = np.rint(cover * colour + (1 - cover) * ground)


def _places(count: int, generator: np.random.Generator) -> np.ndarray:
    """Return squares that do not overlap; fewer where no room is found."""
    found = np.zeros((0, 4))
    for _ in range(count):
        for _ in range(TRIES):
            side = round(np.exp(generator.uniform(*np.log(SIDES))))
            top, left = generator.integers(0, HEIGHT - side + 1), generator.integers(0, WIDTH - side + 1)
            box = np.array([[top, left, top + side, left + side]], float)
            if not (overlaps(box, found) > 0).any():
                found = np.concatenate([found, box])
                break
    return found
