"""From bytes to text, or to the name of what they are instead."""

import codecs

from thalweg.errors import InputError

_OTHERS = {
    b"PK\x03\x04": "a zip archive, an Excel workbook or a checkpoint",
    b"\x1f\x8b": "packed by gzip",
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy array",
    b"\x80": "a pickle, which could run code when read",
}
WANTED = (
    "Wanted is a CSV file with a row for each epoch or step, the history of Keras as JSON, TensorBoard's event files, "
    "or what thalweg.record wrote."
)


def decoded(path: str, content: bytes) -> str:
    """Return a file's text.

    Args:
        path: The file, for messages.
        content: All of it.

    Returns:
        The text; what is not UTF-8 is read as Latin-1, for numbers are the same in both.

    Raises:
        InputError: If it is empty, or no text.
    """
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            raise InputError(f"{path} is {what}, not the record of a run. {WANTED}")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    else:
        content = content.removeprefix(codecs.BOM_UTF8)
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    if "\0" in text:
        raise InputError(f"{path} is no text: it holds a zero byte. {WANTED}")
    if not text.strip():
        raise InputError(f"{path} is empty. {WANTED}")
    return text
