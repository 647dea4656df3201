"""Widths in percent, which pages give by a class, as they may have no styles of their own."""

from __future__ import annotations

import re

STEP = 5  # percent, of which the style sheet has classes
BEGINNING = "width-"
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?\s*%")


def class_of(width: str) -> str:
    """Return the class of a width, the nearest that there is; empty if it is not in percent."""
    match = _PERCENT.fullmatch(width.strip())
    if match is None or not 0 < int(match[1]) < 100:
        return ""
    return f"{BEGINNING}{max(STEP, STEP * round(int(match[1]) / STEP))}"
