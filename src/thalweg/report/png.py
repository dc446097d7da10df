"""Pictures inside a page: PNG files as addresses that hold the file itself."""

import base64
import struct
import zlib

import numpy as np
from jaxtyping import UInt8

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: UInt8[np.ndarray, "height width channels"]) -> bytes:
    """Return a picture as a PNG file, every pixel as it is.

    Args:
        pixels: Grey (one channel) or red, green and blue (three), at least one pixel.

    Returns:
        The file.

    Source: W3C, "Portable Network Graphics (PNG) specification", third edition, sections 5 and 9 (filter type 0).
    """
    height, width, channels = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0)
    lines = np.zeros((height, 1 + width * channels), np.uint8)  # each line begins with its filter's type
    lines[:, 1:] = pixels.reshape(height, -1)
    packed = zlib.compress(lines.tobytes(), 9)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def data_uri(pixels: UInt8[np.ndarray, "height width channels"]) -> str:
    """Return a picture as an address that needs no file.

    Args:
        pixels: As for `png`.

    Returns:
        "data:image/png;base64,...".

    Example:
        >>> data_uri(np.zeros((1, 1, 1), np.uint8))[:22]
        'data:image/png;base64,'
    """
    return f"data:image/png;base64,{base64.b64encode(png(pixels)).decode()}"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
