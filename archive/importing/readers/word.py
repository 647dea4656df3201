"""Word documents (ISO 29500 .docx), by pandoc; citation managers' fields become works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from archive.importing import container, pandoc, tree, word_fields, xml
from archive.importing.text import Finding, Properties, Remark, Text

_WORDS = frozenset({"t", "delText"})
_ASIDE = re.compile(r"word/(?:header|footer)\d*\.xml")
_TOLD = re.compile(r"word/(?:document|footnotes|endnotes|comments)\.xml")


def read(data: bytes) -> Text:
    """The text of a Word document; tracked changes as accepted, comments told."""
    parts = container.parts(data)
    packed = container.packed(word_fields.rewritten(parts))
    text = tree.text_of(pandoc.read(packed, "docx+citations", ["--track-changes=all"]))
    raw = [words for name in parts if _TOLD.fullmatch(name) for words in _paragraphs(parts, name)]
    return replace(
        text,
        properties=_properties(text.properties, parts),
        remarks=(*text.remarks, *_aside(parts)),
        raw=tuple(raw),
    )


def _paragraphs(parts: Mapping[str, bytes], name: str) -> Iterator[str]:
    yield from xml.paragraphs(xml.parse(parts[name], name), "p", _WORDS)


def _aside(parts: Mapping[str, bytes]) -> Iterator[Remark]:
    """Page headers and footers, which are not part of the text."""
    seen: set[str] = set()
    for name in sorted(parts):
        if _ASIDE.fullmatch(name):
            for words in _paragraphs(parts, name):
                if words not in seen:
                    seen.add(words)
                    yield Remark(Finding.LOST, "A page header or footer was left out.", words)


def _properties(found: Properties, parts: Mapping[str, bytes]) -> Properties:
    """What the text says of itself, and where it says nothing, the core properties (15.2.12.1)."""
    core = dict(core_properties(parts.get("docProps/core.xml", b""), "docProps/core.xml"))
    return Properties(
        title=found.title or core.get("title"),
        author=found.author or core.get("creator"),
        date=found.date,
        made=core.get("created", "")[:10] or None,
        language=found.language or core.get("language"),
    )


def core_properties(part: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Each property that has a value, by its local name."""
    if part:
        for element in xml.parse(part, name).iter():
            if (element.text or "").strip():
                yield xml.local(element), element.text.strip()
