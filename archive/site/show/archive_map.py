"""The ``archive-map`` directive: which documents cite which works, and who refers to whom.

A map of up to forty documents shows each of them; of more, their collections, and where those are
too many the years or the decades they are of.  Of the works it shows the forty most cited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.nodes import make_refnode

from archive.drawing.relations import MOST, Bond, Node, Relations, relations_map
from archive.drawing.svg import Link
from archive.model.passage import Anchor
from archive.site.know.facts import CATALOGUE, Document, Place
from archive.site.know.view import view_of
from archive.site.show.bibliography import marks
from archive.site.show.drawings import Caption, drawn
from archive.site.show.listings import COLLECTIONS
from archive.upstream.access import builder_of

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.domain import Citation


_CAPTION = Caption(
    "Unbroken lines lead from documents to the works they cite, broken ones to documents that they "
    "refer to. The list below says the same in words.",
    "Every mark, name and line is a link.",
)

_UNKNOWN = "Date unknown"


def archive_map(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """The map of who cites and refers to what, and the same in words."""
    return _Map(env, docname).drawn()


class _Map:
    """Draws the map as the page ``docname`` shows it."""

    def __init__(self, env: BuildEnvironment, docname: str) -> None:
        self.env = env
        self.docname = docname
        self.view = view_of(env)

    def drawn(self) -> list[nodes.Node]:
        documents = [document for document, _record in self.view.recorded()]
        group_of = grouping(documents)
        figure = relations_map(self._relations(documents, group_of))
        words = (self._entry(*each) for each in self._grouped(documents, group_of).items())
        return [
            *drawn(figure, _CAPTION, builder_of(self.env)),
            nodes.bullet_list("", *words, classes=["relations"]),
        ]

    def _grouped(
        self, documents: Iterable[Document], group_of: Callable[[Document], str]
    ) -> dict[str, list[Document]]:
        grouped: defaultdict[str, list[Document]] = defaultdict(list)
        for document in documents:
            grouped[group_of(document)].append(document)
        return dict(grouped)

    def _relations(
        self, documents: list[Document], group_of: Callable[[Document], str]
    ) -> Relations:
        groups = self._grouped(documents, group_of)
        citing = tuple(self._node(name, group) for name, group in groups.items())
        works = {work.key: work for work in self.view.works()}
        citations = self.view.all_citing()
        most = sorted(
            (key for key in citations if key in works), key=lambda key: (-len(citations[key]), key)
        )
        cited = tuple(self._work(works[key]) for key in most[:MOST])
        names = {node.id: node.name for node in (*citing, *cited)}
        cites = self._bonds(
            ((key, citations[key]) for key in most[:MOST]), group_of, names, "cites"
        )
        referred = self.view.all_referring()
        ids = {document.id: group_of(document) for document in documents}
        refers = self._bonds(
            ((ids[id_], found) for id_, found in referred.items() if id_ in ids),
            group_of, names, "refers to",
        )  # fmt: skip
        between = tuple(bond for bond in refers if bond.source != bond.target)
        return Relations(citing, cited, cites, between, unshown=max(len(most) - MOST, 0))

    def _bonds(
        self,
        named: Iterable[tuple[str, tuple[Place, ...]]],
        group_of: Callable[[Document], str],
        names: dict[str, str],
        verb: str,
    ) -> tuple[Bond, ...]:
        """One bond for each group and each thing it names, leading to the first place that does."""
        found: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
        for target, places in named:
            for place in places:
                found[group_of(place.document), target].append(place)
        return tuple(
            Bond(
                source, target, len(places),
                Link(
                    self._address(places[0]),
                    f"{names[source]} {verb} {names[target]} in {_labels(places)}",
                    in_order=False,
                ),
            )
            for (source, target), places in found.items()
        )  # fmt: skip

    def _address(self, place: Place) -> str:
        page = self._page(place.document.docname)
        return f"{page}#{place.block.anchor}"

    def _page(self, docname: str) -> str:
        return builder_of(self.env).get_relative_uri(self.docname, docname)

    def _node(self, name: str, group: list[Document]) -> Node:
        if len(group) == 1 and name == group[0].id:
            (only,) = group
            return Node(only.id, only.short_title, self._page(only.docname), only.language)
        return Node(name, f"{name}: {_documents(len(group))}", self._page(self._listing(group)))

    def _listing(self, group: list[Document]) -> str:
        """The page that lists a group: of its collection, where it is one."""
        found = {self.view.collection(each.docname).label for each in group}
        if self.view.is_split() and len(found) == 1:
            return f"{COLLECTIONS}/{self.view.collection(group[0].docname).slug}"
        return CATALOGUE

    def _work(self, work: Citation) -> Node:
        address = f"{self._page(self.view.page_of(work))}#{work.citation_id}"
        return Node(work.key, work.formatted_entry.label, address)

    def _entry(self, name: str, group: list[Document]) -> nodes.list_item:
        """What one document, or those of one time, cite and refer to, in words."""
        words = nodes.paragraph()
        if len(group) == 1 and name == group[0].id:
            words += self._told(group[0])
        else:
            cites, refers = _counted(group)
            words += nodes.strong("", "", make_refnode(
                builder_of(self.env), self.docname, self._listing(group), "",
                nodes.inline("", name),
            ))  # fmt: skip
            words += nodes.Text(
                f": {_documents(len(group))}, which cite {cites} works and refer to "
                f"{_documents(refers)}."
            )
        return nodes.list_item("", words)

    def _told(self, document: Document) -> Iterator[nodes.Node]:
        yield nodes.strong("", "", make_refnode(
            builder_of(self.env), self.docname, document.docname, "",
            nodes.inline("", document.short_title),
        ))  # fmt: skip
        cited = self.view.works_among({key for block in document.blocks for key in block.cites})
        number = -1
        for number, work in enumerate(cited):
            yield nodes.Text(", " if number else " cites ")
            yield make_refnode(
                builder_of(self.env), self.docname, self.view.page_of(work),
                work.citation_id, nodes.inline("", work.formatted_entry.label),
            )  # fmt: skip
        if number < 0:
            yield nodes.Text(" cites nothing")
        places = self.view.all_referring().get(document.id, ())
        if places:
            yield nodes.Text("; it is referred to by ")
            yield from marks(places, self.env, self.docname)
        yield nodes.Text(".")


def grouping(documents: list[Document]) -> Callable[[Document], str]:
    """What each document is shown as: itself, its collection, year or decade, as there is room."""
    ways: tuple[Callable[[Document], str], ...] = (_itself, _collection, _year, _decade)
    return next((way for way in ways if len(set(map(way, documents))) <= MOST), _decade)


def _itself(document: Document) -> str:
    return document.id


def _collection(document: Document) -> str:
    return document.record.collection_name if document.record else _UNKNOWN


def _year(document: Document) -> str:
    return (document.record.date.year if document.record else None) or _UNKNOWN


def _decade(document: Document) -> str:
    year = _year(document)
    return year if year == _UNKNOWN else f"{year[:3]}0s"


def _counted(group: list[Document]) -> tuple[int, int]:
    """How many works and how many documents a group names."""
    named = Counter(
        (mention.kind, _document_of(mention.target) if mention.kind == "label" else mention.target)
        for mention in {
            mention for document in group for block in document.blocks for mention in block.mentions
        }
    )
    works = sum(1 for kind, _target in named if kind == "reference")
    documents = {target for kind, target in named if kind == "label" and target}
    return works, len(documents - {document.id for document in group})


def _document_of(label: str) -> str | None:
    try:
        return Anchor.parse(label).document
    except ValueError:
        return None


def _labels(places: list[Place]) -> str:
    shown = [Anchor.parse(place.block.anchor).label for place in places[:6]]
    return ", ".join(shown) + (f" and {len(places) - 6} more" if len(places) > 6 else "")


def _documents(many: int) -> str:
    return f"{many} document{'' if many == 1 else 's'}"
