"""Word documents (ISO 29500 .docx) and OpenDocument texts (ODF 1.3 .odt), read by pandoc.

Before pandoc reads them, what it would lose is taken out of the XML: page headers and footers,
the file's properties, tracked changes and comments of OpenDocument, and Word's own citations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from archive.importing import Finding, Properties, Remark, Text, container, library, pandoc
from archive.importing.container import local, parse_xml
from archive.importing.readers import word_text
from archive.importing.readers.word_text import W
from archive.model.dates import MONTHS

_Parts = Mapping[str, bytes]


def _properties(found: Properties, part: bytes, made: str, *authors: str) -> Properties:
    """The properties that pandoc found, completed from a part of the file.

    ``made`` and ``authors`` are the local names of the elements that hold them.
    """
    core: dict[str, str] = {}
    for element in parse_xml(part, "properties").iter() if part else ():
        if (element.text or "").strip():
            core[local(element)] = element.text.strip()
    return Properties(
        title=found.title or core.get("title"),
        author=found.author or next((core[name] for name in authors if name in core), None),
        date=found.date,
        made=core.get(made, "")[:10] or None,
        language=found.language or core.get("language"),
    )


def _asides(found: Iterable[str]) -> Iterator[Remark]:
    """Remarks on page headers and footers, each once."""
    for words in dict.fromkeys(filter(str.strip, found)):
        yield Remark(Finding.LOST, "A page header or footer was left out.", words)


# --- Word


def read_word(data: bytes) -> Text:
    """The text of a Word document, with tracked changes accepted.

    The fields of citation managers become the works of the text.
    """
    parts = container.parts(data)
    prepared = word_text.ready(parts)
    packed = container.packed(_with_csl_citations(prepared.parts))
    text = pandoc.text(packed, "docx+citations", ["--track-changes=all"])
    core = parts.get("docProps/core.xml", b"")  # ISO 29500-1, 15.2.12.1
    aside = _word_paragraphs(parts, r"word/(?:header|footer)\d*\.xml", sorted(parts))
    shown = prepared.parts
    raw = _word_paragraphs(shown, rf"word/(?:{_TEXTS}|comments)\.xml", shown)
    whole = replace(
        text, properties=_properties(text.properties, core, "created", "creator"),
        remarks=(*prepared.remarks, *text.remarks, *_asides(aside)),
        raw=(*raw, *(remark.words for remark in prepared.remarks)),
    )  # fmt: skip
    return word_text.with_chunks(whole, prepared.chunks, parts)


_TEXTS = "document|footnotes|endnotes"
_OURS = re.compile("[\ue002\ue010][^\ue003\ue011]*[\ue003\ue011]")  # what word_text wrote


def _word_paragraphs(parts: _Parts, pattern: str, names: Iterable[str]) -> Iterator[str]:
    """The words of each paragraph in the parts whose names match."""
    for name in names:
        if re.fullmatch(pattern, name):
            for element in parse_xml(parts[name], name).iter():
                if local(element) == "p":
                    gone: list[str] = []
                    kept = _OURS.sub(" ", "".join(_word_text(element, gone)))
                    yield from filter(str.strip, (kept, *gone))


_BREAKS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "\u2011"}


def _word_text(element: Any, gone: list[str]) -> Iterator[str]:
    """The words in an element; what was deleted in it is added to ``gone``."""
    for child in element:
        name = local(child)
        if name in {"t", "delText"}:
            yield child.text or ""
        elif name in {"del", "moveFrom"}:
            gone.append("".join(_word_text(child, [])))
        elif name == "r" and _has_mark(child):
            continue
        else:
            yield _BREAKS.get(name, "")
            yield from _word_text(child, gone)


def _has_mark(run: Any) -> bool:
    """Whether a run is the mark of a note, in signs of its own (ISO 29500-1, 17.11.14)."""
    return any(
        each.get(f"{W}customMarkFollows") not in {None, "0", "false", "off"}
        for each in run.iterchildren(f"{W}footnoteReference", f"{W}endnoteReference")
    )


# Word keeps the sources that it cites in a part of their own (22.6), and the fields CITATION name
# them (17.16.5.9).  Pandoc does not read these fields, so each is rewritten into a CSL citation in
# the form of Zotero, which it does read.

_B = "{http://schemas.openxmlformats.org/officeDocument/2006/bibliography}"
_CITATION = re.compile(r"\s*CITATION\s+(\S+)(.*)", re.DOTALL)
_MORE = re.compile(r"\\m\s+(\S+)")
_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}

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

_Sources = Mapping[str, Mapping[str, Any]]  # CSL-JSON items by tag


def _with_csl_citations(parts: _Parts) -> dict[str, bytes]:
    """The parts of a .docx with Word's citations as CSL citations."""
    sources = {
        tag: item for name in parts if name.startswith("customXml/item")
        for tag, item in _word_sources(parts[name], name)
    }  # fmt: skip
    texts = re.compile(rf"word/(?:{_TEXTS})\.xml")
    return {**parts, **{
        name: _rewritten(part, name, sources) for name, part in parts.items()
        if sources and texts.fullmatch(name) and b"CITATION" in part
    }}  # fmt: skip


def _rewritten(part: bytes, name: str, sources: _Sources) -> bytes:
    root = parse_xml(part, name)
    for instruction in root.iter(f"{W}instrText"):
        instruction.text = _instruction(instruction.text or "", sources)
    for simple in list(root.iter(f"{W}fldSimple")):
        instruction = _instruction(simple.get(f"{W}instr", ""), sources)
        if "CSL_CITATION" in instruction:
            _unfold(simple, instruction)
    return container.xml_bytes(root)


def _instruction(text: str, sources: _Sources) -> str:
    match = _CITATION.match(text)
    tags = (match[1], *_MORE.findall(match[2])) if match else ()
    cited = [tag for tag in tags if tag in sources]
    if not cited:
        return text
    items = [{"id": tag, "uris": [f"word:{tag}"], "itemData": sources[tag]} for tag in cited]
    citation = {"citationID": "-".join(cited), "properties": {"noteIndex": 0},
                "citationItems": items}  # fmt: skip
    return f" ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(citation)} "


def _unfold(simple: Any, instruction: str) -> None:
    """Put the complex field that says the same in the place of a simple field (17.16.18)."""

    def run(name: str, **attributes: str) -> Any:
        element = simple.makeelement(f"{W}r")
        values = {f"{W}{key}": value for key, value in attributes.items()}
        element.append(element.makeelement(f"{W}{name}", values))
        return element

    begin, separate, end = (run("fldChar", fldCharType=k) for k in ("begin", "separate", "end"))
    code = run("instrText")
    code[0].text = instruction
    parent, place = simple.getparent(), simple.getparent().index(simple)
    parent[place : place + 1] = [begin, code, separate, *simple, end]


def _word_sources(part: bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for source in parse_xml(part, name).iter(f"{_B}Source") if b"bibliography" in part else ():
        values = _values(source)
        if tag := values.get("Tag"):
            yield tag, _item(tag, values, source)


def _values(element: Any) -> dict[str, str]:
    return {local(child): (child.text or "").strip() for child in element}


def _item(tag: str, values: Mapping[str, str], source: Any) -> dict[str, Any]:
    item: dict[str, Any] = {"id": tag, "type": _TYPES.get(values.get("SourceType", ""), "document")}
    for name, variable in _VARIABLES.items():
        if values.get(name):
            item.setdefault(variable, values[name])
    item["author"] = list(_people(source.find(f"{_B}Author/{_B}Author")))
    for prefix, variable in (("", "issued"), ("Accessed", "accessed")):
        if date := list(_date(values, prefix)):
            item[variable] = {"date-parts": [date]}
    return {name: value for name, value in item.items() if value}


def _people(author: Any) -> Iterator[dict[str, str]]:
    if author is None:
        return
    for corporate in author.iter(f"{_B}Corporate"):
        yield {"literal": (corporate.text or "").strip()}
    for person in map(_values, author.iter(f"{_B}Person")):
        given = " ".join(filter(None, (person.get("First"), person.get("Middle"))))
        yield {"family": person.get("Last", ""), "given": given}


def _date(values: Mapping[str, str], prefix: str) -> Iterator[int]:
    for part in ("Year", "Month", "Day"):
        value = values.get(f"{prefix}{part}", "")
        number = int(value) if value.isdigit() else _MONTHS.get(value.lower(), 0)
        if not number:
            return
        yield number


# --- OpenDocument

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_PARAGRAPHS = {"p", "h"}


def read_odt(data: bytes) -> Text:
    """The text of an OpenDocument text, with tracked changes accepted."""
    parts = container.parts(data)
    root = parse_xml(parts.get("content.xml", b""), "content.xml")
    described = tuple(_described(root))
    raw = (*_odt_paragraphs(root), *(each.words for each in described))
    styles = parts.get("styles.xml", b"")
    remarks = [*_changes(root), *_comments(root), *_odt_hidden(root, styles), *described]
    _odt_unboxed(root)
    text = pandoc.text(container.packed({**parts, "content.xml": container.xml_bytes(root)}), "odt")
    meta = parts.get("meta.xml", b"")
    return replace(
        text, properties=_properties(
            text.properties, meta, "creation-date", "initial-creator", "creator"
        ), remarks=(*text.remarks, *remarks, *_asides(_odt_asides(styles))), raw=raw,
    )  # fmt: skip


def _odt_paragraphs(element: Any) -> Iterator[str]:
    return (_odt_words(each) for each in element.iter() if local(each) in _PARAGRAPHS)


def _odt_words(element: Any) -> str:
    """The words of a paragraph, without those of paragraphs within it (notes, comments)."""
    pieces: list[str] = [element.text or ""]
    for child in element:
        if local(child) in {"s", "tab", "line-break"}:
            pieces.append(" ")
        elif local(child) not in {*_PARAGRAPHS, "note", "annotation", "tracked-changes"}:
            pieces.append(_odt_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _changes(root: Any) -> Iterator[Remark]:
    """Remark on tracked changes (5.5) and remove what was deleted; what was inserted stays."""
    for region in root.iter(f"{_TEXT}changed-region"):
        who = _creator(region.iter())
        deleted = [" ".join(_odt_paragraphs(each)) for each in region.iter(f"{_TEXT}deletion")]
        what = "deleted" if deleted else "inserted or changed"
        yield Remark(Finding.CHANGE, f"{who or 'Somebody'} {what}; accepted.", " ".join(deleted))
    library("lxml.etree").strip_elements(root, f"{_TEXT}tracked-changes")


def _comments(root: Any) -> Iterator[Remark]:
    """Remark on comments (14.1) and remove them."""
    for comment in root.iter(f"{_OFFICE}annotation"):
        words = " ".join(_odt_paragraphs(comment))
        who = _creator(comment) or "somebody"
        yield Remark(Finding.COMMENT, f"A comment of {who}.", words)
    library("lxml.etree").strip_elements(root, f"{_OFFICE}annotation", with_tail=False)


def _odt_hidden(root: Any, styles: bytes) -> Iterator[Remark]:
    """Take out hidden words (20.409; 7.7.3 and 7.7.4 of fields), and remark on them."""
    roots = [root, *([parse_xml(styles, "styles.xml")] if styles else ())]
    hiding = {
        style.get(f"{_STYLE}name") for one in roots for style in one.iter(f"{_STYLE}style")
        if any(each.get(f"{_TEXT}display") == "none" for each in style)
    }  # fmt: skip
    for element in list(root.iter()):
        hidden = local(element) in {"hidden-text", "hidden-paragraph"}
        if hidden and element.get(f"{_TEXT}is-hidden") == "false":
            continue
        if local(element) == "hidden-paragraph":
            element = next(element.iterancestors(f"{_TEXT}p", f"{_TEXT}h"), element)  # noqa: PLW2901
        if hidden or element.get(f"{_TEXT}style-name") in hiding:
            words = " ".join(_odt_paragraphs(element)) or _odt_words(element)
            yield Remark(Finding.LOST, "Hidden in the file.", words)
            tail = element.tail
            element.clear()
            element.tail = tail


_SHAPES = tuple(
    f"{_DRAW}{name}"
    for name in ("text-box", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "line")
)


def _odt_unboxed(root: Any) -> None:
    """Put the paragraphs of each text box (10.4.3) and shape after the one that anchors them.

    Those of a bibliography (8.8) stand in its place; pandoc reads none of these.
    """
    for box in reversed(list(root.iter(*_SHAPES))):
        anchor = next(box.iterancestors(f"{_TEXT}p", f"{_TEXT}h"), None)
        if anchor is not None:
            for inside in reversed(box.findall("*") if box.tag == _SHAPES[0] else _said_in(box)):
                anchor.addnext(inside)
    for works in list(root.iter(f"{_TEXT}bibliography")):
        for inside in works.iterfind(f"{_TEXT}index-body//{_TEXT}p"):
            works.addprevious(inside)


def _said_in(shape: Any) -> list[Any]:
    return [each for each in shape if local(each) in {*_PARAGRAPHS, "list"}]


def _described(root: Any) -> Iterator[Remark]:
    """Remark on the names and descriptions of pictures and shapes (10.3.17), and remove them."""
    for each in root.iter(f"{_SVG}title", f"{_SVG}desc"):
        yield Remark(Finding.LOST, "The description of a picture.", each.text or "")
    library("lxml.etree").strip_elements(root, f"{_SVG}title", f"{_SVG}desc", with_tail=False)


def _creator(elements: Iterable[Any]) -> str:
    return "".join(each.text or "" for each in elements if local(each) == "creator")


def _odt_asides(styles: bytes) -> Iterator[str]:
    """The words of page headers and footers, which stand with the styles (16.10)."""
    for element in parse_xml(styles, "styles.xml").iter() if styles else ():
        if local(element) in {"header", "footer", "header-left", "footer-left"}:
            yield " ".join(_odt_paragraphs(element))
