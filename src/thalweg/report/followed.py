"""One image on its way through a network, ready to be shown."""

from typing import NamedTuple

import numpy as np

from thalweg.report.numbers import amount, count, percent
from thalweg.report.picture import LARGE, SMALL, Picture, pictured
from thalweg.report.text import short
from thalweg.runs.inside import Example, Maps
from thalweg.wording import counted

DIMMED = 0.2  # brightness of an image where nothing speaks for its class


class Layer(NamedTuple):
    """The maps of one layer, and a sentence on them."""

    name: str
    sentence: str
    maps: tuple[Picture, ...]


class Seen(NamedTuple):
    """One image and what the network made of it."""

    sentence: str
    image: Picture
    saliency: Picture
    grad_cam: Picture | None
    lit: Picture | None  # the image, bright where the map above speaks for its class
    cam_layer: str
    layers: tuple[Layer, ...]
    more: int  # layers with maps that are not shown


def seen(example: Example) -> Seen:
    """Return what a network made of an image, ready to be shown.

    Args:
        example: With its pictures.

    Returns:
        The pictures with their sentences.
    """
    cam = example.grad_cam
    sure = (
        f"probability of {percent(example.certainty)}" if example.probable else f"score of {amount(example.certainty)}"
    )
    return Seen(
        sentence=_chosen(example, sure) if example.said else _typical(example, sure),
        image=pictured(example.image, LARGE)[0],
        saliency=pictured(example.saliency, LARGE)[0],
        grad_cam=None if cam is None else pictured(cam, LARGE)[0],
        lit=None if cam is None else pictured(_lit(example.image, cam), LARGE)[0],
        cam_layer=example.cam_layer,
        layers=tuple(map(_layer, example.maps)),
        more=example.map_layers - len(example.maps),
    )


def _typical(example: Example, sure: str) -> str:
    return (
        f"Row {count(example.row)} of the data, recognised as {short(example.truth)} with a {sure}: of the rows of the "
        f"{example.part} part that the network has right, the one in the middle by how sure it is."
    )


def _chosen(example: Example, sure: str) -> str:
    right = example.said == example.truth
    verdict = "recognised as that" if right else f"taken for {short(example.said)}"
    return (
        f"Row {count(example.row)} of the data, of the {example.part} part: {short(example.truth)}, {verdict}, with a "
        f"{sure} for {short(example.truth)}, which the pictures ask about."
    )


def _layer(maps: Maps) -> Layer:
    shown = len(maps.pictures)
    some = f", of which the first {shown} are shown" if shown < maps.among else ""
    silent = f"; {count(maps.silent)} of them {'is' if maps.silent == 1 else 'are'} 0 throughout" if maps.silent else ""
    size = " x ".join(map(str, maps.size))
    zero = "mid-grey is 0, white or black" if maps.signed else "black is 0 and white"
    behind = "" if maps.until == maps.layer else f", behind {short(maps.until)}"
    said = f"{counted(maps.among, 'map')} of {size}{behind}{some}{silent}."
    return Layer(
        maps.layer, f"{said} In all of them {zero} the layer's largest number.", pictured(maps.pictures, SMALL)
    )


def _lit(image: np.ndarray, cam: np.ndarray) -> np.ndarray:
    """Return an image as bright as a map of fewer places says, read between their centres along straight lines."""
    height, width = image.shape[1:3]
    light = cam[0, :, :, 0] / 255
    for axis, size in ((0, height), (1, width)):
        old = (np.arange(light.shape[axis]) + 0.5) / light.shape[axis]
        new = (np.arange(size) + 0.5) / size
        light = np.apply_along_axis(lambda line, old=old, new=new: np.interp(new, old, line), axis, light)
    return np.rint(image * (DIMMED + (1 - DIMMED) * light)[None, :, :, None]).astype(np.uint8)
