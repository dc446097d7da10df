"""What a run's network makes of images: the pictures of the report, and what there is to say of each."""

from typing import NamedTuple

import numpy as np

# How many pictures of each sort there are at most, and how many pixels their longer side has: what a run stores and a
# page holds is bounded by them.
MOST_MISTAKES, MISTAKE_SIDE = 12, 128
MOST_UNITS, UNIT_SIDE = 64, 48
MOST_LAYERS, MOST_MAPS, MAP_SIDE = 12, 16, 48
MOST_SHEET, MOST_DRAWS, SHEET_SIDE = 8, 4, 64
MOST_VIEWED, MOST_EXCITING, PATCH_SIDE = 64, 9, 48
MOST_ASKED, MOST_NEAREST, NEAREST_SIDE = 8, 5, 48


class Mistake(NamedTuple):
    """One row that was taken for another class."""

    row: int  # of the data, from 0
    truth: str  # its class
    said: str  # the class that the network gave it
    of_truth: float  # probability of its class; its score where the loss gives no probabilities
    of_said: float  # the same of the class that the network gave it


class Mistakes(NamedTuple):
    """The rows of a part that a network is most wrong about, the worst first."""

    part: str
    rows: tuple[Mistake, ...]
    pictures: np.ndarray  # uint8 (k, height, width, 1 or 3), in their order, as they were before preprocessing
    wrong: int  # rows taken for another class, in all
    among: int  # rows of the part
    probable: bool  # whether outputs are probabilities


class FirstLayer(NamedTuple):
    """The weights of a network's first layer as pictures, one a unit."""

    layer: str  # its name
    pictures: np.ndarray  # uint8 (k, height, width, 1 or 3) of the first units; a weight of 0 is 128
    size: tuple[int, int, int]  # height, width and channels of the weights, before pictures were made smaller
    among: int  # units of the layer
    classes: tuple[str, ...]  # of a linear classifier: whose template each picture is; () for others


class Maps(NamedTuple):
    """What one convolutional layer makes of an image."""

    layer: str  # its name
    until: str  # name of the layer behind it whose outputs these are, or its own
    pictures: np.ndarray  # uint8 (k, height, width, 1) of the first maps, all in one scale
    size: tuple[int, int]  # height and width of a map, before pictures were made smaller
    among: int  # maps of the layer
    silent: int  # maps that are 0 throughout
    signed: bool  # whether some are below 0: then 0 is 128, else black


class Example(NamedTuple):
    """One image, and what the network made of it."""

    part: str
    row: int  # of the data, from 0
    truth: str  # its class
    certainty: float  # probability of it; its score where the loss gives no probabilities
    probable: bool
    image: np.ndarray  # uint8 (1, height, width, 1 or 3), as it was before preprocessing
    saliency: np.ndarray  # uint8 (1, height, width, 1), 0 black
    grad_cam: np.ndarray | None  # uint8 (1, rows, columns, 1), 0 black; None where no convolution has places
    cam_layer: str  # whose maps it weighs; "" for none
    maps: tuple[Maps, ...]  # in the order of the network; () where there are no convolutions
    map_layers: int  # that there are
    said: str = ""  # the class that the network gave it, where somebody chose the image; "" for the typical one


class Sheet(NamedTuple):
    """Training images, and what augmentation made of each in the first epochs."""

    rows: tuple[int, ...]  # of the data, from 0
    pictures: np.ndarray  # uint8 (k, height, width, 1 or 3), as they were before preprocessing
    draws: np.ndarray  # uint8 (k d, height, width, 1 or 3): the d draws of the first image, of the second ...
    among: int  # training images
    mixed: str = ""  # by what kind of mixing; "" for none


class Unit(NamedTuple):
    """One unit of a layer: what of the images excites it, and an image made to."""

    number: int  # in its layer, from 0
    name: str  # of its class, in the last layer; "" for others
    rows: tuple[int, ...]  # of the data, from 0: the images that excite it the most, the strongest first
    values: tuple[float, ...]  # its output on each of them, where it is largest
    patches: np.ndarray  # uint8 (k, rows, columns, 1 or 3): what it sees of each there; beyond an edge mid-grey
    made: np.ndarray | None  # uint8 (1, rows, columns, 1 or 3): the same of an image made to excite it
    reached: float  # its output on that; 0 without one


class Units(NamedTuple):
    """Some units of one layer."""

    layer: str  # its name
    until: str  # name of the layer behind it whose outputs these are, or its own
    units: tuple[Unit, ...]
    among: int  # units of the layer
    silent: int  # of these, whose largest output is the same on all images
    size: tuple[int, int]  # height and width of what one sees, before pictures were made smaller
    part: str  # that the images are of
    images: int  # that were looked at
    unmade: str = ""  # why no images were made: "pixels", for the network sees none, or "time"


class Nearest(NamedTuple):
    """One image, and the training images nearest to it."""

    row: int  # of the data, from 0
    truth: str  # its class
    rows: tuple[int, ...]  # of the nearest, the nearest first
    classes: tuple[str, ...]  # theirs


class Retrieval(NamedTuple):
    """Training images that lie nearest to others: in what the network has learned, and in their pixels."""

    part: str  # that the images asked about are of
    layer: str  # whose outputs are the features
    features: int  # numbers
    learned: tuple[Nearest, ...]  # by features
    plain: tuple[Nearest, ...]  # by pixels, of the same images
    asked: np.ndarray  # uint8 (k, height, width, 1 or 3), the images asked about
    learned_pictures: np.ndarray  # uint8 (k m, height, width, 1 or 3): the m nearest of the first, of the second ...
    plain_pictures: np.ndarray  # the same by pixels
    learned_share: float  # of the m nearest by features that are of the class of the image asked about
    plain_share: float  # by pixels
    images: int  # asked about for these shares
    among: int  # training images that were looked through


class Inside(NamedTuple):
    """All that is shown of a network on images."""

    mistakes: Mistakes | None = None  # of a run on images with classes
    first: FirstLayer | None = None  # where the first layer weighs pixels
    example: Example | None = None  # of a run on images with classes that recognised one
    sheet: Sheet | None = None  # of a run on images that augments them
    units: tuple[Units, ...] = ()  # of a run on images, layer by layer
    retrieval: Retrieval | None = None  # of a run on images with classes that has hidden layers
