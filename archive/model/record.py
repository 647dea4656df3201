"""The record: what is known of a document, read from its front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.model import Fact, KeywordFact, Problem
from archive.model import crosswalk as read
from archive.model.agents import ROLES, Agent, read_agents
from archive.model.crosswalk import Reader, RuleBrokenError, row
from archive.model.dates import ArchiveDate
from archive.model.frontmatter import Entry, read_front_matter
from archive.model.kinds import AUTHORS, Kind
from archive.model.passage import EDITORIAL, is_document_id
from archive.model.relations import Relation, read_relations
from archive.model.settings import Settings
from archive.model.words import N_, Words, words

# What became of the document, as far as it is known.
STATUSES = {
    "issued": N_("Issued"),
    "adopted": N_("Adopted"),
    "rejected": N_("Rejected"),
    "unestablished": N_("Outcome not established"),
}

# Forms that have the same to say of a field.
_HEADS = "head json_ld xmp"
_MANAGERS = "bibtex ris csl"
_BUT_CHICAGO = "apa mla bluebook oscola"
_STYLES = f"chicago {_BUT_CHICAGO}"
_LISTS = "catalogue search"
_BEYOND_THE_CARD = f"{_HEADS} {_MANAGERS} {_STYLES} {_LISTS}"

# The sentence on the original in the note of a reference manager.
_IN_THE_NOTE = {"bibtex": "comment", "ris": "N1", "csl": "custom"}
_PUBLISHED_BEFORE = {"chicago": "in parentheses"}
_ONLY_THE_ORIGINAL = {
    "xmp": "dc:source would be the source of the PDF, which is the page",
    _BUT_CHICAGO: "they cite the rewriting, whose page leads to the original",
    _LISTS: "they list the rewriting, whose page leads to the original",
}

_SHA256 = read.matching(
    re.compile(r"[0-9a-f]{64}").fullmatch,
    "record-sha256", "is not a SHA-256.", "write the 64 hexadecimal digits sha256sum prints.",
)  # fmt: skip


_UNKNOWN_PUBLISHER = N_("Publisher and place of publication unknown")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _note(label: str) -> Any:
    """The row of an editor's note on the field of that label."""
    return row(
        read.text,
        default=None,
        drawn="note",
        card=label,
        absent={_BEYOND_THE_CARD: "it explains the field to a reader of the record"},
    )


@dataclass(frozen=True, slots=True)
class Source(Fact):
    """The original text, which stays outside the repository."""

    publisher: str | None = row(  # None: unknown
        read.known_text,
        words=lambda value: value or _UNKNOWN_PUBLISHER,
        told=lambda value, _: value or _(_UNKNOWN_PUBLISHER),
        card="Source",
        coded={"json_ld": "isBasedOn.publisher", **_IN_THE_NOTE, **_PUBLISHED_BEFORE},
        absent={"head": "DC.source is the address", **_ONLY_THE_ORIGINAL},
    )
    title: str | None = row(
        read.known_text,
        words=lambda value: value and f"“{value}”",
        told=lambda value, _: value and _("“{title}”").format(title=value),
        card="Source",
        coded={"json_ld": "isBasedOn.name", **_IN_THE_NOTE, **_PUBLISHED_BEFORE},
        absent={"head": "DC.source is the address", **_ONLY_THE_ORIGINAL},
    )
    address: str | None = row(  # http or https
        read.address,
        drawn="link",
        card="Source",
        coded={"head": "DC.source", "json_ld": "isBasedOn.url", **_IN_THE_NOTE},
        absent={"chicago": "a note has one address", **_ONLY_THE_ORIGINAL},
    )
    paragraphs: int = row(  # how many the source has; as many passages render them
        read.count,
        words=lambda value: f"{value} paragraph{'' if value == 1 else 's'}",
        told=lambda value, _: _.plural("{} paragraph", "{} paragraphs", value),
        drawn="note",
        card="Source",
        absent={_BEYOND_THE_CARD: "it is there to check the passages against the source"},
    )
    sha256: str = row(  # of the source file's bytes, 64 lower-case hexadecimal digits
        _SHA256,
        words=lambda value: f"SHA-256 {value}",
        drawn="fingerprint",
        card="Source",
        absent={_BEYOND_THE_CARD: "a citation has the fingerprint of the passage itself"},
    )
    first_paragraph: int | None = row(  # of the file, where the archive holds a part of it
        read.count,
        default=None,
        words=lambda value: value and f"beginning with paragraph {value} of the file",
        told=lambda value, _: value and _("beginning with paragraph {} of the file").format(value),
        drawn="note",
        card="Source",
        absent={_BEYOND_THE_CARD: "it is there to check the passages against the source"},
    )
    file_sha256: str | None = row(  # of the .docx, .pdf or other file that its text is taken from
        _SHA256,
        default=None,
        words=lambda value: value and f"taken from a file with SHA-256 {value}",
        told=lambda value, _: (
            value and _("taken from a file with SHA-256 {sha256}").format(sha256=value)
        ),
        drawn="fingerprint",
        card="Source",
        absent={_BEYOND_THE_CARD: "a citation has the fingerprint of the passage itself"},
    )

    @property
    def is_known(self) -> bool:
        """Whether anything is known of where it was published."""
        return bool(self.publisher or self.title or self.address)


def _group(kind: type, key: str) -> read.Read:
    """Read a group of keys, whose rows a class declares."""

    def reads(reader: Reader, entry: Entry) -> object:
        if not isinstance(entry.value, dict):
            raise RuleBrokenError(
                "record-value-form", "it is not a group of keys.", f"indent its keys below {key}:."
            )
        before = len(reader.problems)
        values = reader.read(entry.value, kind, where=key, line=entry.line)
        # Its problems withhold the record, so that nobody sees the None.
        return kind(**values) if len(reader.problems) == before else None

    return reads


_HELD_IN_PART = {
    "head": "DC.type says that it is held in part",
    "xmp": "the notice on the first page says it",
    _STYLES: "they say “held in part”, and the page says which parts",
    _LISTS: "it is told with the text",
}


@dataclass(frozen=True, slots=True)
class Extent(Fact):
    """Which parts of the original the archive has, where it has not all (ISAD(G) 3.1.5, 3.3.2)."""

    held: str = row(  # "paragraphs 1 to 12 and 40 to 60"
        read.text,
        words=lambda value: value and f"Held in part: {value}",
        told=lambda value, _: value and _("Held in part: {what}").format(what=value),
        card="Extent",
        coded={"json_ld": "creativeWorkStatus", **_IN_THE_NOTE},
        absent=_HELD_IN_PART,
    )
    lacking: str = row(  # "paragraphs 13 to 39"
        read.text,
        words=lambda value: value and f"Not held: {value}",
        told=lambda value, _: value and _("Not held: {what}").format(what=value),
        card="Extent",
        coded={"json_ld": "creativeWorkStatus", **_IN_THE_NOTE},
        absent=_HELD_IN_PART,
    )
    reason: str = row(
        read.text,
        drawn="note",
        card="Extent",
        coded={"json_ld": "creativeWorkStatus", **_IN_THE_NOTE},
        absent=_HELD_IN_PART,
    )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is held, what is not, and why."""
        return self.said(words(None))

    def said(self, _: Words) -> tuple[str, ...]:
        """What is held, what is not, and why, in the words of a language."""
        held, lacking = _("Held in part: {what}"), _("Not held: {what}")
        told = (held.format(what=self.held), lacking.format(what=self.lacking), self.reason)
        stop = _("{sentence}.")
        return tuple(stop.format(sentence=each.rstrip(".。")) for each in told)

    def told(self, _: Words) -> str:
        """The same in one text: a full stop as wide as a letter has no space behind it."""
        said = self.said(_)
        return ("" if said[0].endswith("。") else " ").join(said)


@dataclass(frozen=True, slots=True)
class LeftOut(Fact):
    """Words of a source paragraph that its passage leaves out, declared so that a reader knows."""

    passage: str  # the passage's label in lower case, for example p5
    words: str  # as the paragraph has them; … stands for words between
    line: int  # of the document's file


_PASSAGE_LABEL = re.compile(rf"(?![{''.join(sorted(EDITORIAL))}])[a-z][1-9][0-9]*")
_LEFT_OUT_FORM = "write one line - p5: words for each, with the passage's label in lower case."


def _left_out(reader: Reader, entry: Entry) -> tuple[LeftOut, ...]:
    if not isinstance(entry.value, tuple) or not entry.value:
        raise RuleBrokenError("record-value-form", "it is not a list.", _LEFT_OUT_FORM)
    return tuple(_left_out_words(reader, item) for item in entry.value)


def _left_out_words(reader: Reader, item: Entry) -> LeftOut:
    if not isinstance(item.value, dict) or len(item.value) != 1:
        raise RuleBrokenError(
            "record-value-form", f"line {item.line} is not a passage with its words.",
            _LEFT_OUT_FORM,
        )  # fmt: skip
    ((label, words),) = item.value.items()
    if not _PASSAGE_LABEL.fullmatch(label):
        raise RuleBrokenError(
            "record-left-out", f"“{label}” is not the label of a passage.", _LEFT_OUT_FORM
        )
    return LeftOut(label, read.text(reader, words), item.line)


def _kind(reader: Reader, entry: Entry) -> Kind:
    kinds = reader.settings.kinds
    return kinds[str(read.one_of(tuple(kinds), "record-kind")(reader, entry))]


_OF_THE_CASE = {
    "head": "DC.identifier and DC.date are those of the page",
    "xmp": "dc:identifier and dc:date are those of the page",
    _BUT_CHICAGO: "they cite the rewriting; of the case itself there are citations of its own",
    "catalogue": "the title names the case",
}


_NO_NUMBERS = {"chicago": "a note on the rewriting has no place for it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(KeywordFact):
    """The metadata of one document (compare ISAD(G) 3.1 to 3.4), in the order of its card.

    Each attribute is a row of the crosswalk, ``archive.model.crosswalk``.
    """

    title: str = row(  # in square brackets where the archive supplied it (ISAD(G) 3.1.2)
        read.text,
        json_ld="name",
        coded={
            "bibtex": "title", "ris": "TI", "csl": "title",
            "head": "citation_title DC.title",
            "xmp": "dc:title", "chicago": "title", "apa": "title", "mla": "title",
            "bluebook": "title", "oscola": "title",
            "catalogue": "catalogue-title", "search": "title",
        },
        absent={"card": "it is the heading above the card"},
    )  # fmt: skip
    title_note: str | None = _note("Title")
    short_title: str = row(  # opens the spoken names of its passages
        read.text,
        json_ld="alternateName",
        coded={"bibtex": "shorttitle", "ris": "ST", "csl": "title-short", "search": "places"},
        absent={
            "card": "it stands above the heading, and in the names of the passages",
            "head": "managers read no short title from a head",
            "xmp": "readers of PDFs show one title",
            _STYLES: "they give the title whole",
            "catalogue": "it gives the title whole",
        },
    )  # fmt: skip
    issuer: str | None = row(  # a body, cited first; None where an agent is cited
        read.text,
        default=None,
        is_name=True,
        card="Issuer",
        coded={
            "head": "citation_author DC.contributor", "json_ld": "isBasedOn.author",
            "xmp": "dc:contributor",
            "bibtex": "author", "ris": "AU", "csl": "author",
            "chicago": "author", "apa": "author", "mla": "author", "bluebook": "author",
            "oscola": "author",
            "catalogue": "issuer", "search": "issuer",
        },
    )  # fmt: skip
    agents: tuple[Agent, ...] = row(read_agents, default=(), group=Agent)
    issuer_address: str | None = row(  # the issuer's own site
        read.address,
        default=None,
        coded={"head": "rel=author", "json_ld": "isBasedOn.author.url"},
        absent={
            "card": "the address of the source is there",
            "xmp": "dc:contributor has names alone",
            f"{_MANAGERS} {_STYLES}": "a citation has one address, that of what it cites",
            _LISTS: "they lead to documents of the archive",
        },
    )
    issuer_note: str | None = _note("Issuer")
    kind: Kind = row(  # noqa: RUF009 - one of the archive's kinds
        _kind,
        words=lambda kind: kind.label,
        told=lambda kind, _: _(kind.label),
        card="Kind", catalogue="kind", search="kind",
        coded={
            "head": "DC.type", "json_ld": "genre", "bibtex": "type", "ris": "M3", "csl": "genre",
            "chicago": "behind the title", "apa": "in brackets", "mla": "behind the title",
        },
        absent={
            "xmp": "dc:type would be that of the PDF, which is a text",
            "bluebook oscola": "their rules 18.2.2 and 3.4.8 have no place for it",
        },
    )  # fmt: skip
    date: ArchiveDate = row(  # noqa: RUF009 - a declaration
        read.date,
        words=lambda date: _capital(date.spoken),
        told=lambda date, _: _capital(date.said(_)),
        card="Date",
        coded={
            "head": "citation_publication_date DC.date", "json_ld": "datePublished",
            "xmp": "dc:date dcterms:date", "bibtex": "date", "ris": "PY DA", "csl": "issued",
            "chicago": "date", "apa": "date", "mla": "date", "bluebook": "date",
            "oscola": "date",
            "catalogue": "date", "search": "year",
        },
    )  # fmt: skip
    date_note: str | None = _note("Date")
    neutral_citation: str | None = row(  # "[2021] EWHC 3313 (Admin)"
        read.text,
        default=None,
        card="Neutral citation",
        coded={"json_ld": "isBasedOn.identifier", **_IN_THE_NOTE, "search": "about"},
        absent=_OF_THE_CASE | _NO_NUMBERS,
    )
    docket: str | None = row(  # the number of the case at its court
        read.text,
        default=None,
        card="Docket",
        coded={"json_ld": "isBasedOn.identifier", **_IN_THE_NOTE, "search": "about"},
        absent=_OF_THE_CASE | _NO_NUMBERS,
    )
    decided: ArchiveDate | None = row(  # noqa: RUF009 - when the court decided
        read.date,
        default=None,
        words=lambda date: _capital(date.spoken) if date else "",
        told=lambda date, _: _capital(date.said(_)) if date else "",
        card="Decided",
        coded={"json_ld": "isBasedOn.dateCreated", **_IN_THE_NOTE, **_PUBLISHED_BEFORE},
        absent=_OF_THE_CASE | {"search": "the filter by year takes the date of the document"},
    )
    status: str = row(  # a key of STATUSES
        read.one_of(tuple(STATUSES), "record-status"),
        words=STATUSES.__getitem__,
        told=lambda status, _: _(STATUSES[status]),
        card="Status",
        absent={
            f"{_HEADS} {_MANAGERS}": "their status is that of a publication, draft or final; the "
            "kind says it of what was rejected or has no known outcome",
            _STYLES: "the kind says it of what was rejected or has no known outcome; all else is "
            "cited as it is",
            _LISTS: "it wants the note beside it, which a list has no room for",
        },
    )
    status_note: str | None = _note("Status")
    subjects: tuple[str, ...] = row(
        read.texts,
        words="; ".join,
        card="Subjects",
        head="DC.subject",
        json_ld="keywords", bibtex="keywords", ris="KW", csl="keyword",
        coded={"xmp": "dc:subject pdf:Keywords", "catalogue": "subject"},
        absent={
            _STYLES: "subjects are no part of a citation",
            "search": "the catalogue chooses by subject",
        },
    )  # fmt: skip
    extent: Extent | None = row(  # noqa: RUF009 - None: held whole
        _group(Extent, "extent"), default=None, group=Extent
    )
    relations: tuple[Relation, ...] = row(
        read_relations,
        default=(),
        words=lambda relations: "; ".join(map(str, relations)),
        coded={"card": "the relation", "head": "rel=up", "json_ld": "isPartOf"},
        absent={
            "xmp": "the card in print has them",
            _MANAGERS: "an entry stands for itself, in files without the others",
            _STYLES: "they cite one document",
            _LISTS: "the map of the archive shows them",
        },
    )
    source: Source = row(_group(Source, "source"), group=Source)  # noqa: RUF009
    rights: str = row(
        read.text,
        card="Rights",
        head="DC.rights",
        xmp="dc:rights",
        absent={
            "json_ld": "license is the licence of the rewriting, which is what is described",
            _MANAGERS: "the note has the licence of the rewriting, which is what is cited",
            _STYLES: "rights are no part of a citation",
            _LISTS: "they are told with the text",
        },
    )
    language: str = row(  # BCP 47
        read.matching(
            re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*").fullmatch,
            "record-language", "is not a language tag.", "write a BCP 47 tag such as en or pt-BR.",
        ),
        head="citation_language DC.language",
        json_ld="inLanguage", ris="LA", csl="language",
        coded={"xmp": "dc:language"},
        search="language",
        absent={
            "card": "the text shows it, and browsers and screen readers are told",
            "bibtex": "biblatex prints it as it is; langid has the name that babel knows",
            _STYLES: "they name a language only where it is another than the reader's",
            "catalogue": "titles show it, and browsers and screen readers are told",
        },
    )  # fmt: skip
    collection: str | None = row(  # None: the year of its date
        read.text,
        default=None,
        coded={"search": "collection"},
        absent={
            "card": "in a long archive it stands above the heading",
            f"{_HEADS} {_MANAGERS} {_STYLES}": "it orders the catalogue and may change",
            "catalogue": "in a long archive it is the page of the catalogue",
        },
    )
    left_out: tuple[LeftOut, ...] = row(
        _left_out,
        default=(),
        absent={
            "card": "the page “How this was made” lists it",
            _BEYOND_THE_CARD: "it is there to check the passages against the source",
        },
    )
    id: str = row(
        read.matching(
            is_document_id, "record-id", "cannot name a document.",
            "use lower-case words and numbers joined by hyphens, beginning with a letter.",
        ),
        drawn="code",
        card="Document id",
        # of a passage its anchor, which begins with the id
        coded={
            "head": "DC.identifier", "json_ld": "identifier", "xmp": "dc:identifier",
            "bibtex": "key", "ris": "ID", "csl": "id",
            "chicago": "address", "apa": "address", "mla": "address", "bluebook": "address",
            "oscola": "address",
            "catalogue": "href", "search": "page",
        },
    )  # fmt: skip

    @property
    def cited(self) -> tuple[Agent, ...]:
        """Those whom citations name as authors: the issuer, then agents in their order.

        Which roles these have, the kind says.
        """
        issuer = (Agent(body=self.issuer, role=("issuer",)),) if self.issuer else ()
        return (*issuer, *(each for each in self.agents if self.kind.cites(each.role)))

    @property
    def collection_name(self) -> str:
        """What it is catalogued under: the collection named, else the year, else “Undated”."""
        return self.collection or self.date.year or "Undated"

    @property
    def title_supplied(self) -> bool:
        """Whether the archive gave the title, which the source lacks."""
        return self.title.startswith("[") and self.title.endswith("]")


def parse_record(
    text: str, path: str, document_id: str, settings: Settings, kind: type[Record] = Record
) -> tuple[Record | None, list[Problem]]:
    """Read the record from a document's whole text.

    ``path`` is named in the problems; ``document_id`` is what the file's name demands; ``settings``
    say which kinds of document there are; ``kind`` has the rows.  Returns no record where a problem
    was found, and always every problem.
    """
    entries, problems = read_front_matter(text, path)
    if not entries:
        return None, problems
    values = Reader(path, problems, settings).read(entries, kind, where="the record", line=1)
    problems.extend(_misnamed(entries, values, path, document_id))
    problems.extend(_unauthored(entries, values, path))
    problems.extend(_lacking(entries, values, path))
    if problems:
        return None, sorted(problems)
    return kind(**values), []


def record_of(fields: Mapping[str, Any], settings: Settings) -> Record:
    """Return the record whose fields, as ``seal.record_fields`` gives them, these are.

    It has as many paragraphs as one, which the fields do not have.  Raises ValueError for others.
    """
    entries: dict[str, Entry] = {}
    groups: dict[str, dict[str, Entry]] = {"source": dict(_OF_SOURCE)}
    for key, value in fields.items():
        group, _, name = key.rpartition(".")
        held = groups.setdefault(group, {}) if group else entries
        held[name] = _entry(key, value)
    entries |= {name: Entry(held, 1) for name, held in groups.items()}
    problems: list[Problem] = []
    values = Reader("", problems, settings).read(entries, Record, "the record", 1)
    problems.extend(_unauthored(entries, values, ""))
    if problems:
        raise ValueError(f"it has no record: {problems[0].message}")
    return Record(**values)


# What the fields of a source lack where it is not known, and the number that they never have.
_OF_SOURCE = {
    "publisher": Entry(read.UNKNOWN, 1), "title": Entry(read.UNKNOWN, 1),
    "address": Entry(read.UNKNOWN, 1), "paragraphs": Entry("1", 1),
}  # fmt: skip
_PAIRS = ("left-out", "relations")  # lists of keys with a value


def _entry(key: str, value: Any) -> Entry:
    if isinstance(value, list):
        return Entry(tuple(_entry(key, each) for each in value), 1)
    if isinstance(value, Mapping):
        return Entry({name: _entry(name, each) for name, each in value.items()}, 1)
    name, is_pair, words = value.partition(": ")
    return Entry({name: Entry(words, 1)} if is_pair and key in _PAIRS else value, 1)


def _misnamed(
    entries: dict[str, Entry], values: dict[str, Any], path: str, document_id: str
) -> Iterator[Problem]:
    found = values.get("id")
    if found is not None and found != document_id:
        yield Problem(
            path, entries["id"].line, "record-id-misnamed",
            f"The id is “{found}”, but the file's name makes it “{document_id}”.",
            f"write id: {document_id}, or rename the file to {found}.md.",
        )  # fmt: skip


def _unauthored(entries: dict[str, Entry], values: dict[str, Any], path: str) -> Iterator[Problem]:
    """Someone is cited as the author; what has problems of its own is not told twice."""
    agents: tuple[Agent, ...] = values.get("agents", ())
    broken = "agents" in entries and len(agents) < len(entries["agents"].value)
    kind: Kind | None = values.get("kind")
    roles = kind.cited if kind else tuple(ROLES)  # a kind that is unknown is told by itself
    named = "issuer" in entries or any({*roles}.intersection(each.role) for each in agents)
    if not named and not broken:
        yield Problem(
            path, 1, "record-key-missing", "The key “issuer” is missing in the record.",
            "add a line issuer: with its value, or an agent whose role is "
            f"{' or '.join(roles if kind else AUTHORS)}.",
        )  # fmt: skip


def _lacking(entries: dict[str, Entry], values: dict[str, Any], path: str) -> Iterator[Problem]:
    """A record has what its kind needs to be cited."""
    kind: Kind | None = values.get("kind")
    roles = {role for agent in values.get("agents", ()) for role in agent.role}
    for lacked in kind.lacking({*entries, *roles}) if kind else ():
        named = (
            f"an agent with the role {each}" if each in ROLES else f"a line {each}:"
            for each in lacked.split(" or ")
        )  # fmt: skip
        yield Problem(
            path, entries["kind"].line, "record-kind-lacks",
            f"The record of a document of the kind “{kind}” has no {lacked}.",
            f"add {' or '.join(named)}.",
        )  # fmt: skip
