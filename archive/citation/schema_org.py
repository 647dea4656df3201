"""JSON-LD for search engines (schema.org: Report; JSON-LD 1.1, 7: embedding in HTML)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from archive.citation.dates import exact
from archive.citation.reference import Reference
from archive.model.crosswalk import in_order, written
from archive.model.record import Source

Data = dict[str, Any]

# What may end a script element, begin a comment in it, or break a line of JavaScript.
_UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})

_ORDER = (
    "@context @type @id url identifier name alternateName genre author contributor publisher "
    "inLanguage keywords license creditText encoding isPartOf datePublished isBasedOn hasPart"
)


def report(reference: Reference, passages: Iterable[Reference] = ()) -> Data:
    """The document, and the passages it has."""
    record = reference.record
    archive = {"@type": "Organization", "name": reference.publisher, "url": reference.settings.base}
    data: Data = {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": reference.page,
        "url": reference.page,
        "identifier": reference.document,
        "genre": reference.genre,
        "contributor": archive,
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
    if record.issuer_address:
        data["author"]["url"] = record.issuer_address
    if exact(record.date):  # a Date of schema.org is ISO 8601-1, which has no other
        data["datePublished"] = record.date.edtf
    if original := _original(record.source):
        data["isBasedOn"] = {"@type": "CreativeWork", **original}
    if parts := [_part(passage) for passage in passages]:
        data["hasPart"] = parts
    return dict(in_order(data.items(), _ORDER))


def serialise(data: Data) -> str:
    """The JSON for a script element, which no text in it can end (HTML, 4.12.1.3)."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _original(source: Source) -> Data:
    publisher = source.publisher and {"@type": "Organization", "name": source.publisher}
    said = {"name": source.title, "publisher": publisher, "url": source.address}
    return {name: value for name, value in said.items() if value}


def _part(passage: Reference) -> Data:
    return {
        "@type": "CreativeWork",
        "@id": passage.address,
        "url": passage.address,
        "identifier": passage.key,
        "name": passage.spoken,
    }
