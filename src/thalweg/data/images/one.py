"""One image file that somebody names, read by the rules that those of a set are read by."""

from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from thalweg.data.images.decode import SUFFIXES, Refusal, decode, read_header
from thalweg.data.images.sizes import reduced
from thalweg.errors import InputError
from thalweg.files import reason_of


def read_one(path: Path, longest: int) -> UInt8[np.ndarray, "height width 3"]:
    """Unpack an image at its own proportions, in colour, upright and without transparency.

    Args:
        path: The file.
        longest: Pixels that its longer side may have, 1 to 4,096; a larger image is made smaller.

    Returns:
        The pixels.

    Raises:
        InputError: If the file cannot be read, or is no image that can be used.
    """
    try:
        path.stat()
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {reason_of(error)}. Check its name and its permissions.") from None
    header = read_header(path)
    found = header if isinstance(header, Refusal) else decode(path, *reduced(*header.size, longest), grey=False)
    if isinstance(found, Refusal):
        raise InputError(f"{path} cannot be used: {found.why}. Give an image file ({', '.join(SUFFIXES)}).")
    return found
