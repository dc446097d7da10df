"""Text that somebody else wrote, made fit to be shown."""

import html
import unicodedata

# Control characters, those that reverse the text around them, halves of a character. Tabs and line ends stay.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_KEPT = "\t\n"
_JOINER = "\u200d"  # joins letters and pictures in many scripts; harmless


def printable(text: str) -> str:
    r"""Return text without control characters, reversals of direction and lone surrogates.

    Args:
        text: Anything.

    Returns:
        What can be seen of it.

    Example:
        >>> printable("a\x00b\u202ec")
        'abc'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in _KEPT or c == _JOINER or unicodedata.category(c) not in _HIDDEN)


def short(text: str, most: int = 32) -> str:
    """Return text on one line, cut in the middle to `most` characters: names often differ at their ends.

    Args:
        text: Anything.
        most: Characters to keep; at least 3.

    Returns:
        The text, or its start, an ellipsis and its end.

    Example:
        >>> short("a_very_long_column_name_2019", 13)
        'a_very…e_2019'
    """
    line = " ".join(printable(text).split())
    if len(line) <= most:
        return line
    head = most // 2
    return f"{line[:head]}…{line[len(line) - (most - head - 1) :]}"


def plot_text(text: str, most: int = 24) -> str:
    """Return a name as Plotly shows it letter by letter; it would read tags and entities in it otherwise.

    Args:
        text: Anything.
        most: Characters to keep.

    Returns:
        The shortened, escaped name.

    Example:
        >>> plot_text("a<b>c")
        'a&lt;b&gt;c'
    """
    return html.escape(short(text, most), quote=False)


def ended(text: str) -> str:
    """Return a phrase with a full stop, unless it has an ending already.

    Its first letter stays as it is: it may be that of a column or a layer.

    Args:
        text: A phrase or a sentence.

    Returns:
        The sentence; "" for "".

    Example:
        >>> ended("no progress for 20 epochs")
        'no progress for 20 epochs.'
    """
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."
