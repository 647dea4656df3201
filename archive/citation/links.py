"""Typed links in a document page's head (RFC 8288), as data.

FAIR Signposting, level 1: ``cite-as`` (RFC 8574), ``describedby``, ``item``, ``license``,
``type``, ``author`` where its address is known; level 2 by way of ``linkset`` (RFC 9264).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.citation.forms import DESCRIPTIONS, LINKSET, PDF, Form
from archive.citation.reference import Reference

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


def links(reference: Reference) -> tuple[Link, ...]:
    """The links of a document's page."""
    return (
        Link("canonical", reference.page),
        *signposts(reference),
        Link("linkset", reference.form(LINKSET.suffix), LINKSET.media_type),
        *(Link("alternate", *_file(reference, form)) for form in (PDF, *DESCRIPTIONS)),
        *(Link(f"schema.{prefix}", address) for prefix, address in _SCHEMES.items()),
    )


def signposts(reference: Reference) -> tuple[Link, ...]:
    """What FAIR Signposting asks of the page itself."""
    return tuple(_signposts(reference))


def _signposts(reference: Reference) -> Iterator[Link]:
    yield Link("cite-as", reference.page)
    for form in DESCRIPTIONS:
        yield Link("describedby", *_file(reference, form))
    yield Link("item", *_file(reference, PDF))
    yield Link("license", reference.licence)
    for address in TYPES:
        yield Link("type", address)
    if reference.author_address:
        yield Link("author", reference.author_address)


def _file(reference: Reference, form: Form) -> tuple[str, str]:
    return reference.form(form.suffix), form.media_type
