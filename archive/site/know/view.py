"""How those who show facts read them: through a view that notes what each output shows.

A page shows more than its own source: the names of passages it refers to, the works it cites, its
neighbours, the whole catalogue.  While an output is made, the view notes each fact that is asked
for; ``account`` keeps the notes with a digest of what the facts were, and has the output made anew
where they are others.  Nothing is declared beside the code that shows it.

Every fact stands here once, as the method that gives it and as the row of ``_SHOWN`` that tells
what of it can be seen in an output.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.model.ledger import History, State
from archive.model.passage import Anchor
from archive.site.know.domain import archive_domain, catalogue_page, has_words, is_split
from archive.site.know.facts import Document, Event, Place
from archive.upstream.access import settings_digest
from archive.upstream.works import works_of

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.domain import Citation

    from archive.model.ledger import Event as LedgerEvent
    from archive.model.record import Record
    from archive.model.settings import Settings
    from archive.site.know.parts import Part

Key = tuple[str, str]  # the kind of a fact, and its name; "" where there is one of the kind
Label = tuple[str, str, str]  # docname, id and words, as Sphinx has them


class View:
    """The facts of one build, complete once all pages are read."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env
        self.domain = archive_domain(env)
        self._notes: set[Key] | None = None
        self._seen: dict[Key, object] = {}

    # Noting what is shown.

    @contextmanager
    def noting(self) -> Iterator[set[Key]]:
        """Gather the keys of all facts that are asked for meanwhile."""
        outer, self._notes = self._notes, set()
        try:
            yield self._notes
        finally:
            if outer is not None:
                outer |= self._notes
            self._notes = outer

    def note(self, kind: str, name: str = "") -> None:
        """Note that the output being made shows a fact."""
        if self._notes is not None:
            self._notes.add((kind, name))

    def digest(self, keys: Iterable[Key]) -> str:
        """SHA-256 of what can be seen of facts, in the order of ``keys``."""
        return hashlib.sha256(repr([self._visible(key) for key in keys]).encode()).hexdigest()

    def _visible(self, key: Key) -> object:
        if key not in self._seen:
            kind, name = key
            self._seen[key] = _SHOWN[kind](self, name)
        return self._seen[key]

    @property
    def settings(self) -> Settings:
        """What conf.py sets for this archive."""
        self.note("settings")
        return self.domain.settings

    # Documents.

    def own(self, docname: str) -> Document | None:
        """The document of the page being made: its facts are as new as the page's source."""
        return self.domain.documents.get(docname)

    def has_page(self, docname: str) -> bool:
        """Whether a page of this docname has a source."""
        self.note("page", docname)
        return docname in self.env.found_docs

    def recorded(self) -> list[tuple[Document, Record]]:
        """All documents that have a record, by date and id."""
        self.note("catalogue")
        return list(self.domain.recorded())

    def neighbours(self, docname: str) -> tuple[Document | None, Document | None]:
        """The documents before and after a document."""
        self.note("neighbours", docname)
        return self.domain.neighbours.get(docname, (None, None))

    def catalogue_page(self) -> str:
        """The page that lists the documents."""
        self.note("catalogue-page")
        return catalogue_page(self.env)

    def is_split(self) -> bool:
        """Whether there are too many documents to list them on one page."""
        self.note("split")
        return is_split(self.env)

    def collection(self, docname: str) -> Part[tuple[Document, Record]]:
        """The part of the catalogue that lists a document."""
        self.note("collection", docname)
        return self.domain.collection_of[docname]

    def collections(self) -> tuple[Part[tuple[Document, Record]], ...]:
        """All parts of the catalogue."""
        self.note("catalogue")
        return self.domain.collections

    def stands(self, docname: str) -> bool:
        """Whether there is a document of this docname."""
        self.note("stands", docname)
        return docname in self.domain.documents

    def events(self) -> Mapping[str, tuple[Event, ...]]:
        """The chronology's events by the page that holds them."""
        self.note("events")
        return self.domain.events

    # Places and names.

    def label(self, name: str) -> Label | None:
        """Where an anchor stands, and its spoken name."""
        self.note("label", name)
        return self.env.domains.standard_domain.labels.get(name)

    def present_place(self, anchor: str) -> Label | None:
        """Where a published anchor answers now."""
        self.note("place", anchor)
        return self._present_place(anchor)

    def final(self, anchor: str) -> str:
        """The anchor that answers for a published one, at the end of all its moves."""
        self.note("place", anchor)
        return self.domain.ledger.resolve(anchor).final

    def _present_place(self, anchor: str) -> Label | None:
        final = self.domain.ledger.resolve(anchor).final
        return self.env.domains.standard_domain.labels.get(final)

    # The ledger.

    def histories(self, document_id: str) -> tuple[History, ...]:
        """What the ledger tells of all anchors named after a document."""
        self.note("histories", document_id)
        return self.domain.published.get(document_id, ())

    def history(self, anchor: str) -> History | None:
        """What the ledger tells of an anchor."""
        self.note("histories", Anchor.parse(anchor).document)
        return self.domain.ledger.histories.get(anchor)

    def commit(self, event: LedgerEvent) -> str | None:
        """The commit that published an event."""
        self.note("histories", Anchor.parse(event.anchor).document)
        return self.domain.ledger_commits.get(event.line)

    def gone(self, document_id: str) -> list[History]:
        """The published anchors named after a document that stand in it no more."""
        self.note("histories", document_id)
        return list(self.domain.gone(document_id))

    def published(self) -> Mapping[str, tuple[History, ...]]:
        """The whole ledger, by document id."""
        self.note("ledger")
        return self.domain.published

    # Works, and who names what.

    def work(self, key: str) -> Citation | None:
        """A work that is cited, by its key."""
        self.note("work", key)
        found = works_of(self.env).listed(key)
        return found[0].work if found else None

    def works(self) -> list[Citation]:
        """Every work, in the order of the bibliography."""
        self.note("works")
        return works_of(self.env).all()

    def works_among(self, keys: Iterable[str]) -> list[Citation]:
        """The works with these keys, in the order of the bibliography, each once."""
        asked = set(keys)
        for key in asked:
            self.note("work", key)
        return works_of(self.env).among(asked)

    def cited(self, docname: str) -> list[Citation]:
        """The works that a page cites, in the order of the bibliography, each once."""
        self.note("read", docname)
        mentions = self.domain.mentions.get(docname, ())
        return self.works_among(each.target for each in mentions if each.kind == "reference")

    def page_of(self, work: Citation) -> str:
        """The page on which a work stands."""
        self.note("work", work.key)
        return works_of(self.env).page_of(work)

    def citing(self, key: str) -> tuple[Place, ...]:
        """The places that cite a work."""
        self.note("citing", key)
        return self.domain.backlinks.of_reference.get(key, ())

    def mentioning(self, term: str) -> tuple[Place, ...]:
        """The places that mention a glossary entry, by its lower-case term."""
        self.note("mentioning", term)
        return self.domain.backlinks.of_term.get(term, ())

    def referring(self, document_id: str) -> tuple[Place, ...]:
        """The places that refer to a document."""
        self.note("referring", document_id)
        return self.domain.backlinks.of_document.get(document_id, ())

    def all_citing(self) -> Mapping[str, tuple[Place, ...]]:
        """The places that cite any work, by its key."""
        self.note("relations")
        return self.domain.backlinks.of_reference

    def all_referring(self) -> Mapping[str, tuple[Place, ...]]:
        """The places that refer to any document, by its id."""
        self.note("relations")
        return self.domain.backlinks.of_document


def view_of(env: BuildEnvironment) -> View:
    """The view of this build."""
    domain = archive_domain(env)
    if domain.view is None:
        domain.view = View(env)
    return domain.view


def _catalogue(view: View, _name: str) -> object:
    held = [(each.docname, record, len(each.passages)) for each, record in view.domain.recorded()]
    return hashlib.sha256(repr(held).encode()).hexdigest()


def _part(view: View, slug: str) -> object:
    """What one page of the catalogue lists."""
    return [
        (document.docname, record, len(document.passages))
        for part in view.domain.collections
        if part.slug == slug
        for document, record in part.items
    ]


def _neighbours(view: View, docname: str) -> object:
    near = view.domain.neighbours.get(docname, ())
    return [each and (each.docname, each.title, each.language) for each in near]


def _collection(view: View, docname: str) -> object:
    part = view.domain.collection_of.get(docname)
    return part and (part.slug, part.label)


def _frame(view: View, _name: str) -> object:
    """The sidebar: the trees of pages, in their order and with their titles."""
    titles = view.env.titles
    return [
        (docname, [(each, titles[each].astext()) for each in listed if each in titles])
        for docname, listed in sorted(view.env.toctree_includes.items())
    ]


def _inventory(view: View, _name: str) -> object:
    """All that the inventory of the site lists, as a digest."""
    config = view.env.config
    found = hashlib.sha256(f"{config.project}\n{config.version}\n".encode())
    for each in view.env.domains.sorted():
        found.update(repr((each.name, sorted(each.get_objects()))).encode())
    return found.hexdigest()


def _title(view: View, docname: str) -> object:
    title = view.env.titles.get(docname)
    return title is not None and title.astext()


def _histories(view: View, document_id: str) -> object:
    """Events with their commits, and where anchors that moved lead."""
    commits = view.domain.ledger_commits
    return [
        (
            [
                (each.kind.value, each.date, each.sha256, each.target, commits.get(each.line))
                for each in history.events
            ],
            None if history.state is State.LIVE else view._present_place(history.anchor),
        )
        for history in view.domain.published.get(document_id, ())
    ]  # fmt: skip


def _ledger(view: View, _name: str) -> object:
    found = hashlib.sha256()
    for document_id in view.domain.published:
        found.update(repr(view._visible(("histories", document_id))).encode())
    return found.hexdigest()


def _work(view: View, key: str) -> object:
    works = works_of(view.env)
    return [
        (
            work.citation_id,
            work.formatted_entry.label,
            str(work.formatted_entry.text),
            works.page_of(work),
        )
        for work in (each.work for each in works.listed(key))
    ]


def _places(places: Iterable[Place]) -> object:
    return [
        (place.block.anchor, place.block.spoken, place.document.docname, place.document.short_title)
        for place in places
    ]


def _relations(view: View, _name: str) -> object:
    backlinks = view.domain.backlinks
    named = [
        (name, _places(places))
        for each in (backlinks.of_reference, backlinks.of_document)
        for name, places in each.items()
    ]
    return hashlib.sha256(repr(named).encode()).hexdigest()


# What can be seen of each kind of facts.
_SHOWN: Mapping[str, Callable[[View, str], object]] = {
    "catalogue": _catalogue,
    "catalogue-page": lambda view, _name: catalogue_page(view.env),
    "citing": lambda view, key: _places(view.domain.backlinks.of_reference.get(key, ())),
    "collection": _collection,
    "inventory": _inventory,
    "events": lambda view, _name: sorted(view.domain.events.items()),
    "frame": _frame,
    "histories": _histories,
    "label": lambda view, name: view.env.domains.standard_domain.labels.get(name),
    "ledger": _ledger,
    "mentioning": lambda view, term: _places(view.domain.backlinks.of_term.get(term, ())),
    "neighbours": _neighbours,
    "part": _part,
    "page": lambda view, docname: docname in view.env.found_docs,
    "place": lambda view, anchor: view._present_place(anchor),
    "read": lambda view, docname: view.env.all_docs.get(docname),
    "referring": lambda view, id_: _places(view.domain.backlinks.of_document.get(id_, ())),
    "relations": _relations,
    "settings": lambda view, _name: settings_digest(view.env.config),
    "split": lambda view, _name: is_split(view.env),
    "stands": lambda view, docname: docname in view.domain.documents,
    "term": lambda view, name: view.env.domains.standard_domain.objects.get(("term", name)),
    "title": _title,
    "words": lambda view, _name: has_words(view.env),
    "work": _work,
    "works": lambda view, _name: [_work(view, work.key) for work in works_of(view.env).all()],
}
