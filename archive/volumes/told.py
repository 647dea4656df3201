"""What a volume of an archive shows of the other volumes.

A volume is built twice: it is read, and what was read of it is written down; then, when it has
been told what it needs of the others, its pages are written.  Where ``archive_facts`` is empty, the
archive is built as one, and nothing is done here.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sphinx.util.inventory import InventoryFile

from archive.model.ledger import Ledger
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, Mention, is_document
from archive.site.know.works import works_of
from archive.site.show.bibliography import split_pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.domains.std import StandardDomain
    from sphinx.environment import BuildEnvironment


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read of a volume."""

    documents: Mapping[str, Document]  # by docname
    mentions: Mapping[str, tuple[Mention, ...]]  # of each page, by docname
    work_pages: Mapping[str, str]  # the page of each work that is not on that of its bibliography


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a volume needs of the others."""

    documents: tuple[Document, ...]  # its neighbours, those that refer to it, those it moved to
    labels: Mapping[str, tuple[str, str, str]]  # page, id and words, as Sphinx has them
    terms: Mapping[str, tuple[str, str]]  # page and id of glossary entries
    work_pages: Mapping[str, str]
    commits: Mapping[int, str]  # that published each line of its ledger
    unseen: int  # documents of the archive that it is told nothing of
    has_whole_ledger: bool


def begin_volume(app: Sphinx) -> None:
    """Forget what an earlier build was told; the ledger waits until all volumes are read."""
    if not app.config.archive_facts:
        return
    domain = archive_domain(app.env)
    _forget(app.env, stubs=app.config.archive_stubs)
    if app.builder.name == "read":
        domain.ledger, domain.published = Ledger({}), MappingProxyType({})
        domain.ledger_problems, domain.has_whole_ledger = (), False


def _forget(env: BuildEnvironment, *, stubs: bool) -> None:
    """Forget all but what the volume’s own pages define; stubs of pages define nothing."""
    own = {page for page in env.all_docs if is_document(page) or not stubs}
    documents = archive_domain(env).documents
    for docname in documents.keys() - own:
        del documents[docname]
    data = env.domains.standard_domain.data
    for known in (data["labels"], data["anonlabels"], data["objects"], data["terms"]):
        # What Sphinx itself defines, such as the index, has no id.
        for name in [name for name, (page, id_, *_) in known.items() if id_ and page not in own]:
            del known[name]


def take_told(app: Sphinx, env: BuildEnvironment) -> None:
    """Take over what the volume was told of the others, before anything asks for it."""
    told = _told(app)
    if told is None:
        return
    domain = archive_domain(env)
    domain.documents.update((document.docname, document) for document in told.documents)
    domain.unseen, domain.has_whole_ledger = told.unseen, told.has_whole_ledger
    domain.ledger_commits = told.commits
    _define(env.domains.standard_domain, told)


def _told(app: Sphinx) -> Elsewhere | None:
    if not app.config.archive_facts or app.builder.name == "read":
        return None
    told: Elsewhere = pickle.loads(Path(app.config.archive_elsewhere).read_bytes())
    return told


def _define(standard: StandardDomain, told: Elsewhere) -> None:
    for name, (docname, id_, spoken) in told.labels.items():
        standard.labels.setdefault(name, (docname, id_, spoken))
        standard.anonlabels.setdefault(name, (docname, id_))
    for name, place in told.terms.items():
        standard.objects.setdefault(("term", name), place)
        standard.data["terms"].setdefault(name.lower(), place)


def place_told_works(app: Sphinx, env: BuildEnvironment) -> None:
    """Have references lead to where the whole bibliography has them."""
    told = _told(app)
    if told is not None:
        works = works_of(env)
        found = ((work.citation_id, told.work_pages.get(work.key)) for work in works.all())
        works.place({id_: page for id_, page in found if page is not None})


def write_facts(app: Sphinx, exception: Exception | None) -> None:
    """Write down what was read, for the other volumes."""
    if exception is not None or not app.config.archive_facts or app.builder.name != "read":
        return
    path, domain = Path(app.config.archive_facts), archive_domain(app.env)
    pages = {work.key: name for name, part in split_pages(app.env) for work in part.items}
    facts = Facts(domain.documents, domain.mentions, pages)
    path.write_bytes(pickle.dumps(facts, pickle.HIGHEST_PROTOCOL))
    InventoryFile.dump(path.with_name("objects.inv"), app.env, app.builder)
