"""Drawings: the timeline of events, and the map of citations and references.

A drawing is SVG with links in pages and an image in print.  The map shows up to forty documents.
More are grouped by collection, or by year or decade if the collections are too many.  It shows the
forty works cited most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from docutils import nodes
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator
from sphinxcontrib.bibtex.domain import Citation

from archive.drawing import Drawing, Link, mirrored, written
from archive.drawing.drawings import (
    MOST,
    NARROW,
    WIDE,
    Dated,
    Node,
    Relations,
    relations_map,
    timeline,
)
from archive.drawing.drawings import Bond as DrawnBond
from archive.model.relations import BONDS
from archive.model.words import N_, Words, direction, words
from archive.site import around, joined
from archive.site.know.facts import Document, Place
from archive.site.know.view import view_of
from archive.site.show.bibliography import link_to_work, marks
from archive.site.show.listings import COLLECTIONS
from archive.site.show.relations import grouped
from archive.upstream import builder_of


def _svg(_self: HTML5Translator, node: nodes.Element) -> str:
    ground = written(node["drawing"], linked=True)
    name = escape(node["drawing"].name)
    box = f'<div class="drawn-ground" role="region" tabindex="0" aria-label="{name}">'
    return f'<div class="drawn">{box}{ground}</div>'


class drawing(nodes.General, nodes.Element):
    """A drawing.  Attribute: ``drawing``, a Drawing with links relative to its page.

    Its children are the paragraphs of its caption.
    """

    html = around(_svg, "</div>\n")


class Caption(NamedTuple):
    reading: str  # how to read it
    leading: str  # where its links lead, shown in pages only


def drawn(figure: Drawing | None, caption: Caption, builder: Builder) -> list[nodes.Node]:
    """Return a drawing with its caption; nothing in an EPUB, whose readers ignore links in SVG."""
    if figure is None or builder.name == "epub":
        return []
    if direction(builder.config.language or "en") == "rtl":
        figure = mirrored(figure)
    _ = words(builder.config.language)
    said = caption if builder.format == "html" else (caption.reading,)
    text = nodes.paragraph("", " ".join(map(_, said)), classes=["drawing-caption"])
    return [drawing("", text, drawing=figure)]


_TIMELINE_CAPTION = Caption(
    N_(
        "Each mark is a month with events, or a year where no month is known; a number counts "
        "them. The list below says the same in words."
    ),
    N_("Each mark leads to its first event there."),
)


def chronology_timeline(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return the timeline of the chronology's events by year and month."""
    column = NARROW if builder_of(env).format == "html" else WIDE
    found = timeline(_events(env, docname), column, env.config.language)
    return drawn(found, _TIMELINE_CAPTION, builder_of(env))


def _events(env: BuildEnvironment, docname: str) -> Iterator[Dated]:
    for page, events in sorted(view_of(env).events().items()):
        address = builder_of(env).get_relative_uri(docname, page)
        for event in events:
            yield Dated(event.date, f"{address}#{event.id}")


_MAP_CAPTION = Caption(
    N_(
        "Solid lines lead from documents to the works they cite, dashed lines to documents they "
        "refer to. The list below says the same in words."
    ),
    N_("Every mark, name and line is a link."),
)

_CITES = N_("{source} cites {target} in {places}")
_REFERS = N_("{source} refers to {target} in {places}")
_UNKNOWN = N_("Date unknown")


def archive_map(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return the map, and a list with the same facts in words."""
    return _Map(env, docname).drawn()


class _Map:
    """The map, with links relative to the page ``docname``."""

    def __init__(self, env: BuildEnvironment, docname: str) -> None:
        self.env = env
        self.docname = docname
        self.view = view_of(env)
        self.words = words(env.config.language)
        documents = [document for document, _record in self.view.recorded()]
        self._group_of = grouping(documents, self.words)
        self._citations = self.view.all_cited()
        self._originals = self.view.originals()
        self._groups: dict[str, list[Document]] = {}
        for document in documents:
            self._groups.setdefault(self._group_of(document), []).append(document)

    def drawn(self) -> list[nodes.Node]:
        entries = (self._entry(*each) for each in self._groups.items())
        figure = relations_map(
            self._relations(), is_fitted=builder_of(self.env).format == "html",
            language=self.words.language,
        )  # fmt: skip
        return [
            *drawn(figure, _MAP_CAPTION, builder_of(self.env)),
            nodes.bullet_list("", *entries, classes=["relations"]),
            *self._shared(),
        ]

    def _shared(self) -> Iterator[nodes.Node]:
        """Yield a sentence on the works that several documents cite, if each has its own mark."""
        if len(self._groups) < 2 or any(len(group) > 1 for group in self._groups.values()):
            return
        shared = self.view.works_among(
            key for key, places in self._citations.items()
            if len({each.document.id for each in places}) > 1
        )  # fmt: skip
        works = joined((link_to_work(work, self.env, self.docname) for work in shared), ", ")
        _ = self.words
        said = [nodes.Text(_("Cited by more than one document: ")), *works, nodes.Text(".")]
        none = "" if shared else _("No work is cited by more than one document.")
        yield nodes.paragraph("", none, *(said if shared else ()), classes=["cited-by-several"])

    def _relations(self) -> Relations:
        citing = tuple(self._node(name, group) for name, group in self._groups.items())
        works = {work.key: work for work in self.view.works()}
        citations = self._citations
        most = sorted(
            (key for key in citations if key in works), key=lambda key: (-len(citations[key]), key)
        )
        cited = tuple(self._work(works[key]) for key in most[:MOST])
        names = {node.id: node.name for node in (*citing, *cited)}
        cites = self._bonds(((key, citations[key]) for key in most[:MOST]), names, _CITES)
        group_of_id = {each.id: name for name, group in self._groups.items() for each in group}
        referred = (
            (group_of_id[id_], places)
            for id_, places in self.view.all_backlinks("document").items() if id_ in group_of_id
        )  # fmt: skip
        refers = self._bonds(referred, names, _REFERS)
        related = self._related(group_of_id, names)
        pairs = {(bond.source, bond.target) for bond in related}
        between = tuple(
            bond
            for bond in (*related, *refers)
            if bond.source != bond.target
            and (bond in related or (bond.source, bond.target) not in pairs)
        )
        return Relations(citing, cited, cites, between, unshown=max(len(most) - MOST, 0))

    def _bonds(
        self, targets: Iterable[tuple[str, Iterable[Place]]], names: dict[str, str], said: str
    ) -> tuple[DrawnBond, ...]:
        """Return a bond for each pair of group and target, with a link to its first place."""
        found: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
        for target, places in targets:
            for place in places:
                found[self._group_of(place.document), target].append(place)
        return tuple(
            DrawnBond(
                source, target, len(places),
                Link(
                    f"{self._page(places[0].document.docname)}#{places[0].block.anchor}",
                    self.words(said).format(
                        source=names[source], target=names[target], places=self._labels(places)
                    ),
                    in_order=False,
                ),
            )
            for (source, target), places in found.items()
        )  # fmt: skip

    def _related(
        self, group_of_id: Mapping[str, str], names: Mapping[str, str]
    ) -> tuple[DrawnBond, ...]:
        """Return a bond for each pair of groups that relations join, with a link to the first."""
        found: defaultdict[tuple[str, str], list[tuple[Document, str]]] = defaultdict(list)
        for name, ends in self.view.all_related().items():
            for document, relation in ends if name in group_of_id else ():
                pair = self._group_of(document), group_of_id[name]
                found[pair].append((document, self._related_by(relation.kind)))
        return tuple(
            DrawnBond(
                source, target, len(each),
                Link(
                    self._page(each[0][0].docname),
                    f"{names[source]} {each[0][1]} {names[target]}",
                    in_order=False,
                ),
            )
            for (source, target), each in found.items()
        )  # fmt: skip

    def _page(self, docname: str) -> str:
        return builder_of(self.env).get_relative_uri(self.docname, docname)

    def _node(self, name: str, group: list[Document]) -> Node:
        if len(group) == 1 and name == group[0].id:
            (only,) = group
            return Node(only.id, only.short_title, self._page(only.docname), only.language)
        said = f"{name}: {self._documents(len(group))}"
        return Node(name, said, self._page(self._listing(group)))

    def _listing(self, group: list[Document]) -> str:
        """Return the page that lists a group: its collection's, or the catalogue."""
        found = {self.view.collection(each.docname).label for each in group}
        if self.view.is_split() and len(found) == 1:
            return f"{COLLECTIONS}/{self.view.collection(group[0].docname).slug}"
        return self.view.catalogue_page()

    def _work(self, work: Citation) -> Node:
        address = f"{self._page(self.view.page_of(work))}#{work.citation_id}"
        return Node(work.key, work.formatted_entry.label, address)

    def _entry(self, name: str, group: list[Document]) -> nodes.list_item:
        """Return the citations and references of one document or of a group, in words."""
        entry = nodes.paragraph()
        if len(group) == 1 and name == group[0].id:
            entry += self._sentence(group[0])
        else:
            cites, refers = _counted(group, self._originals)
            entry += nodes.strong("", "", make_refnode(
                builder_of(self.env), self.docname, self._listing(group), "",
                nodes.inline("", name),
            ))  # fmt: skip
            _ = self.words
            said = _(": {documents}, which cite {works} works and refer to {others}.")
            entry += nodes.Text(said.format(
                documents=self._documents(len(group)), works=cites, others=self._documents(refers)
            ))  # fmt: skip
        return nodes.list_item("", entry)

    def _sentence(self, document: Document) -> Iterator[nodes.Node]:
        _ = self.words
        yield nodes.strong("", "", make_refnode(
            builder_of(self.env), self.docname, document.docname, "",
            nodes.inline("", document.short_title),
        ))  # fmt: skip
        cited = self.view.works_among({
            key for block in document.blocks for key in block.cites
            if self._originals.get(key) != document.id
        })  # fmt: skip
        yield nodes.Text(_(" cites ") if cited else _(" cites nothing"))
        yield from joined((link_to_work(work, self.env, self.docname) for work in cited), ", ")
        places = self.view.all_backlinks("document").get(document.id, ())
        if places:
            yield nodes.Text(_("; it is referred to by "))
            yield from marks(places, self.env, self.docname)
        ties = self.view.ties(document.docname)
        there = [each._replace(at="") for each in ties if each.direction is BONDS[each.kind].there]
        for _words, found in grouped(dict.fromkeys(there)):
            links = (
                make_refnode(
                    builder_of(self.env), self.docname, tie.docname, tie.id,
                    nodes.inline("", tie.name),
                )
                for tie in found
            )  # fmt: skip
            it = "; it " if _.is_english else "; "
            yield nodes.Text(f"{it}{self._related_by(found[0].kind)} ")
            yield from joined(links, _(" and "))
        yield nodes.Text(".")

    def _related_by(self, kind: str) -> str:
        """Return how a relation is told: "is an annex of", or in other languages its name."""
        bond = BONDS[kind]
        return bond.verb if self.words.is_english else f"{self.words(bond.there.words)}:"

    def _labels(self, places: list[Place]) -> str:
        shown = ", ".join(place.block.label for place in places[:6])
        if len(places) <= 6:
            return shown
        _ = self.words
        return shown + _(" and {number} more").format(number=len(places) - 6)

    def _documents(self, many: int) -> str:
        return self.words.plural("{} document", "{} documents", many)


def grouping(documents: list[Document], _: Words) -> Callable[[Document], str]:
    """Return the finest grouping that has at most ``MOST`` groups, or that by decade."""
    ways: tuple[Callable[[Document, Words], str], ...] = (_itself, _collection, _year, _decade)
    finest = next(
        (way for way in ways if len({way(each, _) for each in documents}) <= MOST), _decade
    )
    return lambda document: finest(document, _)


def _itself(document: Document, _: Words) -> str:
    return document.id


def _collection(document: Document, _: Words) -> str:
    return document.record.collection_name if document.record else _(_UNKNOWN)


def _year(document: Document, _: Words) -> str:
    return (document.record.date.year if document.record else None) or _(_UNKNOWN)


def _decade(document: Document, _: Words) -> str:
    year = document.record.date.year if document.record else None
    return _("{year}s").format(year=f"{year[:3]}0") if year else _(_UNKNOWN)


def _counted(group: list[Document], originals: Mapping[str, str]) -> tuple[int, int]:
    """Return the numbers of works and of other documents that a group refers to."""
    mentions = {each for document in group for block in document.blocks for each in block.mentions}
    works = len({
        key for document in group for block in document.blocks for key in block.cites
        if originals.get(key) != document.id
    })  # fmt: skip
    documents = {mention.document for mention in mentions}
    return works, len(documents - {None, *(document.id for document in group)})
