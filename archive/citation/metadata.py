"""The metadata in a document page's head, as data: the template escapes and writes it.

Highwire ``citation_*`` (Google Scholar, Inclusion Guidelines for Webmasters), Dublin Core (DCMI,
Expressing Dublin Core in HTML meta and link elements) and OpenGraph (The Open Graph protocol).
For document pages only, and once: a page has one item.

How Zotero reads them follows its translators Embedded Metadata and RDF and its function
``cleanAuthor``:

- ``citation_technical_report_institution`` makes the item a report, whatever other tags say, and
  is its institution.  ``og:type`` must not be ``website``: older versions let that win.
- ``citation_author`` is split at the last space, or at a comma: a person is written inverted.  Of
  a body Zotero first cuts off a comma at the end of the name, and then finds nothing to split.
  Inner commas are removed here for that, and a suffix stands behind the family name: Zotero drops
  what follows a second comma.  Like every record it names those who made the original, and the
  title says whose words these are.
- ``citation_publication_date`` takes precedence over ``DC.date``, and that over ``DCTERMS.date``.
  Only exact dates have the first, because it has no form for others.  Of these ``DC.date`` has the
  words of ``archive.citation.dates.in_years`` in double quotes, in which Zotero cites words as they
  are: it would read 8 February 2021 out of ``2021-02-08/..``.  ``DCTERMS.date`` is EDTF.
- ``DC.creator`` is the archive, whose words the page has, and ``DC.contributor`` are those who made
  the original, as in the PDF.  Zotero reads neither beside ``citation_author``.
- the first ``DC.type`` is the report type; ``citation_public_url`` the address;
  ``citation_pdf_url`` the attachment; ``description`` the abstract, where no property says it.
- ``DC.subject`` are the tags; it reads ``citation_keywords`` only where there are none.
- ``dcterms.dateSubmitted`` would become the date of access, ``DC.coverage`` the archive location:
  neither is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from archive.citation import names
from archive.citation.dates import exact, in_years, is_known
from archive.citation.links import CARD, CARD_SIZE
from archive.citation.reference import Reference
from archive.citation.text import one_line, undivided_values
from archive.model.card import picture
from archive.model.crosswalk import as_texts, in_order, written
from archive.model.record import Record
from archive.model.words import words


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
