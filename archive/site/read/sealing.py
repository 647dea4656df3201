"""Reads what stands with the words of passages, and between passages, for their seals.

Node types of docutils, Sphinx and MyST become the roles of ``archive.model.seal``, so that seals
depend on none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.util import docname_join

from archive.model import seal
from archive.model.passage import Anchor
from archive.model.record import Record
from archive.model.seal import Outline, Part
from archive.site import (
    clauses,
    held_in_part,
    passage_label,
    placeholder,
    quotation,
    record_card,
    redacted,
    signatories,
    speaker,
    tombstone,
)
from archive.upstream.markdown import ATTRIBUTES, line_break, struck

# What readers do not see, and what others say: the record, numbers of notes, names of passages.
_UNSEEN = (
    nodes.comment, nodes.colspec, nodes.footnote, nodes.Invisible, nodes.label,
    nodes.system_message, addnodes.index, addnodes.tabular_col_spec, held_in_part, passage_label,
    record_card,
)  # fmt: skip

# What says nothing itself: its content counts as that of the element around it.
_WRAPPERS = (clauses, nodes.problematic, nodes.tbody, nodes.tgroup, quotation)

# Kinds of links that lead by label or by page, which their targets tell already.
_BY_LABEL = frozenset({"any", "doc", "download", "myst", "ref"})

# The first that fits names the role; all else is a "part".
_ROLES: tuple[tuple[type, str], ...] = (
    (nodes.paragraph, "paragraph"), (nodes.rubric, "rubric"), (nodes.title, "title"),
    (nodes.subtitle, "title"), (nodes.transition, "rule"), (nodes.block_quote, "quotation"),
    (nodes.attribution, "attribution"), (nodes.line_block, "lines"), (nodes.line, "line"),
    (nodes.bullet_list, "list"), (nodes.enumerated_list, "list"), (nodes.definition_list, "list"),
    (nodes.option_list, "list"), (nodes.list_item, "item"), (nodes.definition_list_item, "item"),
    (nodes.option_list_item, "item"), (nodes.term, "term"), (nodes.option_group, "term"),
    (nodes.classifier, "classifier"), (nodes.definition, "description"),
    (nodes.description, "description"), (nodes.field_list, "fields"), (nodes.field, "item"),
    (nodes.field_name, "name"), (nodes.field_body, "description"),
    (nodes.table, "table"), (nodes.thead, "head"), (nodes.row, "row"), (nodes.entry, "cell"),
    (nodes.figure, "figure"), (nodes.caption, "caption"), (nodes.legend, "legend"),
    (nodes.image, "image"), (nodes.literal_block, "code"), (nodes.doctest_block, "code"),
    (nodes.math, "formula"), (nodes.math_block, "formula"), (tombstone, "withdrawn"),
    (nodes.Admonition, "notice"), (nodes.emphasis, "emphasis"), (nodes.title_reference, "emphasis"),
    (nodes.strong, "strong"), (nodes.literal, "literal"), (nodes.subscript, "sub"),
    (nodes.superscript, "sup"), (nodes.abbreviation, "abbreviation"), (nodes.inline, "span"),
    (nodes.footnote_reference, "footnote"), (nodes.footnote, "footnote"),
    (signatories, "signatories"), (redacted, "redacted"), (speaker, "speaker"),
    (addnodes.download_reference, "download"),
    (addnodes.pending_xref, "link"), (nodes.reference, "link"), (placeholder, "generated"),
    (line_break, "break"), (struck, "struck"),
)  # fmt: skip


@cache
def _role_of(kind: type) -> str:
    """Return the role of nodes of a class."""
    return next((role for each, role in _ROLES if issubclass(kind, each)), "part")


# Classes that docutils, Sphinx, MyST and the engine give by themselves.
_GIVEN = frozenset({
    "amsmath", "field-list", "footnotes", "math", "mathjax_ignore", "myst", "simple", "spoken",
    "tex2jax_ignore", "tombstone-notice",
})  # fmt: skip
_GIVEN_BEGINNINGS = ("admonition-", "align-", "colwidths-", "text-")


class Sealing:
    """Reads the parts of one page; ``anchors`` are its blocks that have one, with it."""

    def __init__(
        self,
        doctree: nodes.document,
        env: BuildEnvironment,
        docname: str,
        anchors: Iterable[tuple[nodes.Element, Anchor]],
    ) -> None:
        self._root, self._env, self._docname = doctree, env, docname
        self._anchors = {id(node): str(anchor) for node, anchor in anchors}
        self._stands: dict[str, str] = doctree.setdefault(seal.STANDS, {})
        self.said: dict[str, str] = doctree.setdefault(seal.SAID, {})
        self._footnotes = {
            id_: node for node in doctree.findall(nodes.footnote) for id_ in node["ids"]
        }
        self._marked = {each.get("refid") for each in doctree.findall(nodes.footnote_reference)}
        self._open: list[str] = []  # footnotes around the place that is read

    def block(self, node: nodes.Element) -> tuple[bytes, tuple[str, ...]]:
        """Return the digest of a block's part, of a section its heading's; and the works cited.

        Keeps the part in the page's node tree, from which it is published (``know.ledger``).
        """
        found = self.part(node)
        said = seal.canonical(found)
        self._stands[self._anchors[id(node)]] = said
        return seal.digest_of(said), seal.cited([found] if found else [])

    def part(self, node: nodes.Element) -> Part | None:
        """Return what a block says, and what stands with it."""
        return self._heading(node) if isinstance(node, nodes.section) else self._part(node)

    def outline(self, record: Record) -> Outline:
        """Return what stands in the document besides its passages."""
        order = seal.texts(list(self._between(self._root)))
        fields = seal.digest(seal.record_fields(record))
        return Outline(fields, seal.canonical(order), seal.cited(order))

    def _between(self, node: nodes.Element) -> Iterator[str | Part]:
        """Yield the parts of a page or a section, in order, those of its sections too."""
        for child in node.children:
            if isinstance(child, nodes.section):
                if node is not self._root:
                    yield from self._parts(child)
                yield from self._between(child)
            elif isinstance(child, nodes.footnote) and id(child) in self._anchors:
                yield self._passage(child)
            elif isinstance(child, nodes.footnote) and self._marked.isdisjoint(child["ids"]):
                yield from self._content(child)
            elif not isinstance(child, nodes.title) and not _divides_footnotes(child):
                yield from self._parts(child)

    def _parts(self, node: nodes.Node) -> Iterator[str | Part]:
        """Yield what a node says: a text, a part, or the parts of a wrapper."""
        if isinstance(node, nodes.Text):
            yield node.astext()
        elif not isinstance(node, nodes.Element) or isinstance(node, _UNSEEN):
            return
        elif id(node) in self._anchors and not isinstance(node, tombstone):
            yield self._passage(node)
        elif isinstance(node, _WRAPPERS) or _is_plain(node):
            yield from self._content(node)
        elif found := self._heading(node) if isinstance(node, nodes.section) else self._part(node):
            yield found

    def _passage(self, node: nodes.Element) -> Part:
        return [seal.PASSAGE, {"anchor": self._anchors[id(node)]}]

    def _content(self, node: nodes.Element) -> list[str | Part]:
        return [each for child in node.children for each in self._parts(child)]

    def _heading(self, section: nodes.section) -> Part | None:
        title, level = section.next_node(nodes.title), 1
        above = section.parent
        while isinstance(above, nodes.section):
            above, level = above.parent, level + 1
        facts = {"class": _classes(section), "level": str(level), **_numbered(section)}
        return seal.part("heading", facts, self._content(title) if title else [])

    def _part(self, node: nodes.Element) -> Part | None:
        role = _role_of(cast("Any", type(node)))
        facts, content = self._facts(node, role), []
        if isinstance(node, nodes.footnote_reference):
            content = self._footnote(node.get("refid", ""))
        elif _is_citation(node):
            role = "citation"
        elif not node.get("wordless"):
            content = self._content(node)
        return seal.part(role, facts | {"class": _classes(node), **_numbered(node)}, content)

    def _footnote(self, id_: str) -> list[str | Part]:
        """Return what a footnote says, or which passage it is; nothing within itself."""
        if id_ in self._open or id_ not in self._footnotes:
            return []
        note = self._footnotes[id_]
        if id(note) in self._anchors:
            return [self._passage(note)]
        self._open.append(id_)
        content = self._content(note)
        self._open.pop()
        return content

    def _facts(self, node: nodes.Element, role: str) -> dict[str, str]:
        """Return what is told of a node besides its content and its classes."""
        if role == "image":
            files = sorted(set(node.get("candidates", {"": node["uri"]}).values()))
            sizes = {name: str(node.get(name, "")) for name in ("width", "height", "scale")}
            sha256 = " ".join(map(self._sha256, files))
            return {"sha256": sha256, "text": node.get("alt", ""), **sizes}
        if role == "download" and "://" not in node["reftarget"]:
            path, _full = self._env.relfn2path(node["reftarget"], self._docname)
            return {"sha256": self._sha256(path)}
        if role == "withdrawn":
            anchor = self._anchors.get(id(node), "")
            return {"anchor": anchor, "successor": node["successor"] or ""}
        return _FACTS.get(role, _condition)(node)

    def _sha256(self, name: str) -> str:
        """Return the SHA-256 of a file, by its path in the archive; "missing" without it."""
        try:
            return hashlib.sha256(Path(self._env.srcdir, name).read_bytes()).hexdigest()
        except OSError:
            return "missing"


def _numbered(node: nodes.Element) -> dict[str, str]:
    """Return the source's own numbering of a passage, and what it is a part of."""
    return {name: str(node.get(name, "")) for name in ATTRIBUTES}


def _is_citation(node: nodes.Element) -> bool:
    return isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite"


def _link(node: nodes.Element) -> dict[str, str]:
    """Return where a link leads: an address, an anchor or label, a page, or a term."""
    if isinstance(node, nodes.reference):
        target = node.get("refuri") or node.get("refid") or node.get("refname", "")
        return {"target": target.removeprefix("#")}
    target, kind, place = node["reftarget"], node["reftype"], node.get("reftargetid")
    if _is_citation(node):
        return {"target": target, "form": kind}
    if kind == "doc":
        target = docname_join(node["refdoc"], target)
    return {
        "target": f"{target}#{place}" if place else target,
        "kind": "" if kind in _BY_LABEL else kind,
    }


def _list(node: nodes.Element) -> dict[str, str]:
    if not isinstance(node, nodes.enumerated_list):
        return {}
    numbers = {"numbers": node["enumtype"], "start": str(node.get("start", 1))}
    return numbers | {"marks": node.get("marks", "")}


def _cell(node: nodes.Element) -> dict[str, str]:
    columns, rows = node.get("morecols"), node.get("morerows")
    return {"columns": str(columns + 1) if columns else "", "rows": str(rows + 1) if rows else ""}


def _notice(node: nodes.Element) -> dict[str, str]:
    """Return the kind of a notice whose title is its kind; another one has a title of its own."""
    return {} if isinstance(node, nodes.admonition) else {"kind": node.tagname}


def _condition(node: nodes.Element) -> dict[str, str]:
    """Return the condition of what stands in some forms only."""
    return {"kind": node.get("expr", "")}


_FACTS: dict[str, Callable[[nodes.Element], dict[str, str]]] = {
    "abbreviation": lambda node: {"text": node.get("explanation", "")},
    "cell": _cell,
    "code": lambda node: {"language": node.get("language", "")},
    "download": _link,
    "generated": lambda node: {"kind": node["of"]},
    "link": _link,
    "list": _list,
    "notice": _notice,
    "signatories": lambda node: {"text": node["heading"]},
}


def _classes(node: nodes.Element) -> str:
    own = (
        name for name in node["classes"]
        if name not in _GIVEN and not name.startswith(_GIVEN_BEGINNINGS)
    )  # fmt: skip
    return " ".join(sorted(own))


def _is_plain(node: nodes.Element) -> bool:
    """Whether a node in a line changes nothing of the text it holds."""
    if isinstance(node, (nodes.inline, nodes.literal)) and "xref" in node["classes"]:
        return True  # the text of a link
    return isinstance(node, nodes.inline) and not _classes(node)


def _divides_footnotes(node: nodes.Node) -> bool:
    return isinstance(node, nodes.transition) and "footnotes" in node["classes"]
