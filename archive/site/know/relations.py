"""The relations of documents, as the pages at both of their ends show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from archive.model.relations import (
    BONDS,
    SAME_VERSION,
    VERSION,
    VERSIONS,
    Direction,
    End,
    Relation,
)
from archive.model.relations import versions as grouped
from archive.site.know.facts import Document, Traced
from archive.upstream.domains import works_of

if TYPE_CHECKING:
    from archive.site.know.domain import ArchiveDomain

# By the id of a document or the key of a work: the documents that are related to it.
Related = Mapping[str, tuple[tuple[Document, Relation], ...]]


class Tie(NamedTuple):
    """What stands at the other end of a relation."""

    kind: str  # a key of ``BONDS``
    direction: Direction
    docname: str
    id: str  # of a passage or an entry; empty for a document
    name: str  # the title of a document, the spoken name of a passage, the label of a work
    language: str | None = None  # of a document
    at: str = ""  # the passage of this document that is related
    at_id: str = ""  # its anchor


class Followed(NamedTuple):
    """A quotation that a record follows, and where its words are from."""

    traced: Traced
    result: str  # empty where the sources were not compared as they are pinned now
    tie: Tie


def related(domain: ArchiveDomain) -> Related:
    """Return the relations of all documents by what they lead to."""
    found: defaultdict[str, list[tuple[Document, Relation]]] = defaultdict(list)
    for document, relations in _relating(domain):
        for relation in relations:
            other = owner(domain, relation.target)
            key = other.id if other is not None else relation.target
            found[key].append((document, relation))
    return {key: tuple(each) for key, each in found.items()}


def versions(domain: ArchiveDomain) -> Mapping[str, tuple[Document, ...]]:
    """Return the versions of one text by the id of each, those that have a record."""
    documents = {each.id: each for each in domain.documents.values()}
    pairs = [
        (document.id, other.id)
        for document, relations in _relating(domain)
        for relation in relations
        if relation.kind in VERSIONS
        and (other := owner(domain, relation.target)) is not None and other.record is not None
    ]  # fmt: skip
    return {id_: tuple(documents[each] for each in group) for id_, group in grouped(pairs).items()}


def siblings(domain: ArchiveDomain, document: Document) -> Iterator[Tie]:
    """Yield all versions of a document's text, itself too, as heads and linksets have them."""
    said = {each.docname for each in ties(domain, document) if each.kind in VERSIONS}
    said.add(document.docname)
    for each in domain.versions.get(document.id, ()):
        direction = SAME_VERSION if each.docname in said else VERSION
        yield Tie("versions", direction, each.docname, "", each.title, each.language)


def _relating(domain: ArchiveDomain) -> Iterator[tuple[Document, tuple[Relation, ...]]]:
    """Yield the documents that are related to something, by id: few of many, so they alone sort."""
    relating = [
        (document.id, document, document.record.relations)
        for document in domain.documents.values()
        if document.record is not None and document.record.relations
    ]
    for _id, document, relations in sorted(relating, key=lambda each: each[0]):
        yield document, relations


def owner(domain: ArchiveDomain, target: str) -> Document | None:
    """Return the document that an id or an anchor names; None for a work, and for nothing."""
    label = domain.env.domains.standard_domain.labels.get(target)
    return domain.documents.get(label[0]) if label is not None else None


def ties(domain: ArchiveDomain, document: Document) -> Iterator[Tie]:
    """Yield what a document is related to, then what is related to it."""
    for relation in document.record.relations if document.record is not None else ():
        tie = _there(domain, document, relation)
        if tie is not None:
            yield tie
    yield from ties_back(domain, document.id)


def _there(domain: ArchiveDomain, document: Document, relation: Relation) -> Tie | None:
    there, target = BONDS[relation.kind].there, relation.target
    labels = domain.env.domains.standard_domain.labels
    _docname, at_id, at = labels.get(relation.anchor(document.id), ("", "", ""))
    other = owner(domain, target)
    if other is not None:
        docname, id_, name = labels[target]
        language = other.language if target == other.id else None
        id_ = "" if target == other.id else id_
        return Tie(relation.kind, there, docname, id_, name, language, at, at_id)
    works = works_of(domain.env)
    for work in works.among({target}):
        label = work.formatted_entry.label
        page = works.page_of(work)
        return Tie(relation.kind, there, page, work.citation_id, label, None, at, at_id)
    return None


def _spoken(domain: ArchiveDomain, anchor: str) -> str:
    """Return what links to an anchor show; empty for none."""
    label = domain.env.domains.standard_domain.labels.get(anchor)
    return label[2] if label is not None else ""


def ties_back(domain: ArchiveDomain, name: str) -> Iterator[Tie]:
    """Yield what is related to a document or to a work."""
    labels = domain.env.domains.standard_domain.labels
    for other, relation in domain.related.get(name, ()):
        _docname, at_id, at = labels[relation.target] if relation.target != name else ("", "", "")
        back, anchor = BONDS[relation.kind].back, relation.anchor(other.id)
        spoken = _spoken(domain, anchor)
        yield Tie(
            relation.kind, back, other.docname, anchor if spoken else "", spoken or other.title,
            None if spoken else other.language, at, at_id,
        )  # fmt: skip


def followed(domain: ArchiveDomain, document: Document) -> Iterator[Followed]:
    """Yield what became of the quotations of a document."""
    vouching = domain.vouching.get(document.docname)
    for traced in vouching.traced if vouching is not None else ():
        tie = _there(domain, document, traced.relation)
        if tie is not None:
            other = owner(domain, traced.relation.target)
            held = other.record if other is not None else None
            is_same = traced.source == (held.source.sha256 if held is not None else None)
            yield Followed(traced, traced.result if is_same else "", tie)


def ends(domain: ArchiveDomain) -> Mapping[str, End]:
    """Return the documents that are related to something, by id, for the checks."""
    return {
        document.id: End(
            document.id,
            document.path,
            relations,
            frozenset(
                anchor for block in document.passages for anchor in (block.anchor, *block.former)
            ),
        )
        for document, relations in _relating(domain)
    }
