"""Word's own citations: the sources kept in the file, put into the fields that cite them.

ISO 29500-1, 17.16.5.9 (the field CITATION) and 22.6 (bibliography).  The field's instruction is
rewritten to one that pandoc reads, a CSL citation as Zotero writes it, so that all citation
managers take one way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from archive.importing import xml

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


def rewritten(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a .docx with Word's citations as CSL citations."""
    sources = {tag: item for name in parts if name.startswith("customXml/item")
               for tag, item in _sources(parts[name], name)}  # fmt: skip
    if not sources:
        return dict(parts)
    return {
        name: _rewrite(part, name, sources)
        if re.fullmatch(r"word/(?:document|footnotes|endnotes)\.xml", name) and b"CITATION" in part
        else part
        for name, part in parts.items()
    }


def _rewrite(part: bytes, name: str, sources: Mapping[str, Mapping[str, Any]]) -> bytes:
    root = xml.parse(part, name)
    for instruction in root.iter(f"{_W}instrText"):
        instruction.text = _instruction(instruction.text or "", sources)
    for simple in list(root.iter(f"{_W}fldSimple")):
        _unfold(simple, _instruction(simple.get(f"{_W}instr", ""), sources))
    return xml.written(root)


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


def _sources(part: bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if b"bibliography" not in part:
        return
    for source in xml.parse(part, name).iter(f"{_B}Source"):
        values = {xml.local(child): (child.text or "").strip() for child in source}
        if tag := values.get("Tag"):
            yield tag, _item(tag, values, source)


def _item(tag: str, values: Mapping[str, str], source: Any) -> dict[str, Any]:
    item: dict[str, Any] = {"id": tag, "type": _TYPES.get(values.get("SourceType", ""), "document")}
    for name, variable in _VARIABLES.items():
        if values.get(name):
            item.setdefault(variable, values[name])
    item["author"] = list(_people(source.find(f"{_B}Author/{_B}Author")))
    for prefix, variable in (("", "issued"), ("Accessed", "accessed")):
        date = list(_date(values, prefix))
        if date:
            item[variable] = {"date-parts": [date]}
    return {name: value for name, value in item.items() if value}


def _people(author: Any) -> Iterator[dict[str, str]]:
    if author is None:
        return
    for corporate in author.iter(f"{_B}Corporate"):
        yield {"literal": (corporate.text or "").strip()}
    for person in author.iter(f"{_B}Person"):
        parts = {xml.local(child): (child.text or "").strip() for child in person}
        given = " ".join(filter(None, (parts.get("First"), parts.get("Middle"))))
        yield {"family": parts.get("Last", ""), "given": given}


def _date(values: Mapping[str, str], prefix: str) -> Iterator[int]:
    months = {name.lower(): number for number, name in enumerate((
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December"), 1)}  # fmt: skip
    for part in ("Year", "Month", "Day"):
        value = values.get(f"{prefix}{part}", "")
        number = int(value) if value.isdigit() else months.get(value.lower(), 0)
        if not number:
            return
        yield number
