"""RIS records, and exports of the works cited: BibLaTeX, classic BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from pybtex.richtext import Text

from archive.citation import names, one_line, undivided, undivided_values
from archive.citation.bibtex import (
    VERBATIM,
    classically_dated,
    dated,
    escape,
    in_ascii,
    verbatim,
)
from archive.citation.latex import Latex, Untagged
from archive.citation.names import by_years, exact, in_years, is_known, whole
from archive.citation.reference import Original, Reference, originals
from archive.citation.style import LAW, STATES, listed
from archive.citation.works import Name, Work, csl_type, serialise
from archive.model.agents import Agent
from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate
from archive.model.words import N_

# --- RIS records (Research Information Systems, RIS Format Specifications, 2011).
#
# Each line is ``XX  - value`` and ends in CR LF.  Texts of a reference contain no line break, so
# that none of them can start another tag.  How Zotero reads the tags follows its translator RIS:
#
# - ``AU``: a person as ``Family, Given, Jr.``; an institution with a comma after it, which tells
#   EndNote that it is not a person.  Zotero splits at the first comma, finds no first name, and
#   keeps one name.  What has a comma of its own loses it there, and stands in the note as it is.
# - ``DA``: ``YYYY/MM/DD/`` for an exact date; any other in words by its years, in double quotes, in
#   which Zotero keeps words as they are (``archive.citation.names.in_years``).
# - ``PY``: the year.  pandoc reads it alone: of what is not exact, and has a year, it has a range,
#   an
#   open range or ``2021~``, which pandoc prints as “[2021?]”.
# - ``TI`` names the passage and says whose words these are; ``M3``: the kind (Zotero: report type);
#   ``PB``: the archive (Zotero: institution).  ``SP`` and ``CN`` are not used: styles print the
#   first
#   behind “p.”, some the other.
# - ``L1``: the PDF.
# - Of a case ``PB`` is the court, and ``SV`` has its numbers, for which the specification has no
#   tag:
#   EndNote and Zotero read it so.

_END = "\r\n"
_ORDER = "TY ID TI ST AU PY DA M3 PB SV M1 LA UR L1 KW N1"


def ris_record(reference: Reference) -> str:
    """The RIS record of a reference, from TY to ER."""
    return _record(_tags(reference))


def ris_file(references: Iterable[Reference]) -> str:
    """The records of all references, as a file in UTF-8; a document's original has its own."""
    return _END.join(
        each
        for reference in references
        for each in (ris_record(reference), *map(ris_original, originals([reference])))
    )


def ris_original(given: Original) -> str:
    """The RIS record of the original of a document."""
    return _record(_of_original(given))


def _record(tags: Iterable[tuple[str, str]]) -> str:
    lines = [f"{tag}  - {value}" for tag, value in in_order(tags, _ORDER) if value]
    return _END.join([*lines, "ER  - ", ""])


def _of_original(given: Original) -> Iterator[tuple[str, str]]:
    is_case, numbers = given.kind.is_case, ", ".join(given.numbers)
    yield "TY", given.kind.ris
    yield "ID", given.key
    yield "TI", given.title
    yield from (("AU", names.at_commas(agent)) for agent in given.authors)
    yield from ris_dates(given.date)
    yield "M3", "" if is_case else given.kind.label
    yield "PB", " and ".join(given.courts) or given.publisher or ""
    yield "SV" if is_case else "M1", numbers
    yield "UR", given.address or ""
    yield "N1", f"{given.note} {_names_of(given.authors)}".rstrip()


def _tags(reference: Reference) -> Iterator[tuple[str, str]]:
    for tag, row, value in written(reference.record, "ris"):
        for each in undivided_values(value, is_name=row.is_name):
            yield tag, each
    yield "TY", "RPRT"
    yield "TI", reference.title
    yield "ST", reference.short_title
    yield from (("AU", names.at_commas(agent)) for agent in reference.record.cited)
    yield "ID", reference.key
    yield from ris_dates(reference.record.date)
    yield "M3", reference.report_type
    yield "PB", reference.publisher
    yield "UR", reference.address
    yield "L1", reference.form("pdf")
    yield "N1", f"{reference.note} {_names_of(reference.record.cited)}".rstrip()


def _names_of(agents: Iterable[Agent]) -> str:
    return names.whole(agent.name for agent in agents if agent.body)


def ris_dates(date: ArchiveDate) -> Iterator[tuple[str, str]]:
    """The tags of a date."""
    if moment := exact(date):
        yield "PY", moment.year
        yield "DA", moment.slashed + "/" * (4 - len(moment.parts))
    elif is_known(date):
        yield "PY", _range(by_years(date))
        yield "DA", f'"{in_years(date)}"'


def _range(years: str) -> str:
    """Years as pandoc reads them: it drops ``..``, and takes ``/2021`` and ``2021?`` as certain."""
    doubted = re.sub("[?%]", "~", years)
    if doubted.startswith("../"):
        return f"{doubted[3:7]}~"
    return doubted.removesuffix("..")


# --- Exports of the works cited: BibLaTeX, classic BibTeX, RIS and CSL-JSON, each from the model.
#
# - BibLaTeX has every field under its own name, with everything inherited written out.
# - BibTeX is for the styles of 1988 and pybtex's: ``year``, ``month``, ``journal``, ``address``,
#   ``howpublished``; a type whose required fields are missing becomes ``@misc``; what has no field
#   stands in ``note``.
# - RIS (Research Information Systems, RIS Format Specifications, 2011): a body ends in a comma, so
#   that nobody divides it; a date that is not exact stands in words in a note as well.

_LATEX = Latex()
_UNTAGGED = Untagged()


def _value(name: str, text: Text, backend: Latex = _LATEX) -> str:
    if name in VERBATIM:
        return verbatim(str(text))
    rendered: str = text.render(backend)
    return rendered


def name_in_bibtex(name: Name) -> str:
    """A name as BibTeX reads it: a body in braces, a person inverted."""
    if name.is_others:
        return "others"
    if name.is_body:
        return f"{{{escape(name.family)}}}"
    family = escape(name.family)
    # A family name with a lower-case word would give that word to the prefix.
    if any(word[:1].islower() for word in name.family.split()[:-1]):
        family = f"{{{family}}}"
    prefixed = f"{escape(name.prefix)} {family}" if name.prefix else family
    if not name.given and not name.suffix and " " in prefixed and not name.prefix:
        return f"{{{family}}}"
    parts = (prefixed, escape(name.suffix), escape(name.given))
    return ", ".join(filter(None, parts)) if name.given or not name.suffix else (
        f"{prefixed}, {escape(name.suffix)}, {{}}"
    )  # fmt: skip


def _names(names: Iterable[Name]) -> str:
    return " and ".join(map(name_in_bibtex, names))


def _entry(kind: str, key: str, fields: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"  {name:<12} = {{{value}}},\n" for name, value in fields if value)
    return f"@{kind}{{{key},\n{lines}}}\n"


def biblatex(works: Iterable[Work]) -> str:
    """The works as a file of BibLaTeX, in UTF-8."""
    return "\n".join(map(_biblatex_entry, works))


@lru_cache(maxsize=1024)  # several documents cite a work
def _biblatex_entry(work: Work) -> str:
    return _entry(work.kind, work.key, _biblatex(work))


def _biblatex(work: Work) -> Iterator[tuple[str, str]]:
    for role, agents in work.names.items():
        yield role, _names(agents)
    for name, text in work.texts.items():
        if name == "note":
            continue
        value = _value(name, text)
        # The name of a case or an act, whose capitals stay.
        yield name, f"{{{value}}}" if name == "title" and work.kind in LAW else value
    for name, date in work.dates.items():
        if name == "date":
            yield from dated(date)
        elif not date.edtf.startswith("../"):
            yield name, date.edtf.replace("..", "")  # a bare slash, which pandoc reads as well
    notes = [*_until(work), _value("note", work.texts.get("note", Text()))]
    yield "note", ". ".join(filter(None, notes))


_DATE_WORDS = {"urldate": "Accessed", "origdate": "First published", "eventdate": "Held"}


def _until(work: Work) -> Iterator[str]:
    """Dates whose start is open: citation-js stops at ``{/1931}``, biber drops it."""
    for name, words in _DATE_WORDS.items():
        if (date := work.dates.get(name)) and date.edtf.startswith("../"):
            yield f"{words} {date.spoken}"


# --- Classic BibTeX: Patashnik, BibTeXing, 1988, 3.1

_CLASSIC = {
    "article": "article", "suppperiodical": "article", "booklet": "booklet", "inbook":
    "incollection", "bookinbook": "incollection", "incollection": "incollection",
    "suppbook": "incollection", "suppcollection": "incollection", "inproceedings": "inproceedings",
    "manual": "manual", "proceedings": "proceedings", "mvproceedings": "proceedings",
    "report": "techreport", "thesis": "phdthesis", "unpublished": "unpublished",
    "book": "book", "mvbook": "book", "collection": "book", "mvcollection": "book",
    "reference": "book",
}  # fmt: skip
_REQUIRED = {
    "article": ("author", "title", "journal", "year"), "book": ("author|editor", "title",
    "publisher", "year"), "booklet": ("title",), "incollection": ("author", "title", "booktitle",
    "publisher", "year"), "inproceedings": ("author", "title", "booktitle", "year"),
    "manual": ("title",), "phdthesis": ("author", "title", "school", "year"),
    "proceedings": ("title", "year"), "techreport": ("author", "title", "institution", "year"),
    "unpublished": ("author", "title", "note"), "misc": (),
}  # fmt: skip
_RENAMED = {"journaltitle": "journal", "location": "address"}
_OWN_WORDS = (
    "title booktitle journal volume series edition pages chapter publisher address "
    "organization institution howpublished type number doi isbn issn url"
)
_OWN = frozenset(_OWN_WORDS.split())
# Not for print: styles leave out fields that they do not know.
_SILENT = frozenset({"abstract", "annotation", "keywords", "language", "shortauthor", "shorttitle"})
_ROLE_WORDS = {
    "translator": "Translated by", "bookauthor": "Book by", "commentator": "Commentary by",
    "annotator": "Annotated by", "introduction": "Introduction by", "foreword": "Foreword by",
    "afterword": "Afterword by", "holder": "Held by",
}  # fmt: skip


def bibtex(works: Iterable[Work]) -> str:
    """The works as a file of classic BibTeX, in UTF-8."""
    return "\n".join(map(_classic_entry, works))


@lru_cache(maxsize=1024)
def _classic_entry(work: Work) -> str:
    fields = dict(_classic(work))
    kind = _CLASSIC.get(work.kind, "misc")
    if kind == "phdthesis":
        fields["school"] = fields.pop("institution", "")
        kind = "mastersthesis" if "master" in work.plain("type").lower() else kind
    required = _REQUIRED.get(kind, _REQUIRED["phdthesis"])
    if not all(any(map(fields.get, needed.split("|"))) for needed in required):
        kind = "misc"
    if kind == "misc":
        fields["howpublished"] = _how(work, fields)
        if not fields["author"] and fields["editor"]:  # which styles leave out
            edited = f"Edited by {escape(listed(work.names['editor']))}"
            fields["note"] = ". ".join(filter(None, (edited, fields["note"])))
    if not fields["author"]:  # styles sort and label by it
        fields["key"] = escape(work.makers[0].short if work.makers else work.plain("title"))
    if work.kind in LAW and "title" in fields:
        fields["title"] = f"{{{fields['title']}}}"  # a name, whose capitals stay
    written = ((name, in_ascii(name, value)) for name, value in fields.items())
    return _entry(kind, work.key, written)


def _how(work: Work, fields: dict[str, str]) -> str:
    """What ``@misc`` has no field for in classic styles."""
    told = (
        "booktitle", "journal", "volume", "number", "series", "edition", "pages", "type",
        "institution", "school", "organization", "publisher", "address", "howpublished",
    )  # fmt: skip
    parts = [fields[each] for each in told if fields.get(each)]
    return ", ".join(parts) or escape(fields.pop("url", ""))


def _classic(work: Work) -> Iterator[tuple[str, str]]:
    for role in ("author", "editor"):
        yield role, _names(work.names.get(role, ()))
    notes = [
        f"{_ROLE_WORDS.get(role, 'With')} {escape(listed(names))}"
        for role, names in work.names.items() if role not in {"author", "editor"}
    ]  # fmt: skip
    for name, text in work.texts.items():
        own = _RENAMED.get(name, name)
        whole = (work.joined(name) if name.endswith("title") else text) or text
        if own in _OWN or own in _SILENT:
            yield own, _value(name, whole, _UNTAGGED)
        else:
            notes += _noted(name, whole)
    if work.date is not None:
        yield from classically_dated(work.date)
    notes += [
        f"{_DATE_WORDS[each]} {date.spoken}" for each, date in work.dates.items() if each != "date"
    ]
    notes += [_value(each, work.texts[each], _UNTAGGED) for each in ("note",) if each in work.texts]
    yield "note", ". ".join(notes)


def _noted(name: str, text: Text) -> Iterator[str]:
    """What stands in the note, before the work's own."""
    if name == "archiveurl":
        yield f"Archived at {escape(str(text))}"
    elif name == "pubstate":
        yield escape(STATES.get(str(text), str(text)))
    elif not _is_joined(name) and name not in {"note", "entrysubtype"}:
        yield _value(name, text, _UNTAGGED)


# --- RIS

# Of GEN Zotero makes an article in a journal, of LEGAL a case.
_RIS_TYPES = {
    "article-journal": "JOUR", "article-magazine": "MGZN", "article-newspaper": "NEWS",
    "book": "BOOK", "chapter": "CHAP", "dataset": "DATA", "document": "RPRT",
    "entry-encyclopedia": "ENCYC", "graphic": "ART", "legal_case": "CASE", "legislation": "STAT",
    "manuscript": "UNPB", "motion_picture": "VIDEO", "pamphlet": "PAMP",
    "paper-conference": "CPAPER", "patent": "PAT", "personal_communication": "PCOMM",
    "regulation": "STAT", "report": "RPRT", "song": "SOUND", "software": "COMP",
    "standard": "STAND", "thesis": "THES", "treaty": "STAT", "webpage": "ELEC",
}  # fmt: skip
_RIS_TAGS = {
    "volume": "VL", "publisher": "PB", "institution": "PB", "organization": "PB", "location": "CY",
    "edition": "ET", "url": "UR", "doi": "DO", "isbn": "SN", "issn": "SN", "type": "M3",
    "language": "LA", "abstract": "AB", "shorttitle": "ST", "journaltitle": "T2",
    "booktitle": "T2", "eventtitle": "C3", "series": "T3", "note": "N1", "number": "IS",
    "archiveurl": "L2",
}  # fmt: skip
_RIS_ROLES = {"author": "AU", "translator": "A4"}
# Of a book A2 edits the series, of a pamphlet it is the institution.  Zotero and pandoc read ED, of
# the specification of 2001, as the editor of any type, citation-js reads it of none.
_RIS_EDITORS = dict.fromkeys(("CHAP", "CPAPER", "ENCYC", "JOUR"), "A2")


def ris(works: Iterable[Work]) -> str:
    """The works as a file of RIS, in UTF-8; lines end in CR LF."""
    return "\r\n".join(map(_ris_entry, works))


@lru_cache(maxsize=1024)
def _ris_entry(work: Work) -> str:
    tags = "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in _ris(work) if value)
    return f"{tags}ER  - \r\n"


def _ris(work: Work) -> Iterator[tuple[str, str]]:
    kind = _RIS_TYPES.get(csl_type(work), "RPRT")
    yield "TY", kind
    yield "ID", work.key
    tags = _RIS_ROLES | {"editor": _RIS_EDITORS.get(kind, "ED")}
    for role, people in work.names.items():
        if tag := tags.get(role):
            yield from ((tag, _ris_name(name)) for name in people)
            yield "N1", whole(name.family for name in people if name.is_body)
        else:
            yield "N1", f"{_ROLE_WORDS.get(role, 'With')} {listed(people)}"
    if (title := work.joined("title")) is not None:
        yield "TI", str(title)
    yield from _ris_texts(work)
    yield from _ris_dates(work)


def _ris_name(name: Name) -> str:
    if name.is_body or name.is_others:
        return f"{undivided(name.family)},"
    parts = (undivided(name.short), undivided(name.given), undivided(name.suffix))
    return ", ".join(parts).rstrip(", ")  # family, given, suffix


def _ris_texts(work: Work) -> Iterator[tuple[str, str]]:
    """Each tag once, but notes and keywords; what has no tag is a note."""
    seen: set[str] = set()
    for field, text in work.texts.items():
        value = str(text)
        if field in {"title", "shortauthor", "entrysubtype"} or _is_joined(field):
            continue
        if field == "pages":
            first, _dash, last = value.replace("--", "–").partition("–")
            yield from (("SP", first.strip()), ("EP", last.strip()))
        elif field == "keywords":
            yield from (("KW", each.strip()) for each in value.split(","))
        else:
            tag = _RIS_TAGS.get(field, "N1")
            tag = "N1" if tag in seen else tag
            seen.add(tag)
            whole = work.joined(field) if field.endswith("title") else text
            yield tag, str(whole)


def _is_joined(field: str) -> bool:
    return field.endswith(("subtitle", "titleaddon"))


def _ris_dates(work: Work) -> Iterator[tuple[str, str]]:
    if work.date is not None:
        yield from ris_dates(work.date)
        if exact(work.date) is None:
            yield "N1", f"Dated {work.date.spoken}"
    if (accessed := work.dates.get("urldate")) is not None:
        yield "Y2", accessed.edtf
    for field in ("origdate", "eventdate"):
        if field in work.dates:
            yield "N1", f"{_DATE_WORDS[field]} {work.dates[field].spoken}"


CITED = "references"  # the stem, behind a document's, of the files with the works that it cites
TAKE = N_("For reference managers, these works: ")  # before the links to them


WRITERS: dict[str, tuple[str, str, Callable[[Iterable[Work]], str]]] = {
    # suffix: label, media type, writer
    "bib": ("BibLaTeX", "application/x-bibtex", biblatex),
    "bibtex.bib": ("BibTeX", "application/x-bibtex", bibtex),
    "ris": ("RIS", "application/x-research-info-systems", ris),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", serialise),
}

# The forms of a document's own list; ``works.json`` and ``<id>.passages.json`` have the CSL.
BESIDE = ("bib", "ris")


def to_take(stem: str, suffixes: Iterable[str] = WRITERS) -> list[tuple[str, str]]:
    """Return name and address of each file of a list of works, by the stem of the files."""
    return [(WRITERS[suffix][0], f"{stem}.{suffix}") for suffix in suffixes]
