"""OpenDocument texts (ODF 1.3 .odt), by pandoc; tracked changes are accepted before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from archive.importing import container, pandoc, tree, xml
from archive.importing.readers.word import core_properties
from archive.importing.text import Finding, Properties, Remark, Text

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PARAGRAPHS = ("p", "h")


def read(data: bytes) -> Text:
    """The text of an OpenDocument text."""
    parts = container.parts(data)
    root = xml.parse(parts.get("content.xml", b""), "content.xml")
    raw = tuple(_all_words(root))
    remarks = [*_changes(root), *_comments(root)]
    packed = container.packed({**parts, "content.xml": xml.written(root)})
    text = tree.text_of(pandoc.read(packed, "odt"))
    return replace(
        text,
        properties=_properties(text.properties, parts),
        remarks=(*text.remarks, *remarks, *_aside(parts)),
        raw=raw,
    )


def _all_words(element: Any) -> Iterator[str]:
    for each in element.iter():
        if xml.local(each) in _PARAGRAPHS:
            yield _words(each)


def _words(element: Any) -> str:
    """The words of a paragraph, without those of paragraphs within it (notes, comments)."""
    pieces: list[str] = [element.text or ""]
    for child in element:
        if xml.local(child) in {"s", "tab", "line-break"}:
            pieces.append(" ")
        elif xml.local(child) not in {*_PARAGRAPHS, "note", "annotation", "tracked-changes"}:
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _changes(root: Any) -> Iterator[Remark]:
    """Tell the tracked changes (5.5) and take out what was deleted; what was inserted stays."""
    for tracked in list(root.iter(f"{_TEXT}tracked-changes")):
        for region in tracked:
            who = "".join(each.text or "" for each in region.iter() if xml.local(each) == "creator")
            deleted = [" ".join(_all_words(each)) for each in region.iter(f"{_TEXT}deletion")]
            what = "deleted" if deleted else "inserted or changed"
            yield Remark(
                Finding.CHANGE, f"{who or 'Somebody'} {what}; accepted.", " ".join(deleted)
            )
        tracked.getparent().remove(tracked)


def _comments(root: Any) -> Iterator[Remark]:
    """Tell the comments (14.1) and take them out."""
    for comment in list(root.iter(f"{_OFFICE}annotation")):
        who = "".join(each.text or "" for each in comment if xml.local(each) == "creator")
        words = " ".join(_all_words(comment))
        yield Remark(Finding.COMMENT, f"A comment of {who or 'somebody'}.", words)
        _remove(comment)


def _remove(element: Any) -> None:
    """Take an element out and leave the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _aside(parts: Mapping[str, bytes]) -> Iterator[Remark]:
    """Page headers and footers, which stand with the styles (16.10)."""
    if "styles.xml" not in parts:
        return
    seen: set[str] = set()
    for element in xml.parse(parts["styles.xml"], "styles.xml").iter():
        if xml.local(element) in {"header", "footer", "header-left", "footer-left"}:
            words = " ".join(_all_words(element))
            if words.strip() and words not in seen:
                seen.add(words)
                yield Remark(Finding.LOST, "A page header or footer was left out.", words)


def _properties(found: Properties, parts: Mapping[str, bytes]) -> Properties:
    core = dict(core_properties(parts.get("meta.xml", b""), "meta.xml"))
    return Properties(
        title=found.title or core.get("title"),
        author=found.author or core.get("initial-creator") or core.get("creator"),
        date=found.date,
        made=core.get("creation-date", "")[:10] or None,
        language=found.language or core.get("language"),
    )
