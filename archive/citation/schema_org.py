"""JSON-LD for search engines (schema.org: Report; JSON-LD 1.1, 7: embedding in HTML).

The author of a page is the archive.  The original, which it is based on, has those who are cited.

Passages are named by fragments, which ``@base`` resolves (JSON-LD 1.1, 4.1.3), wherever a copy of
the page lies.  In a page of 400 passages, whole addresses took 26 of 563 KB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from archive.citation import names
from archive.citation.dates import exact, is_known
from archive.citation.links import Related
from archive.citation.reference import Reference
from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate
from archive.model.record import Record

Data = dict[str, Any]

# What may end a script element, begin a comment in it, or break a line of JavaScript.
UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})

_ORDER = (
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
    return dict(in_order(data.items(), _ORDER))


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
