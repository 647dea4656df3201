"""Formulas in LaTeX: MathML in pages and in the EPUB, without any script, and Typst in print.

What is made of a formula stands at its node, so that every form of a page has the same one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import get_node_line

from archive.model.problem import Problem
from archive.site.domain import archive_domain
from archive.site.formulas import Drawn, Formula, NoConverterError, draw, has_converter
from archive.site.nodes import passage_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

_EQUATION = "equation-"  # Sphinx begins the ids of equations with it
# What MyST labels a numbered environment of amsmath with: another one at each build.
_RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


_NO_CONVERTER = "formula-converter-missing"


class Equations(SphinxTransform):
    """Puts an archive's anchor before the id that Sphinx gives an equation, and drops chance ids.

    An anchor is a block's first id.
    """

    default_priority = 830  # before anchors are looked for

    def apply(self, **kwargs: object) -> None:
        equations = self.env.domains.math_domain.equations
        for block in self.document.findall(nodes.math_block):
            label = block.get("label") or ""
            if _RANDOM.fullmatch(label):
                equations.pop(label, None)
                block["ids"] = [id_ for id_ in block["ids"] if id_ != f"{_EQUATION}{label}"]
            block["ids"].sort(key=lambda id_: id_.startswith(_EQUATION))


class Formulas(SphinxTransform):
    """Keeps at each formula its MathML and its Typst: attributes ``mathml`` and ``typst``."""

    default_priority = 850

    def apply(self, **kwargs: object) -> None:
        found = [node for node in self.document.findall(nodes.Element) if _is_formula(node)]
        if not found:
            return
        try:
            drawn = draw([
                Formula(node.astext(), isinstance(node, nodes.math_block)) for node in found
            ])  # fmt: skip
        except NoConverterError:
            self._tell([self._unreadable(found[0])])
            return
        for node, formula in zip(found, drawn, strict=True):
            if isinstance(formula, Drawn):
                node["mathml"], node["typst"] = formula.mathml, formula.typst
        self._tell(
            self._wrong(node, formula.reason)
            for node, formula in zip(found, drawn, strict=True)
            if not isinstance(formula, Drawn)
        )

    def _tell(self, problems: Iterator[Problem] | list[Problem]) -> None:
        archive_domain(self.env).blame(self.env.current_document.docname, problems)

    def _wrong(self, node: nodes.Element, reason: str) -> Problem:
        shown = " ".join(node.astext().split())[:60]
        return Problem(
            *self._place(node), "formula-unreadable",
            f"The formula “{shown}” cannot be read: {reason}.",
            "write it in LaTeX’s mathematics.",
        )  # fmt: skip

    def _unreadable(self, node: nodes.Element) -> Problem:
        return Problem(
            *self._place(node), _NO_CONVERTER,
            "The page has formulas, and what reads them is not installed.",
            "run make math, and build again.",
        )  # fmt: skip

    def _place(self, node: nodes.Element) -> tuple[str, int]:
        path = self.env.doc2path(self.env.current_document.docname, base=False)
        return path.as_posix(), get_node_line(node) or 0


def unread(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
    """The pages whose formulas could not be read when their converter was not there yet."""
    waiting = [
        docname for docname, faults in archive_domain(env).faults.items()
        if any(fault.rule == _NO_CONVERTER for fault in faults)
    ]  # fmt: skip
    return waiting if waiting and has_converter() else []


def _is_formula(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.math, nodes.math_block))


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="math") + _shown(node) + "</span>")
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    """A block of its own; within a paragraph, where no block may stand, a part of the line."""
    element = "span" if isinstance(node.parent, nodes.TextElement) else "div"
    self.body.append(self.starttag(node, element, "", CLASS="math display"))
    for label in node.findall(passage_label):
        label.walkabout(self)
    self.body.append(f'<span class="formula">{_shown(node)}</span>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({node["number"]})')
        if node["ids"]:
            self.add_permalink_ref(node, "Permalink to this equation")
        self.body.append("</span>")
    self.body.append(f"</{element}>\n")
    raise nodes.SkipNode


def _shown(node: nodes.Element) -> str:
    mathml: str = node.get("mathml", "")
    return mathml


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_transform(Equations)
    app.add_transform(Formulas)
    app.connect("env-get-outdated", unread)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
