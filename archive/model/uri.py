"""Addresses as URIs, and as print has them.

A PDF demands ASCII of its links (ISO 32000-1, 12.6.4.7), and print an alphabet that its fonts have.
What is printed leads to the same place for whoever types it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote, urlsplit

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
