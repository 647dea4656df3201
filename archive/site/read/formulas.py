"""Formulas: LaTeX becomes MathML, at read time and without script."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import get_node_line

from archive.model.problem import Problem
from archive.site.know.domain import archive_domain
from archive.site.nodes import passage_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
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


# Stands between the formulas of one run; as raw text of the form asked for, pandoc leaves it alone.
_BETWEEN = "//@@formula@@"

# The version of pandoc's own node tree, which all of its versions 3 read.
_TREE = [1, 23]

_ENVIRONMENT = re.compile(r"\s*\\begin\s*\{")

_PARTED = re.compile(r"\n\s*\n")

_ARROW = re.compile(r"^\s*\^\s*$")  # under the place of an error

_ELEMENT = re.compile(r"<(math\b.*</math>)", re.DOTALL)


class NoConverterError(Exception):
    """Pandoc is not installed."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written."""

    latex: str
    is_block: bool  # stands by itself, and not within a line


@dataclass(frozen=True, slots=True)
class Drawn:
    """A formula in the forms in which it is shown."""

    mathml: str  # one <math> element (MathML Core)
    typst: str  # an equation of Typst, dollar signs and all


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a formula could not be read."""

    reason: str


def draw(formulas: Sequence[Formula]) -> list[Drawn | Refusal]:
    """Each formula in all forms, in their order.

    Raises NoConverterError where pandoc is not installed.
    """
    pages, complaints = _run(formulas, "html")
    prints, _ = _run(formulas, "typst")
    reasons = _reasons(complaints)
    return [
        Drawn(mathml, printed.strip())
        if (mathml := _math(page, formula))
        else Refusal(next(reasons, "pandoc cannot read it"))
        for formula, page, printed in zip(formulas, pages, prints, strict=True)
    ]


def has_converter() -> bool:
    """Whether pandoc is installed."""
    try:
        _pandoc()
    except NoConverterError:
        return False
    return True


def _run(formulas: Sequence[Formula], form: str) -> tuple[list[str], str]:
    """What pandoc makes of each formula in one form, and what it says to them."""
    done = subprocess.run(
        [_pandoc(), "--from=json", f"--to={form}", "--mathml", "--wrap=none"],
        input=json.dumps(_tree(formulas, form)), capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return re.split(rf"(?m)^{_BETWEEN}$", done.stdout)[1:], done.stderr


def _pandoc() -> str:
    """The path of the pandoc that comes with pypandoc-binary."""
    try:
        path: str = import_module("pypandoc").get_pandoc_path()
    except (ImportError, OSError) as error:
        raise NoConverterError from error
    return path


def _tree(formulas: Sequence[Formula], form: str) -> dict[str, object]:
    """A document of pandoc with a paragraph for each formula."""
    blocks: list[dict[str, object]] = []
    for formula in formulas:
        kind = {"t": "DisplayMath" if formula.is_block else "InlineMath"}
        math = {"t": "Math", "c": [kind, _whole(formula)]}
        blocks.append({"t": "RawBlock", "c": [form, _BETWEEN]})
        blocks.append({"t": "Para", "c": [math]})
    return {"pandoc-api-version": _TREE, "meta": {}, "blocks": blocks}


def _whole(formula: Formula) -> str:
    """The LaTeX of a formula; several equations of one block stand below one another."""
    latex = formula.latex.strip()
    parts = [part.strip() for part in _PARTED.split(latex)] if formula.is_block else [latex]
    lines = formula.is_block and r"\\" in latex and not _ENVIRONMENT.match(latex)
    if len(parts) > 1 or lines:
        return r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"
    return latex


def _math(page: str, formula: Formula) -> str:
    """The <math> element, with the LaTeX for readers that show none; empty where there is none."""
    found = _ELEMENT.search(page)
    if found is None:
        return ""
    latex = quoteattr(" ".join(formula.latex.split()))
    return found[1].replace("math", f"<math alttext={latex}", 1)


def _reasons(complaints: str) -> Iterator[str]:
    """The first line that pandoc says to each formula it cannot read, after the place in it."""
    for complaint in complaints.split("Could not convert TeX math")[1:]:
        lines = complaint.splitlines()
        marked = [number for number, line in enumerate(lines) if _ARROW.match(line)]
        told = lines[marked[-1] + 1 :] if marked else []
        yield " ".join(told[0].split()) if told else "pandoc cannot read it"
