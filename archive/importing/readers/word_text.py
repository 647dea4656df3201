"""Makes the text of a Word document ready for pandoc, which would lose parts of it.

Numbers that Word generates are written where they are shown; text boxes stand after the paragraph
that anchors them, once; hidden words are taken out and told; and each file within the file
(``w:altChunk``) leaves a mark, in whose place its text comes afterwards.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from archive.importing import RefusedError, container, library, pandoc
from archive.importing.container import parse_xml
from archive.importing.pandoc import LABEL
from archive.importing.readers import mail
from archive.importing.readers.word_numbers import Numbers, W, value
from archive.importing.text import Finding, Note, Remark, Run, Text, plain

_BODY = "word/document.xml"
_TEXTS = (_BODY, "word/footnotes.xml", "word/endnotes.xml")
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK = "\ue002{}\ue003"
_FORMS = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "markdown_strict",
    ".rtf": "rtf",
}
_MAIL = frozenset({".mht", ".mhtml"})
_OFF = frozenset({"0", "false", "off"})

_Parts = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Ready:
    """The parts for pandoc, what was taken out, and the files within the file in their order."""

    parts: dict[str, bytes]
    remarks: tuple[Remark, ...]
    chunks: tuple[str, ...]  # their names


def ready(parts: _Parts) -> Ready:
    """Make the parts of a Word document ready."""
    numbers, hidden = Numbers(parts), _hiding(parts.get("word/styles.xml", b""))
    changed = dict(parts)
    remarks: list[Remark] = []
    chunks: list[str] = []
    for name in _TEXTS:
        if name in parts:
            root = parse_xml(parts[name], name)
            _one_of_each(root)
            _unboxed(root)
            _placed_comments(root)
            remarks += _read_aloud(root)
            remarks += _revealed(root, hidden)
            for paragraph in root.iter(f"{W}p"):
                _number(paragraph, numbers.label(paragraph))
            if name == _BODY:
                chunks += _marked_chunks(root, parts)
            changed[name] = container.xml_bytes(root)
    return Ready(changed, tuple(remarks), tuple(chunks))


def _one_of_each(root: Any) -> None:
    """Of contents in two forms (ISO 29500-3, 10.2) keep the one that has words."""
    for both in list(root.iter(f"{_COMPATIBILITY}AlternateContent")):
        forms = sorted(both, key=lambda each: not any(True for _ in each.iter(f"{W}t")))
        for each in forms[1:]:
            both.remove(each)


def _unboxed(root: Any) -> None:
    """Put the paragraphs of each text box after the paragraph that anchors it."""
    for box in reversed(list(root.iter(f"{W}txbxContent"))):
        anchor = next((each for each in box.iterancestors(f"{W}p")), None)
        drawn = next((each for each in box.iterancestors(f"{W}r")), None)
        if anchor is None or drawn is None:
            continue
        for paragraph in reversed(list(box)):
            anchor.addnext(paragraph)
        box.getparent().remove(box)
        if not any(True for _ in drawn.iter(f"{W}t", f"{W}txbxContent", f"{W}footnoteReference")):
            drawn.getparent().remove(drawn)


def _placed_comments(root: Any) -> None:
    """Give each comment that has a place alone the range that pandoc looks for (17.13.4.4)."""
    ranged = {each.get(f"{W}id") for each in root.iter(f"{W}commentRangeStart")}
    for mark in list(root.iter(f"{W}commentReference")):
        run = mark.getparent()
        if mark.get(f"{W}id") not in ranged and run.tag == f"{W}r":
            for name in ("commentRangeStart", "commentRangeEnd"):
                run.addprevious(run.makeelement(f"{W}{name}", {f"{W}id": mark.get(f"{W}id", "")}))


def _read_aloud(root: Any) -> Iterator[Remark]:
    """Keep the words that have their reading above them (17.3.3.25), and remark on that."""
    for ruby in list(root.iter(f"{W}ruby")):
        run, base = ruby.getparent(), ruby.find(f"{W}rubyBase")
        for each in reversed(base if base is not None else ()):
            run.addnext(each)
        said = "".join(each.text or "" for each in ruby.iter(f"{W}t"))
        run.remove(ruby)
        if said.strip():
            yield Remark(Finding.LOST, "The reading above words.", said.strip())


def _hiding(styles: bytes) -> frozenset[str]:
    """The styles whose words are not shown."""
    found = parse_xml(styles, "word/styles.xml").iter(f"{W}style") if styles else ()
    return frozenset(
        each.get(f"{W}styleId", "") for each in found if _vanishes(each.find(f"{W}rPr"))
    )


def _vanishes(properties: Any) -> bool:
    element = properties.find(f"{W}vanish") if properties is not None else None
    return element is not None and element.get(f"{W}val") not in _OFF


def _shown(properties: Any) -> bool:
    """Whether the run itself says that it is shown, whatever its style says."""
    element = properties.find(f"{W}vanish") if properties is not None else None
    return element is not None and element.get(f"{W}val") in _OFF


def _revealed(root: Any, hiding: frozenset[str]) -> Iterator[Remark]:
    """Take hidden words (17.3.2.41) out, and remark on them by paragraph."""
    for paragraph in root.iter(f"{W}p"):
        out = []
        by_paragraph = value(paragraph, "pPr", "pStyle") in hiding
        for run in paragraph.iter(f"{W}r"):
            properties = run.find(f"{W}rPr")
            by_style = by_paragraph or value(properties, "rStyle") in hiding
            if _vanishes(properties) or (by_style and not _shown(properties)):
                for text in run.findall(f"{W}t"):
                    out.append(text.text or "")
                    run.remove(text)
        if words := "".join(out).strip():
            yield Remark(Finding.LOST, "Hidden in the file.", words)


def _number(paragraph: Any, label: str) -> None:
    if not label or not any(True for _ in paragraph.iter(f"{W}t", f"{W}instrText")):
        return
    run = paragraph.makeelement(f"{W}r")
    text = run.makeelement(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = LABEL[0] + label + LABEL[1]
    run.append(text)
    paragraph.insert(1 if paragraph.find(f"{W}pPr") is not None else 0, run)


# --- Files within the file


def _marked_chunks(root: Any, parts: _Parts) -> Iterator[str]:
    """Put a paragraph with a mark in the place of each file within the file (17.17.2.1)."""
    part = parts.get("word/_rels/document.xml.rels", b"")
    relations = parse_xml(part, "word/_rels/document.xml.rels") if part else ()
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for number, chunk in enumerate(list(root.iter(f"{W}altChunk"))):
        paragraph = root.makeelement(f"{W}p")
        text = paragraph.makeelement(f"{W}t")
        text.text = _CHUNK.format(number)
        run = paragraph.makeelement(f"{W}r")
        run.append(text)
        paragraph.append(run)
        chunk.getparent().replace(chunk, paragraph)
        target = targets.get(chunk.get(_RELATION)) or ""
        yield posixpath.normpath(posixpath.join("/word", target)).lstrip("/")


def with_chunks(text: Text, chunks: tuple[str, ...], parts: _Parts) -> Text:
    """The text with those of the files within the file in their places."""
    whole = text
    for number, name in enumerate(chunks):
        inside = _chunk(name, parts)
        mark = _CHUNK.format(number)
        renamed = _renamed(inside, number + 1)
        blocks = [
            each for block in whole.blocks
            for each in (renamed.blocks if plain(block.runs) == mark else (block,))
        ]  # fmt: skip
        whole = replace(
            whole, blocks=tuple(blocks), notes=(*whole.notes, *renamed.notes),
            remarks=(*whole.remarks, *renamed.remarks), raw=(*whole.raw, *renamed.raw),
        )  # fmt: skip
    return whole


def _chunk(name: str, parts: _Parts) -> Text:
    form = _FORMS.get(posixpath.splitext(name)[1].lower())
    told = Remark(Finding.DECIDED, f"A file within the file was taken in: {name}.")
    try:
        if name in parts and posixpath.splitext(name)[1].lower() in _MAIL:
            text = mail.read(parts[name])
            return replace(text, remarks=(told, *text.remarks))
        if form and name in parts:
            data = _utf8(parts[name])
            text = pandoc.text(data, form)
            raw = (*(each.text for each in text.blocks), *(each.text for each in text.notes))
            return replace(text, remarks=(told, *text.remarks), raw=raw)
    except RefusedError:
        pass
    return Text((), remarks=(Remark(
        Finding.DOUBT, f"A file within the file was not read: {name or 'one without a name'}. "
        "Open the file in Word, save it anew, and import that.",
    ),))  # fmt: skip


def _utf8(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    if data.startswith(b"{\\rtf"):
        return data
    try:
        return data.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        best = library("charset_normalizer").from_bytes(data).best()
        return str(best).encode() if best else data.decode("cp1252", "replace").encode()


def _renamed(text: Text, number: int) -> Text:
    """The text with ids of notes that no other part of the file has."""

    def runs(each: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(replace(run, note=f"{number}.{run.note}") if run.note else run for run in each)

    return replace(
        text, blocks=tuple(replace(block, runs=runs(block.runs)) for block in text.blocks),
        notes=tuple(Note(f"{number}.{note.id}", runs(note.runs)) for note in text.notes),
    )  # fmt: skip
