"""Addresses as URIs and as print has them, and those that follow from the words of subjects."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress
from urllib.parse import quote, urlsplit

# Addresses as URIs, and as print has them.
#
# A PDF demands ASCII of its links (ISO 32000-1, 12.6.4.7), and print an alphabet that its fonts
# have. What is printed leads to the same place for whoever types it.

PRINTED = r"\u0080-\u052f\u1e00-\u1fff"  # Latin, Greek and Cyrillic letters
_ADDRESS = re.compile(r"https?://\S+")


def escaped(address: str, kept: str = "") -> str:
    """An address as a URI, in ASCII but for the characters ``kept`` (RFC 3987, 3.1; RFC 5890)."""
    if address.isascii():
        return address
    foreign = re.compile(f"[^\\x00-\\x7f{kept}]+")
    with suppress(ValueError):  # of no address, or of a name that no host can have
        host = urlsplit(address).netloc
        if foreign.search(host):
            address = address.replace(host, host.encode("idna").decode(), 1)
    return foreign.sub(lambda found: quote(found[0]), address)


def as_printed(text: str) -> str:
    """A text with the addresses in it as print has them."""
    return text if text.isascii() else _ADDRESS.sub(lambda found: escaped(found[0], PRINTED), text)


# --- Subjects: each has a page of its own, whose address follows from its words.

SUBJECTS = "subjects"  # of their pages
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
    return f"{SUBJECTS}/{'-'.join(filter(None, (spelled.strip('-'), digits))) or 'other'}"
