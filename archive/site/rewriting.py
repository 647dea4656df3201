"""Writes a page again when something it shows of another page has changed.

Sphinx writes again only the pages whose own source changed.  A page here also shows what stands
elsewhere: the names of the passages it refers to, the labels of the references it cites, its
neighbours, the whole catalogue.  A digest of that is kept for each page; where it differs from
what was last shown, the page is written.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from archive.model.passage import Anchor
from archive.site.domain import Mention, Place, archive_domain
from archive.site.works import Works

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def changed_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that show something else than when they were last written."""
    domain = archive_domain(env)
    elsewhere = _Elsewhere(env)
    showing = {docname: elsewhere.digest(docname) for docname in env.found_docs}
    before = domain.shown
    domain.data["shown"] = showing
    return sorted(name for name, digest in showing.items() if before.get(name) != digest)


class _Elsewhere:
    """What pages define, in the form in which others show it."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self._domain = archive_domain(env)
        self._catalogue = [
            (document.docname, record, len(document.passages))
            for document, record in self._domain.recorded()
        ]
        self._references = {
            citation.key: (citation.formatted_entry.label, str(citation.formatted_entry.text))
            for citation in env.get_domain("cite").citations  # type: ignore[attr-defined]
        }
        self._bibliographies = Works(env).docnames
        terms = env.domains.standard_domain.objects.items()
        self._glossaries = {docname for (kind, _name), (docname, _id) in terms if kind == "term"}
        self._neighbours = self._domain.neighbours
        self._histories = self._published()
        self._named = [
            (name, [(place.block.anchor, place.document.short_title) for place in places])
            for named in (self._domain.backlinks.of_reference, self._domain.backlinks.of_document)
            for name, places in named.items()
        ]

    def digest(self, docname: str) -> str:
        """SHA-256 of all that the page shows of others."""
        shown: list[object] = [
            (mention, self._find(mention)) for mention in self._domain.mentions.get(docname, ())
        ]
        shown += [
            near and (near.docname, near.title, near.language)
            for near in self._neighbours.get(docname, ())
        ]
        if docname in self._domain.catalogues:
            shown += [self._catalogue, self._histories]
        if docname in self._domain.drawings:
            events = sorted(self._domain.events.items())
            shown += [self._catalogue, self._named, events, self._histories]
        if docname in self._domain.documents:
            shown += self._histories.get(self._domain.documents[docname].id, ())
        shown += [(place.block.anchor, place.block.spoken) for place in self._backlinks(docname)]
        return hashlib.sha256(repr(shown).encode("utf-8")).hexdigest()

    def _backlinks(self, docname: str) -> Iterator[Place]:
        """The places that a page names because they name something of it."""
        backlinks = self._domain.backlinks
        if docname in self._domain.documents:
            document = self._domain.documents[docname]
            yield from backlinks.of_document.get(document.id, ())
        if docname in self._bibliographies:
            yield from chain.from_iterable(backlinks.of_reference.values())
        if docname in self._glossaries:
            yield from chain.from_iterable(backlinks.of_term.values())

    def _published(self) -> dict[str, list[object]]:
        """What the ledger tells of each document's anchors, and where they lead."""
        published: defaultdict[str, list[object]] = defaultdict(list)
        labels = self._env.domains.standard_domain.labels
        for history in self._domain.ledger.histories.values():
            final = self._domain.ledger.resolve(history.anchor).final
            commits = [self._domain.ledger_commits.get(event.line) for event in history.events]
            for anchor in dict.fromkeys((history.anchor, final)):
                facts = (history.events, commits, labels.get(final))
                published[Anchor.parse(anchor).document].append(facts)
        return dict(published)

    def _find(self, mention: Mention) -> object:
        standard = self._env.domains.standard_domain
        if mention.kind == "reference":
            return self._references.get(mention.target)
        if mention.kind == "term":
            return standard.objects.get(("term", mention.target))
        title = self._env.titles.get(mention.target)
        return standard.labels.get(mention.target), title is not None and title.astext()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", changed_pages, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
