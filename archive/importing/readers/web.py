"""Web pages: finds the main text and turns the footnotes of every idiom into notes.

lxml parses the page as browsers do, programs and page furniture are removed, and pandoc reads the
layout of the rest.  Nothing is fetched.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

from archive.importing import RefusedError, library, pandoc
from archive.importing.pandoc import MARK, NOTE
from archive.importing.text import Finding, Properties, Remark, Text

# Where the main text is, the most certain first (HTML 4.4.4 and 4.4.2; ARIA main; Schema.org).
_MAIN = (
    "//*[@itemprop='articleBody']", "//article", "//main", "//*[@role='main']",
    "//*[@id='content' or @id='main-content' or @id='article']",
    "//*[contains(concat(' ', @class, ' '), ' entry-content ')]",
    "//*[contains(concat(' ', @class, ' '), ' post-content ')]",
)  # fmt: skip
_PROGRAMS = ("script", "style", "template", "iframe", "object", "embed", "link", "svg", "canvas",
             "audio", "video", "base", "meta")  # fmt: skip
_FURNITURE = ("nav", "form", "button", "dialog", "footer", "menu")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_SUBSET = re.compile(rb"<!DOCTYPE[^>]*\[|<!ENTITY", re.IGNORECASE)


def read(data: bytes) -> Text:
    """The text of a web page in UTF-8 or in the encoding it declares."""
    if _SUBSET.search(data.replace(b"\0", b"")):
        raise RefusedError(
            "import-doctype", "The page declares entities in its DOCTYPE.",
            "do not trust it; save the page anew from a browser.",
        )  # fmt: skip
    root = _parsed(data)
    properties = _properties(root)
    remarks = list(_stripped(root))
    raw = tuple(root.itertext())
    main = _main(root)
    notes = lift_notes(root, main)
    remarks += [Remark(Finding.LOST, "Left out around the main text.", aside)
                for aside in _outside(root, main)]  # fmt: skip
    main.tag = "div"  # of a page with a main element pandoc would read that alone
    main.attrib.clear()
    html = library("lxml.html").tostring(main, encoding="unicode") + "".join(notes)
    text = pandoc.text(html.encode(), "html-tex_math_dollars-native_divs+native_divs")
    merged = replace(properties, title=properties.title or text.properties.title)
    return replace(text, properties=merged, remarks=(*remarks, *text.remarks), raw=raw)


def _parsed(data: bytes) -> Any:
    html, etree = library("lxml.html"), library("lxml.etree")
    try:
        data.decode("utf-8-sig")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = _declared(data)
    parser = html.HTMLParser(encoding=encoding, no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(data.removeprefix(b"\xef\xbb\xbf"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise RefusedError(
            "import-unreadable", "The page cannot be read as HTML.", "save it anew from a browser."
        ) from error
    for element in root.iter():  # HTML allows control characters, and lxml refuses to write them
        for place in ("text", "tail"):
            words = getattr(element, place)
            if words and _CONTROL.search(words):
                setattr(element, place, _CONTROL.sub(" ", words))
    return root


def _declared(data: bytes) -> str:
    """The encoding that the page declares (HTML 4.2.5.4), if the page is valid in it."""
    match = re.search(rb"charset=[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    try:
        encoding = match[1].decode() if match else ""
        data.decode(encoding)
    except (LookupError, ValueError) as error:
        raise RefusedError(
            "import-encoding", "The page is not UTF-8, and its declared encoding does not fit it.",
            "save the page as UTF-8.",
        ) from error  # fmt: skip
    return encoding


def _stripped(root: Any) -> Iterator[Remark]:
    """Take out programs and whatever would be fetched, and remark how many."""
    counts: Counter[str] = Counter()
    for element in list(root.iter(*_PROGRAMS, library("lxml.etree").Comment)):
        if element.getparent() is not None:
            element.drop_tree()
            counts[element.tag if isinstance(element.tag, str) else "comment"] += 1
    listed = ", ".join(
        f"{n} {name}" for name, n in sorted(counts.items()) if name not in {"meta", "link", "base"}
    )
    if listed:
        yield Remark(Finding.LOST, f"Never run or fetched: {listed}.")


def _main(root: Any) -> Any:
    for path in _MAIN:
        found = [each for each in root.xpath(path) if len(each.text_content().split()) > 5]
        if found:
            return max(found, key=lambda each: len(each.text_content()))
    return _densest(root)


def _densest(root: Any) -> Any:
    """The smallest element that holds four fifths of the words of all paragraphs."""
    body = root if (found := root.find("body")) is None else found
    words = {each: len(each.text_content().split()) for each in body.iter("p", "li", "blockquote")}
    needed = 0.8 * sum(words.values())
    held: Counter[Any] = Counter()
    for paragraph, count in words.items():
        held.update(dict.fromkeys(paragraph.iterancestors(), count))
    enough = [each for each, count in held.items() if count >= needed and _within(each, body)]
    return max(enough, key=lambda each: len(list(each.iterancestors())), default=body)


def _within(element: Any, body: Any) -> bool:
    return element is body or body in element.iterancestors()


def _outside(root: Any, main: Any) -> Iterator[str]:
    """The words outside the main text; the furniture within it is removed and counts as outside."""
    for element in list(main.iter(*_FURNITURE)):
        if element is not main and _within(element, main):  # not removed with another
            yield " ".join(element.text_content().split())
            element.drop_tree()
    inside = set(main.iter())
    for element in root.iter():
        if element in inside or not isinstance(element.tag, str):
            continue
        own = [element.text or "", *(child.tail or "" for child in element)]
        words = " ".join(" ".join(own).split())
        if words:
            yield words


def _properties(root: Any) -> Properties:
    """The metadata of the head and the first heading (Open Graph, Dublin Core, HTML)."""

    def first(*paths: str) -> str | None:
        for path in paths:
            for value in root.xpath(path):
                words = value if isinstance(value, str) else value.text_content()
                if words.strip():
                    return " ".join(words.split())
        return None

    address = first("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
    return Properties(
        title=first("//meta[@property='og:title']/@content", "//h1", "//title"),
        author=first("//meta[@name='author']/@content", "//meta[@name='DC.creator']/@content"),
        publisher=first("//meta[@property='og:site_name']/@content"),
        date=first("//meta[@property='article:published_time']/@content",
                   "//meta[@name='DC.date']/@content", "//time/@datetime"),
        language=root.get("lang") or root.get("xml:lang"),
        address=address if address and re.fullmatch(r"https?://[^\s<>\"]+", address) else None,
    )  # fmt: skip


# --- Footnotes
#
# A note mark is a link to a place further down the page that holds the note.  This one rule covers
# ``<a href="#fn1"><sup>1</sup></a>`` of pandoc and Markdown tools, ``doc-noteref`` (DPUB-ARIA),
# ``_ftn1`` of Word and ``cite_note-1`` of MediaWiki.

_SIGN = re.compile(
    r"\[?\(?(?:note |fn |n\.?)?(\d{1,4}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\)?\]?", re.IGNORECASE
)
_BACK = re.compile(r"[\s↩↑^︎⤴]*|\[?back\]?|return to text", re.IGNORECASE)
_HOLDERS = ("li", "p", "aside", "div", "dd", "td", "section")


def lift_notes(root: Any, main: Any) -> list[str]:
    """Replace the links by marks, remove the notes from the page, and return them as HTML."""
    by_id = {each.get("id") or each.get("name"): each for each in root.iter()
             if isinstance(each.tag, str) and (each.get("id") or each.get("name"))}  # fmt: skip
    order = {element: place for place, element in enumerate(root.iter())}
    ids: dict[Any, str] = {}  # of each note's element, in the order of the marks
    taken: set[str] = set()
    for link, target in list(_references(main, by_id, order)):
        note = _holder(target)
        if note is None or note in link.iterancestors():
            continue
        if note not in ids:
            sign = _sign(link)
            ids[note] = f"{sign} ({len(ids) + 1})" if sign in taken else sign
            taken.add(ids[note])
        _replace(link, ids[note])
    return [_lifted(note, id_) for note, id_ in ids.items()]


def _references(
    main: Any, by_id: dict[str, Any], order: dict[Any, int]
) -> Iterator[tuple[Any, Any]]:
    """The links that are note marks, with the element further down that each leads to."""
    for link in main.iter("a"):
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
        outer, parent = parent, parent.getparent()
    mark = library("lxml.html").Element("span", {"class": MARK, "data-note": id_})
    mark.text = "\u2060"  # pandoc drops empty spans
    mark.tail, outer.tail = outer.tail, None
    parent.replace(outer, mark)


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
