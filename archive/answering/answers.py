"""Answers of the archive to programs: search, passages, citations and checks of texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import html

from archive.answering import FOLDER, Holdings, Place, UnknownError
from archive.checking.copy import NoCopyError
from archive.checking.engine import check
from archive.checking.reading import FORMS
from archive.citation.metadata import COMPANION, TEXT
from archive.citation.records import FORMATS
from archive.model.dates import MONTHS

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer


class Cited(NamedTuple):
    """The citations of a document or passage, by the code of a style, and records by suffix."""

    styles: Mapping[str, str]
    records: Mapping[str, str]


class Companions:
    """The companion pages below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.of = lru_cache(32)(self._of)

    def _of(self, document: str) -> Mapping[str, Cited]:
        """The citations of a document and of what it has, by key.  Empty without its page."""
        path = self._folder / f"{document}.{COMPANION.suffix}"
        if not path.is_file():
            return {}
        tree = html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
        found = tree.xpath("//script[@id='records']")
        templates = json.loads(found[0].text) if found and found[0].text else {}
        codes = {
            each.getprevious().text_content(): each.get("data-style")
            for each in tree.xpath("//section[contains(@class, 'citing')]//dd[@data-style]")
        }
        return {
            section.get("id"): _cited(section, templates, codes)
            for section in tree.xpath("//section[contains(@class, 'citing')]")
        }

    def records_of_document(self, document: str) -> Mapping[str, str]:
        """The records of a whole document, which lie beside its page."""
        paths = {
            each.form.suffix: self._folder / f"{document}.{each.form.suffix}" for each in FORMATS
        }
        return {name: path.read_text("utf-8") for name, path in paths.items() if path.is_file()}


def _cited(section: Any, templates: Mapping[str, Any], codes: Mapping[str, str]) -> Cited:
    """What a section says; ``codes`` are those of the styles, by what they are called."""
    styles = {
        codes[label]: " ".join(each.text_content().split())
        for each in section.xpath(".//dd")
        if (label := each.getprevious().text_content()) in codes
    }
    (given,) = section.xpath("./dl")
    return Cited(
        styles, _records(section, given.attrib, templates) if "data-at" in given.attrib else {}
    )


def _records(
    section: Any, given: Mapping[str, str], templates: Mapping[str, Any]
) -> dict[str, str]:
    """What script fills the templates of the page with (``archive.citation.records``)."""
    where, day = given.get("data-locator", given["data-at"]), given.get("data-day", "")
    proof = "".join(each.text_content() for each in section.xpath(".//dd[@class='proof']"))
    values: dict[str | int, str] = {
        "key": section.get("id"), "locator": where, "proof": proof,
        "opening": f"{where[:1].upper()}{where[1:]}", "iso": day, "year": day[:4],
        "slashed": day.replace("-", "/"),
        "parts": ", ".join(str(int(part)) for part in day.split("-") if part),
        "month": f"{int(day[8:])} {MONTHS[int(day[5:7]) - 1]}" if day else "",
        **dict(enumerate(templates.get("said", ()))),
    }  # fmt: skip
    return {
        each.form.suffix: "".join(
            each.escape(values[part]) if at % 2 else part
            for at, part in enumerate(templates[each.form.suffix]["note" if day else "text"])
        )
        for each in FORMATS if each.form.suffix in templates
    }  # fmt: skip


# --- Answers to questions about an archive, as plain data.
#
# Each answer names the anchor and the address of what it tells, how it is cited, its state and its
# fingerprint, and whose words they are.  What comes in and what goes out is bounded.

MOST_ASKED = 400  # characters of a search or of a name
MOST_FOUND = 20  # passages of one answer
MOST_SAID = 20_000  # characters of a passage; of a finding of a search:
_EXCERPT = 600
MOST_CHECKED = 400_000  # characters of a text
MOST_FINDINGS = 200
MOST_TEXT = 400_000  # characters of a document

Answer = dict[str, Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOSE = " are the source’s."  # ends the sentence of a record that says whose words these are
_NOTE = "The archive’s own words, which are no part of the document."


@dataclass(frozen=True)
class Answers:
    """Answers from the folder of a site."""

    site: Path
    holdings: Holdings

    @cached_property
    def companions(self) -> Companions:
        return Companions(self.site / FOLDER)

    def search_passages(self, query: str, language: str = "", limit: int = 8) -> Answer:
        """Find passages by their words: those with the phrase first, then those with most words.

        ``language`` is a subtag such as ``fr``; ``limit`` is at most 20.
        """
        asked = _bounded(query, "query", MOST_ASKED)
        found = self.holdings.search(asked, language.strip().lower().partition("-")[0])
        count = max(1, min(limit, MOST_FOUND))
        return {
            "found": len(found),
            "passages": [self._told(place, _EXCERPT) for place in found[:count]],
        }

    def get_passage(self, passage: str) -> Answer:
        """Tell what a passage says, its state and history, and how it is cited.

        ``passage`` is an anchor, an address, a spoken name (“ALA resolution, whereas 3”), a
        document with a locator (“udhr-fr art. 19”), or a fingerprint.
        """
        found = self.holdings.find(_bounded(passage, "passage", MOST_ASKED))
        if isinstance(found, Place):
            held = found.passage
            more = ("notes", "within", "quotations", "cites", "terms", "former", "history")
            asked = {"asked": dict(found.asked)} if found.asked else {}
            return (
                asked
                | self._told(found, MOST_SAID)
                | {name: held[name] for name in more if name in held}
            )
        if not found.get("now"):
            return {name: value for name, value in found.items() if value}
        asked = {name: found[name] for name in ("anchor", "state", "date")}
        return {"asked": asked} | self.get_passage(found["now"])

    def cite(self, passage: str, style: str = "") -> Answer:
        """Tell how a passage or a document is cited: in all styles and records, or in one of them.

        ``passage`` is as for ``get_passage``, or the id of a document.  ``style`` is the code of a
        style (chicago, apa, mla, bluebook, oscola …) or of a record (bib, ris, json).
        """
        asked = " ".join(_bounded(passage, "passage", MOST_ASKED).split())
        if asked in self.holdings.ids:
            return self._cited(asked, asked, style) | _document(self.holdings.document(asked))
        found = self.holdings.find(asked)
        if not isinstance(found, Place):
            if not found.get("now"):
                raise UnknownError(
                    f"{found['anchor']} was withdrawn on {found['date']}. "
                    "To mend: cite another passage."
                )
            return self.cite(found["now"], style) | {"asked": found["anchor"], "state": "moved"}
        anchor = found.passage["anchor"]
        document = found.document["document"]["id"]
        return self._cited(document, anchor, style) | _named(found)

    def _cited(self, document: str, key: str, style: str) -> Answer:
        companion = self.companions.of(document)
        cited = companion.get(key)
        if not companion:
            raise UnknownError(
                f"{document}.{COMPANION.suffix}, which has the citations, is missing or older. "
                "To mend: copy it, or build the archive with this version."
            )
        if cited is None:
            raise UnknownError(f"{key} is not cited by itself. To mend: cite a passage below it.")
        records = cited.records or (
            self.companions.records_of_document(document) if key == document else {}
        )
        every = {**cited.styles, **records}
        if style and style not in every:
            raise UnknownError(
                f"There is no style “{style[:40]}”. To mend: one of {', '.join(every)}."
            )
        if style:
            return {"citation": every[style], "style": style}
        return {"styles": dict(cited.styles), "records": dict(records)}

    def check_text(self, text: str, form: str = "txt", day: str = "") -> Answer:
        """Check a text that cites or quotes the archive: does what it cites stand, are words right?

        ``form`` is txt, md or html; ``day`` (2026-11-22) tells states as of that day.  Each
        finding has its line, kind and state: stands, reworded, moved, withdrawn, misquoted,
        outside or unclear.
        """
        if form not in FORMS:
            raise UnknownError(
                f"There is no form “{form[:20]}”. To mend: one of {', '.join(FORMS)}."
            )
        if day and not _DAY.fullmatch(day):
            raise UnknownError(f"“{day[:20]}” is no day. To mend: write it as 2026-11-22.")
        try:
            found = check(_bounded(text, "text", MOST_CHECKED), self.site, form=form, day=day)
        except NoCopyError as error:
            raise UnknownError(f"{error}. To mend: build the archive with this version.") from error
        return {
            "found": len(found),
            "states": _counted(each.state.value for each in found),
            "findings": [self._located(each.data()) for each in found[:MOST_FINDINGS]],
        }

    def _located(self, finding: Answer) -> Answer:
        anchor = finding.get("target") or finding.get("anchor", "")
        try:
            found = self.holdings.find(anchor) if anchor else None
        except UnknownError:
            found = None
        if isinstance(found, Place):
            finding["address"] = found.passage["address"]
            finding["name"] = found.passage["name"]
        return finding

    def document_text(self, document: str) -> str:
        """Return a document as plain text."""
        self.holdings.document(document)
        path = self.site / FOLDER / f"{document}.{TEXT.suffix}"
        if not path.is_file():
            raise UnknownError(f"{path.name} is not there. To mend: build the archive.")
        return path.read_text("utf-8")[:MOST_TEXT]

    def list_documents(self) -> list[Answer]:
        """Return the documents of the archive."""
        return [_document(each) for each in self.holdings.documents()]

    def _told(self, place: Place, most: int) -> Answer:
        held = place.passage
        text = held["text"]
        document = place.document["document"]["id"]
        cited = self.companions.of(document).get(held["anchor"])
        told = _named(place) | {
            "text": text if len(text) <= most else f"{text[:most]} …",
            "whose": _whose(place),
            "licence": place.document["document"]["licence"],
        }
        if cited and cited.styles:
            told["citation"] = next(iter(cited.styles.values()))
        return told


def _named(place: Place) -> Answer:
    held, document = place.passage, place.document["document"]
    return {
        "anchor": held["anchor"], "address": held["address"], "name": held["name"],
        "document": document["title"], "kind": held["kind"], "language": held["language"],
        "sha256": held["sha256"], **_state(held),
    }  # fmt: skip


def _state(held: Mapping[str, Any]) -> Answer:
    """The state of a passage that stands, and its days."""
    days = {each["event"]: each["date"] for each in held["history"]}
    if not days:
        return {"state": "draft"}
    told = {"state": "stands", "published": held["history"][0]["date"]}
    return told | ({"revised": days["revise"]} if "revise" in days else {})


def _whose(place: Place) -> str:
    if place.passage["kind"] == "note":
        return _NOTE
    note = str(place.document["document"]["cite"].get("custom", {}).get("note", ""))
    before, ending, _rest = note.partition(_WHOSE)
    return before + ending if ending else note


def _document(data: Mapping[str, Any]) -> Answer:
    document = data["document"]
    cite = document["cite"]
    authors = [
        each.get("literal") or " ".join(filter(None, (each.get("given"), each.get("family"))))
        for each in cite.get("author", ())
    ]
    return {
        "id": document["id"], "title": document["title"], "short_title": document["short_title"],
        "address": document["address"], "language": document["language"],
        "authors": authors, "kind": cite.get("genre", ""), "passages": len(data["passages"]),
    }  # fmt: skip


def _counted(states: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in states:
        found[each] = found.get(each, 0) + 1
    return found


def _bounded(text: str, what: str, most: int) -> str:
    """Raises UnknownError where a text is empty or longer than is read."""
    if not text.strip():
        raise UnknownError(f"The {what} is empty. To mend: say what is asked for.")
    if len(text) > most:
        raise UnknownError(
            f"The {what} has {len(text):,} characters, and at most {most:,} are read. "
            "To mend: divide it."
        )
    return text


# --- The answers by the Model Context Protocol, over standard input and output.

_ABOUT = """\
An archive of documents, rewritten passage by passage.  Every passage has a permanent anchor and \
address; cite them with whatever you tell of it.  The words of a passage are the archive’s, and \
only words within quotation marks are the source’s: never quote others as the words of its issuer.\
"""


def server(answers: Answers, name: str) -> MCPServer:
    """Return the server; it reads the folder of the site and nothing else."""
    # The package mcp is an extra.
    from mcp.server.mcpserver import MCPServer  # noqa: PLC0415
    from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError  # noqa: PLC0415
    from mcp.types import ToolAnnotations  # noqa: PLC0415

    reads = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    made = MCPServer(name, instructions=_ABOUT, log_level="WARNING")
    for answer in (
        answers.search_passages, answers.get_passage, answers.check_text, answers.cite,
    ):  # fmt: skip
        made.add_tool(_telling(answer, ToolError), annotations=reads)
    text = "text/plain; charset=utf-8"
    made.resource("archive://documents", mime_type="application/json")(
        _told_as_json(answers.list_documents, "documents", "The documents of the archive.")
    )
    made.resource("archive://documents/{document}", mime_type=text)(
        _telling(answers.document_text, ResourceNotFoundError)
    )

    def passage(passage: str) -> str:
        """Return a passage with its citation, as JSON, by its anchor."""
        return _json(answers.get_passage(passage))

    made.resource("archive://passages/{passage}", mime_type="application/json")(
        _telling(passage, ResourceNotFoundError)
    )
    return made


def _telling(answer: Callable[..., Any], refused: type[Exception]) -> Callable[..., Any]:
    """Have what is not there told as the protocol tells it."""

    @wraps(answer)
    def told(**asked: Any) -> Any:
        try:
            return answer(**asked)
        except UnknownError as error:
            raise refused(str(error)) from error

    return told


def _told_as_json(answer: Callable[[], Any], name: str, what: str) -> Callable[[], str]:
    def told() -> str:
        return _json(answer())

    told.__name__, told.__doc__ = name, what
    return told


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
