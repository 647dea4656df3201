"""What a web page has beside its text: notes, and what its head says of it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import escape
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

from archive.importing import library
from archive.importing.pandoc import MARK, NOTE
from archive.importing.text import Finding, Properties, Remark

# The footnotes of a web page, in every idiom.
#
# A note mark is a link to a place further down the page that holds the note.  This one rule covers
# ``<a href="#fn1"><sup>1</sup></a>`` of pandoc and Markdown tools, ``doc-noteref`` (DPUB-ARIA),
# ``_ftn1`` of Word and ``cite_note-1`` of MediaWiki.

_SIGN = re.compile(
    r"\[?\(?(?:note |fn |n\.?)?(\d{1,4}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\)?\]?", re.IGNORECASE
)
_BACK = re.compile(r"[\s↩↑^︎⤴]*|\[?back\]?|return to text", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HOLDERS = ("li", "p", "aside", "div", "dd", "td", "section")


def lift_notes(root: Any, links: Iterable[Any]) -> list[str]:
    """Replace the links by marks, remove the notes from the page, and return them as HTML.

    ``links`` are the ``a`` elements of the main text, in order.
    """
    by_id = {each.get("id") or each.get("name"): each for each in root.iter()
             if isinstance(each.tag, str) and (each.get("id") or each.get("name"))}  # fmt: skip
    order = {element: place for place, element in enumerate(root.iter())}
    ids: dict[Any, str] = {}  # of each note's element, in the order of the marks
    taken: set[str] = set()
    for link, target in list(_references(links, by_id, order)):
        note = _holder(target)
        if (
            note is None
            or note in link.iterancestors()
            or next(note.iter(*_HEADINGS), None) is not None
        ):
            continue  # no place, the paragraph itself, or a section that a table of contents names
        if note not in ids:
            sign = _sign(link)
            ids[note] = f"{sign} ({len(ids) + 1})" if sign in taken else sign
            taken.add(ids[note])
        _replace(link, ids[note])
    return [_lifted(note, id_) for note, id_ in ids.items()]


def drop_dangling(root: Any, links: Iterable[Any]) -> Iterator[Remark]:
    """Take out marks set high that lead to no place of the page; their notes were not saved."""
    by_id = {
        each.get("id") or each.get("name") for each in root.iter() if isinstance(each.tag, str)
    }
    for link in links:
        href, sign = link.get("href", ""), _sign(link)
        high = link.getparent().tag == "sup" or (len(link) == 1 and link[0].tag == "sup")
        if sign and high and href.startswith("#") and unquote(href[1:]) not in by_id:
            link.text = None
            for inside in list(link):
                inside.drop_tree()
            yield Remark(Finding.FLAG, "A note mark leads to no note in the file.", sign)


def _references(
    links: Iterable[Any], by_id: dict[str, Any], order: dict[Any, int]
) -> Iterator[tuple[Any, Any]]:
    """The links that are note marks, with the element further down that each leads to."""
    for link in links:
        href = link.get("href", "")
        target = by_id.get(unquote(href[1:])) if href.startswith("#") and len(href) > 1 else None
        if target is not None and order[target] > order[link] and _sign(link):
            yield link, target


def _sign(link: Any) -> str:
    match = _SIGN.fullmatch(link.text_content().strip())
    return match[1] if match else ""


def _holder(target: Any) -> Any:
    """The block that holds the whole note."""
    page = {"body", "article", "main"}
    around = takewhile(lambda each: each.tag not in page, (target, *target.iterancestors()))
    return next((each for each in around if each.tag in _HOLDERS), None)


def _replace(link: Any, id_: str) -> None:
    """Put a mark in the place of a link, and of the ``sup`` that holds nothing else."""
    outer, parent = link, link.getparent()
    alone = len(parent) == 1 and not (parent.text or "").strip() and not (link.tail or "").strip()
    if alone and parent.tag == "sup":
        outer = parent
    tail = outer.tail
    outer.clear()
    outer.tag, outer.text, outer.tail = "span", "\u2060", tail  # pandoc drops empty spans
    outer.set("class", MARK)
    outer.set("data-note", id_)


def _lifted(note: Any, id_: str) -> str:
    """Remove a note from the page; return it as HTML without its number and its link back."""
    inside = copy.deepcopy(note)
    inside.tail = None
    for link in list(inside.iter("a")):
        words = link.text_content().strip()
        back = link.get("href", "#").startswith("#") and (_BACK.fullmatch(words) or _sign(link))
        if back and link.getparent() is not None:
            link.drop_tree()
    sign = re.escape(id_)
    number = rf"(?:\[{sign}\]|{sign}[.):]|{sign}(?<!\w)\s)\s*"
    if match := re.match(number, inside.text_content().strip()):
        _drop_start(inside, match.end())
    if note.getparent() is not None:
        note.drop_tree()
    inside.tag = "div"
    html: str = library("lxml.html").tostring(inside, encoding="unicode")
    return f'<div class="{NOTE}" data-note="{escape(id_)}">{html}</div>'


def _drop_start(element: Any, length: int) -> None:
    """Drop the first ``length`` characters of an element, which may lie in several texts."""
    left = length + len(element.text_content()) - len(element.text_content().lstrip())
    for each in element.iter():
        for name in ("text", "tail"):
            text = getattr(each, name) or ""
            if left and not (name == "tail" and each is element):
                setattr(each, name, text[left:])
                left = max(0, left - len(text))


# What a web page says of itself: its head, its structured data, its first heading.

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
