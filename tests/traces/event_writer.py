"""Event files of TensorBoard as its writers make them, byte by byte, with nothing of what reads them."""

import struct


def crc32c(data):
    """Castagnoli's check, one bit at a time, as its definition has it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def record(data):
    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def varint(value):
    value &= 2**64 - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number, kind, content):
    if kind == 0:
        return varint(number << 3) + varint(content)
    return varint(number << 3 | kind) + (varint(len(content)) if kind == 2 else b"") + content


def double(number, value):
    return field(number, 1, struct.pack("<d", value))


def single(number, value):
    return field(number, 5, struct.pack("<f", value))


def text(number, value):
    return field(number, 2, value.encode())


def message(number, *parts):
    return field(number, 2, b"".join(parts))


def event(step, *values, time=0.0):
    return double(1, time) + (field(2, 0, step) if step else b"") + message(5, *(message(1, value) for value in values))


def scalar(tag, value):
    """A scalar as PyTorch and TensorFlow 1 write it."""
    return text(1, tag) + single(2, value)


def shape(*sizes):
    return message(2, *(message(2, field(1, 0, size)) for size in sizes))


def tensor(tag, kind, sizes, *content):
    """A tensor as TensorFlow 2 writes it."""
    return text(1, tag) + message(8, field(1, 0, kind), shape(*sizes), *content)


def scalar_2(tag, value):
    return tensor(tag, 1, (), field(4, 2, struct.pack("<f", value)))


def histogram(tag, values, limits):
    """A histogram as PyTorch writes it, counted below each limit."""
    counts = [sum(low < v <= high for v in values) for low, high in zip([-1e308, *limits], limits, strict=False)]
    sums = [min(values), max(values), len(values), sum(values), sum(v * v for v in values)]
    parts = [double(number, value) for number, value in enumerate(sums, 1)]
    packed = [field(number, 2, struct.pack(f"<{len(of)}d", *of)) for number, of in ((6, limits), (7, counts))]
    return text(1, tag) + message(5, *parts, *packed)


def histogram_2(tag, buckets):
    """A histogram as TensorFlow 2 writes it: (low, high, count) each."""
    flat = [number for bucket in buckets for number in bucket]
    return tensor(tag, 2, (len(buckets), 3), field(4, 2, struct.pack(f"<{len(flat)}d", *flat)))


def write(path, *events):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(record(e) for e in (double(1, 0.0) + text(3, "brain.Event:2"), *events)))
    return path
