"""Makes the text of a Word document ready for pandoc, which would lose parts and numbers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from archive.importing import (
    Finding,
    Note,
    RefusedError,
    Remark,
    Run,
    Text,
    container,
    library,
    pandoc,
    plain,
)
from archive.importing.container import parse_xml
from archive.importing.pandoc import LABEL
from archive.importing.readers import mail
from archive.model.showing import roman

# The numbers that Word generates for paragraphs (ISO 29500-1, 17.9), as it shows them.
#
# A paragraph is numbered by its own properties or by those of its style.  Numbers are counted for
# each abstract numbering, and a number of one level begins all lower levels anew.

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST = 30_000  # no list is longer, and no number in letters or numerals is made of a higher one


def value(element: Any, *path: str) -> str | None:
    """The ``w:val`` of the element at a path of names below another; None where there is none."""
    for name in path:
        element = element.find(f"{W}{name}") if element is not None else None
    return element.get(f"{W}val") if element is not None else None


def number_of(text: str | None, default: int) -> int:
    """A number in figures; ``default`` where it is none."""
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a numbering is written."""

    start: int
    form: str  # w:numFmt
    text: str  # w:lvlText, such as “Article %1.”
    legal: bool  # all its numbers are written in figures
    restart: int  # the level whose numbers begin it anew, counted from 1; 0: none


@dataclass(slots=True)
class _Count:
    """The numbers of an abstract numbering so far, by level."""

    levels: Mapping[int, _Level]
    now: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Gives the label of one paragraph after the other."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._styles = _styles(parts.get("word/styles.xml", b""))
        part = parts.get("word/numbering.xml", b"")
        root = parse_xml(part, "word/numbering.xml") if part else None
        found = root.iter(f"{W}abstractNum") if root is not None else ()
        self._abstract = {each.get(f"{W}abstractNumId"): each for each in found}
        found = root.iter(f"{W}num") if root is not None else ()
        self._nums = {each.get(f"{W}numId"): each for each in found}
        self._counts: dict[str, _Count] = {}  # by the abstract numbering
        self._begun: set[str] = set()  # the numberings that were met

    def label(self, paragraph: Any) -> str:
        """The number of the next paragraph as Word shows it; nothing of one with a bullet."""
        num, level = self._numbering(paragraph)
        key = self._abstract_of(num)
        if key is None or not 0 <= level <= 8:
            return ""
        count = self._counts.setdefault(key, _Count(_levels(self._abstract[key])))
        self._override(num, count)
        return _next(count, level)

    def _numbering(self, paragraph: Any) -> tuple[str, int]:
        """The numbering and the level of a paragraph; nothing where it is not numbered."""
        properties = paragraph.find(f"{W}pPr")
        style = value(properties, "pStyle") or self._styles["", ""][0]
        own = value(properties, "numPr", "numId")
        numbered, level, holder = self._by_style(style)
        num = numbered if own is None else own
        told = value(properties, "numPr", "ilvl")
        if told is not None or own is not None:
            return num, number_of(told, 0)
        return num, level if level is not None else self._linked(num, holder)

    def _by_style(self, style: str) -> tuple[str, int | None, str]:
        """The numbering and level that a style has or inherits, and the style that has it."""
        seen = set()
        while style and style not in seen:
            seen.add(style)
            based, num, level = (*self._styles.get((style, "p"), ("", "", "")), "")[:3]
            if num:
                return num, number_of(level, 0) if level else None, style
            style = based
        return "", 0, ""

    def _linked(self, num: str, style: str) -> int:
        """The level that names the style as its own (w:pStyle)."""
        key = self._abstract_of(num)
        for level in self._abstract[key].iter(f"{W}lvl") if key is not None else ():
            if value(level, "pStyle") == style:
                return number_of(level.get(f"{W}ilvl"), 0)
        return 0

    def _abstract_of(self, num: str) -> str | None:
        """The abstract numbering of a numbering, by way of a style of lists (w:numStyleLink)."""
        key = value(self._nums.get(num), "abstractNumId")
        link = value(self._abstract.get(key), "numStyleLink")
        if link:
            linked = (k for k, each in self._abstract.items() if value(each, "styleLink") == link)
            key = next(linked, key)
        return key if key in self._abstract else None

    def _override(self, num: str, count: _Count) -> None:
        """Where a numbering is met for the first time, begin the levels that it begins anew."""
        if num in self._begun:
            return
        self._begun.add(num)
        changed = dict(count.levels)
        for each in self._nums[num].iter(f"{W}lvlOverride"):
            level = number_of(each.get(f"{W}ilvl"), 0)
            inside = each.find(f"{W}lvl")
            if inside is not None:
                changed[level] = _level(inside, level)
            start = value(each, "startOverride")
            if start is not None:
                count.now[level] = number_of(start, 1) - 1
        count.levels = changed


def _styles(part: bytes) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of each style its base, numbering and level; and the paragraphs’ usual one by no name."""
    found: dict[tuple[str, str], tuple[str, ...]] = {("", ""): ("",)}
    for each in parse_xml(part, "word/styles.xml").iter(f"{W}style") if part else ():
        name = each.get(f"{W}styleId", "")
        if each.get(f"{W}type") != "paragraph":
            continue
        if each.get(f"{W}default") in {"1", "true", "on"}:
            found["", ""] = (name,)
        found[name, "p"] = (
            value(each, "basedOn") or "", value(each, "pPr", "numPr", "numId") or "",
            value(each, "pPr", "numPr", "ilvl") or "",
        )  # fmt: skip
    return found


def _levels(abstract: Any) -> dict[int, _Level]:
    found = {number_of(each.get(f"{W}ilvl"), 0): each for each in abstract.findall(f"{W}lvl")}
    return {number: _level(each, number) for number, each in found.items()}


def _level(element: Any, number: int) -> _Level:
    legal = element.find(f"{W}isLgl")
    return _Level(
        number_of(value(element, "start"), 0), value(element, "numFmt") or "decimal",
        value(element, "lvlText") or "", legal is not None and legal.get(f"{W}val") != "0",
        number_of(value(element, "lvlRestart"), number),
    )  # fmt: skip


def _next(count: _Count, number: int) -> str:
    """Count the next paragraph of a level, and write its label."""
    level = count.levels.get(number)
    if level is None:
        return ""
    count.now[number] = count.now.get(number, level.start - 1) + 1
    for lower in [each for each in count.now if each > number]:
        rule = count.levels[lower].restart if lower in count.levels else 0
        if rule and number < rule:
            del count.now[lower]
    if level.form in {"bullet", "none"} and "%" not in level.text:
        return "" if level.form == "bullet" else level.text.strip()

    def written(match: re.Match[str]) -> str:
        which = int(match[1]) - 1
        above = count.levels.get(which, level)
        form = "decimal" if level.legal else above.form
        return figures(count.now.get(which, above.start), form)

    return re.sub(r"%([1-9])", written, level.text).strip()


def figures(number: int, form: str) -> str:
    """A number in one of the forms of 17.18.59, as far as they are numbers or Latin letters."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    if form == "ordinal":
        last = (
            "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        )
        return f"{number}{last}"
    text = ""
    if form.endswith("Letter") and 0 < number <= _MOST:
        again, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) * min(again + 1, 9)
    elif form.endswith("Roman") and 0 < number <= _MOST:
        text = roman(number)
    return (text.upper() if form.startswith("upper") else text) or str(number)


# Makes the text of a Word document ready for pandoc, which would lose parts of it.
#
# Numbers that Word generates are written where they are shown; text boxes stand after the paragraph
# that anchors them, once; hidden words are taken out and told; and each file within the file
# (``w:altChunk``) leaves a mark, in whose place its text comes afterwards.

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
