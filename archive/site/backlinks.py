"""Who cites a reference, who mentions a glossary entry, who refers to a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.nodes import make_refnode

from archive.model.passage import Anchor
from archive.site.domain import ArchiveDomain, Backlinks, Block, Document, Place, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

MARK = "anchor-mark"  # class of a link that shows an anchor's label alone


def collect(app: Sphinx, env: BuildEnvironment) -> None:
    """Work out all backlinks, once all documents are read."""
    domain = archive_domain(env)
    domain.backlinks = backlinks(domain)


def backlinks(domain: ArchiveDomain) -> Backlinks:
    """The backlinks of everything that documents name."""
    found: dict[str, defaultdict[str, list[Place]]] = {
        kind: defaultdict(list) for kind in ("reference", "term", "label")
    }
    for document, _record in domain.recorded():
        for block in document.blocks:
            for kind, name in dict.fromkeys(_named(block, document)):
                found[kind][name].append(Place(document, block))
    return Backlinks(*(
        {name: tuple(places) for name, places in found[kind].items()}
        for kind in ("reference", "term", "label")
    ))  # fmt: skip


def _named(block: Block, document: Document) -> Iterator[tuple[str, str]]:
    """What a block names: references by key, terms in lower case, other documents by id."""
    for mention in block.mentions:
        if mention.kind == "term":
            yield "term", mention.target.lower()
        elif mention.kind == "reference":
            yield "reference", mention.target
        elif (named := _document_of(mention.target)) and named != document.id:
            yield "label", named


def _document_of(label: str) -> str | None:
    try:
        return Anchor.parse(label).document
    except ValueError:
        return None


def marks(places: Iterable[Place], env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Links to places, told by document: ``ALA resolution W3, N1; NCAC statement P1``.

    On the page of a document its own places go without its name.
    """
    shown: list[nodes.Node] = []
    for document, group in groupby(places, key=lambda place: place.document):
        if shown:
            shown.append(nodes.Text("; "))
        if document.docname != docname:
            shown.append(nodes.Text(f"{document.short_title} "))
        for number, place in enumerate(group):
            shown += [nodes.Text(", ")] if number else []
            shown.append(_mark(place, env, docname))
    return shown


def _mark(place: Place, env: BuildEnvironment, docname: str) -> nodes.reference:
    anchor = place.block.anchor
    link = make_refnode(
        env._app.builder, docname, place.document.docname, anchor,
        nodes.inline("", Anchor.parse(anchor).label), place.block.spoken,
    )  # fmt: skip
    link["classes"].append(MARK)
    return link


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", collect, priority=885)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
