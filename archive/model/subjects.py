"""Subjects: each has a page of its own, whose address follows from its words."""

from __future__ import annotations

import hashlib
import re
import unicodedata

FOLDER = "subjects"  # of their pages
_DIGITS = 8  # of the hash of a subject that ASCII cannot write


def page_of(subject: str) -> str:
    """Return the name of a subject's page: ``subjects/press-freedom``.

    A subject with letters that ASCII lacks ends in digits of its SHA-256.  Subjects that differ in
    case and marks alone share a page.
    """
    plain = unicodedata.normalize("NFKD", subject)
    spelled = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    lost = any(each.isalnum() and not each.isascii() for each in plain)
    digits = hashlib.sha256(subject.casefold().encode()).hexdigest()[:_DIGITS] if lost else ""
    return f"{FOLDER}/{'-'.join(filter(None, (spelled.strip('-'), digits))) or 'other'}"
