"""What preservation reads in a page: its ids, its links, and the code that stands inline.

Inline scripts are read as the hashes by which a Content-Security-Policy allows them: base64 of the
SHA-256 of the text between the tags (Content Security Policy Level 3, 2.3.1).  The text is hashed
as it stands, for HTML has no escapes within scripts (HTML, 13.1.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from archive.model.content_policy import source_hash

Element = Any  # of lxml, which has no public name for the type

_MOST_ADDRESSES = 50_000  # of one page; a stranger may write more, and they are not followed

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
    if tree is None:
        return Page(frozenset(), frozenset())
    addresses = tree.xpath("//@href | //@src")[:_MOST_ADDRESSES]
    without_fragments = {str(address).strip().partition("#")[0] for address in addresses}
    return Page(ids_of(tree), frozenset(_local(without_fragments, path)))


def parse_html(data: bytes) -> Element | None:
    """The elements of a page; None where there are none."""
    from lxml import etree  # noqa: PLC0415 - not in an edit

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return etree.fromstring(data, parser) if data else None


def ids_of(tree: Element) -> frozenset[str]:
    return frozenset(map(str, tree.xpath("//@id")))


def _local(addresses: Iterable[str], path: str) -> Iterator[str]:
    for address in addresses:
        try:
            full = urlsplit(urljoin(_SITE + path, address))
        except ValueError:
            continue
        if (full.scheme, full.netloc) == ("https", "copy.invalid"):
            yield unquote(full.path).removeprefix("/")


def as_file(path: str) -> str:
    """The file that a server sends for a path: for a folder, its index."""
    return f"{path}index.html" if not path or path.endswith("/") else path


# Inline code

_ELEMENT = re.compile(rb"<(script|style)\b([^>]*)>(.*?)(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_ATTRIBUTES = re.compile(rb"""(?:\s+[a-z-]+(?:="[^"<>]*")?)*\s*""")
_ATTRIBUTE = re.compile(rb"""\s([a-z-]+)(?:="([^"]*)")?""")
_ELSEWHERE = re.compile(rb"[^/]*:|\s*[/\\]{2}")
# A script of one of these types is no script.
_DATA = (b"application/json", b"application/ld+json")

# What may be an attribute with code, style or on…; only pages that have it are parsed.  It is found
# by its first letters: by the spaces before it, or in any case, takes twice as long.
_SUSPECT = re.compile(rb"""[sSoO][tTnN](?<=[\s/"']..)(?:[yY][lL][eE]|(?<=[nN])[a-zA-Z]+)[\s/]*=""")
_CODE = re.compile(r"style|on[a-z]+")


def inline(page: bytes) -> frozenset[str]:
    """The code that stands in a page: the hash source of each script, the name of each other kind.

    Whatever is written otherwise than our templates write it counts as a script.
    """
    found = {_kind(*each) for each in _ELEMENT.findall(page)}
    if _SUSPECT.search(page):
        reader = _Attributes()
        reader.feed(page.decode("utf-8", "replace"))
        found |= reader.found
    return frozenset(found - {""})


def _kind(name: bytes, attributes: bytes, text: bytes) -> str:
    if name.lower() == b"style":
        return "style"
    given = dict(_ATTRIBUTE.findall(attributes)) if _ATTRIBUTES.fullmatch(attributes) else {}
    if b"src" in given:
        return "script of another host" if _ELSEWHERE.match(given[b"src"]) else ""
    return "" if given.get(b"type") in _DATA else source_hash(text)


class _Attributes(HTMLParser):
    """Collects the names of attributes that are style or script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {name for name, _value in attrs if _CODE.fullmatch(name)}
