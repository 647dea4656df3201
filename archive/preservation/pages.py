"""What preservation reads in a page: its ids, its links, and the code that stands inline.

Inline scripts and styles are read as the hashes by which a Content-Security-Policy allows them:
base64 of the SHA-256 of the text between the tags, or of a ``style`` attribute's value (Content
Security Policy Level 3, 2.3.1).  The text is hashed as it stands: HTML has no escapes within
scripts and styles (HTML, 13.1.2.6), and our pages escape every quotation mark outside them.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

Element = Any  # of lxml, which has no public name for the type

# Relative addresses are resolved against this, so that a link out of the site is recognised.
_SITE = "https://copy.invalid/"


@dataclass(frozen=True, slots=True)
class Page:
    """The ids and links of one page."""

    ids: frozenset[str]
    links: frozenset[str]  # paths within the site, without query and fragment


def read_page(data: bytes, path: str) -> Page:
    """Read the page at ``path``.  Bytes that are not HTML give an empty page."""
    tree = parse_html(data)
    return Page(frozenset(), frozenset()) if tree is None else page_of_tree(tree, path)


def parse_html(data: bytes) -> Element | None:
    """The elements of a page; None where there are none."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return etree.fromstring(data, parser) if data else None


def page_of_tree(tree: Element, path: str) -> Page:
    ids = frozenset(map(str, tree.xpath("//@id")))
    addresses = tree.xpath("//@href | //@src")
    return Page(ids, frozenset(_local(map(str, addresses), path)))


def _local(addresses: Iterator[str], path: str) -> Iterator[str]:
    for address in addresses:
        try:
            full = urlsplit(urljoin(_SITE + path, address.strip()))
        except ValueError:
            continue
        if (full.scheme, full.netloc) == ("https", "copy.invalid"):
            yield unquote(full.path).removeprefix("/")


def as_file(path: str) -> str:
    """The file that a server sends for a path: for a folder, its index."""
    return f"{path}index.html" if not path or path.endswith("/") else path


# Inline code

_ELEMENT = re.compile(rb"<(script|style)\b([^>]*)>(.*?)</\1", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\sstyle=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_EXTERNAL = re.compile(rb"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(rb"""\stype=["']?([^\s"'>]+)""", re.IGNORECASE)

# Types of scripts that a browser runs; any other type makes the element a block of data.
_RUNS = frozenset({b"module", b"importmap", b"text/javascript", b"application/javascript"})


@dataclass(frozen=True, slots=True)
class Inline:
    """Hashes of the inline code of one or more pages."""

    scripts: frozenset[str] = field(default_factory=frozenset)
    styles: frozenset[str] = field(default_factory=frozenset)
    attributes: frozenset[str] = field(default_factory=frozenset)  # values of style=""


def inline(page: bytes) -> Inline:
    """The hashes of one page."""
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
    """The CSP hash of a text, with line ends normalised as HTML does."""
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"


def union(pages: Iterable[Inline]) -> Inline:
    """The hashes of several pages together."""
    every = list(pages)
    return Inline(
        frozenset().union(*(each.scripts for each in every)),
        frozenset().union(*(each.styles for each in every)),
        frozenset().union(*(each.attributes for each in every)),
    )
