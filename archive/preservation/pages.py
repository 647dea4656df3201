"""What a checker reads in a page: its ids, where they stand, and the addresses it links to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

# Relative addresses are resolved against this, so that a link out of the site shows itself.
_SITE = "https://copy.invalid/"


@dataclass(frozen=True, slots=True)
class Page:
    """The facts of one page."""

    ids: frozenset[str]
    links: frozenset[str]  # paths within the site, without query and fragment


def read_page(data: bytes, path: str) -> Page:
    """Read the page at ``path``; what is no HTML has nothing in it."""
    tree = (
        etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True)) if data else None
    )
    if tree is None:
        return Page(frozenset(), frozenset())
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
    """The file that answers at a path: of a folder its index."""
    return f"{path}index.html" if not path or path.endswith("/") else path
