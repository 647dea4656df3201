"""The files beside a document's page, and the typed links among them and the page (RFC 8288).

- Each form of a document lies beside its page, under one stem.
- The page's head has links as FAIR Signposting asks, level 1: ``cite-as`` (RFC 8574),
  ``describedby``, ``item``, ``license``, ``type``, ``author`` where its address is known.
- The linkset (RFC 9264, 4.2: application/linkset+json) is level 2: a context for the page, with the
  links of its head, and one for each file beside the page, which leads back to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive.citation.reference import Reference
from archive.model.words import N_

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


def serialise(reference: Reference, related: Iterable[Related] = ()) -> str:
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
