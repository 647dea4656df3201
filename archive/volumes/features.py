"""The Sphinx extension of a volume: what its build does besides that of a whole archive.

A volume is built twice.  The first build, with the builder ``read``, writes down the facts of the
volume's documents.  ``exchange`` then writes what the volume needs from the others, and the second
build takes these facts over and writes the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.inventory import InventoryFile
from sphinx.util.typing import ExtensionMetadata

from archive.files import read_pickle, write_pickle
from archive.model.ledger import Ledger
from archive.model.tree import LogPlace
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Document, Mention, Vouching, is_document
from archive.site.read.search_entries import drop_entries
from archive.site.show.bibliography import split_pages
from archive.upstream.domains import works_of
from archive.volumes.planning import Places

VERSION = "facts of volumes 1"


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    documents: Mapping[str, Document]  # by docname
    mentions: Mapping[str, tuple[Mention, ...]]  # of each page, by docname
    work_pages: Mapping[str, str]  # by key: the page of a work that a split bibliography moved
    vouching: Mapping[str, Vouching]  # of each document, by docname


@dataclass(frozen=True, slots=True)
class OutsideFacts:
    """What a volume needs from the others."""

    # Neighbours in the catalogue, documents that refer to the volume's, and those they moved to.
    documents: tuple[Document, ...] = ()
    labels: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)  # docname, id, text
    terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # docname and id, by term
    work_pages: Mapping[str, str] = field(default_factory=dict)  # as in VolumeFacts
    commits: Mapping[int, str] = field(default_factory=dict)  # of each line of its ledger slice
    places: Mapping[int, LogPlace] = field(default_factory=dict)  # of each line of the slice
    vouching: Mapping[str, Vouching] = field(default_factory=dict)  # of the root alone: of each one
    said: Mapping[str, str] = field(default_factory=dict)  # revised words of the root's, by sha256
    unseen: int = 0  # documents of the archive that are neither here nor in the volume


class VolumeDomain(ArchiveDomain):
    """The archive's domain in a volume, which knows some facts of the other volumes."""

    checks_ledger = False
    outside = OutsideFacts()

    @property
    def size(self) -> int:
        return super().size + self.outside.unseen


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx, after the extension ``archive``.

    The priorities put each step before or after those of ``archive.features``: facts are taken over
    before sphinxcontrib-bibtex formats citations (500), works are placed before anything links to
    them (900).
    """
    app.add_domain(VolumeDomain, override=True)
    app.connect("builder-inited", begin_volume, priority=950)
    app.connect("doctree-read", drop_stub_entries, priority=950)
    app.connect("env-updated", take_outside_facts, priority=300)
    app.connect("env-updated", place_works, priority=850)
    app.connect("build-finished", write_facts, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def begin_volume(app: Sphinx) -> None:
    """Drop the facts of other volumes that an earlier build took over.

    The first build has no ledger: the slice of the volume is written when all volumes are read.
    """
    _drop_outside_facts(app.env, has_stubs=not _places(app).is_root)
    if _only_reads(app):
        domain = archive_domain(app.env)
        domain.ledger, domain.published = Ledger({}), MappingProxyType({})
        domain.ledger_problems = ()


def _drop_outside_facts(env: BuildEnvironment, *, has_stubs: bool) -> None:
    """Keep what the volume's own pages define; a stub of a page defines nothing."""
    own = {page for page in env.all_docs if is_document(page) or not has_stubs}
    domain = archive_domain(env)
    for docname in domain.documents.keys() - own:
        domain.documents.pop(docname)
        domain.vouching.pop(docname, None)
        domain.seals.pop(docname, None)
    data = env.domains.standard_domain.data
    for known in (data["labels"], data["anonlabels"], data["objects"], data["terms"]):
        # Labels of Sphinx's own, such as that of the index, have no id.
        for name in [name for name, (page, id_, *_) in known.items() if id_ and page not in own]:
            del known[name]


def drop_stub_entries(app: Sphinx, doctree: nodes.document) -> None:
    """Leave stubs out of the search: the root volume indexes the pages that they stand for."""
    docname = app.env.current_document.docname
    if not _places(app).is_root and docname not in archive_domain(app.env).documents:
        drop_entries(app, app.env, docname)


def take_outside_facts(app: Sphinx, env: BuildEnvironment) -> None:
    """Add the facts of other volumes to those of this one."""
    if _only_reads(app):
        return
    path = _places(app).outside_facts
    outside: OutsideFacts | None = read_pickle(path, VERSION)
    if outside is None:
        raise ExtensionError(f"{path} is missing or damaged. To mend: run make volumes again")
    domain, standard = archive_domain(env), env.domains.standard_domain
    assert isinstance(domain, VolumeDomain)
    domain.outside = outside
    domain.documents.update((document.docname, document) for document in outside.documents)
    domain.vouching.update(outside.vouching)
    domain.said = outside.said
    domain.ledger_commits, domain.ledger_places = outside.commits, outside.places
    domain.checks_ledger = _places(app).is_root  # which has the whole ledger and all documents
    for name, (docname, id_, text) in outside.labels.items():
        standard.labels.setdefault(name, (docname, id_, text))
        standard.anonlabels.setdefault(name, (docname, id_))
    for name, place in outside.terms.items():
        standard.objects.setdefault(("term", name), place)
        standard.data["terms"].setdefault(name.lower(), place)


def place_works(app: Sphinx, env: BuildEnvironment) -> None:
    """Link works to the pages on which the whole bibliography has them."""
    domain, works = archive_domain(env), works_of(env)
    assert isinstance(domain, VolumeDomain)
    pages = domain.outside.work_pages
    works.place({work.citation_id: pages[work.key] for work in works.all() if work.key in pages})


def write_facts(app: Sphinx, exception: Exception | None) -> None:
    """Write down what was read of the volume, for the exchange with the others."""
    if exception is not None or not _only_reads(app):
        return
    where, domain = _places(app), archive_domain(app.env)
    pages = {work.key: name for name, part in split_pages(app.env) for work in part.items}
    facts = VolumeFacts(domain.documents, domain.mentions, pages, domain.vouching)
    write_pickle(where.facts, facts, VERSION)
    InventoryFile.dump(where.inventory, app.env, app.builder)


def _places(app: Sphinx) -> Places:
    return Places(Path(app.srcdir).parent)


def _only_reads(app: Sphinx) -> bool:
    return app.builder.name == "read"
