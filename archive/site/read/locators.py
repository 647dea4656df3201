"""Reads the source's own numbering of passages, and puts sub-clauses within their clauses.

An author writes both in a line between anchor and block::

    (covenant-p4)=
    {locator="art. 19(3)(a)" within=p3}
    to respect the rights of others;

- ``locator``: how the document itself has the passage cited, see ``archive.model.passage``.
- ``within``: the label of the passage above that this one is a part of.
- ``numbering=anew``, on a heading with a locator: numbers begin anew below it, and are told apart
  by its locator, as in “Annex I, [3]”.

Of each node with a locator ``where`` becomes what is cited: the locator behind that of its annex.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from docutils import nodes
from sphinx.transforms import SphinxTransform

from archive.model import Problem
from archive.model.passage import LONGEST, Anchor, is_locator
from archive.site import below, clauses
from archive.site.know.domain import document_being_read, report
from archive.site.know.facts import anchor_of
from archive.site.read.forbidden import line_of
from archive.upstream.markdown import ATTRIBUTES, lost_attributes

# A line of attributes that could not be read as one, and so became text.
_UNREAD = re.compile(rf"^\{{[^{{}}\n]*\b(?:{'|'.join(ATTRIBUTES)})\s*=[^\n]*", re.MULTILINE)

_BETWEEN = (nodes.comment, nodes.target, nodes.Admonition)


class Locators(SphinxTransform):
    """Checks the attributes of blocks, and nests the passages that are parts of others."""

    default_priority = 837  # after ExplicitIds, before Quotations

    def apply(self, **kwargs: object) -> None:
        for lost in list(below(self.document, lost_attributes)):
            self._tell_lost(lost)
        marked = [node for node in below(self.document, nodes.Element) if _marks(node)]
        if not marked:
            return
        is_document = document_being_read(self.env) is not None
        for node in marked:
            self._check(node, is_document=is_document)
        self._place()
        for around in {id(node.parent): node.parent for node in marked}.values():
            self._nest(around)

    def _tell_lost(self, node: lost_attributes) -> None:
        """Report and remove attributes that nothing took."""
        names = " and ".join(f"“{name}”" for name in node["names"])
        if node["is_block"]:
            report(
                self.env, line_of(node), "attributes-unknown",
                f"The block takes no attribute {names}.",
                "write locator or within; numbering on a heading, style or start on an "
                "enumeration, attribution on a block quotation.",
            )  # fmt: skip
        else:
            report(
                self.env, line_of(node), "attributes-lost",
                f"The attributes {names} have no block right below them.",
                "write them on the line above their block, below its anchor, or remove them.",
            )  # fmt: skip
        node.parent.remove(node)

    def _check(self, node: nodes.Element, *, is_document: bool) -> None:
        """Report and remove attributes that mean nothing where they stand."""
        if not is_document or not node["ids"] or anchor_of(node["ids"][0]) is None:
            self._refuse(
                node, _marks(node), "locator-anchor",
                "The block has attributes, but no anchor of a document.",
                "write its anchor on the line above them, or remove them.",
            )  # fmt: skip
            return
        if "locator" in node and not is_locator(node["locator"]):
            self._refuse(
                node, ["locator"], "locator-form", f"“{node['locator'][:60]}” is no locator.",
                f'write at most {LONGEST} characters with a number or a word: locator="[57]".',
            )  # fmt: skip
        begins = isinstance(node, nodes.section) and "locator" in node
        if "numbering" in node and not (begins and node["numbering"] == "anew"):
            self._refuse(
                node, ["numbering"], "locator-numbering",
                "Numbers begin anew below a heading with a locator, and nowhere else.",
                'write {locator="Annex I" numbering=anew} above a heading.',
            )  # fmt: skip

    def _refuse(
        self, node: nodes.Element, names: Iterable[str], rule: str, message: str, mend: str
    ) -> None:
        for name in names:
            del node[name]
        report(self.env, line_of(node), rule, message, mend)

    def _place(self) -> None:
        """Note where each locator is in the document; each place once."""
        found: dict[str, nodes.Element] = {}
        for node in self.document.findall(nodes.Element):
            if "locator" not in node:
                continue
            node["where"] = ", ".join([*_annex(node), node["locator"]])
            first = found.setdefault(node["where"], node)
            if first is not node:
                report(
                    self.env, line_of(node), "locator-repeated",
                    f"The locator “{node['where']}” stands twice; the first is on line "
                    f"{line_of(first)}.",
                    "correct one of the two; where numbers begin anew, write numbering=anew with "
                    "the locator of the heading above them.",
                )  # fmt: skip

    def _nest(self, around: nodes.Element) -> None:
        """Move the parts of passages into nodes of their own, right after them."""
        nesting = _Nesting()
        for child in list(around.children):
            if not isinstance(child, nodes.Element) or _is_between(child):
                nesting.waiting.append(child)
                continue
            label = child.get("within")
            if label is not None and not nesting.put(child, label):
                self._refuse(
                    child, ["within"], "within-nothing",
                    f"No passage “{label}” stands right above what is to be within it.",
                    "name the passage by its label, as in within=p3; only other parts of it may "
                    "stand between the two.",
                )  # fmt: skip
                continue
            nesting.follow(child)


@dataclass(slots=True)
class _Nesting:
    """The passages that the next block may be a part of, each within the one before."""

    around: list[tuple[str, nodes.Element]] = field(default_factory=list)  # label and node
    waiting: list[nodes.Node] = field(default_factory=list)  # since the last block

    def put(self, child: nodes.Element, label: str) -> bool:
        """Put a block into the parts of a passage; say whether there is one."""
        names = [name for name, _node in self.around]
        if label not in names:
            return False
        del self.around[names.index(label) + 1 :]
        group = _parts_of(self.around[-1][1])
        for each in (*self.waiting, child):
            each.parent.remove(each)
            group.append(each)
        return True

    def follow(self, child: nodes.Element) -> None:
        """Note that the next block comes after this one."""
        self.waiting.clear()
        if "within" not in child:
            self.around.clear()
        if (anchor := anchor_of(child["ids"][0]) if child["ids"] else None) is not None:
            self.around.append((anchor.label.lower(), child))


def _parts_of(node: nodes.Element) -> clauses:
    """Return the node that holds the parts of a passage, which is made where there is none."""
    siblings = node.parent
    assert siblings is not None
    following = siblings.index(node) + 1
    group = siblings[following] if following < len(siblings) else None
    if not isinstance(group, clauses):
        group = clauses("", of=node["ids"][0])
        siblings.insert(following, group)
    return group


def _marks(node: nodes.Element) -> list[str]:
    return [name for name in ATTRIBUTES if name in node.attributes]


def _is_between(node: nodes.Element) -> bool:
    """Whether a node may stand between a passage and its parts; it goes with what follows it."""
    return isinstance(node, _BETWEEN) and "within" not in node


def _annex(node: nodes.Node) -> Iterator[str]:
    """Yield the locator of the innermost heading above a node below which numbers begin anew."""
    above = node.parent
    while above is not None:
        if isinstance(above, nodes.section) and "numbering" in above:
            yield above["locator"]
            return
        above = above.parent


def attributes_in_text(doctree: nodes.document, path: str) -> Iterator[Problem]:
    """Yield the lines that were meant as attributes, and stand in the text instead."""
    for text in below(doctree, nodes.Text):
        if "=" not in text or isinstance(text.parent, (nodes.literal, nodes.literal_block)):
            continue
        for line in _UNREAD.findall(text.astext()):
            yield Problem(
                path, line_of(text), "attributes-malformed",
                f"“{line[:60]}” is no line of attributes, and stands in the text.",
                "write it on a line of its own between the anchor and its block, with its values "
                'between quotation marks: {locator="[57]"}.',
            )  # fmt: skip


def parent_of(node: nodes.Element) -> Anchor | None:
    """Return the anchor of the passage that a block is a part of; None if it is none's."""
    above = node.parent
    while isinstance(above, nodes.Element) and not isinstance(above, nodes.section):
        if isinstance(above, clauses):
            return anchor_of(above["of"])
        anchor = anchor_of(above["ids"][0]) if above["ids"] else None
        if anchor is not None:
            return anchor
        above = above.parent
    return None
