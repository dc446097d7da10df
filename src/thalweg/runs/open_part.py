"""Which part a row is of that somebody asks to see, and none of the sealed one."""

from thalweg.data.split import Split
from thalweg.errors import InputError


def open_part(split: Split, row: int) -> str:
    """Return the part that a row is of.

    Args:
        split: Of the data.
        row: Of the data, from 0.

    Returns:
        "training" or "validation".

    Raises:
        InputError: If the row is of the sealed test part, or there is none of that number.
    """
    for part in ("training", "validation", "test"):
        rows = split.train if part == "training" else getattr(split, part)
        if row in rows:
            if part == "test":
                raise InputError(f"row {row} is of the sealed test part. Choose one that is not.")
            return part
    among = sum(map(len, split))
    raise InputError(f"there is no row {row}: the data have the rows 0 to {among - 1}. Choose one of these.")
