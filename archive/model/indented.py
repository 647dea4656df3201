"""JSON with line breaks, as ``json.dumps(…, ensure_ascii=False, indent=…)`` writes it.

The encoder of the standard library that indents is written in Python, and yields each comma by
itself: the files beside a document took a third of their time in it.
"""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False).encode


def indented(value: Any, by: int, depth: int = 0) -> str:
    """Return a value of strings, numbers, lists and objects, each item on a line of its own.

    ``by`` is the number of spaces of each level; ``depth`` is the level of the value itself.
    """
    if not value or not isinstance(value, (dict, list, tuple)):
        return _encode(value)
    end = "\n" + " " * (by * depth)
    line = end + " " * by
    if isinstance(value, dict):
        items = [
            f"{_encode(name)}: {indented(each, by, depth + 1)}" for name, each in value.items()
        ]
    else:
        items = [indented(each, by, depth + 1) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}{line}{f',{line}'.join(items)}{end}{closing}"
