"""Plain values as TOML writes them in one line."""

import json
import re
from collections.abc import Mapping
from typing import Any


def toml_text(value: Any) -> str:
    """Return a plain value as TOML, in one line.

    Args:
        value: Text, a number, true or false, or lists and tables of these.

    Returns:
        What TOML reads back as the same value.

    Example:
        >>> toml_text([{"kind": "adam", "rate": 0.1}, True])
        '[{ kind = "adam", rate = 0.1 }, true]'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {toml_text(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    # JSON writes numbers and truth values as TOML does, and texts but for one sign that it does not escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else toml_text(name)
