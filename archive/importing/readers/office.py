"""Word documents (ISO 29500 .docx), by pandoc; citation managers' fields become works.

Word's own citations: the sources kept in the file, put into the fields that cite them.

ISO 29500-1, 17.16.5.9 (the field CITATION) and 22.6 (bibliography).  The field's instruction is
rewritten to one that pandoc reads, a CSL citation as Zotero writes it, so that all citation
managers take one way.

OpenDocument texts (ODF 1.3 .odt), by pandoc; tracked changes are accepted before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from archive.importing import container, pandoc
from archive.importing.text import Finding, Properties, Remark, Text

_WORDS = frozenset({"t", "delText"})
_ASIDE = re.compile(r"word/(?:header|footer)\d*\.xml")
_TOLD = re.compile(r"word/(?:document|footnotes|endnotes|comments)\.xml")


def read_word(data: bytes) -> Text:
    """The text of a Word document; tracked changes as accepted, comments told."""
    parts = container.parts(data)
    packed = container.packed(with_csl_citations(parts))
    text = pandoc.text(packed, "docx+citations", ["--track-changes=all"])
    raw = [words for name in parts if _TOLD.fullmatch(name) for words in _paragraphs(parts, name)]
    return replace(
        text,
        properties=_word_properties(text.properties, parts),
        remarks=(*text.remarks, *_word_aside(parts)),
        raw=tuple(raw),
    )


def _paragraphs(parts: Mapping[str, bytes], name: str) -> Iterator[str]:
    yield from container.paragraphs(container.parse_xml(parts[name], name), "p", _WORDS)


def _word_aside(parts: Mapping[str, bytes]) -> Iterator[Remark]:
    """Page headers and footers, which are not part of the text."""
    seen: set[str] = set()
    for name in sorted(parts):
        if _ASIDE.fullmatch(name):
            for words in _paragraphs(parts, name):
                if words not in seen:
                    seen.add(words)
                    yield Remark(Finding.LOST, "A page header or footer was left out.", words)


def _word_properties(found: Properties, parts: Mapping[str, bytes]) -> Properties:
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
        for element in container.parse_xml(part, name).iter():
            if (element.text or "").strip():
                yield container.local(element), element.text.strip()


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_B = "{http://schemas.openxmlformats.org/officeDocument/2006/bibliography}"
_CITATION = re.compile(r"\s*CITATION\s+(\S+)(.*)", re.DOTALL)
_MORE = re.compile(r"\\m\s+(\S+)")

_TYPES = {
    "JournalArticle": "article-journal", "ArticleInAPeriodical": "article-magazine",
    "Book": "book", "BookSection": "chapter", "ConferenceProceedings": "paper-conference",
    "Report": "report", "InternetSite": "webpage", "DocumentFromInternetSite": "webpage",
    "Case": "legal_case", "Interview": "interview",
}  # fmt: skip
_VARIABLES = {
    "Title": "title", "ShortTitle": "title-short", "JournalName": "container-title",
    "PeriodicalTitle": "container-title", "BookTitle": "container-title",
    "InternetSiteTitle": "container-title", "ConferenceName": "container-title",
    "Publisher": "publisher", "Institution": "publisher", "City": "publisher-place",
    "Volume": "volume", "Issue": "issue", "Pages": "page", "Edition": "edition", "URL": "URL",
    "DOI": "DOI", "Comments": "note", "CaseNumber": "number", "Court": "authority",
    "AbbreviatedCaseNumber": "call-number", "Reporter": "container-title",
}  # fmt: skip


def with_csl_citations(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a .docx with Word's citations as CSL citations."""
    sources = {tag: item for name in parts if name.startswith("customXml/item")
               for tag, item in _word_sources(parts[name], name)}  # fmt: skip
    if not sources:
        return dict(parts)
    return {
        name: _rewrite(part, name, sources)
        if re.fullmatch(r"word/(?:document|footnotes|endnotes)\.xml", name) and b"CITATION" in part
        else part
        for name, part in parts.items()
    }


def _rewrite(part: bytes, name: str, sources: Mapping[str, Mapping[str, Any]]) -> bytes:
    root = container.parse_xml(part, name)
    for instruction in root.iter(f"{_W}instrText"):
        instruction.text = _instruction(instruction.text or "", sources)
    for simple in list(root.iter(f"{_W}fldSimple")):
        _unfold(simple, _instruction(simple.get(f"{_W}instr", ""), sources))
    return container.xml_bytes(root)


def _instruction(text: str, sources: Mapping[str, Mapping[str, Any]]) -> str:
    match = _CITATION.match(text)
    if not match:
        return text
    cited = [tag for tag in (match[1], *_MORE.findall(match[2])) if tag in sources]
    if not cited:
        return text
    items = [{"id": tag, "uris": [f"word:{tag}"], "itemData": sources[tag]} for tag in cited]
    citation = {"citationID": "-".join(cited), "properties": {"noteIndex": 0},
                "citationItems": items}  # fmt: skip
    return f" ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(citation)} "


def _unfold(simple: Any, instruction: str) -> None:
    """A simple field as the complex one that says the same (17.16.18)."""
    if "CSL_CITATION" not in instruction:
        return
    runs = []
    for kind in ("begin", None, "separate"):
        run = simple.makeelement(f"{_W}r")
        if kind:
            run.makeelement(f"{_W}fldChar")
            run.append(run.makeelement(f"{_W}fldChar", {f"{_W}fldCharType": kind}))
        else:
            text = run.makeelement(f"{_W}instrText")
            text.text = instruction
            run.append(text)
        runs.append(run)
    end = simple.makeelement(f"{_W}r")
    end.append(end.makeelement(f"{_W}fldChar", {f"{_W}fldCharType": "end"}))
    parent, place = simple.getparent(), simple.getparent().index(simple)
    whole = [*runs, *list(simple), end]
    parent.remove(simple)
    for offset, element in enumerate(whole):
        parent.insert(place + offset, element)


def _word_sources(part: bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if b"bibliography" not in part:
        return
    for source in container.parse_xml(part, name).iter(f"{_B}Source"):
        values = {container.local(child): (child.text or "").strip() for child in source}
        if tag := values.get("Tag"):
            yield tag, _item(tag, values, source)


def _item(tag: str, values: Mapping[str, str], source: Any) -> dict[str, Any]:
    item: dict[str, Any] = {"id": tag, "type": _TYPES.get(values.get("SourceType", ""), "document")}
    for name, variable in _VARIABLES.items():
        if values.get(name):
            item.setdefault(variable, values[name])
    item["author"] = list(_people(source.find(f"{_B}Author/{_B}Author")))
    for prefix, variable in (("", "issued"), ("Accessed", "accessed")):
        date = list(_source_date(values, prefix))
        if date:
            item[variable] = {"date-parts": [date]}
    return {name: value for name, value in item.items() if value}


def _people(author: Any) -> Iterator[dict[str, str]]:
    if author is None:
        return
    for corporate in author.iter(f"{_B}Corporate"):
        yield {"literal": (corporate.text or "").strip()}
    for person in author.iter(f"{_B}Person"):
        parts = {container.local(child): (child.text or "").strip() for child in person}
        given = " ".join(filter(None, (parts.get("First"), parts.get("Middle"))))
        yield {"family": parts.get("Last", ""), "given": given}


def _source_date(values: Mapping[str, str], prefix: str) -> Iterator[int]:
    months = {name.lower(): number for number, name in enumerate((
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December"), 1)}  # fmt: skip
    for part in ("Year", "Month", "Day"):
        value = values.get(f"{prefix}{part}", "")
        number = int(value) if value.isdigit() else months.get(value.lower(), 0)
        if not number:
            return
        yield number


_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PARAGRAPHS = ("p", "h")


def read_odt(data: bytes) -> Text:
    """The text of an OpenDocument text."""
    parts = container.parts(data)
    root = container.parse_xml(parts.get("content.xml", b""), "content.xml")
    raw = tuple(_all_words(root))
    remarks = [*_changes(root), *_comments(root)]
    packed = container.packed({**parts, "content.xml": container.xml_bytes(root)})
    text = pandoc.text(packed, "odt")
    return replace(
        text,
        properties=_odt_properties(text.properties, parts),
        remarks=(*text.remarks, *remarks, *_odt_aside(parts)),
        raw=raw,
    )


def _all_words(element: Any) -> Iterator[str]:
    for each in element.iter():
        if container.local(each) in _PARAGRAPHS:
            yield _paragraph_words(each)


def _paragraph_words(element: Any) -> str:
    """The words of a paragraph, without those of paragraphs within it (notes, comments)."""
    pieces: list[str] = [element.text or ""]
    for child in element:
        if container.local(child) in {"s", "tab", "line-break"}:
            pieces.append(" ")
        elif container.local(child) not in {*_PARAGRAPHS, "note", "annotation", "tracked-changes"}:
            pieces.append(_paragraph_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _changes(root: Any) -> Iterator[Remark]:
    """Tell the tracked changes (5.5) and take out what was deleted; what was inserted stays."""
    for tracked in list(root.iter(f"{_TEXT}tracked-changes")):
        for region in tracked:
            who = "".join(
                each.text or "" for each in region.iter() if container.local(each) == "creator"
            )
            deleted = [" ".join(_all_words(each)) for each in region.iter(f"{_TEXT}deletion")]
            what = "deleted" if deleted else "inserted or changed"
            yield Remark(
                Finding.CHANGE, f"{who or 'Somebody'} {what}; accepted.", " ".join(deleted)
            )
        tracked.getparent().remove(tracked)


def _comments(root: Any) -> Iterator[Remark]:
    """Tell the comments (14.1) and take them out."""
    for comment in list(root.iter(f"{_OFFICE}annotation")):
        who = "".join(each.text or "" for each in comment if container.local(each) == "creator")
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


def _odt_aside(parts: Mapping[str, bytes]) -> Iterator[Remark]:
    """Page headers and footers, which stand with the styles (16.10)."""
    if "styles.xml" not in parts:
        return
    seen: set[str] = set()
    for element in container.parse_xml(parts["styles.xml"], "styles.xml").iter():
        if container.local(element) in {"header", "footer", "header-left", "footer-left"}:
            words = " ".join(_all_words(element))
            if words.strip() and words not in seen:
                seen.add(words)
                yield Remark(Finding.LOST, "A page header or footer was left out.", words)


def _odt_properties(found: Properties, parts: Mapping[str, bytes]) -> Properties:
    core = dict(core_properties(parts.get("meta.xml", b""), "meta.xml"))
    return Properties(
        title=found.title or core.get("title"),
        author=found.author or core.get("initial-creator") or core.get("creator"),
        date=found.date,
        made=core.get("creation-date", "")[:10] or None,
        language=found.language or core.get("language"),
    )
