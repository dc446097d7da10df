"""One image file as an array of bytes, whatever its format, or the reason why not."""

import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

# Named, so that no format is opened whose reading runs another program (EPS).
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm")
RULE = 1  # raised by whoever makes `read_header` or `decode` return anything else, so that kept pixels are made anew
LIMIT = 2**26  # pixels of one image: 8,192 x 8,192; a small file may unpack to more than memory holds
_ROTATED = (5, 6, 7, 8)  # values of the orientation tag that exchange height and width
_ORIENTATION = 0x0112


class Header(NamedTuple):
    """What an image says of itself before its pixels are unpacked."""

    height: int  # as it is to be seen, after turning
    width: int
    grey: bool

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width


class Refusal(NamedTuple):
    """Why a file cannot be used."""

    why: str  # in a few words
    lasting: bool = True  # as long as the file holds what it does; not so if it could not be read, or memory was short


def read_header(path: Path) -> Header | Refusal:
    """Read an image's size and kind without unpacking it.

    Args:
        path: The file.

    Returns:
        The header, or why the file cannot be used.
    """
    try:
        if path.stat().st_size == 0:
            return Refusal("empty file")
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > LIMIT:
                return Refusal(f"{width:,} x {height:,} pixels, too large to unpack")
            # Asked for tags that it did not tell at once, a PNG unpacks itself to look for them at its end.
            told = image.format != "PNG" or "exif" in image.info
            turned = told and image.getexif().get(_ORIENTATION) in _ROTATED
            grey = image.mode in ("1", "L", "LA", "I", "F") or image.mode.startswith("I;16")
            return Header(width, height, grey) if turned else Header(height, width, grey)
    except Exception as error:  # whatever a decoder raises, the file cannot be used
        return _reason(error)


def decode(path: Path, height: int, width: int, *, grey: bool) -> np.ndarray | Refusal:
    """Unpack an image at a wanted size.

    It is turned as its orientation tag says, scaled until it covers the wanted size, and what stands over is cut off
    evenly, so that nothing is stretched. Transparent pixels are laid on white. Of several frames the first is taken.

    Args:
        path: A file whose header was found good.
        height: Of the result.
        width: Of the result.
        grey: One channel instead of red, green and blue.

    Returns:
        (height, width, channels) uint8, or why it cannot be unpacked.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            # A JPEG can be unpacked at a half, quarter or eighth of its size; the longer side covers either turning.
            image.draft(None, (2 * max(height, width), 2 * max(height, width)))
            turned = ImageOps.exif_transpose(_plain(image))
            fitted = ImageOps.fit(turned.convert("L" if grey else "RGB"), (width, height), Image.Resampling.BILINEAR)
            return np.asarray(fitted, np.uint8).reshape(height, width, 1 if grey else 3)
    except Exception as error:  # whatever a decoder raises, the file cannot be used
        return _reason(error)


def _plain(image: Image.Image) -> Image.Image:
    """Bring a rare kind of image to 8 bits a channel without transparency."""
    if image.mode == "F":  # from 0 to 1, to 255 or in metres: taken for one, another would turn black or white
        raise ValueError("its pixels are fractions; save it with 8 or 16 bits a channel")
    if image.mode.startswith("I;16") or image.mode == "I":
        values = np.asarray(image)
        if values.min() < 0 or values.max() > 65535:
            raise ValueError("its pixels have more than 16 bits; save it with 8 or 16 bits a channel")
        return _with_tags(image, Image.fromarray((values // 257).astype(np.uint8)))
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        colours = image.convert("RGBA")
        white = Image.new("RGBA", colours.size, "white")
        return _with_tags(image, Image.alpha_composite(white, colours))
    return image


def _with_tags(image: Image.Image, changed: Image.Image) -> Image.Image:
    changed.info["exif"] = image.getexif().tobytes()
    return changed


def _reason(error: Exception) -> Refusal:
    told: Any = getattr(error, "strerror", None)
    if isinstance(error, Image.UnidentifiedImageError):
        return Refusal("not an image of a known format")
    if isinstance(error, Image.DecompressionBombError):
        return Refusal("too large to unpack")
    # Decoders raise an OSError of their own, which has no number, for what is wrong with the content.
    passing = isinstance(error, MemoryError) or getattr(error, "errno", None) is not None
    return Refusal(f"cannot be unpacked ({told or str(error)[:80] or type(error).__name__})", lasting=not passing)
