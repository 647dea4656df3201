"""The page that shows the versions of one text side by side, passage by passage.

Passages are aligned by what they are cited by (``archive.model.wordings``).  Each has its own
anchor on the page.  A reader chooses which versions are shown, which at first are the first three;
those that are held in part come last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from typing import Any, NamedTuple, TypeAlias

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import LoggingReporter, new_document

from archive.citation.companion import BESIDE, VERSION, Version, aligned, version_of
from archive.model import wordings
from archive.model.passage import Anchor
from archive.model.words import Words, direction, named, words
from archive.site import around, below, clauses, passage_label
from archive.site.know.facts import Block, Document, anchor_of
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import View, view_of
from archive.upstream.theme import mark

SHOWN = 3  # versions, unless a reader chooses others
MOST = 12  # versions that the style sheet knows


def key_of(block: Block) -> wordings.Key:
    """Return by what a passage is aligned with those of other versions."""
    return wordings.key(Anchor.parse(block.anchor), block.locator)


def versions_of(view: View, docname: str) -> list[Version]:
    """Return the versions of a document's text, the document too; none of a text with one."""
    return [
        version_of(
            each.id, each.language or "", each.title,
            ((key_of(block), block.anchor, block.spoken) for block in each.passages),
        )
        for each in view.versions(docname)
    ]  # fmt: skip


class piece(nodes.General, nodes.Element):
    """A part of the page.  Attributes: ``opening`` and ``closing``, the HTML around its content."""

    html = around(lambda _, node: str(node["opening"]), lambda _, node: str(node["closing"]))


def version_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield a page for each text with several versions."""
    for id_, group in view_of(app.env).all_versions().items():
        # A volume knows documents of others, too, whose pages it does not make.
        if group[0].id == id_ and group[0].docname in app.env.found_docs:
            name = f"{group[0].docname}.{BESIDE.removesuffix('.html')}"
            context = partial(_context, app, name, group[0].docname)
            yield GeneratedPage(name, BESIDE, context, listed=False)  # its texts have their pages


# Of each passage by its anchor, the headings right before it and the block.
Trees: TypeAlias = dict[str, tuple[list[nodes.Element], nodes.Element]]
# The passages of all versions that are aligned; None of a version without a counterpart.
Row: TypeAlias = Sequence[Block | None]


class _Column(NamedTuple):
    """One version on the page."""

    number: int  # counted from 1
    document: Document
    language: str
    name: str  # "French version"
    trees: Trees

    @property
    def tongue(self) -> str:
        language = escape(self.language, quote=True)
        return f' lang="{language}" dir="{direction(self.language)}"'


def _context(app: Sphinx, name: str, docname: str) -> dict[str, Any]:
    view, language = view_of(app.env), app.config.language
    _ = words(language)
    documents = in_order(view.versions(docname))
    first = documents[0]
    columns = [
        _Column(
            number, each, each.language or language,
            _(VERSION).format(language=named(each.language or language, language)),
            _read(app, view, each),
        )
        for number, each in enumerate(documents, start=1)
    ]  # fmt: skip
    doctree = new_document(name)
    doctree.settings.env = app.env
    doctree.reporter = LoggingReporter(name)
    doctree += nodes.section("", *_rows(columns, view, _), ids=["page"])
    return {
        "title": _("Versions side by side: {document}").format(document=first.short_title),
        "body": app.builder.body_of(name, doctree),  # type: ignore[attr-defined]
        "columns": [
            {
                "number": each.number, "id": each.document.id, "title": each.document.title,
                "language": each.language, "tongue": each.tongue,
                "name": named(each.language, each.language), "shown": each.number <= SHOWN,
            }
            for each in columns
        ],
    }  # fmt: skip


def in_order(versions: Sequence[Document]) -> list[Document]:
    """Return versions in the order in which they are shown."""
    first, *others = versions
    return [first, *sorted(others, key=_is_held_in_part)][:MOST]


def _is_held_in_part(document: Document) -> bool:
    return document.record is not None and document.record.extent is not None


def _read(app: Sphinx, view: View, document: Document) -> Trees:
    view.note("read", document.docname)
    return trees(app.env.get_doctree(document.docname), document)


def trees(doctree: nodes.document, document: Document) -> Trees:
    """Return each passage of a document by its anchor, with the headings right before it."""
    wanted = {block.anchor for block in document.passages}
    found: Trees = {}
    headings: list[nodes.Element] = []
    for node in below(doctree, nodes.Element):
        if isinstance(node, nodes.section):
            headings = [*headings, node] if node["ids"] != [document.id] else headings
        elif node.get("ids") and node["ids"][0] in wanted and node["ids"][0] not in found:
            titles = [each.next_node(nodes.title) for each in headings]
            found[node["ids"][0]] = [each for each in titles if each is not None], node
            headings = []
    return found


def rows(versions: Sequence[tuple[Document, Trees]]) -> Iterator[tuple[str, str, Row]]:
    """Yield each row of aligned passages, after its short name and the name of its first one."""
    keyed = [
        [
            (key_of(block), block) for block in document.passages
            if block.anchor in there and not block.is_frame
        ]
        for document, there in versions
    ]  # fmt: skip
    for blocks in wordings.aligned(keyed):
        first = next(each for each in blocks if each is not None)
        owner = versions[blocks.index(first)][0]
        said = first.locator or first.spoken.removeprefix(owner.short_title).strip(" ,،，")
        yield said, first.spoken, blocks


def _rows(columns: Sequence[_Column], view: View, _: Words) -> Iterator[nodes.Node]:
    for said, spoken, blocks in rows([(each.document, each.trees) for each in columns]):
        owner = next(
            each.document for each, block in zip(columns, blocks, strict=True) if block is not None
        )
        row = piece(
            "", closing="</div>\n",
            opening=f'<div class="versions-row" role="group" aria-label="{escape(said)}">\n',
        )  # fmt: skip
        row += [
            _cell(column, block, said, _) if block is not None else _lacking(column, _)
            for column, block in zip(columns, blocks, strict=True)
        ]
        row += _citations(columns, blocks, spoken, words(owner.language), view, _)
        yield row


def _cell(column: _Column, block: Block, said: str, _: Words) -> nodes.Element:
    id_, anchor = column.document.id, block.anchor
    headings, node = column.trees[anchor]
    where = escape(_("{passage} ({version})").format(passage=said, version=column.name))
    caption = piece(
        "", closing="",
        opening=f'<p class="version-name"><a href="{id_}.html#{anchor}">{where}</a>'
        f'<span><a href="{id_}.made.html#{anchor}">{escape(_("Cite"))}</a></span></p>\n',
    )  # fmt: skip
    text = piece("", opening=f"<div{column.tongue}>\n", closing="</div>\n")
    for heading in headings:
        shown = piece("", opening='<p class="version-heading">', closing="</p>\n")
        text += shown
        shown += plain(heading, column.document, anchor).children
    text += content(plain(node, column.document, anchor))
    opening = f'<div class="version version-{column.number}" id="{anchor}">\n'
    return piece("", caption, text, opening=opening, closing="</div>\n")


def _lacking(column: _Column, _: Words) -> nodes.Element:
    said = escape(_("No passage of this version stands at this place."))
    opening = f'<div class="version lacking version-{column.number}">\n'
    name = f'<p class="version-name">{escape(column.name)}</p>\n<p>{said}</p>'
    return piece("", opening=f"{opening}{name}", closing="</div>\n")


def plain(node: nodes.Element, document: Document, anchor: str) -> nodes.Element:
    """Return a copy of a block without labels, ids and the passages within it.

    What its marks of notes lead to stands on the page of its document.
    """
    copy = node.deepcopy()
    mark(copy, document.language or "en")
    inner = [
        each for each in below(copy, nodes.Element)
        if each is not copy and any(name != anchor and anchor_of(name) for name in each["ids"])
    ]  # fmt: skip
    for each in (*inner, *below(copy, passage_label, nodes.target, clauses)):
        if each.parent is not None and each is not copy:
            each.parent.remove(each)
    for raised in below(copy, nodes.footnote_reference):
        to = f"{document.id}.html#{raised.get('refid', '')}"
        link = nodes.reference("", raised.astext(), refuri=to)
        raised.replace_self(nodes.superscript("", "", link))
    for held in below(copy, nodes.Element):
        held["ids"], held["names"] = [], []
    # Sphinx wants to know what it could number.
    kinds: tuple[type[nodes.Element], ...] = (nodes.figure, nodes.table, nodes.container)
    for number, captioned in enumerate(below(copy, *kinds)):
        captioned["ids"] = [f"beside-{anchor}-{number}"]
    return copy


def content(copy: nodes.Element) -> list[nodes.Node]:
    """Return what stands for a block outside of its list."""
    if isinstance(copy, nodes.list_item):
        return copy.children
    if isinstance(copy, nodes.definition_list_item):
        return [nodes.definition_list("", copy)]
    return [copy]


def _citations(
    columns: Sequence[_Column],
    blocks: Sequence[Block | None],
    name: str,
    first: Words,
    view: View,
    _: Words,
) -> nodes.Element:
    """Return the aligned citations of a row: all are named as the first version has it."""
    lines = [
        f'<li class="version-{column.number}"><span lang="{first.language}">'
        f"{escape(aligned(name, column.language, first))}</span>. "
        f"{escape(view.settings.publisher)}, <code>{block.anchor}</code>.</li>"
        for column, block in zip(columns, blocks, strict=True) if block is not None
    ]  # fmt: skip
    label = escape(_("Aligned citations"))
    opening = f'<details class="version-citations"><summary>{label}</summary>\n<ul>'
    return piece("", opening=f"{opening}{''.join(lines)}", closing="</ul></details>\n")
