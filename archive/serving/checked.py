"""Checks texts over HTTP, for pages of this server and programs of this machine: POST /_check.

It takes ``{"text": …, "form": "txt", "md" or "html", "date": "2026-11-22"}``, of which only the
text is needed, and gives what ``archive check-text --json`` prints.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from archive.checking import Copy, NoCopyError, check
from archive.checking.reading import FORMS
from archive.checking.telling import data

PATH = "/_check"
MOST = 10_000_000  # bytes that are checked at once


def answer(site: Path, given: object) -> dict[str, Any]:
    """The result for one text.  Raises ValueError with what is wrong with what was given."""
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ValueError('Give {"text": "…"}, if need be with "form" and "date".')
    form, day = given.get("form", "txt"), given.get("date") or ""
    if form not in FORMS:
        raise ValueError(f"The form is one of {', '.join(FORMS)}.")
    if not isinstance(day, str) or not re.fullmatch(r"(?:\d{4}-\d\d-\d\d)?", day):
        raise ValueError("Write the date like 2026-11-22.")
    try:
        copy = Copy(site)
    except NoCopyError as error:
        raise ValueError("The site has no index yet.") from error
    return data([("", check(given["text"], copy, form=form, day=day))], copy, day)
