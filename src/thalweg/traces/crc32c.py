"""The checksum of TensorBoard's files: CRC-32C, and the form of it in which it is stored."""

import numpy as np

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, its bits reversed
_PLAIN = 1024  # bytes up to which a loop over them is quicker
_MASK = 0xA282EAD8


def _table() -> tuple[int, ...]:
    entries = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        entries.append(byte)
    return tuple(entries)


_TABLE = _table()
_TABLE_ARRAY = np.array(_TABLE, np.uint32)


def masked_crc32c(data: bytes) -> int:
    """Return the checksum as it stands in a file.

        masked = rotate_right(crc, 15) + 0xa282ead8 mod 2^32

    It is masked for checksums of what holds checksums are weak.

    Args:
        data: Of any length.

    Returns:
        32 bits.

    Example:
        >>> hex(masked_crc32c(b"123456789"))
        '0xc78ab0e5'

    Source: TensorFlow, "TFRecord and tf.train.Example", "TFRecords format details".
    """
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    """Return the cyclic redundancy check with Castagnoli's polynomial.

    Args:
        data: Of any length.

    Returns:
        32 bits.

    Example:
        >>> hex(crc32c(b"123456789"))
        '0xe3069283'

    Source: RFC 3720, appendix B.4.
    """
    if len(data) > _PLAIN:
        return _in_lanes(data)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _in_lanes(data: bytes) -> int:
    """Compute it for pieces side by side, and join them two by two.

    Without its start of all ones the check is linear, and zeros in front change nothing: the check of two pieces is
    that of the first, followed by as many zeros as the second is long, xor that of the second.
    """
    lanes = 1 << ((len(data).bit_length() + 1) // 2)
    length = -(-len(data) // lanes)
    padded = np.zeros(lanes * length, np.uint8)
    padded[lanes * length - len(data) :] = np.frombuffer(data, np.uint8)
    begin = lanes * length - len(data)
    padded[begin : begin + 4] ^= 0xFF  # the start of all ones, as the first bytes see it
    checks = np.zeros(lanes, np.uint32)
    for column in padded.reshape(lanes, length).T:
        checks = _TABLE_ARRAY[(checks ^ column) & 0xFF] ^ checks >> 8
    shift = _shift(length)
    while len(checks) > 1:
        checks = _applied(shift, checks[::2]) ^ checks[1::2]
        shift = _applied(shift, shift)
    return int(checks[0]) ^ 0xFFFFFFFF


def _shift(zeros: int) -> np.ndarray:
    """Return what each of the 32 bits of a check becomes when so many zeros follow."""
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    result, power = bits, _TABLE_ARRAY[bits & 0xFF] ^ bits >> 8  # of no zero, of one
    while zeros:
        if zeros & 1:
            result = _applied(power, result)
        power = _applied(power, power)
        zeros >>= 1
    return result


def _applied(columns: np.ndarray, checks: np.ndarray) -> np.ndarray:
    """Return what checks become under a linear map, given by what it makes of each bit."""
    result = np.zeros_like(checks)
    for bit in range(32):
        result ^= np.where(checks >> np.uint32(bit) & 1, columns[bit], np.uint32(0))
    return result
