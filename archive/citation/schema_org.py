"""JSON-LD for search engines (schema.org: Report; JSON-LD 1.1, 7: embedding in HTML)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from archive.citation.dates import exact
from archive.citation.reference import Origin, Reference

Data = dict[str, Any]

# What may end a script element, begin a comment in it, or break a line of JavaScript.
_UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def report(reference: Reference, passages: Iterable[Reference] = ()) -> Data:
    """The document, and the passages it has."""
    archive = {"@type": "Organization", "name": reference.publisher, "url": reference.base}
    data: Data = {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": reference.page,
        "url": reference.page,
        "identifier": reference.document,
        "name": reference.title,
        "alternateName": reference.short_title,
        "genre": reference.genre,
        "author": _author(reference),
        "contributor": archive,
        "publisher": archive,
        "inLanguage": reference.language,
        "keywords": list(reference.subjects),
        "license": reference.licence,
        "creditText": reference.rewriting,
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": reference.form("pdf"),
            "encodingFormat": "application/pdf",
        },
        "isPartOf": {"@type": "Collection", "name": reference.publisher, "url": reference.base},
    }
    moment = exact(reference.date)
    if moment is not None:  # a Date of schema.org is ISO 8601-1, which has no other
        data["datePublished"] = reference.date.edtf
    if any((reference.origin.title, reference.origin.publisher, reference.origin.address)):
        data["isBasedOn"] = _origin(reference.origin)
    if parts := [_part(passage) for passage in passages]:
        data["hasPart"] = parts
    return data


def serialise(data: Data) -> str:
    """The JSON for a script element, which no text in it can end (HTML, 4.12.1.3)."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _author(reference: Reference) -> Data:
    author = {"@type": "Organization", "name": reference.author}
    return author | ({"url": reference.author_address} if reference.author_address else {})


def _origin(origin: Origin) -> Data:
    data: Data = {"@type": "CreativeWork"}
    if origin.title:
        data["name"] = origin.title
    if origin.publisher:
        data["publisher"] = {"@type": "Organization", "name": origin.publisher}
    if origin.address:
        data["url"] = origin.address
    return data


def _part(passage: Reference) -> Data:
    return {
        "@type": "CreativeWork",
        "@id": passage.address,
        "url": passage.address,
        "identifier": passage.key,
        "name": passage.spoken,
    }
