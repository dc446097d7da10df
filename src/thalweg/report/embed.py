"""What goes into script tags: figures as JSON that cannot end the tag, scripts with their fingerprints."""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from thalweg.report.figures.style import Figure
from thalweg.report.text import printable

DIGITS = 5  # significant digits of a drawn number: less than a pixel


def script_json(value: Any) -> Markup:
    """Return a value as JSON for a script tag.

    NaN and infinities become null, text loses its control characters, and every character that could end the
    tag or begin a comment is written as an escape.

    Args:
        value: Dicts, lists, tuples, arrays, numbers, text, None.

    Returns:
        The JSON, to be written as it is.

    Raises:
        TypeError: If a value of another type is met.
    """
    text = json.dumps(_plain(value), allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # nothing in it can end the tag any more


def figures_json(figures: Sequence[Figure]) -> Markup:
    """Return figures by key, as the page's script reads them."""
    return script_json({f.key: {"data": f.data, "layout": f.layout, "frames": list(f.frames)} for f in figures})


def fingerprint(script: str) -> str:
    """Return a script's hash as a content security policy names it: "sha256-...".

    With it the page runs its own two scripts and no other, whatever a name in it says.
    """
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | np.bool_):
        return value if value is None else bool(value)
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return float(f"{number:.{DIGITS}g}") if math.isfinite(number) else None
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"script_json writes numbers, text, lists and tables; got {type(value).__name__}.")
