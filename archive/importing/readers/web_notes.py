"""Footnotes of web pages: a link to a place on the page that holds the note.

One rule serves all idioms: ``<a href="#fn1"><sup>1</sup></a>`` of pandoc and Markdown tools,
``doc-noteref`` (DPUB-ARIA), ``_ftn1`` of Word, ``cite_note-1`` of MediaWiki.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import unquote

from archive.importing.extras import library
from archive.importing.tree import MARK, NOTE

_SIGN = re.compile(
    r"\[?\(?(?:note |fn |n\.?)?(\d{1,4}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\)?\]?", re.IGNORECASE
)
_BACK = re.compile(r"[\s↩↑^︎⤴]*|\[?back\]?|return to text", re.IGNORECASE)
_HOLDERS = ("li", "p", "aside", "div", "dd", "td", "section")


def lift_notes(root: Any, main: Any) -> list[str]:
    """Put marks in the place of the links, take out the notes, and return them as HTML."""
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
    """The links that are note marks with what they lead to, further down the page."""
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
    for element in (target, *target.iterancestors()):
        if element.tag in _HOLDERS:
            return element
        if element.tag in {"body", "article", "main"}:
            return None
    return None


def _replace(link: Any, id_: str) -> None:
    outer = link.getparent() if _only_child(link) and link.getparent().tag == "sup" else link
    mark = library("lxml.html").Element("span")
    mark.set("class", MARK)
    mark.set("data-note", id_)
    mark.text = "\u2060"  # pandoc drops empty spans
    mark.tail = outer.tail
    outer.tail = None
    outer.getparent().replace(outer, mark)


def _only_child(link: Any) -> bool:
    parent = link.getparent()
    return len(parent) == 1 and not (parent.text or "").strip() and not (link.tail or "").strip()


def _lifted(note: Any, id_: str) -> str:
    """The note as HTML, without its number and its link back; its place on the page is emptied."""
    inside = copy.deepcopy(note)
    inside.tail = None
    for link in list(inside.iter("a")):
        words = link.text_content().strip()
        back = link.get("href", "#").startswith("#") and (_BACK.fullmatch(words) or _sign(link))
        if back and link.getparent() is not None:
            link.drop_tree()
    words = inside.text_content().strip()
    sign = re.escape(id_)
    number = re.match(rf"(?:\[{sign}\]|{sign}[.):]|{sign}(?<!\w)\s)\s*", words)
    if number:
        _drop_start(inside, number.end())
    if note.getparent() is not None:
        note.drop_tree()
    inside.tag = "div"
    html: str = library("lxml.html").tostring(inside, encoding="unicode")
    return f'<div class="{NOTE}" data-note="{escape(id_)}">{html}</div>'


def _drop_start(element: Any, length: int) -> None:
    """Drop the first words of an element, over as many texts as they stand in."""
    left = length + len(element.text_content()) - len(element.text_content().lstrip())
    for each in element.iter():
        for name in ("text", "tail"):
            text = getattr(each, name) or ""
            if left and not (name == "tail" and each is element):
                setattr(each, name, text[left:])
                left = max(0, left - len(text))
