"""EPUB 3.3, read by pandoc."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from archive.importing import RefusedError, container, library, pandoc
from archive.importing.container import local, parse_xml
from archive.importing.text import Text

_BLOCKS = (
    "blockquote", "br", "dd", "div", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li",
    "p", "pre", "section", "td", "th", "tr",
)  # fmt: skip
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read(data: bytes) -> Text:
    """The text of a book in the order of its spine."""
    parts = container.checked(data)
    for name, part in parts.items():
        if _ENTITIES.search(part.replace(b"\0", b"")):
            raise RefusedError(
                "import-doctype", f"The part {name!r} declares entities.", "do not trust it."
            )
    text = pandoc.text(data, "epub")
    return replace(text, raw=tuple(_words(parts)))


def _words(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The words of each block of the pages in the spine, as far as they can be parsed."""
    html = library("lxml.html")
    for name in _spine(parts):
        container.bounded(parts[name], name)
        with suppress(library("lxml.etree").LxmlError):  # of a page without anything
            root = html.document_fromstring(parts[name], parser=html.HTMLParser(encoding="utf-8"))
            yield from ("".join(_said(body)) for body in root.iter("body"))


def _said(body: Any) -> Iterator[str]:
    """The pieces of text in a page, blocks apart; of comments and scripts nothing."""
    for event, each in library("lxml.etree").iterwalk(body, events=("start", "end", "comment")):
        if each.tag in _BLOCKS:
            yield " "
        if event == "start" and each.tag not in {"script", "style"}:
            yield each.text or ""
        elif event != "start" and each is not body:
            yield each.tail or ""


def _spine(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The names of the pages that are read, in their order (EPUB 3.3, 5.7)."""
    root = parse_xml(parts.get("META-INF/container.xml", b"<none/>"), "META-INF/container.xml")
    book = next(
        (each.get("full-path", "") for each in root.iter() if local(each) == "rootfile"), ""
    )
    package = parse_xml(parts.get(book, b"<none/>"), book)
    items = {
        each.get("id"): each.get("href", "") for each in package.iter() if local(each) == "item"
    }
    for each in package.iter():
        href = unquote(items.get(each.get("idref"), "")) if local(each) == "itemref" else ""
        name = posixpath.normpath(posixpath.join(posixpath.dirname(book), href))
        if href and name in parts and parts[name].strip():
            yield name
