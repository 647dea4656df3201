"""What pages show of other pages, as one digest for each page.

Most edits change words that no other page shows.  The facts that pages decide for one another are
then the same, and are neither made again nor compared.  The digest of a page goes with all else
that is known of it when Sphinx clears the page, so that only pages that were read have a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import fields
from operator import attrgetter

from archive.site.know.domain import ArchiveDomain
from archive.site.know.facts import Block, Document, digest_of
from archive.upstream.domains import defined_by

# Of a block all but where it stands in the file and what it says.
_NOT_SHARED = {"line", "fingerprint", "stands"}
_of_block = attrgetter(
    *(field.name for field in fields(Block) if field.name not in _NOT_SHARED), "is_wordless"
)


def digest_of_pages(domain: ArchiveDomain) -> str:
    """Return a digest of what all pages of a complete archive share with others."""
    domain.shared.update(_digests(domain, domain.env.found_docs - domain.shared.keys()))
    return digest_of(sorted(domain.shared.items()))


def _digests(domain: ArchiveDomain, pages: Set[str]) -> Iterator[tuple[str, str]]:
    defined = defined_by(domain.env, pages)
    for page in pages:
        title, document = domain.env.titles.get(page), domain.documents.get(page)
        vouching = domain.vouching.get(page)
        yield page, digest_of((
            title and title.astext(),
            sorted(map(repr, defined.get(page, ()))),
            domain.events.get(page),
            vouching and vouching.traced,
            document and _of_document(document),
        ))  # fmt: skip


def _of_document(document: Document) -> object:
    tombstones = [(each.anchor, each.target) for each in document.tombstones]
    return document.digests.listed, tombstones, list(map(_of_block, document.blocks))
