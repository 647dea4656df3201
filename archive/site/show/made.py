"""The pages beside a document, “Cite and check” and its history, and the links that lead there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from archive.citation.companion import (
    CITE,
    CITE_DOCUMENT,
    CITE_SIGNATORY,
    HISTORY,
    Lines,
    Past,
    address,
    cite_name,
    citing,
    embedding,
    section,
    told,
)
from archive.citation.records import script
from archive.citation.reference import Reference
from archive.fidelity.attestation import AttestedPassage
from archive.model.dates import ArchiveDate
from archive.model.ledger import History, short
from archive.model.passage import Anchor
from archive.model.verifying import last_change
from archive.model.words import Words, words
from archive.site import (
    around,
    clauses,
    passage_label,
    record_card,
    signatories,
    signatories_around,
)
from archive.site.know.facts import DOCUMENTS, Block, Document
from archive.site.know.ledger import CHANGED_ON, history_of, state_of
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import View, view_of
from archive.site.read.anchors import said_in
from archive.site.read.sources import read_attestation
from archive.site.show import DocumentTransform
from archive.site.show.relations import origins_of, taken_up_links
from archive.site.show.versions import key_of, versions_of
from archive.upstream import builder_of
from archive.upstream.application import tree_of

# --- The companion page of each document, “Cite and check”.
#
# How the document and each passage is cited and what became of it; then how it was made: its
# source, its attested passages, all anchors that it ever published.

LEDGER_ID = "ledger"  # of the table of published anchors


def made_name(docname: str) -> str:
    """Return the name of the companion page, which shares the document's stem."""
    return f"{docname}.made"


def made_page(app: Sphinx, document: Document) -> tuple[str, dict[str, Any], str] | None:
    """Return the page's name, context and template; None if the document has no record."""
    made, view = made_of(app, document), view_of(app.env)
    if made is None:
        return None
    whole, cited = document.reference(view.settings), list(_citations(document, view))
    has_notes = any(each["day"] for each in cited)
    context = {
        **made,
        "title": made["_"]("Cite and check: {document}").format(document=document.short_title),
        "records": script(whole, has_notes=has_notes) if whole else "",
        "embedding": embedding(whole) if whole else "",
        "sections": [builder_of(app.env).templates.render("citing.html", each) for each in cited],
    }
    return made_name(document.docname), context, "made.html"


def made_of(app: Sphinx, document: Document) -> dict[str, Any] | None:
    """Return how a document was made, for a template; None if it has no record."""
    docname, record = document.docname, document.record
    if record is None:
        return None
    attestation, _problems = read_attestation(Path(app.srcdir), document)
    if attestation is not None and attestation.source_sha256 != record.source.sha256:
        attestation = None
    passages = list(_passages(document, attestation.passages if attestation else ()))
    _ = words(record.language)
    return {
        "title": _("How this was made: {document}").format(document=document.short_title),
        "_": _,
        "made_of": document.short_title,
        "made_record": record,
        "checker": attestation.checker if attestation else None,
        "passages": passages,
        "origins": origins_of(app, document, made_name(docname)),
        "waiting": sum(each["paragraph"] is None for each in passages),
        "notes": [block for block in document.blocks if Anchor.parse(block.anchor).letter == "n"],
        "revisions": list(_revisions(app, document)),
        "page": app.builder.get_relative_uri(made_name(docname), docname),
        "works": _addresses(app, document),
        "ledger_id": LEDGER_ID,
        "ledger": list(_ledger(app, document)),
        "earlier": f"{document.id}.{HISTORY}.html"
        if view_of(app.env).reworded_in(document.id)
        else "",
        "short": short,
    }


def _citations(document: Document, view: View) -> Iterator[dict[str, Any]]:
    """Yield what each section on a citation is made from: of the document, then of its blocks."""
    lines = Lines()
    if (whole := document.reference(view.settings)) is not None:
        yield citing(whole, lines)
    by_anchor = {block.anchor: block for block in document.blocks}
    parts: defaultdict[str | None, list[Block]] = defaultdict(list)
    for block in document.passages:
        parts[block.parent].append(block)
    versions = versions_of(view, document.docname)
    for block in document.blocks:
        past, place = view.history(block.anchor), view.place(block)
        day = past.worded if past is not None and place is not None else ""
        reference = document.block_reference(block, view.settings, place, day)
        if reference is not None and not block.heading:
            events = history_of(block, view, reference.words)
            yield citing(
                reference, lines, block.fingerprint, events, block.former,
                by_anchor.get(block.parent or ""), parts[block.anchor],
                told(versions, document.id, block.anchor, key_of(block)),
            )  # fmt: skip


def _addresses(app: Sphinx, document: Document) -> dict[str, str]:
    """Return the address of each work that a document cites, by key."""
    view, name = view_of(app.env), made_name(document.docname)
    keys = {key for block in document.blocks for key in block.cites}
    return {
        work.key: f"{app.builder.get_relative_uri(name, view.page_of(work))}#{work.citation_id}"
        for work in view.works_among(keys)
    }


def _ledger(app: Sphinx, document: Document) -> Iterator[dict[str, Any]]:
    """Yield the published anchors that are named after the document, in rows of the same state."""
    view, _ = view_of(app.env), words(document.language)
    reworded = view.reworded_in(document.id)
    page = f"{document.id}.{HISTORY}.html"

    def told(history: History) -> dict[str, str]:
        return {
            "earlier": f"{page}#{history.anchor}" if history.anchor in reworded else "",
            "published": ArchiveDate(history.events[0].date).said(_),
            "state": state_of(history, _),
        }

    for same, histories in groupby(view.histories(document.id), told):
        yield {**same, "anchors": [each.anchor for each in histories]}


def _passages(
    document: Document, attested: Sequence[AttestedPassage]
) -> Iterator[dict[str, object]]:
    """Yield a row for each passage, with what is attested of its words under any anchor."""
    _ = words(document.language)
    by_words = {each.fingerprint: each for each in attested}
    by_both = {(each.fingerprint, each.anchor): each for each in attested}
    for block in document.passages:
        said = block.fingerprint
        passage = by_both.get((said, block.anchor), by_words.get(said))
        yield {
            "anchor": block.anchor,
            "label": block.label,
            "cites": block.cites,
            "paragraph": passage.paragraph if passage else None,
            "paragraph_sha256": passage.paragraph_sha256 if passage else None,
            "quotations": passage.quotations if passage else (),
            "counted": _.plural(
                "{} quotation", "{} quotations", len(passage.quotations) if passage else 0
            ),
            "endnotes": passage.endnotes if passage else (),
        }


def _revisions(app: Sphinx, document: Document) -> Iterator[tuple[str, str]]:
    """Yield the label of each changed block with each event of its history; of the record, too."""
    view, _ = view_of(app.env), words(document.language)
    for event in view.described(document.id)[1:]:
        yield document.short_title, _(CHANGED_ON).format(date=ArchiveDate(event.date).said(_))
    for block in document.blocks:
        history = view.history(block.anchor)
        if history is not None and last_change(history, _) is not None:
            for each in history_of(block, view, _):
                yield block.label, f"{each.what}. {each.meaning}".strip(". ")


# --- The history page of each document that said other words before: ``<id>.history.html``.
#
# It stands also for a document that is gone, whose anchors may be cited still.


def history_name(document_id: str) -> str:
    """Return the name of a history page, which shares the document's stem."""
    return f"{DOCUMENTS}/{document_id}.{HISTORY}"


def words_at(view: View, sha256: str, anchor: str) -> str | None:
    """Return the words of a fingerprint of an anchor, now or before; None where they are lost."""
    id_ = anchor.rpartition("-")[0]
    kept = view.wordings(id_).get(sha256)
    if kept is not None:
        return kept
    place = view.present_place(anchor)  # where it may have moved to
    now = place[0].rpartition("/")[2] if place is not None else id_
    return _said(view, now).get(sha256)


def _said(view: View, id_: str) -> Mapping[str, str]:
    """Return what the blocks of a document say, by fingerprint."""
    docname = f"{DOCUMENTS}/{id_}"
    view.note("read", docname)
    if docname not in view.said:
        if docname in view.env.found_docs:
            with tree_of(view.env, docname) as doctree:
                view.said[docname] = dict(said_in(doctree))
        else:
            view.said[docname] = view.elsewhere
    return view.said[docname]


def history_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield a page for each document with anchors that said other words before."""
    view = view_of(app.env)
    for id_ in sorted(view.reworded()):
        docname = f"{DOCUMENTS}/{id_}"
        # A volume knows documents of others, too, whose pages it does not make.
        if docname in app.env.found_docs or not view.stands(docname):
            context = partial(_context, app, id_)
            yield GeneratedPage(history_name(id_), "history.html", context, listed=False)


def _context(app: Sphinx, id_: str) -> dict[str, Any]:
    view = view_of(app.env)
    document, texts = _document(view, id_), view.wordings(id_)
    if document is not None:
        texts |= _said(view, id_)
    record = document.record if document is not None else None
    past = Past(id_, record, view.settings, texts, view.place_of)
    _ = words(past.language)
    title = document.short_title if document is not None else id_
    render = builder_of(app.env).templates.render
    return {
        "title": _("Earlier wordings: {document}").format(document=title),
        "_": _,
        "history_of": id_,
        "history_title": document.title if document is not None else id_,
        "sections": [
            render("wordings.html", section(history, final, where, past))
            for anchor, where in _in_order(view, id_, document)
            if (history := view.history(anchor)) and (final := view.history(view.final(anchor)))
        ],
    }


def _document(view: View, id_: str) -> Document | None:
    docname = f"{DOCUMENTS}/{id_}"
    view.note("read", docname)
    return view.own(docname) if view.stands(docname) else None


def _in_order(view: View, id_: str, document: Document | None) -> Iterator[tuple[str, str]]:
    """Yield the reworded anchors, each with its own number: those that stand, then the others."""
    reworded = dict.fromkeys(view.reworded_in(id_))
    for block in document.blocks if document is not None else ():
        if block.anchor in reworded:
            del reworded[block.anchor]
            yield block.anchor, block.locator
    yield from ((anchor, "") for anchor in reworded)


# --- The link “Cite” at a document's title and at each passage, which leads to the companion page.


def _link(_self: HTML5Translator, node: nodes.Element) -> str:
    classes = " ".join(["to-cite", *node["classes"]])
    name = f' aria-label="{escape(node["name"])}"' if node["at"] else ""
    if node["at"] and not words(node["language"]).is_english:
        name += f' data-at="{escape(node["at"])}"'  # which scripts take from the name otherwise
    return f'<a class="{classes}" href="{node["href"]}"{name}>{node["shown"]}'


class cite_link(nodes.General, nodes.Element):
    """The link to the section of the companion page on a document or passage, in pages only.

    Attributes: ``href``; ``shown``, its words; ``at``, the locator, which only its ``name`` for
    screen readers says, as the passage stands beside it; ``language``, of its words.
    """

    html = around(_link, "</a>\n")


def _open_passage(self: HTML5Translator, node: nodes.Element) -> str:
    """Begin a passage; a note has its role, so that its end, too, is told by ear (WAI-ARIA 1.2)."""
    parts = (each for each in node if isinstance(each, nodes.Element))
    is_note = any("editors-note" in each["classes"] for each in parts)
    tag = self.starttag(node, "div", CLASS="passage")
    return tag.replace(">", ' role="note">', 1) if is_note else tag


class passage_box(nodes.General, nodes.Element):
    """A block with its label before it, if it has one there, and its link “Cite”; in pages only."""

    html = around(_open_passage, "</div>\n")


def _cite(reference: Reference, shown: str = CITE, **attributes: list[str]) -> cite_link:
    at, _ = reference.where, reference.words
    return cite_link(
        "", href=address(reference.document, reference.key), shown=_(shown), at=at,
        name=cite_name(_(shown), at, _), language=_.language, **attributes,
    )  # fmt: skip


class CiteLinks(DocumentTransform):
    """Adds the links to a document's page; in print, the dates of revisions instead."""

    default_priority = 8
    builders = ("html", "pdf")

    def complete(self, document: Document, section: nodes.section) -> None:
        view = view_of(self.env)
        blocks = {block.anchor: block for block in document.blocks}
        on_screen = builder_of(self.env).format == "html"
        if on_screen:
            self._add_to_title(document, view)
        ahead = ["ahead"]  # of all text; scripts fold such a note on a small screen
        for node in list(self.document.findall(nodes.Element)):
            named = blocks.get(node["ids"][0]) if node.get("ids") else None
            if named is None or isinstance(node, nodes.section):
                continue
            if "editors-note" not in node["classes"]:
                ahead = []
            if on_screen and signatories_around(node) is None:
                self._add_to_block(node, named, document, view, ahead)
            else:
                _name_change(node, named, view, words(document.language))
        if on_screen:
            for group in self.document.findall(signatories):
                self._add_to_group(group, blocks, document, view)

    def _add_to_title(self, document: Document, view: View) -> None:
        reference = document.reference(view.settings)
        card = next(self.document.findall(record_card), None)
        if reference is not None and card is not None:
            below = _cite(reference, CITE_DOCUMENT, classes=["whole"])
            card.parent.insert(card.parent.index(card) + 1, below)

    def _add_to_block(
        self,
        node: nodes.Element,
        block: Block,
        document: Document,
        view: View,
        classes: list[str],
    ) -> None:
        """Wrap a block and its link in a container, so that CSS can place them side by side.

        A footnote holds its link itself, as it stands in a list of footnotes.
        """
        reference = document.block_reference(block, view.settings)
        if reference is None:
            return
        _ = reference.words
        changed = last_change(view.history(block.anchor), _)
        below = _cite(reference)
        if changed is not None:
            below = _cite(reference, f"{changed} · {_(CITE)}", classes=["revised"])
        if isinstance(node, nodes.footnote):
            node += below
            return
        label, place = node.previous_sibling(), node.parent.index(node)
        before = [label] if isinstance(label, passage_label) else []
        _name_heading(node, before)
        together = passage_box("", *before, classes=[*_depth(node), *classes])
        node.parent[place - len(before) : place + 1] = [together]
        together += [node, below, *taken_up_links(block.anchor, document, self.env)]

    def _add_to_group(
        self, group: nodes.Element, blocks: Mapping[str, Block], document: Document, view: View
    ) -> None:
        """Add one link to a group of signatories, each of which has a section of its own."""
        names = (node for node in group.findall(nodes.Element) if node is not group)
        ids = (id_ for node in names for id_ in node["ids"])
        first = next((blocks[id_] for id_ in ids if id_ in blocks), None)
        reference = document.block_reference(first, view.settings) if first else None
        if reference is not None:
            group += _cite(reference, CITE_SIGNATORY, classes=["of-many"])


def _name_heading(node: nodes.Element, before: Sequence[nodes.Element]) -> None:
    """Make a block's label a heading, by which those who listen go from passage to passage.

    Items of lists, notes and cells have keys to go by already.
    """
    level, around_it = 1, node.parent
    while around_it is not None:
        if isinstance(around_it, _GONE_BY):
            return
        level += isinstance(around_it, (nodes.section, clauses))
        around_it = around_it.parent
    labels = before or node.findall(passage_label)
    own = next((label for label in labels if label["anchor"] in node["ids"]), None)
    if own is not None:
        own["level"] = min(level, _LOWEST)


_GONE_BY = nodes.list_item, nodes.footnote, nodes.entry
_LOWEST = 6  # level of a heading (HTML, 4.3.6)

_DEEPEST = 6  # levels of indentation that the style sheet knows


def _depth(node: nodes.Element) -> list[str]:
    """Return the class that tells how far a block is indented, so that its label is not."""
    depth, around = 0, node.parent
    while around is not None and not isinstance(around, nodes.section):
        depth += isinstance(around, (clauses, nodes.bullet_list, nodes.enumerated_list))
        around = around.parent
    return [f"depth-{min(depth, _DEEPEST)}"] if depth else []


def _name_change(node: nodes.Element, block: Block, view: View, _: Words) -> None:
    changed = last_change(view.history(block.anchor), _)
    if changed is not None:
        said = nodes.Text(_("{sentence}.").format(sentence=changed))
        paragraph = nodes.paragraph("", "", said, classes=["passage-revised"])
        node.parent.insert(node.parent.index(node) + 1, paragraph)
