"""Finds the anchored blocks of each document: ids, spoken names, margin labels and mentions.

Quotations in them become nodes, for verification and for display.  A quotation begins and ends with
double typographic quotation marks at the same level of markup; it may contain whole terms and
emphasis.  The marks stay in the text, so that the markup does not change the fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.transforms import SphinxTransform
from sphinxcontrib.bibtex.citation_target import parse_citation_targets

from archive.model import Problem
from archive.model.passage import FIGURE, SIGNATORY, Anchor, fingerprint, normalise, unbroken
from archive.model.permanence import Tombstone
from archive.model.settings import Settings
from archive.model.words import words
from archive.site import (
    PERMALINK,
    below,
    clauses,
    held_in_part,
    not_held,
    passage_label,
    quotation,
    record_card,
    signatories,
    signatories_around,
    tombstone,
)
from archive.site.know.domain import archive_domain, document_being_read, path_being_read
from archive.site.know.facts import Block, Document, Gap, Label, Mention, anchor_of
from archive.site.read.forbidden import line_of
from archive.site.read.locators import attributes_in_text, parent_of
from archive.site.read.sealing import Sealing
from archive.upstream.markdown import line_break

_LABEL_ROLES = frozenset({"myst", "ref", "doc"})

# Blocks of a document that need no anchor.
_UNANCHORED = (
    nodes.comment,
    nodes.footnote,
    nodes.Invisible,
    nodes.rubric,
    nodes.target,
    nodes.title,
    nodes.transition,
    nodes.system_message,
    passage_label,
    held_in_part,
    not_held,
    record_card,
)


def mentioned(node: nodes.Element) -> Iterator[Mention]:
    """Yield the references of a node, in order, before Sphinx resolves them."""
    for reference in below(node, addnodes.pending_xref):
        target = reference["reftarget"]
        if reference.get("refdomain") == "cite":
            yield from (Mention("reference", part.key) for part in parse_citation_targets(target))
        elif reference.get("reftype") == "term":
            yield Mention("term", target)
        elif reference.get("reftype") in _LABEL_ROLES:
            yield Mention("label", target)


class ExplicitIds(SphinxTransform):
    """Removes the ids that docutils derives from a heading's text; keeps those in the source.

    The section of a document's title gets the document's id.  A figure or a table with a caption
    loses the counted id that Sphinx gives it, if it has an anchor.
    """

    default_priority = 835

    def apply(self, **kwargs: object) -> None:
        document = document_being_read(self.env)
        for target in below(self.document, nodes.target):
            target.referenced = 1  # else docutils reports targets that only other pages refer to
        for section in self.document.findall(nodes.section):
            explicit = [name for name in section["names"] if self.document.nametypes.get(name)]
            if document is not None and isinstance(section.parent, nodes.document):
                section["ids"] = [document.id]
            elif explicit:
                section["ids"] = [self.document.nameids[name] for name in explicit]
        kinds: tuple[type[nodes.Element], ...] = (nodes.figure, nodes.table, nodes.container)
        for captioned in below(self.document, *kinds):
            anchors = [id_ for id_ in captioned["ids"] if anchor_of(id_) is not None]
            captioned["ids"] = anchors or captioned["ids"]


class MarginLabels(SphinxTransform):
    """Shows the names of passages: in their permalinks, and in links of the page without text.

    MyST resolves the links within a page itself and has no names for paragraphs.
    """

    default_priority = 845  # before MyST's own, at 879

    def apply(self, **kwargs: object) -> None:
        document = document_being_read(self.env)
        if document is None:
            return
        settings, names = archive_domain(self.env).settings, {}
        _ = words(document.language)
        for node, anchor in list(anchored(self.document)):
            spoken = settings.spoken(
                anchor, document.short_title, node.get("where", ""), document.language
            )
            names.update(dict.fromkeys(node["ids"], spoken))
            if not isinstance(node, nodes.section):
                shown = unbroken(node.get("locator", anchor.label))
                label = passage_label(
                    "", anchor=str(anchor), label=shown, spoken=spoken,
                    number=node.get("where", ""), explained=_(PERMALINK).format(passage=spoken),
                )  # fmt: skip
                _place(label, node)
        for group in below(self.document, clauses):
            group["name"] = _("Parts of {passage}").format(passage=names[group["of"]])
        for reference in below(self.document, nodes.reference):
            spoken = names.get(reference.get("refuri", "").removeprefix("#"), "")
            if reference.get("id_link") and not reference.children and spoken:
                reference.append(nodes.inline("", spoken))
                reference["wordless"] = True  # keeps the name out of the passage's fingerprint
        links = below(self.document, addnodes.pending_xref, nodes.reference)
        for link in filter(_shows_a_spoken_name, links):
            spoken_name = nodes.inline("", classes=["spoken"])  # tells whoever verifies a copy
            link.replace_self(spoken_name)
            spoken_name.append(link)


def _shows_a_spoken_name(node: nodes.Element) -> bool:
    """Whether a link has no words of its own: it is no part of what its passage says."""
    if isinstance(node, addnodes.pending_xref):
        return node.get("refdomain") != "cite" and not node.astext().strip()
    leads_to_another_page = node.get("id_link") and not node.astext().strip()
    return bool(node.get("wordless") or leads_to_another_page)


_LABELLED_WITHIN = (nodes.paragraph, nodes.rubric, nodes.Admonition, nodes.block_quote)

# Blocks whose first text is no place for a label: it stands right before them.
_LABELLED_BEFORE = (
    nodes.doctest_block, nodes.figure, nodes.image, nodes.literal_block, nodes.math_block,
    nodes.table, signatories,
)  # fmt: skip


def _place(label: passage_label, node: nodes.Element) -> None:
    """Insert the label of a block at the beginning of its text, or before the block."""
    if isinstance(node, _LABELLED_WITHIN):
        node.insert(0, label)
        return
    texts = (nodes.paragraph, nodes.term, nodes.line, nodes.field_name)
    text = next((each for each in node.findall(nodes.TextElement) if isinstance(each, texts)), None)
    if text is not None and not isinstance(node, _LABELLED_BEFORE) and not _is_within(text, node):
        text.insert(0, label)
    else:
        node.parent.insert(node.parent.index(node), label)


def _is_within(text: nodes.Element, block: nodes.Element) -> bool:
    """Whether a text of a block belongs to a passage within it."""
    while text is not block:
        if any(map(anchor_of, text["ids"])):
            return True
        text = text.parent
    return False


def anchored(doctree: nodes.document) -> Iterator[tuple[nodes.Element, Anchor]]:
    """Yield each block with a well-formed anchor, and its present anchor: the last one written."""
    for node in below(doctree, nodes.Element):
        if isinstance(node, nodes.target) or not node.get("names"):
            continue
        anchor = anchor_of(node["ids"][0]) if node["ids"] else None
        if anchor is not None:
            yield node, anchor


def gather_facts(app: Sphinx, doctree: nodes.document) -> None:
    """Store the references of a page; of a document also its blocks, gaps and problems.

    Label the anchors of the document.
    """
    domain, document = archive_domain(app.env), document_being_read(app.env)
    domain.mentions[app.env.current_document.docname] = tuple(dict.fromkeys(mentioned(doctree)))
    if document is None:
        return
    settings, found = domain.settings, list(anchored(doctree))
    unanchored = list(_unanchored(doctree))
    sealing = Sealing(doctree, app.env, document.docname, found)
    document = replace(
        document,
        outline=sealing.outline(document.record) if document.record is not None else None,
        blocks=_blocks(found, document, settings, sealing),
        tombstones=tuple(
            Tombstone(str(anchor), node["successor"], document.path, node.line or 0)
            for node, anchor in found if isinstance(node, tombstone)
        ),
        gaps=tuple(map(_gap, unanchored)),
        problems=(
            *document.problems,
            *_repeated(doctree, document.path),
            *_astray(doctree, found, document.path),
            *attributes_in_text(doctree, document.path),
            *(_missing(document.path, node) for node in unanchored),
        ),
    ).digested()  # fmt: skip
    domain.documents[document.docname] = document
    _label(document, app.env.domains.standard_domain, settings)


def gather_labels(app: Sphinx, doctree: nodes.document) -> None:
    """Store the names of the page being read that are no anchors of its document.

    Sphinx takes the last of several names without a word, and links to the others lead there.
    """
    domain, document = archive_domain(app.env), document_being_read(app.env)
    docname, path = app.env.current_document.docname, path_being_read(app.env)
    own = document.anchors | {document.id} if document is not None else frozenset()
    named: list[Label] = []
    for node in below(doctree, nodes.Element):
        if not isinstance(node, (nodes.footnote, nodes.citation, nodes.field_name)):
            names: list[str] = node.get("names", [])
            explicit = (name for name in names if doctree.nametypes.get(name) and name not in own)
            named += [Label(name, path, line_of(node)) for name in explicit]
    if found := tuple(dict.fromkeys(named)):
        domain.labels[docname] = found
    if document is None:
        domain.add_faults(docname, _repeated(doctree, path))


def _label(document: Document, domain: StandardDomain, settings: Settings) -> None:
    """Make the document's id and anchors labels, with the text that links to them show."""
    docname, labels = document.docname, domain.labels
    labels[document.id] = (docname, document.id, document.title)
    domain.anonlabels[document.id] = (docname, document.id)
    for block in document.blocks:
        for anchor in (block.anchor, *block.former):
            labels[anchor] = (docname, anchor, block.heading or block.spoken)
    for place in document.tombstones:
        named = Anchor.parse(place.anchor)
        spoken = settings.spoken(named, document.short_title, language=document.language)
        _ = words(document.language)
        said = _("{passage} (withdrawn)").format(passage=spoken)
        labels[place.anchor] = (docname, place.anchor, said)


def _blocks(
    found: list[tuple[nodes.Element, Anchor]],
    document: Document,
    settings: Settings,
    sealing: Sealing,
) -> tuple[Block, ...]:
    blocks = [
        _block(node, anchor, document, settings, sealing)
        for node, anchor in found if not isinstance(node, tombstone)
    ]  # fmt: skip
    parts: dict[str, list[str]] = {}
    for block in blocks:
        if block.parent is not None:
            parts.setdefault(block.parent, []).append(block.anchor)
    return tuple(
        replace(block, parts=tuple(parts[block.anchor])) if block.anchor in parts else block
        for block in blocks
    )


def _block(
    node: nodes.Element, anchor: Anchor, document: Document, settings: Settings, sealing: Sealing
) -> Block:
    stands, works = sealing.block(node)
    said = node.next_node(nodes.title) if isinstance(node, nodes.section) else node
    assert isinstance(said, nodes.Element)
    words = sealing.said[str(anchor)] = said_text(said)
    return Block(
        anchor=str(anchor),
        former=tuple(id_ for id_ in node["ids"][1:] if anchor_of(id_) is not None),
        spoken=settings.spoken(
            anchor, document.short_title, node.get("where", ""), document.language
        ),
        label=node.get("locator", anchor.label),
        locator=node.get("where", ""),
        parent=str(above) if (above := parent_of(node)) is not None else None,
        parts=(),
        line=node.line or said.line or 0,
        fingerprint=fingerprint(words),
        is_passage=anchor.is_passage,
        heading=heading_text(said) if isinstance(node, nodes.section) else "",
        mentions=tuple(dict.fromkeys(mentioned(said))),
        stands=stands,
        works=works,
    )


def said_in(doctree: nodes.document) -> Iterator[tuple[str, str]]:
    """Yield what each anchored block of a page says, normalised, after its fingerprint."""
    for node, _anchor in anchored(doctree):
        said = node.next_node(nodes.title) if isinstance(node, nodes.section) else node
        if said is not None and not isinstance(node, tombstone):
            text = said_text(said)
            yield fingerprint(text), normalise(text)


def heading_text(title: nodes.Element) -> str:
    """Return what a heading is called: its text without the numbers of notes."""
    marks = {id(each) for each in title.findall(nodes.footnote_reference)}
    texts = (each for each in title.findall(nodes.Text) if id(each.parent) not in marks)
    return "".join(map(str, texts))


def said_text(node: nodes.Node, gap: str | None = None) -> str:
    """Return a block's own text, without citations, footnote marks and margin label.

    With ``gap``, links without words of their own say the name of the passage that they lead to,
    where it is on this page, and ``gap`` where Sphinx adds it after reading.
    """
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, line_break):
        return " "
    if isinstance(node, _UNSAID):
        return ""
    if isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite":
        return ""
    if _is_wordless(node):
        return "" if gap is None else node.astext() or gap
    separator = "" if isinstance(node, nodes.TextElement) else " "
    return separator.join(said_text(child, gap) for child in node.children if not _is_apart(child))


def _is_wordless(node: nodes.Node) -> bool:
    """Whether a node is a link without words of its own."""
    if isinstance(node, nodes.reference):
        return bool(node.get("wordless"))
    return isinstance(node, addnodes.pending_xref) and not node.astext()


# What stands in a block, and is no part of what it says.
_UNSAID = (nodes.footnote_reference, nodes.label, passage_label, nodes.comment)


def _is_apart(node: nodes.Node) -> bool:
    """Whether a node is a passage of its own within another one, whose words do not hold its."""
    return isinstance(node, nodes.Element) and any(map(anchor_of, node["ids"]))


def _repeated(doctree: nodes.document, path: str) -> Iterator[Problem]:
    """An anchor is unique in a document; docutils drops both where it is not."""
    for target in below(doctree, nodes.target):
        names: list[str] = target.get("dupnames", [])
        for name in names:
            yield Problem(
                path, target.line or 0, "anchor-repeated",
                f"The anchor “{name}” is on this page more than once.",
                "give one of the two blocks another one, in a document the next free number.",
            )  # fmt: skip


# Blocks that are no passages, by what people call them: readers are shown nothing to cite there, or
# are shown it in some form of output without its anchor.
_UNCITABLE = {
    addnodes.glossary: "glossary", addnodes.hlist: "list in columns", nodes.transition: "rule"
}  # fmt: skip


def _astray(
    doctree: nodes.document, found: list[tuple[nodes.Element, Anchor]], path: str
) -> Iterator[Problem]:
    """An anchor names the block below it; a comment, or the end of the page, is none."""
    held = {id_ for node, _anchor in found for id_ in node["ids"]}
    for node, anchor in found:
        what = _UNCITABLE.get(type(node))
        if what or "toctree-wrapper" in node["classes"]:
            yield Problem(
                path, line_of(node), "anchor-uncitable",
                f"The anchor “{anchor}” names a {what or 'list of pages'}, which cannot be cited.",
                "write what it says as a list or a table, or remove the anchor.",
            )  # fmt: skip
    for target in below(doctree, nodes.target):
        for name in (*target["ids"], target.get("refid", "")):
            if anchor_of(name) is not None and name not in held:
                yield Problem(
                    path, line_of(target), "anchor-astray",
                    f"The anchor “{name}” stands above nothing that can be cited.",
                    "write it on the line above its block, or remove it.",
                )  # fmt: skip


def _unanchored(doctree: nodes.document) -> Iterator[nodes.Element]:
    for section in doctree.findall(nodes.section):
        if not isinstance(section.parent, nodes.document) and not _has_anchor(section):
            yield section
        for child in section.children:
            anchored_by_rule = isinstance(child, (nodes.section, *_UNANCHORED))
            if isinstance(child, nodes.Element) and not anchored_by_rule and not _has_anchor(child):
                yield from _signatories_without(child) or [child]


def _signatories_without(node: nodes.Element) -> list[nodes.Element]:
    """Return the signatories of a group that have no anchor; of all else, nothing."""
    if not isinstance(node, signatories):
        return []
    return [each for each in node.findall(nodes.list_item) if not _has_anchor(each)]


def _has_anchor(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.Element):
        return False
    if any(anchor_of(id_) for id_ in node["ids"]):
        return True
    if isinstance(node, nodes.section):
        return False
    parts = [child for child in node.children if not isinstance(child, _UNANCHORED)]
    holders = (nodes.Sequential, nodes.list_item, nodes.block_quote, clauses, signatories)
    holds_parts = isinstance(node, holders)
    return holds_parts and bool(parts) and all(_has_anchor(part) for part in parts)


_KINDS = (
    (nodes.section, "s"), (nodes.Admonition, "n"), (nodes.figure, FIGURE), (nodes.table, "t"),
)  # fmt: skip


def _gap(node: nodes.Element) -> Gap:
    """Return what is known of a block without an anchor, and the letter that its kind needs."""
    lines = (each.line for each in node.findall(nodes.Element) if each.line)
    letter = next((letter for kind, letter in _KINDS if isinstance(node, kind)), None)
    if isinstance(node, nodes.table) and not node.next_node(nodes.title):
        letter = None
    if signatories_around(node) is not None:
        letter = SIGNATORY
    said = node.next_node(nodes.title) if isinstance(node, nodes.section) else node
    return Gap(node.line or next(lines, 0), letter, fingerprint(said_text(said or node)))


def _missing(path: str, node: nodes.Element) -> Problem:
    """Every heading and block of a document has an anchor."""
    what = "heading" if isinstance(node, nodes.section) else "passage"
    shown = " ".join(node.astext().split())[:60]
    return Problem(
        path, _gap(node).line, f"anchor-missing-{what}",
        f"The {what} “{shown}…” has no anchor.",
        "run make anchors, which writes the next free anchor above it.",
    )  # fmt: skip


OPENING, CLOSING = "“", "”"
_MARKS = re.compile(f"([{OPENING}{CLOSING}])")


class Quotations(SphinxTransform):
    default_priority = 840  # before margin labels are inserted

    def apply(self, **kwargs: object) -> None:
        if document_being_read(self.env) is None:
            return
        for node, anchor in list(anchored(self.document)):
            if not isinstance(node, nodes.section):
                for text in list(node.findall(nodes.paragraph)):
                    text.children = marked(text.children, str(anchor))
                    for child in text.children:
                        text.setup_child(child)


def marked(children: Iterable[nodes.Node], anchor: str) -> list[nodes.Node]:
    """Return the children with each complete quotation wrapped."""
    done: list[nodes.Node] = []
    inside: list[nodes.Node] | None = None
    for piece in _pieces(children):
        text = piece.astext() if isinstance(piece, nodes.Text) else ""
        if text == OPENING and inside is None:
            inside = [piece]
        elif text == CLOSING and inside is not None:
            done.append(quotation("", "", *_joined([*inside, piece]), anchor=anchor))
            inside = None
        else:
            (done if inside is None else inside).append(piece)
    return _joined([*done, *(inside or [])])


def _pieces(children: Iterable[nodes.Node]) -> Iterable[nodes.Node]:
    """Split texts so that each quotation mark is a text node of its own."""
    for child in children:
        if isinstance(child, nodes.Text):
            yield from (nodes.Text(piece) for piece in _MARKS.split(child.astext()) if piece)
        else:
            yield child


def _joined(pieces: Iterable[nodes.Node]) -> list[nodes.Node]:
    joined: list[nodes.Node] = []
    for piece in pieces:
        if isinstance(piece, nodes.Text) and joined and isinstance(joined[-1], nodes.Text):
            joined[-1] = nodes.Text(joined[-1].astext() + piece.astext())
        else:
            joined.append(piece)
    return joined
