"""One image file that somebody names, read by the rules that those of a set are read by."""

from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from thalweg.data.images.decode import SUFFIXES, Refusal, decode, read_header
from thalweg.data.images.sizes import reduced
from thalweg.errors import InputError


def read_one(path: Path, longest: int) -> UInt8[np.ndarray, "height width 3"]:
    """Unpack an image at its own proportions, in colour, upright and without transparency.

    Args:
        path: The file.
        longest: Pixels that its longer side may have, 1 to 4,096; a larger image is made smaller.

    Returns:
        The pixels.

    Raises:
        InputError: If there is no such file, or it is no image that can be used.
    """
    if not path.exists():
        raise InputError(f"there is no file {path}. Check its name and its folder.")
    header = read_header(path)
    found = header if isinstance(header, Refusal) else decode(path, *reduced(*header.size, longest), grey=False)
    if isinstance(found, Refusal):
        raise InputError(f"{path} cannot be used: {found.why}. Give an image file ({', '.join(SUFFIXES)}).")
    return found
