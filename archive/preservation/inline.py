"""The inline scripts and styles of a page, as the hashes by which a policy allows them.

A hash is base64 of the SHA-256 of the text between the tags, or of an attribute's value (Content
Security Policy Level 3, 2.3.1).  Text is taken as it stands: HTML has no escapes within scripts
and styles (HTML, 13.1.2.6), and our own pages escape every quotation mark outside them.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_ELEMENT = re.compile(rb"<(script|style)\b([^>]*)>(.*?)</\1", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\sstyle=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_EXTERNAL = re.compile(rb"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(rb"""\stype=["']?([^\s"'>]+)""", re.IGNORECASE)

# Types that a browser runs; any other makes the element a block of data.
_RUNS = frozenset({b"module", b"importmap", b"text/javascript", b"application/javascript"})


@dataclass(frozen=True, slots=True)
class Inline:
    """Hashes of what stands in pages themselves."""

    scripts: frozenset[str] = field(default_factory=frozenset)
    styles: frozenset[str] = field(default_factory=frozenset)
    attributes: frozenset[str] = field(default_factory=frozenset)  # values of style=""


def inline(page: bytes) -> Inline:
    """What stands in one page."""
    found: dict[bytes, set[str]] = {b"script": set(), b"style": set()}
    for kind, attributes, text in _ELEMENT.findall(page):
        if kind.lower() == b"style" or _runs(attributes):
            found[kind.lower()].add(digest(text))
    styles = {digest(value) for value in _style_attributes(page)}
    return Inline(frozenset(found[b"script"]), frozenset(found[b"style"]), frozenset(styles))


def _runs(attributes: bytes) -> bool:
    if _EXTERNAL.search(attributes):
        return False
    kind = _TYPE.search(attributes)
    return kind is None or kind[1].lower() in _RUNS


def _style_attributes(page: bytes) -> Iterator[bytes]:
    for double, single in set(_ATTRIBUTE.findall(page)):
        yield html.unescape((double or single).decode("utf-8")).encode("utf-8")


def digest(text: bytes) -> str:
    """The hash source of a text, with line ends as HTML normalises them."""
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"


def union(pages: Iterable[Inline]) -> Inline:
    """What stands in any of the pages."""
    scripts: set[str] = set()
    styles: set[str] = set()
    attributes: set[str] = set()
    for page in pages:
        scripts |= page.scripts
        styles |= page.styles
        attributes |= page.attributes
    return Inline(frozenset(scripts), frozenset(styles), frozenset(attributes))
