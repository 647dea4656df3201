"""Finds the pages to read or write again: sources, engine, settings or facts of others changed."""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import archive
from archive.model.ledger import History, State
from archive.model.passage import Anchor
from archive.site.know.domain import archive_domain, has_words, is_split
from archive.site.know.facts import Document, Mention, Place
from archive.site.know.works import works_of

if TYPE_CHECKING:
    from collections.abc import Set

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


def stamp(env: BuildEnvironment, docname: str) -> tuple[object, ...]:
    """Time and size of each file that a page is made from."""
    others = sorted(str(path) for path in env.dependencies.get(docname, ()))
    files = [Path(env.doc2path(docname)), *(Path(env.srcdir, other) for other in others)]
    return tuple(map(mark, files))


def mark(path: Path) -> tuple[int, int] | None:
    """What tells a file from the one that was there before; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def keep_stamp(app: Sphinx, doctree: nodes.document) -> None:
    """Keep a page's stamp as it is read."""
    docname = app.env.current_document.docname
    archive_domain(app.env).stamps[docname] = stamp(app.env, docname)


def outdated_pages(
    app: Sphinx, env: BuildEnvironment, added: Set[str], others: Set[str], removed: Set[str]
) -> list[str]:
    """The pages whose files have another stamp."""
    stamps = archive_domain(env).stamps
    known = env.found_docs - added - others
    return [docname for docname in sorted(known) if stamps.get(docname) != stamp(env, docname)]


def set_engine_fingerprint(app: Sphinx, config: Config) -> None:
    """Set ``archive_engine`` to the SHA-256 of the engine's source files."""
    config.archive_engine = engine_fingerprint(Path(archive.__file__).parent)


def engine_fingerprint(folder: Path) -> str:
    """SHA-256 of all files below ``folder`` that are code or templates, and of their paths."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".typ"}:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


_LOCK = "requirements/build.txt"  # of the archive: which versions of Sphinx and the theme


def set_look_fingerprint(app: Sphinx, config: Config) -> None:
    """Set ``archive_look`` to the SHA-256 of templates, static files and locked packages."""
    found = hashlib.sha256(sys.version.encode())  # a lock has other versions for another Python
    for path in sorted(_files(Path(app.confdir), config)):
        found.update(path.read_bytes() + b"\0")
    config.archive_look = found.hexdigest()


def _files(folder: Path, config: Config) -> Iterator[Path]:
    for name in (*config.templates_path, *config.html_static_path):
        yield from (path for path in (folder / name).rglob("*") if path.is_file())
    if (lock := folder / _LOCK).is_file():
        yield lock


def sidebar(env: BuildEnvironment) -> list[object]:
    """The trees of pages, in their order and with their titles, in a form to compare."""
    return [
        (docname, [(each, env.titles[each].astext()) for each in listed if each in env.titles])
        for docname, listed in sorted(env.toctree_includes.items())
    ]


def changed_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that show something else than when they were last written."""
    if app.builder.name == "read":
        return []
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
        self._works = works_of(env)
        self._worded: dict[str, object] = {}
        self._told: dict[str, str] = {}
        self._bibliographies = self._works.docnames
        terms = env.domains.standard_domain.objects.items()
        self._glossaries = {docname for (kind, _name), (docname, _id) in terms if kind == "term"}
        self._moved_here = self._moves()
        self._sidebar = sidebar(env)
        self._has_words = has_words(env)

    def digest(self, docname: str) -> str:
        """SHA-256 of all that the page shows of others."""
        # The index for opened files is fed as a page is written.
        shown: list[object] = [self._has_words, self._sidebar]
        shown += ((each, self._find(each)) for each in self._domain.mentions.get(docname, ()))
        if docname in self._domain.catalogues:
            shown.append(self._catalogue)
        if docname in self._domain.drawings:
            shown += [self._catalogue, self._drawn]
        if docname in self._domain.documents:
            shown += self._around(self._domain.documents[docname])
        shown += [(place.block.anchor, place.block.spoken) for place in self._backlinks(docname)]
        return hashlib.sha256(repr(shown).encode("utf-8")).hexdigest()

    @cached_property
    def _catalogue(self) -> str:
        """All documents and all that the ledger tells of them, as one digest."""
        held = [
            (document.docname, record, len(document.passages))
            for document, record in self._domain.recorded()
        ]
        ledger = [self._published(id_) for id_ in self._domain.published]
        return hashlib.sha256(repr((held, ledger)).encode("utf-8")).hexdigest()

    @cached_property
    def _drawn(self) -> str:
        """All events, and who names which work and which document, as one digest."""
        named = [
            (name, [(place.block.anchor, place.document.short_title) for place in places])
            for each in (self._domain.backlinks.of_reference, self._domain.backlinks.of_document)
            for name, places in each.items()
        ]
        worded = [self._reference(name) for name in self._domain.backlinks.of_reference]
        events = sorted(self._domain.events.items())
        return hashlib.sha256(repr((named, worded, events)).encode("utf-8")).hexdigest()

    def _around(self, document: Document) -> Iterator[object]:
        """A document's neighbours and collection, and what the ledger tells of its anchors."""
        for near in self._domain.neighbours.get(document.docname, ()):
            yield near and (near.docname, near.title, near.language)
        part = self._domain.collection_of.get(document.docname)
        yield is_split(self._env) and part and (part.slug, part.label)
        yield self._published(document.id)
        yield self._histories(self._moved_here.get(document.id, ()))

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

    def _published(self, document_id: str) -> str:
        """What the ledger tells of all anchors named after a document."""
        if document_id not in self._told:
            told = self._histories(self._domain.published.get(document_id, ()))
            self._told[document_id] = repr(told)
        return self._told[document_id]

    def _histories(self, histories: Iterable[History]) -> list[object]:
        """What the ledger tells of anchors, and where those that moved lead."""
        labels = self._env.domains.standard_domain.labels
        commits = self._domain.ledger_commits
        return [
            (
                [
                    (each.kind.value, each.date, each.sha256, each.target, commits.get(each.line))
                    for each in history.events
                ],
                None if history.state is State.LIVE
                else labels.get(self._domain.ledger.resolve(history.anchor).final),
            )
            for history in histories
        ]  # fmt: skip

    def _moves(self) -> dict[str, list[History]]:
        """The anchors that moved to each document from another one."""
        found: defaultdict[str, list[History]] = defaultdict(list)
        for history in self._domain.ledger.histories.values():
            if history.state is not State.LIVE:
                final = self._domain.ledger.resolve(history.anchor).final
                found[Anchor.parse(final).document].append(history)
        return found

    def _find(self, mention: Mention) -> object:
        standard = self._env.domains.standard_domain
        if mention.kind == "reference":
            return self._reference(mention.target)
        if mention.kind == "term":
            return standard.objects.get(("term", mention.target))
        title = self._env.titles.get(mention.target)
        return standard.labels.get(mention.target), title is not None and title.astext()

    def _reference(self, key: str) -> object:
        """A work as others show it: its label, its words, and the page it stands on."""
        if key not in self._worded:
            self._worded[key] = [
                (
                    work.formatted_entry.label,
                    str(work.formatted_entry.text),
                    self._works.page_of(work),
                )
                for work in (each.work for each in self._works.listed(key))
            ]
        return self._worded[key]


def note_inventory(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell whether anything that the inventory lists has changed since it was last written."""
    if app.builder.name != "html":
        return
    domain = archive_domain(env)
    digest = hashlib.sha256(f"{app.config.project}\n{app.config.version}\n".encode())
    for each in env.domains.sorted():
        digest.update(repr((each.name, sorted(each.get_objects()))).encode())
    domain.inventory_is_stale = domain.data["inventory"] != digest.hexdigest()
    domain.data["inventory"] = digest.hexdigest()
