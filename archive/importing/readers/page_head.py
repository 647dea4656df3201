"""What a web page says of itself: its head, its structured data, its first heading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from archive.importing.text import Properties

_ARTICLES = re.compile(r"Article|Posting|Report|Statement|WebPage|Legislation|CreativeWork")


def properties(root: Any, said: dict[str, str]) -> Properties:
    """The metadata of a page: Open Graph, Dublin Core, ``said`` by Schema.org, HTML."""

    def first(*paths: str) -> str | None:
        for path in paths:
            for value in root.xpath(path):
                words = value if isinstance(value, str) else value.text_content()
                if words.strip():
                    return " ".join(words.split())
        return None

    address = first("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
    return Properties(
        title=first("//meta[@property='og:title']/@content") or said.get("headline")
        or first("//h1", "//title"),
        author=first("//meta[@name='author']/@content", "//meta[@name='DC.creator']/@content")
        or said.get("author"),
        publisher=first("//meta[@property='og:site_name']/@content") or said.get("publisher"),
        date=first("//meta[@property='article:published_time']/@content")
        or said.get("datePublished")
        or first("//meta[@name='DC.date']/@content", "//meta[@itemprop='datePublished']/@content",
                 "//meta[@name='date']/@content", "//time[@pubdate]/@datetime",
                 "//*[@itemprop='datePublished']/@datetime", "//time/@datetime", "//time"),
        language=root.get("lang") or root.get("xml:lang"),
        address=address if address and re.fullmatch(r"https?://[^\s<>\"]+", address) else None,
    )  # fmt: skip


def structured(root: Any) -> dict[str, str]:
    """Headline, date, author and publisher of the first article in the page's JSON-LD 1.1."""
    for script in root.xpath("//script[@type='application/ld+json']"):
        data: Any = None
        with suppress(ValueError, RecursionError):
            data = json.loads(script.text or "")
        for item in _items(data):
            if _ARTICLES.search(str(item.get("@type", ""))) and item.get("datePublished"):
                names = ("headline", "datePublished", "author", "publisher")
                return {name: said for name in names if (said := _named(item.get(name)))}
    return {}


def _items(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for each in data:
            yield from _items(each, depth + 1) if depth < 5 else ()
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"), depth + 1) if depth < 5 else ()


def _named(value: Any) -> str:
    if isinstance(value, list):
        return _named(value[0]) if len(value) == 1 else ""
    if isinstance(value, dict):
        return _named(value.get("name"))
    return " ".join(value.split()) if isinstance(value, str) else ""
