"""What a distortion is: a change of one image by a strength, and the strengths that are tried."""

from collections.abc import Callable
from typing import NamedTuple

from thalweg.types import Array


class Distortion(NamedTuple):
    """A change of images that leaves them of their class, as long as it is not too strong."""

    name: str  # "shift"
    what: str  # a sentence for those who see its pictures
    unit: str  # of a strength: "degrees", or what it is a share of, "of the side"
    strengths: tuple[float, ...]  # rising; the first is 0, which changes nothing
    # change(image, strength, key): a (height, width, channels) image of 0 to 255, a strength () and a key that settles
    # what is left to chance, such as a direction; the result may leave that range, and is cut off later. The chance is
    # the same at every strength, so that a stronger change is more of the same one.
    change: Callable[[Array, Array, Array], Array]
