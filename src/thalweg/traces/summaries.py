"""The numbers in one event of TensorBoard."""

import math
from typing import NamedTuple

import numpy as np

from thalweg.traces.histogram import Moments, estimated, moments
from thalweg.traces.wire import Field, content, fields, numbers, real, signed, whole_number

# What TensorFlow calls its types of numbers, and the fields of a tensor that hold such numbers unpacked.
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}
_LISTS = {5: "<f4", 6: "<f8"}
_WHOLE_LISTS = (7, 10)
_MOST_ENTRIES = 2**20  # of a tensor


class Event(NamedTuple):
    """What was logged at one moment of one step."""

    time: float  # seconds since 1970
    step: int
    scalars: tuple[tuple[str, float], ...]
    histograms: tuple[tuple[str, Moments], ...]
    others: tuple[str, ...]  # tags of pictures, texts, graphs


def read_event(data: bytes) -> Event:
    """Read an event.

    Args:
        data: A record of an event file.

    Returns:
        The event.

    Raises:
        ValueError: If it is none.

    Source: TensorFlow, event.proto, summary.proto and tensor.proto.
    """
    time, step = math.nan, 0
    scalars, histograms, others = [], [], []
    for field in fields(data):
        if field.number == 1:
            time = real(field)
        elif field.number == 2 and isinstance(field.value, int):
            step = signed(field.value)
        elif field.number == 5:
            for value in fields(content(field)):
                if value.number == 1:
                    tag, told = _value(content(value))
                    if isinstance(told, Moments):
                        histograms.append((tag, told))
                    elif told is None:
                        others.append(tag)
                    else:
                        scalars.append((tag, told))
    return Event(time, step, tuple(scalars), tuple(histograms), tuple(others))


def _value(data: bytes) -> tuple[str, float | Moments | None]:
    tag, told = "", None
    for field in fields(data):
        if field.number == 1:
            tag = content(field).decode("utf-8", "replace")
        elif field.number == 2:
            told = real(field)
        elif field.number == 5:
            told = _counted(content(field))
        elif field.number == 8:
            told = _tensor(content(field))
    return tag, told


def _counted(data: bytes) -> Moments:
    single = {number: math.nan for number in range(1, 6)}  # min, max, num, sum, sum_squares
    single |= {3: 0.0, 4: 0.0, 5: 0.0}  # zeros are not written
    lists: dict[int, list[np.ndarray]] = {6: [], 7: []}  # bucket_limit, bucket
    for field in fields(data):
        if field.number in single:
            single[field.number] = real(field)
        elif field.number in lists:
            lists[field.number].append(numbers(field, "<f8"))
    limits, counts = (np.concatenate([np.zeros(0), *parts]) for parts in lists.values())
    if len(limits) != len(counts):
        raise ValueError("a histogram whose buckets have no ends")
    edges = np.stack([np.append(-np.inf, limits[:-1])[: len(limits)], limits], axis=1)
    return moments(single[3], single[4], single[5], edges, counts)


def _tensor(data: bytes) -> float | Moments | None:
    kind, shape, raw, listed = 0, (), b"", []
    for field in fields(data):
        if field.number == 1 and isinstance(field.value, int):
            kind = field.value
        elif field.number == 2:
            shape = _shape(content(field))
        elif field.number == 4:
            raw = content(field)
        elif field.number in _LISTS:
            listed.append(numbers(field, _LISTS[field.number]))
        elif field.number in _WHOLE_LISTS:
            listed.append(_wholes(field))
    size = math.prod(shape)
    if kind not in _TYPES or size > _MOST_ENTRIES:
        return None
    values = np.frombuffer(raw, _TYPES[kind]).astype(np.float64) if raw else np.concatenate([np.zeros(0), *listed])
    if size == 1:
        return float(values[0]) if len(values) else 0.0  # a zero is not written
    if len(shape) == 2 and shape[1] == 3:
        if len(values) != size:
            raise ValueError(f"a tensor of shape {shape} with {len(values)} entries")
        buckets = values.reshape(-1, 3)  # low end, high end, count
        return estimated(buckets[:, :2], buckets[:, 2])
    return None


def _shape(data: bytes) -> tuple[int, ...]:
    sizes = []
    for field in fields(data):
        if field.number == 2:
            size = [signed(f.value) for f in fields(content(field)) if f.number == 1 and isinstance(f.value, int)]
            sizes.append(size[-1] if size else 0)
    if any(size < 0 for size in sizes):
        raise ValueError("a tensor of unknown shape")
    return tuple(sizes)


def _wholes(field: Field) -> np.ndarray:
    """Return the whole numbers of a field that holds one, or several packed together."""
    if isinstance(field.value, int):
        return np.array([signed(field.value)], np.float64)
    found, begin = [], 0
    data = content(field)
    for end, byte in enumerate(data):
        if byte < 0x80:  # the last of a number
            found.append(float(signed(whole_number(data[begin : end + 1]))))
            begin = end + 1
    return np.array(found, np.float64)
