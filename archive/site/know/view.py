"""The view through which outputs read facts; it records which facts each output shows.

A page shows more than its own source: names of passages it refers to, works it cites, its
neighbours, the whole catalogue.  While an output is made, the view notes the key of every fact that
is read.  ``outputs`` stores the keys with a digest of the values and makes an output again when the
digest changes, so no dependency is declared a second time.

Each kind of fact has a method that returns it and a row in ``_VISIBLE`` that returns the part of it
that an output can show.  An edit compares the facts of every output, so there are few kinds, and
each fact becomes text only once.  Those of a kind in ``lasting`` are taken over from the last build
as long as what decides them is the same: they were a quarter of the cost at 10,000 documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from sys import intern

from pybtex.database import Entry
from sphinx.environment import BuildEnvironment
from sphinxcontrib.bibtex.domain import Citation

from archive.model.ledger import Event as LedgerEvent
from archive.model.ledger import History, Kind, Ledger, State
from archive.model.record import Record
from archive.model.seal import canonical
from archive.model.settings import Settings
from archive.model.tree import LogPlace
from archive.model.wordings import Superseded, superseded_of
from archive.site.know.domain import (
    ArchiveDomain,
    archive_domain,
    catalogue_page,
    digest_of_pages,
    is_split,
)
from archive.site.know.facts import Block, Document, Event, Part, Place
from archive.site.know.relations import (
    Followed,
    News,
    Related,
    Tie,
    followed,
    news,
    siblings,
    ties,
    ties_back,
)
from archive.upstream import settings_digest
from archive.upstream.domains import entries_of, reading_of, works_of

Held = tuple[Document, Record]

Key = str  # the kind of a fact, a space and its name, which is empty for a kind with one fact
Label = tuple[str, str, str]  # docname, id and text, as in Sphinx's standard domain


def kind_of(key: Key) -> str:
    return key.partition(" ")[0]


class View:
    """The facts of one build; complete once all pages are read."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env
        self.domain = archive_domain(env)
        self.texts = _Texts(self)
        self._notes: set[Key] | None = None
        self.said: dict[str, Mapping[str, str]] = {}  # what documents say, see show.wordings
        # Canonical JSON of works by the form of seals, as many documents cite each: know.ledger.
        self.works_said: dict[tuple[int, str], str] = {}
        # A page shows the place of each of its passages several times.
        self._place = lru_cache(maxsize=1_000)(self._place_in_tree)

    # Recording what is shown.

    @contextmanager
    def noting(self) -> Iterator[set[Key]]:
        """Yield a set that collects the keys of all facts read in the context."""
        outer, self._notes = self._notes, set()
        try:
            yield self._notes
        finally:
            if outer is not None:
                outer |= self._notes
            self._notes = outer

    def note(self, kind: str, name: str = "") -> None:
        """Record that the output being made shows a fact."""
        if self._notes is not None:
            self._notes.add(intern(f"{kind} {name}"))  # many outputs show the same facts

    @cached_property
    def lasting(self) -> Mapping[str, str]:
        """A digest of what alone decides the facts of a kind, by kind; empty where none tells."""
        ledger, pages, works = _ledger_state(self), _pages_state(self), _works_state(self)
        return {
            **dict.fromkeys(("former", "histories", "wordings"), ledger),
            **dict.fromkeys(("work", "works"), works),
            **dict.fromkeys(_OF_PAGES, pages),
            **dict.fromkeys(_OF_PAGES_AND_WORKS, pages and pages + works),
            **dict.fromkeys(("news", "places"), pages and ledger and pages + ledger),
        }

    def digest(self, keys: Iterable[Key]) -> str:
        """Return the SHA-256 of the visible values of facts, in the order of ``keys``."""
        return _digest("\n".join(map(self.texts.__getitem__, keys)))

    @property
    def settings(self) -> Settings:
        self.note("settings")
        return self.domain.settings

    @property
    def settings_said(self) -> str:
        """The settings as canonical JSON."""
        self.note("settings")
        return self._settings_said

    @cached_property
    def _settings_said(self) -> str:
        return canonical(self.domain.settings.values)

    # Documents.

    def own(self, docname: str) -> Document | None:
        """Return the document of the page being made, whose ``read`` the builder notes."""
        return self.domain.documents.get(docname)

    def has_page(self, docname: str) -> bool:
        """Whether a page of this docname has a source."""
        self.note("page", docname)
        return docname in self.env.found_docs

    @property
    def contact(self) -> str:
        """Where errors are reported, a mailto: or https: address; empty where nobody is named."""
        self.note("contact")
        return str(self.env.config.archive_contact)

    def recorded(self) -> list[Held]:
        """Return all documents that have a record, by date and id."""
        self.note("catalogue")
        return self.held

    @cached_property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The title of each part of a list and what it lists, by the name of its page."""
        return {page.name: page.lists for page in self.domain.generated if page.lists}

    @cached_property
    def held(self) -> list[Held]:
        """All documents that have a record, as ``recorded``; nothing is noted."""
        return list(self.domain.recorded())

    def blocks(self) -> Iterator[Block]:
        """Yield all blocks; what is noted tells of their anchors and fingerprints alone."""
        self.note("blocks")
        for document in self.domain.documents.values():
            yield from document.blocks

    def languages(self) -> list[str]:
        """Return the languages of all documents, as BCP 47 tags."""
        self.note("languages")
        return _languages(self)

    def neighbours(self, docname: str) -> tuple[Document | None, Document | None]:
        self.note("listing", docname)
        return self.domain.neighbours.get(docname, (None, None))

    def catalogue_page(self) -> str:
        """The page that lists the documents."""
        self.note("frame")
        return catalogue_page(self.env)

    def is_split(self) -> bool:
        """Whether the site has too many documents to list them on one page."""
        self.note("frame")
        return is_split(self.env)

    def collection(self, docname: str) -> Part[tuple[Document, Record]]:
        """Return the part of the catalogue that lists a document."""
        self.note("listing", docname)
        return self.domain.collection_of[docname]

    def collections(self) -> tuple[Part[tuple[Document, Record]], ...]:
        self.note("catalogue")
        return self.domain.collections

    def subjects(self) -> Mapping[str, tuple[Part[Held], ...]]:
        """Return the documents of each subject in parts, by the name of its page."""
        self.note("catalogue")
        return self.domain.subjects

    def subject(self, page: str) -> tuple[Part[Held], ...]:
        """Return which documents one subject has; empty where no document has it.

        What is noted tells which they are, and not what they say.
        """
        self.note("subject", page)
        return self.domain.subjects.get(page, ())

    def note_listed(self, part: Part[Held], page: str) -> None:
        """Record that the output being made shows what a part of a subject lists."""
        self.note("subject-part", f"{part.number} {page}")

    def stands(self, docname: str) -> bool:
        self.note("stands", docname)
        return docname in self.domain.documents

    def events(self) -> Mapping[str, tuple[Event, ...]]:
        self.note("events")
        return self.domain.events

    # Labels.

    def label(self, name: str) -> Label | None:
        self.note("label", name)
        return self.env.domains.standard_domain.labels.get(name)

    def place_of_news(self, event: LedgerEvent) -> Label | None:
        """Return the place of what an event is about, its anchor or its document, if it stands."""
        is_of_document = event.kind is Kind.DESCRIBE
        self.note("places", event.anchor if is_of_document else event.anchor.rpartition("-")[0])
        return self.env.domains.standard_domain.labels.get(event.anchor)

    def present_place(self, anchor: str) -> Label | None:
        """Return the place to which a published anchor leads now, after all its moves."""
        self.note("place", anchor)
        return _place(self, anchor)

    def final(self, anchor: str) -> str:
        """The anchor that answers for another, at the end of all its moves."""
        self.note("place", anchor)
        ledger = self.domain.ledger
        return ledger.resolve(anchor).final if anchor in ledger else anchor

    # The ledger.

    def histories(self, document_id: str) -> tuple[History, ...]:
        """Return the histories of all anchors named after a document."""
        self.note("histories", document_id)
        return self.domain.published.get(document_id, ())

    def history(self, anchor: str) -> History | None:
        """Return the history of an anchor; None if it was never published."""
        self.note("histories", anchor.rpartition("-")[0])
        return self.domain.ledger.histories.get(anchor)

    def commit(self, event: LedgerEvent) -> str | None:
        """Return the commit that published an event; None if git does not know it."""
        self.note("histories", event.anchor.rpartition("-")[0])
        return self.domain.ledger_commits.get(event.line)

    def place(self, block: Block) -> LogPlace | None:
        """Return the place of a block's last event; None unless its words are published."""
        history = self.history(block.anchor)
        if history is None or history.sha256 != block.fingerprint:
            return None
        line = history.events[-1].line
        return self.domain.ledger_places.get(line) or self._place(line)

    def _place_in_tree(self, line: int) -> LogPlace:
        return self.domain.ledger.tree.place(line)

    def published_until(self, document: Document) -> LogPlace | None:
        """Return the place of the last event of a document, its description and its blocks."""
        lines = [self.last_line(each.anchor) for each in document.blocks if self.place(each)]
        if not lines:
            return None
        lines += [each.line for each in self.described(document.id)[-1:]]
        return whole_place(self.domain, max(lines))

    # News.

    def feeds(self) -> Mapping[str, News]:
        """Return the feeds of the site, by name; what is noted tells nothing of their events."""
        self.note("feeds")
        return self._feeds

    def news(self, name: str) -> News:
        """Return the feed with a name."""
        self.note("news", name)
        return self._feeds[name]

    @cached_property
    def _feeds(self) -> Mapping[str, News]:
        return news(self.domain.ledger, self.held)

    # Earlier wordings.

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """The words of documents of other volumes that were revised, by fingerprint."""
        return self.domain.said

    def reworded(self) -> Mapping[str, tuple[str, ...]]:
        """Return the anchors that said other words before, by the document they are named after."""
        self.note("ledger")
        return self._reworded

    def reworded_in(self, document_id: str) -> tuple[str, ...]:
        """Return the anchors named after a document that said other words before."""
        self.note("wordings", document_id)
        return self._reworded.get(document_id, ())

    @cached_property
    def _reworded(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for id_, histories in self.domain.published.items():
            for history in histories:
                if next(superseded_of(history, self.domain.ledger), None) is not None:
                    found.setdefault(id_, []).append(history.anchor)
        return {id_: tuple(anchors) for id_, anchors in found.items()}

    def wordings(self, document_id: str) -> dict[str, str]:
        """Return the superseded words of the anchors named after a document, by fingerprint."""
        self.note("wordings", document_id)
        kept = self.domain.wordings.texts
        return {each: kept[each] for each, _ in self._superseded(document_id) if each in kept}

    def _superseded(self, document_id: str) -> Iterator[tuple[str, Superseded]]:
        for anchor in self._reworded.get(document_id, ()):
            yield from superseded_of(self.domain.ledger.histories[anchor], self.domain.ledger)

    def place_of(self, event: LedgerEvent) -> LogPlace:
        """Return the place of a past event in the whole ledger."""
        self.note("wordings", event.anchor.rpartition("-")[0])
        return whole_place(self.domain, event.line)

    def last_line(self, anchor: str) -> int:
        """Return the line of an anchor's last event, in the ledger of this build."""
        history = self.history(anchor)
        return history.events[-1].line if history is not None else 0

    def former(self, document_id: str) -> Mapping[str, tuple[str, ...]]:
        """Return the published anchors that moved to those of a document, by where they lead."""
        self.note("former", document_id)
        return self._former.get(document_id, {})

    @cached_property
    def _former(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        ledger = self.domain.ledger
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for anchor, history in ledger.histories.items():
            if history.state is State.MOVED:
                final = ledger.resolve(anchor).final
                led = found.setdefault(final.rpartition("-")[0], {})
                led[final] = (*led.get(final, ()), anchor)
        return found

    def described(self, document_id: str) -> tuple[LedgerEvent, ...]:
        """Return the events of a document besides those of its passages."""
        self.note("histories", document_id)
        return self.domain.ledger.documents.get(document_id, ())

    def gone(self, document_id: str) -> list[History]:
        """Return the published anchors named after a document that are no longer in it."""
        self.note("histories", document_id)
        return list(self.domain.gone(document_id))

    def whole_ledger(self) -> Ledger | None:
        """Return the ledger with its tree; None in a volume, which has some of its lines."""
        self.note("ledger")
        return self.domain.ledger if self.domain.checks_ledger else None

    def published(self) -> Mapping[str, tuple[History, ...]]:
        """Return the whole ledger, by document id."""
        self.note("ledger")
        return self.domain.published

    # Works and backlinks.

    def works(self) -> list[Citation]:
        """Return every work, in the order of the bibliography."""
        self.note("works")
        return works_of(self.env).all()

    def works_among(self, keys: Iterable[str]) -> list[Citation]:
        """Return the works with these keys, each once, in the order of the bibliography."""
        asked = set(keys)
        for key in asked:
            self.note("work", key)
        return works_of(self.env).among(asked)

    def entries(self, keys: Iterable[str]) -> Iterator[tuple[str, Entry]]:
        """Yield the entries of the bibliography with these keys, as the files have them."""
        entries = entries_of(self.env)
        for key in keys:
            self.note("work", key)
            if key in entries:
                yield key, entries[key]

    def originals(self) -> dict[str, str]:
        """Return the works that are originals of documents here: the document's id by the key.

        A document that names where it comes from cites no work by that.
        """
        self.note("originals")
        return _originals(self)

    def all_cited(self) -> dict[str, tuple[Place, ...]]:
        """Return the places that cite each work, but for those of its own rendering, by key."""
        originals = self.originals()
        places = {
            key: tuple(each for each in found if each.document.id != originals.get(key))
            for key, found in self.all_backlinks("reference").items()
        }
        return {key: found for key, found in places.items() if found}

    def cited(self, docname: str) -> list[Citation]:
        """The works that a page cites, in the order of the bibliography, each once."""
        self.note("read", docname)
        mentions = self.domain.mentions.get(docname, ())
        return self.works_among(each.target for each in mentions if each.kind == "reference")

    def page_of(self, work: Citation) -> str:
        """Return the page that shows a work's entry."""
        self.note("work", work.key)
        return works_of(self.env).page_of(work)

    @property
    def divided(self) -> Mapping[str, str]:
        """The page of its directive, by each page that shows a part of a bibliography.

        What is noted of a work tells on which page it is.
        """
        return works_of(self.env).divided

    def backlinks(self, kind: str, name: str) -> tuple[Place, ...]:
        """Return the places that refer to one work, term or document, see ``Backlinks``."""
        self.note("backlinks", f"{kind} {name}")
        return self.domain.backlinks.get(kind, {}).get(name, ())

    def all_backlinks(self, kind: str) -> Mapping[str, tuple[Place, ...]]:
        """Return the places that refer to any work, term or document, by its name."""
        self.note("all-backlinks", kind)
        return self.domain.backlinks.get(kind, {})

    # Relations.

    def ties(self, docname: str) -> tuple[Tie, ...]:
        """Return what a document is related to, then what is related to it."""
        self.note("ties", docname)
        return tuple(dict.fromkeys(ties(self.domain, self.domain.documents[docname])))

    def followed(self, docname: str) -> tuple[Followed, ...]:
        """Return what became of the quotations that a document's record follows."""
        self.note("followed", docname)
        return tuple(followed(self.domain, self.domain.documents[docname]))

    def siblings(self, docname: str) -> tuple[Tie, ...]:
        """Return all versions of a document's text, the document too, for heads and linksets."""
        self.note("versions", docname)
        self.note("ties", docname)
        return tuple(siblings(self.domain, self.domain.documents[docname]))

    def all_versions(self) -> Mapping[str, tuple[Document, ...]]:
        """Return the versions of each text that has several, by the id of each."""
        self.note("all-related")
        return self.domain.versions

    def versions(self, docname: str) -> tuple[Document, ...]:
        """Return the versions of a document's text, itself too; empty of a text with one version.

        What is noted tells which passages each has, and not what they say.
        """
        self.note("versions", docname)
        document = self.domain.documents.get(docname)
        return self.domain.versions.get(document.id, ()) if document is not None else ()

    def work_ties(self, key: str) -> tuple[Tie, ...]:
        """Return what is related to a work."""
        self.note("work-ties", key)
        return tuple(dict.fromkeys(ties_back(self.domain, key)))

    def all_related(self) -> Related:
        """Return the relations of all documents by what they lead to."""
        self.note("all-related")
        return self.domain.related


def view_of(env: BuildEnvironment) -> View:
    domain = archive_domain(env)
    if domain.view is None:
        domain.view = View(env)
    return domain.view


class _Texts(dict[Key, str]):
    """The visible value of each fact as text; a digest of a long one."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def __missing__(self, key: Key) -> str:
        kind, _space, name = key.partition(" ")
        # An account of an earlier version of the engine may name a kind that is no more.
        text = repr(_VISIBLE[kind](self._view, name)) if kind in _VISIBLE else ""
        self[key] = text if len(text) < _LONG else _digest(text)
        return self[key]


_LONG = 100  # characters


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _catalogue(view: View, _name: str) -> object:
    return [document.digests.listed for document, _record in view.held]


def _languages(view: View) -> list[str]:
    return sorted({record.language for _document, record in view.held})


def _part(view: View, slug: str) -> object:
    """What one page of the catalogue lists."""
    return [
        document.digests.listed
        for part in view.domain.collections
        if part.slug == slug
        for document, _record in part.items
    ]


def _subject(view: View, page: str) -> object:
    return [
        (part.label, [document.docname for document, _record in part.items])
        for part in view.domain.subjects.get(page, ())
    ]


def _subject_part(view: View, name: str) -> object:
    """Return what one page of a subject lists."""
    number, _space, page = name.partition(" ")
    return [
        (document.digests.listed, document.digests.named)
        for part in view.domain.subjects.get(page, ())[int(number) - 1 : int(number)]
        for document, _record in part.items
    ]


def _listing(view: View, docname: str) -> object:
    """Return a document's neighbours and its collection."""
    near = view.domain.neighbours.get(docname, ())
    part = view.domain.collection_of.get(docname)
    return [
        *(each and (each.docname, each.title, each.language) for each in near),
        part and (part.slug, part.label),
    ]


def _frame(view: View, _name: str) -> object:
    """Return the sidebar, with the titles of its pages, and what depends on the archive's size."""
    sidebar = [
        (docname, [(each, _title(view, each)) for each in listed])
        for docname, listed in sorted(view.env.toctree_includes.items())
    ]
    return sidebar, catalogue_page(view.env), is_split(view.env)


def _inventory(view: View, _name: str) -> object:
    """Return a digest of everything that the inventory lists."""
    config = view.env.config
    found = hashlib.sha256(f"{config.project}\n{config.version}\n".encode())
    for each in view.env.domains.sorted():
        found.update(repr((each.name, sorted(each.get_objects()))).encode())
    return found.hexdigest()


def _title(view: View, docname: str) -> str | None:
    title = view.env.titles.get(docname)
    return title and title.astext()


def _label(view: View, name: str) -> object:
    """Return the place of a label, and the title of the page of this name."""
    return view.env.domains.standard_domain.labels.get(name), _title(view, name)


def _places_in(view: View, document_id: str) -> object:
    """Return the places of a document and of all published anchors that are named after it."""
    labels = view.env.domains.standard_domain.labels
    anchors = (history.anchor for history in view.domain.published.get(document_id, ()))
    return [labels.get(name) for name in (document_id, *anchors)]


def whole_place(domain: ArchiveDomain, line: int) -> LogPlace:
    """Return where a line of this build's ledger stands in the whole one."""
    return domain.ledger_places.get(line) or domain.ledger.tree.place(line)


def _place(view: View, anchor: str) -> Label | None:
    ledger = view.domain.ledger
    final = ledger.resolve(anchor).final if anchor in ledger else anchor
    return view.env.domains.standard_domain.labels.get(final)


def _whole_line(domain: ArchiveDomain, history: History) -> int:
    """Return the line of the last event in the whole ledger, without the cost of its proof."""
    line = history.events[-1].line
    place = domain.ledger_places.get(line)
    return place.line if place is not None else line


def _histories(view: View, document_id: str) -> object:
    """Return events with their commits, and the present places of anchors that moved."""
    commits = view.domain.ledger_commits
    described = view.domain.ledger.documents.get(document_id, ())
    return [each.date for each in described], [
        (
            [
                (each.kind.value, each.date, each.sha256, each.target, commits.get(each.line))
                for each in history.events
            ],
            None if history.state is State.LIVE else _place(view, history.anchor),
            history.state is State.LIVE and _whole_line(view.domain, history),
        )
        for history in view.domain.published.get(document_id, ())
    ]  # fmt: skip


def _news(view: View, name: str) -> object:
    found = view.feeds().get(name)
    return found and (found.label, [
        (each.passages, event.kind.value, event.anchor, event.date, event.sha256, event.target)
        for each in found.events for event in [each.event]
    ])  # fmt: skip


def _wordings(view: View, document_id: str) -> object:
    """Return each superseded wording: whether it is kept, and its place in the ledger."""
    domain, ledger = view.domain, view.domain.ledger
    return [
        (anchor, event.sha256, event.sha256 in domain.wordings.texts,
         whole_place(domain, event.line).text)
        for anchor in view.reworded_in(document_id)
        for event in ledger.histories[anchor].events if event.sha256
    ]  # fmt: skip


def _ledger_state(view: View) -> str:
    """Return a digest of the ledger, its commits, the wordings and where moved anchors lead.

    Empty in a volume, whose lines have other places in the whole ledger.
    """
    domain, tree = view.domain, view.domain.ledger.tree
    if domain.ledger_places or not domain.checks_ledger:
        return ""
    gone = [each for each in domain.ledger.values() if each.state is not State.LIVE]
    places = [(each.anchor, _place(view, each.anchor)) for each in gone]
    commits = list(domain.ledger_commits.items())
    kept = sorted(domain.wordings.texts)
    return _digest(repr((tree.size, tree.root(), commits, kept, places)))


# The kinds of facts that are decided by what pages share, see ``shared``; and by works, too.
_OF_PAGES = (
    "all-backlinks", "backlinks", "catalogue", "events", "inventory", "label", "languages",
    "listing", "part", "place", "subject", "subject-part", "term", "versions",
)  # fmt: skip
_OF_PAGES_AND_WORKS = ("all-related", "followed", "originals", "ties", "work-ties")


def _pages_state(view: View) -> str:
    """Return a digest of what pages share, and of where moved anchors lead.

    Empty in a volume, which shows pages of others.
    """
    domain = view.domain
    if domain.ledger_places or not domain.checks_ledger:
        return ""
    ledger = domain.ledger
    gone = [each for each in ledger.values() if each.state is not State.LIVE]
    finals = [(each.anchor, ledger.resolve(each.anchor).final) for each in gone]
    return _digest(repr((view.texts["settings "], digest_of_pages(domain), finals)))


def _works_state(view: View) -> str:
    """Return a digest of the BibTeX files, and of which works are listed where."""
    works, stamps = works_of(view.env), view.domain.stamps
    files = [(name, stamps.get(name)) for name in view.env.config.bibtex_bibfiles]
    listed = [
        (each.citation_id, each.formatted_entry.label, works.page_of(each)) for each in works.all()
    ]
    return _digest(repr((view.texts["settings "], files, listed)))


def _ledger(view: View, _name: str) -> object:
    return [view.texts[f"histories {document_id}"] for document_id in view.domain.published]


def _work(view: View, key: str) -> object:
    works = works_of(view.env)
    return [
        (
            work.citation_id,
            work.formatted_entry.label,
            str(work.formatted_entry.text),
            works.page_of(work),
            repr(reading_of(view.env).works.get(work.entry.key)),  # what exports have
        )
        for work in (each.work for each in works.listed(key))
    ]


def _places(places: Iterable[Place]) -> object:
    return [
        (
            place.block.anchor,
            place.block.spoken,
            place.document.way(place.block),
            place.document.docname,
            place.document.short_title,
        )
        for place in places
    ]


def _backlinks(view: View, name: str) -> object:
    kind, _space, name = name.partition(" ")
    return _places(view.domain.backlinks.get(kind, {}).get(name, ()))


def _ties(view: View, docname: str) -> object:
    document = view.domain.documents.get(docname)
    return list(ties(view.domain, document)) if document is not None else []


def _followed(view: View, docname: str) -> object:
    document = view.domain.documents.get(docname)
    return list(followed(view.domain, document)) if document is not None else []


def _versions(view: View, docname: str) -> object:
    document = view.domain.documents.get(docname)
    return [
        (each.docname, each.title, each.short_title, each.language, [
            (block.anchor, block.label, block.locator, block.spoken) for block in each.passages
        ])
        for each in (view.domain.versions.get(document.id, ()) if document is not None else ())
    ]  # fmt: skip


def _all_related(view: View, _name: str) -> object:
    return [
        (name, [(document.docname, str(relation)) for document, relation in found])
        for name, found in view.domain.related.items()
    ]


def _originals(view: View) -> dict[str, str]:
    named: dict[str, str] = {}
    for document, record in view.held:
        held = {record.title, record.source.title or "", record.source.address or ""} - {""}
        named |= dict.fromkeys(held, document.id)
    found = {}
    for key, entry in entries_of(view.env).items():
        said = (entry.fields.get("url", ""), entry.fields.get("title", "").strip("{}"))
        of = next((named[each] for each in said if each in named), None)
        if of is not None:
            found[key] = of
    return found


def _all_backlinks(view: View, kind: str) -> object:
    found = view.domain.backlinks.get(kind, {})
    return [(name, _places(places)) for name, places in found.items()]


# The visible value of each kind of fact.
_VISIBLE: Mapping[str, Callable[[View, str], object]] = {
    "all-backlinks": _all_backlinks,
    "originals": lambda view, _: _originals(view),
    "contact": lambda view, _: view.env.config.archive_contact,
    "all-related": _all_related,
    "backlinks": _backlinks,
    "blocks": lambda view, _name: [each.digests.blocks for each in view.domain.documents.values()],
    "catalogue": _catalogue,
    "inventory": _inventory,
    "events": lambda view, _name: sorted(view.domain.events.items()),
    "feeds": lambda view, _name: [
        (name, each.facet, each.label) for name, each in view.feeds().items()
    ],
    "followed": _followed,
    "former": lambda view, document_id: sorted(view.former(document_id).items()),
    "frame": _frame,
    "histories": _histories,
    "label": _label,
    "languages": lambda view, _name: _languages(view),
    "ledger": _ledger,
    "listed": lambda view, name: view.lists.get(name),
    "listing": _listing,
    "part": _part,
    "news": _news,
    "page": lambda view, docname: docname in view.env.found_docs,
    "place": _place,
    "places": _places_in,
    "read": lambda view, docname: view.env.all_docs.get(docname),
    "settings": lambda view, _name: settings_digest(view.env.config),
    "stands": lambda view, docname: docname in view.domain.documents,
    "ties": _ties,
    "versions": _versions,
    "work-ties": lambda view, key: list(ties_back(view.domain, key)),
    "subject": _subject,
    "subject-part": _subject_part,
    "term": lambda view, name: view.env.domains.standard_domain.objects.get(("term", name)),
    "wordings": _wordings,
    "work": _work,
    "works": lambda view, _name: [_work(view, work.key) for work in works_of(view.env).all()],
}
