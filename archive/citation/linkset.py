"""The linkset of a document (RFC 9264, 4.2: application/linkset+json; FAIR Signposting, level 2).

It has a context for the page, with the links of its head, and one for each file beside the page,
which leads back to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from archive.citation.forms import DESCRIPTIONS, PDF
from archive.citation.links import Link, signposts
from archive.citation.reference import Reference

Context = dict[str, Any]


def linkset(reference: Reference) -> Context:
    """The linkset as the JSON object it is."""
    back = Link("collection", reference.page, "text/html")
    described = Link("describes", reference.page, "text/html")
    return {
        "linkset": [
            _context(reference.page, signposts(reference)),
            _context(reference.form(PDF.suffix), [back, Link("license", reference.licence)]),
            *(_context(reference.form(form.suffix), [described]) for form in DESCRIPTIONS),
        ]
    }


def serialise(reference: Reference) -> str:
    """The linkset as a file in UTF-8."""
    return json.dumps(linkset(reference), ensure_ascii=False, indent=2) + "\n"


def _context(anchor: str, targets: Iterable[Link]) -> Context:
    context: Context = {"anchor": anchor}
    for link in targets:
        target = {"href": link.href} | ({"type": link.type} if link.type else {})
        context.setdefault(link.rel, []).append(target)
    return context
