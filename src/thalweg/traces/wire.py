"""Protocol Buffers as they stand in a file: numbered fields, whatever they mean."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_LONGEST = 10  # bytes of a number of 64 bits, 7 in each


class Field(NamedTuple):
    """One field."""

    number: int
    kind: int  # VARINT, FIXED64, BYTES or FIXED32
    value: int | bytes  # a whole number without a sign for VARINT, else bytes as they stand


def fields(data: bytes) -> Iterator[Field]:
    r"""Give the fields of a message in their order.

    Args:
        data: The message.

    Yields:
        The fields.

    Raises:
        ValueError: If it is none.

    Example:
        >>> list(fields(b"\x10\x96\x01"))  # field 2 is 150
        [Field(number=2, kind=0, value=150)]

    Source: Protocol Buffers documentation, "Encoding".
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(data, at)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(kind)
            if kind == BYTES:
                size, at = _varint(data, at)
            if size is None:
                raise ValueError(f"a field of kind {kind}")
            value, at = data[at : at + size], at + size
        if at > len(data):
            raise ValueError("a field that is longer than its message")
        yield Field(number, kind, value)


def whole_number(data: bytes) -> int:
    """Return the whole number that some bytes begin with, 7 bits in each, the lowest first.

    Args:
        data: The bytes.

    Returns:
        The number, without a sign.

    Raises:
        ValueError: If it does not end within them, or has more than 64 bits.

    Example:
        >>> whole_number(bytes([0x96, 0x01]))
        150
    """
    return _varint(data, 0)[0]


def signed(value: int) -> int:
    """Return a number of 64 bits with its sign.

    Args:
        value: Without one.

    Returns:
        The number.

    Example:
        >>> signed(5), signed(2**64 - 1)
        (5, -1)
    """
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value


def numbers(field: Field, kind: str) -> np.ndarray:
    """Return the numbers of a field that holds one, or several packed together.

    Args:
        field: The field.
        kind: "<f4" or "<f8".

    Returns:
        The numbers as float64.

    Raises:
        ValueError: If it does not hold a whole number of them.
    """
    if not isinstance(field.value, bytes):
        raise ValueError("a whole number where a fraction should be")
    with np.errstate(invalid="ignore"):
        return np.frombuffer(field.value, kind).astype(np.float64)


def real(field: Field) -> float:
    """Return the number of a field of 32 or 64 bits.

    Args:
        field: The field.

    Returns:
        The number.

    Raises:
        ValueError: If it is a field of another kind.
    """
    if not isinstance(field.value, bytes) or field.kind == BYTES:
        raise ValueError("a number is wanted")
    return float(struct.unpack("<f" if field.kind == FIXED32 else "<d", field.value)[0])


def content(field: Field) -> bytes:
    """Return the bytes of a field that holds a text or a message.

    Args:
        field: The field.

    Returns:
        The bytes.

    Raises:
        ValueError: If it is a field of another kind.
    """
    if field.kind != BYTES or not isinstance(field.value, bytes):
        raise ValueError("a message is wanted")
    return field.value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return (number, where it ends)."""
    value = 0
    for place in range(_LONGEST):
        if at >= len(data):
            raise ValueError("a number that is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at
    raise ValueError("a number of more than 64 bits")
