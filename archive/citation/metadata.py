"""What a document's page tells of its record: its card, metadata in the head, typed links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, NamedTuple

from archive.citation import names, one_line, undivided_values
from archive.citation.names import exact, in_years, is_known
from archive.citation.reference import Reference
from archive.model.agents import Agent, by_role
from archive.model.crosswalk import Drawn, as_texts, in_order, rows, written
from archive.model.dates import ArchiveDate
from archive.model.record import STATUSES, Record
from archive.model.words import N_, Words, words

# --- What a document's page tells programs: metadata in its head, and typed links among its files.

# --- The metadata in a document page's head, as data: the template escapes and writes it.
#
# Highwire ``citation_*`` (Google Scholar, Inclusion Guidelines for Webmasters), Dublin Core (DCMI,
# Expressing Dublin Core in HTML meta and link elements) and OpenGraph (The Open Graph protocol).
# For document pages only, and once: a page has one item.
#
# How Zotero reads them follows its translators Embedded Metadata and RDF and its function
# ``cleanAuthor``:
#
# - ``citation_technical_report_institution`` makes the item a report, whatever other tags say, and
#   is its institution.  ``og:type`` must not be ``website``: older versions let that win.
# - ``citation_author`` is split at the last space, or at a comma: a person is written inverted.  Of
#   a body Zotero first cuts off a comma at the end of the name, and then finds nothing to split.
#   Inner commas are removed here for that, and a suffix stands behind the family name: Zotero drops
#   what follows a second comma.  Like every record it names those who made the original, and the
#   title says whose words these are.
# - ``citation_publication_date`` takes precedence over ``DC.date``, and that over ``DCTERMS.date``.
#   Only exact dates have the first, because it has no form for others.  Of these ``DC.date`` has
#   the
#   words of ``archive.citation.names.in_years`` in double quotes, in which Zotero cites words as
#   they
#   are: it would read 8 February 2021 out of ``2021-02-08/..``.  ``DCTERMS.date`` is EDTF.
# - ``DC.creator`` is the archive, whose words the page has, and ``DC.contributor`` are those who
#   made
#   the original, as in the PDF.  Zotero reads neither beside ``citation_author``.
# - the first ``DC.type`` is the report type; ``citation_public_url`` the address;
#   ``citation_pdf_url`` the attachment; ``description`` the abstract, where no property says it.
# - ``DC.subject`` are the tags; it reads ``citation_keywords`` only where there are none.
# - ``dcterms.dateSubmitted`` would become the date of access, ``DC.coverage`` the archive location:
#   neither is used.


@dataclass(frozen=True, slots=True)
class Meta:
    """A ``<meta>`` element.  Its content is not escaped."""

    attribute: Literal["name", "property"]
    key: str
    content: str
    opened: str = ""  # the property by which OpenGraph has what has a name already


_ORDER = (
    "citation_title citation_author citation_publication_date "
    "citation_technical_report_institution citation_language citation_public_url "
    "citation_pdf_url DC.title DC.creator DC.contributor DC.publisher DC.date DC.type DC.format "
    "DC.identifier DC.language DC.rights DC.subject DC.source DCTERMS.date DCTERMS.license"
)


def metadata(reference: Reference, description: str) -> tuple[Meta, ...]:
    """The metadata of a document's page; ``description`` is one sentence about it."""
    return (
        Meta("name", "description", one_line(description), "og:description"),
        *(Meta("name", key, content) for key, content in in_order(_named(reference), _ORDER)),
        *(Meta("property", key, content) for key, content in _open_graph(reference)),
        *pictured(reference.form(CARD.suffix), " · ".join(picture(reference.record))),
    )


def pictured(address: str, says: str) -> Iterator[Meta]:
    """The metadata of a picture card, by its address and what it says."""
    yield Meta("property", "og:image", address)
    for name, pixels in zip(("width", "height"), CARD_SIZE, strict=True):
        yield Meta("property", f"og:image:{name}", str(pixels))
    yield Meta("property", "og:image:alt", one_line(says))
    yield Meta("name", "twitter:card", "summary_large_image")


def describe(record: Record) -> str:
    """Return a description of one sentence for search engines and link previews."""
    _ = words(record.language)
    if not _.is_english:
        listed = _("{one}, {other}")
        authors = reduce(
            lambda one, other: listed.format(one=one, other=other),
            (agent.name for agent in record.cited),
        )
        return _(
            "{title}: {kind}, {authors}, {date}, passage by passage, each with a permanent address."
        ).format(
            title=record.title, kind=_(record.kind.label), authors=authors, date=record.date.said(_)
        )
    authors = names.listed([agent.name for agent in record.cited], "and")
    return (
        f"{record.title}: {record.kind.name} of {authors}, {record.date.spoken}, "
        "passage by passage, each with a permanent address."
    )


def _named(reference: Reference) -> Iterator[tuple[str, str]]:
    for cell, row, value in written(reference.record, "head"):
        for name in cell.split():
            at_commas = name.startswith("citation_")
            values = undivided_values(value, is_name=row.is_name) if at_commas else as_texts(value)
            yield from ((name, each) for each in values)
    yield from _coded(reference)


def _coded(reference: Reference) -> Iterator[tuple[str, str]]:
    record = reference.record
    yield "citation_title", reference.title
    yield "DC.title", reference.title
    yield from (("citation_author", names.highwire(agent)) for agent in record.cited)
    yield "DC.creator", reference.publisher
    yield from (("DC.contributor", names.inverted(agent)) for agent in record.cited)
    if moment := exact(record.date):
        yield "citation_publication_date", moment.slashed  # as Google Scholar has it
    yield "citation_technical_report_institution", reference.publisher
    yield "citation_public_url", reference.page
    yield "citation_pdf_url", reference.form("pdf")
    yield "DC.publisher", reference.publisher
    if is_known(record.date):
        words = f'"{in_years(record.date)}"'
        yield "DC.date", record.date.edtf if exact(record.date) else words
        yield "DCTERMS.date", record.date.edtf
    yield "DC.type", reference.report_type
    yield "DC.type", "Text"  # DCMI Type Vocabulary
    yield "DC.format", "text/html"
    yield "DC.identifier", reference.page
    if record.source.address:
        yield "DC.source", record.source.address
    yield "DCTERMS.license", reference.licence


def _open_graph(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "og:type", "article"
    yield "og:title", reference.record.title
    yield "og:url", reference.page
    yield "og:site_name", reference.publisher


# JSON-LD for search engines (schema.org: Report; JSON-LD 1.1, 7: embedding in HTML).
#
# The author of a page is the archive.  The original, which it is based on, has those who are cited.
#
# Passages are named by fragments, which ``@base`` resolves (JSON-LD 1.1, 4.1.3), wherever a copy of
# the page lies.  In a page of 400 passages, whole addresses took 26 of 563 KB.

Data = dict[str, Any]

# What may end a script element, begin a comment in it, or break a line of JavaScript.
UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})

_PROPERTIES = (
    "@context @type @id url identifier name alternateName genre author publisher "
    "inLanguage keywords license creditText creativeWorkStatus encoding isPartOf datePublished "
    "temporal isBasedOn hasPart"
)


def report(
    reference: Reference, passages: Iterable[Reference] = (), related: Iterable[Related] = ()
) -> Data:
    """The document, the passages it has, and what it is related to."""
    record = reference.record
    archive = {"@type": "Organization", "name": reference.publisher, "url": reference.settings.base}
    data: Data = {
        "@context": ["https://schema.org", {"@base": reference.page}],
        "@type": "Report",
        "@id": reference.page,
        "url": reference.page,
        "identifier": reference.document,
        "genre": reference.genre,
        "author": archive,
        "publisher": archive,
        "license": reference.licence,
        "creditText": reference.settings.credit,
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": reference.form("pdf"),
            "encodingFormat": "application/pdf",
        },
        "isPartOf": archive | {"@type": "Collection"},
    }
    for name, row, value in written(record, "json_ld"):
        said = list(value) if isinstance(value, tuple) else value
        data[name] = {"@type": "Organization", "name": said} if row.is_name else said
    if record.extent:
        data["creativeWorkStatus"] = " ".join(("Incomplete.", *record.extent.sentences))
    data |= _dated(record.date)
    data["isBasedOn"] = {"@type": record.kind.schema, **_original(record)}
    if parts := [_part(passage) for passage in passages]:
        data["hasPart"] = parts
    for each in related:
        if each.json_ld:
            held = data.get(each.json_ld, [])
            data[each.json_ld] = [*(held if isinstance(held, list) else [held]), _work(each)]
    return dict(in_order(data.items(), _PROPERTIES))


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def serialise(data: Data) -> str:
    """The JSON for a script element, which no text in it can end (HTML, 4.12.1.3)."""
    return _json(data).translate(UNSAFE)


def _authors(record: Record) -> list[Data]:
    """Those who are cited; the first has the issuer's own address."""
    first, *others = map(names.json_ld, record.cited)
    address = {"url": record.issuer_address} if record.issuer_address else {}
    return [first | address, *others]


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _dated(date: ArchiveDate) -> Data:
    """A Date of schema.org (ISO 8601-1) is exact; ``temporal`` takes a text."""
    if not is_known(date):
        return {}
    return {"datePublished" if exact(date) else "temporal": date.edtf}


def _original(record: Record) -> Data:
    """What is known of the original; agents with what they did there (schema.org: Role)."""
    source = record.source
    numbers = [each for each in (record.neutral_citation, record.docket) if each]
    said = {
        "name": source.title,
        "author": _one_or_all(_authors(record)),
        **_dated(record.date),
        "identifier": _one_or_all(numbers) if numbers else None,
        "dateCreated": record.decided.edtf if record.decided and exact(record.decided) else None,
        "contributor": [
            {"@type": "Role", "roleName": role, "contributor": names.json_ld(agent)}
            for agent in record.agents for role in agent.role
        ],
        "publisher": source.publisher and {"@type": "Organization", "name": source.publisher},
        "url": source.address,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _work(related: Related) -> Data:
    return {"@type": "CreativeWork", "name": related.name, "url": related.address}


def _part(passage: Reference) -> Data:
    """A passage by its address and name, no more: a judgment has hundreds."""
    return {"@type": "CreativeWork", "@id": f"#{passage.key}", "name": passage.spoken}


# --- The files beside a document's page, and the typed links among them and the page (RFC 8288).
#
# - Each form of a document lies beside its page, under one stem.
# - The page's head has links as FAIR Signposting asks, level 1: ``cite-as`` (RFC 8574),
#   ``describedby``, ``item``, ``license``, ``type``, ``author`` where its address is known.
# - The linkset (RFC 9264, 4.2: application/linkset+json) is level 2: a context for the page, with
#   the
#   links of its head, and one for each file beside the page, which leads back to it.

Context = dict[str, Any]  # of a linkset


@dataclass(frozen=True, slots=True)
class Form:
    """One file beside a document's page."""

    suffix: str
    media_type: str  # registered with IANA, or in common use
    label: str


MYST = Form("md", "text/markdown", "MyST")
PDF = Form("pdf", "application/pdf", "PDF")
BIBLATEX = Form("bib", "application/x-bibtex", "BibLaTeX")
BIBTEX = Form("bibtex.bib", "application/x-bibtex", "BibTeX")  # of passages, and of all
RIS = Form("ris", "application/x-research-info-systems", "RIS")
CSL = Form("json", "application/vnd.citationstyles.csl+json", "CSL-JSON")
LINKSET = Form("linkset.json", "application/linkset+json", N_("Linkset"))
PASSAGES = Form("passages.json", "application/json", N_("Passages as data"))
TEXT = Form("txt", "text/plain", N_("Plain text"))
PROOF = Form("proof.json", "application/json", N_("Proof of publication"))
ATOM = Form("atom", "application/atom+xml", N_("Feed"))  # of the document's changes
CARD = Form("card.png", "image/png", "Card")  # what other sites show beside a link
CARD_SIZE = 1200, 630  # pixels
CARD_OF_ARCHIVE = f"archive.{CARD.suffix}"  # at the root, for all pages that are no documents
COMPANION = Form(
    "made.html", "text/html", N_("Cite and check")
)  # each passage cited, how it was made

# What of it is content, as the page is (FAIR Signposting, "item").
ITEMS = (PDF, TEXT, PASSAGES)

# The schema that a document's passages follow, in the site.
PASSAGES_SCHEMA = "schema/passages-1.schema.json"

# What describes the document, in the order in which it is offered.
DESCRIPTIONS = (BIBLATEX, RIS, CSL)

# The page is both the document's landing page and the document (FAIR Signposting, "type").
TYPES = ("https://schema.org/AboutPage", "https://schema.org/Report")

# What makes the prefixes of metadata names known (DCMI).
_SCHEMES = {"DC": "http://purl.org/dc/elements/1.1/", "DCTERMS": "http://purl.org/dc/terms/"}


@dataclass(frozen=True, slots=True)
class Link:
    """A ``<link>`` element or a link of a linkset.  Its address is not escaped."""

    rel: str
    href: str
    type: str | None = None  # media type
    hreflang: str | None = None  # the language of what it leads to


@dataclass(frozen=True, slots=True)
class Related:
    """A document, a passage or a work that a document is related to, seen from the document."""

    name: str  # of the other
    address: str  # of the other
    rel: str  # a link relation
    json_ld: str  # a property of schema.org; empty where there is none
    language: str = ""  # of a version of the same text (RFC 8288, 3.4.1: hreflang)


def links(reference: Reference, related: Iterable[Related] = ()) -> tuple[Link, ...]:
    """The links of a document's page."""
    return (
        Link("canonical", reference.page),
        *_signposts(reference, related),
        Link("linkset", reference.form(LINKSET.suffix), LINKSET.media_type),
        *(Link(f"schema.{prefix}", address) for prefix, address in _SCHEMES.items()),
    )


def _signposts(reference: Reference, related: Iterable[Related]) -> Iterator[Link]:
    """The links that FAIR Signposting wants in the page itself."""
    yield Link("cite-as", reference.page)
    yield from (Link("describedby", *_file(reference, form)) for form in (*DESCRIPTIONS, COMPANION))
    yield from (Link("item", *_file(reference, form)) for form in ITEMS)
    yield Link("license", reference.licence)
    yield from (Link("type", address) for address in TYPES)
    if reference.record.issuer_address:
        yield Link("author", reference.record.issuer_address)
    yield from dict.fromkeys(
        Link(each.rel, each.address, "text/html", each.language) if each.language
        else Link(each.rel, each.address)
        for each in related
    )  # fmt: skip


def _file(reference: Reference, form: Form) -> tuple[str, str]:
    return reference.form(form.suffix), form.media_type


def linkset(reference: Reference, related: Iterable[Related] = ()) -> Context:
    """The linkset as a JSON object."""
    back = Link("collection", reference.page, "text/html")
    described = Link("describes", reference.page, "text/html")
    schema = Link(
        "describedby", reference.settings.base + PASSAGES_SCHEMA, "application/schema+json"
    )
    licence = Link("license", reference.licence)
    return {
        "linkset": [
            _context(reference.page, _signposts(reference, related)),
            *(
                _context(
                    reference.form(form.suffix),
                    [back, licence, *([schema] if form is PASSAGES else [])],
                )
                for form in ITEMS
            ),
            *(
                _context(reference.form(form.suffix), [described])
                for form in (*DESCRIPTIONS, COMPANION)
            ),
        ]
    }


def serialise_linkset(reference: Reference, related: Iterable[Related] = ()) -> str:
    """The linkset as a file in UTF-8, a line for each context."""
    contexts = ",\n".join(map(_encode, linkset(reference, related)["linkset"]))
    return f'{{"linkset":[\n{contexts}\n]}}\n'


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _context(anchor: str, targets: Iterable[Link]) -> Context:
    context: Context = {"anchor": anchor}
    for link in targets:
        target: Context = {"href": link.href} | ({"type": link.type} if link.type else {})
        target |= {"hreflang": [link.hreflang]} if link.hreflang else {}  # RFC 9264, 4.2.4.1
        context.setdefault(link.rel, []).append(target)
    return context


# --- What the card of a record says, which every form draws below the title of a document.

RELATED_BEFORE = "Source"  # the item before which relations stand


class Line(NamedTuple):
    """A line of an item."""

    words: str
    drawn: Drawn
    address: str = ""  # that the words lead to


def card(record: Record) -> dict[str, list[Line]]:
    """Return the lines of each item by its label, in the order of the crosswalk.

    What was decided on the day that it bears has that day once, as the one of the decision.
    """
    _ = words(record.language)
    items: dict[str, list[Line]] = {}
    same_day = record.decided == record.date
    for label, line in _lines(record, _):
        if same_day and label == _DECIDED:
            continue
        shown = _DECIDED if same_day and label == _DATE else label
        items.setdefault(_(shown), []).append(line)
    return items


def brief(record: Record) -> str:
    """Return the line that stands for the card until a reader opens it: whose, what, when."""
    items, labels = card(record), map(words(record.language), _BRIEF)
    said = (items[label][0].words for label in labels if label in items)
    return " · ".join(["; ".join(agent.name for agent in record.cited), *said])


def picture(record: Record) -> tuple[str, str, str]:
    """Return what the picture card of a document says: its title, whose it is, what and when.

    That it was rejected, or that nobody knows what became of it, is said as in a citation.
    """
    _ = words(record.language)
    listed, names = _("{one}, {other}"), [agent.name for agent in record.cited]
    whose = reduce(lambda one, other: listed.format(one=one, other=other), names[:_NAMED] or [""])
    more = " …" if len(names) > _NAMED else ""
    what = [_(record.kind.label), record.date.said(_)]
    if record.status in _UNLIKE_ISSUED:
        what.append(_(STATUSES[record.status]))
    return record.title, f"{whose}{more}", " · ".join(what)


_NAMED = 3  # on a picture
_UNLIKE_ISSUED = frozenset({"rejected", "unestablished"})
_BRIEF = ("Kind", "Date", "Status")
_DATE, _DECIDED = "Date", "Decided"
_AGENTS = "agents.body"  # the first row of agents


def _lines(record: Record, _: Words) -> Iterator[tuple[str, Line]]:
    kind: Any = type(record)
    for row in rows(kind):
        if row.name == _AGENTS:
            for role, agents in by_role(record.agents):
                yield from ((role, _agent(each)) for each in agents)
        said = row.told(row.value(record), _) if "card" in row.written else ""
        if said and row.drawn == "link":
            yield row.written["card"], Line(said.partition("://")[2], row.drawn, said)
        elif said:
            yield row.written["card"], Line(said, row.drawn)


def _agent(agent: Agent) -> Line:
    """Return the name of an agent, which leads to its entry in an authority file."""
    return Line(agent.name, "link" if agent.authority else "text", agent.authority or "")
