"""Converts formulas from LaTeX to MathML and Typst when a page is read; pages need no script.

Pandoc converts all formulas of a page in one run for each format.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from xml.sax.saxutils import quoteattr

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import get_node_line
from sphinx.writers.html5 import HTML5Translator

from archive.site.know.domain import archive_domain, report
from archive.site.nodes import passage_label

_KINDS = (nodes.math, nodes.math_block)
_EQUATION = "equation-"  # the beginning of Sphinx's ids of equations

# The UUID with which MyST labels an amsmath environment; it differs at each build.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_CONVERTER = "formula-converter-missing"


class Equations(SphinxTransform):
    """Removes random ids of equations and sorts the others, so that an anchor is the first id."""

    default_priority = 830  # before the transforms that look for anchors
    needs = (nodes.math_block,)

    def apply(self, **kwargs: object) -> None:
        equations = self.env.domains.math_domain.equations
        for block in self.document.findall(nodes.math_block):
            label = block.get("label") or ""
            if _UUID.fullmatch(label):
                equations.pop(label, None)
                block["ids"] = [id_ for id_ in block["ids"] if id_ != f"{_EQUATION}{label}"]
            block["ids"].sort(key=lambda id_: id_.startswith(_EQUATION))


class Formulas(SphinxTransform):
    """Sets the attributes ``mathml`` and ``typst`` of each formula."""

    default_priority = 850
    needs = _KINDS

    def apply(self, **kwargs: object) -> None:
        found = [node for node in self.document.findall(nodes.Element) if isinstance(node, _KINDS)]
        if not found:
            return
        if _pandoc() is None:
            report(
                self.env, get_node_line(found[0]) or 0, _NO_CONVERTER,
                "The page has formulas, but their converter, pandoc, is not installed.",
                "run make, which installs it.",
            )  # fmt: skip
            return
        formulas = [Formula(node.astext(), isinstance(node, nodes.math_block)) for node in found]
        for node, formula in zip(found, draw(formulas), strict=True):
            if isinstance(formula, Drawn):
                node["mathml"], node["typst"] = formula.mathml, formula.typst
            else:
                shown = " ".join(node.astext().split())[:60]
                report(
                    self.env, get_node_line(node) or 0, "formula-unreadable",
                    f"The formula “{shown}” cannot be read: {formula.reason}.",
                    "write it in LaTeX’s mathematics.",
                )  # fmt: skip


def unconverted_pages(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
    """Return the pages that were read without pandoc, once it is installed."""
    waiting = [
        docname for docname, faults in archive_domain(env).faults.items()
        if any(fault.rule == _NO_CONVERTER for fault in faults)
    ]  # fmt: skip
    return waiting if waiting and _pandoc() is not None else []


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(
        self.starttag(node, "span", "", CLASS="math") + node.get("mathml", "") + "</span>"
    )
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a ``div``; a ``span`` in a paragraph, where HTML allows no block."""
    element = "span" if isinstance(node.parent, nodes.TextElement) else "div"
    self.body.append(self.starttag(node, element, "", CLASS="math display"))
    for label in node.findall(passage_label):
        label.walkabout(self)
    self.body.append(f'<span class="formula">{node.get("mathml", "")}</span>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({node["number"]})')
        if node["ids"]:
            self.add_permalink_ref(node, "Permalink to this equation")
        self.body.append("</span>")
    self.body.append(f"</{element}>\n")
    raise nodes.SkipNode


# Separates the formulas of one run: raw text of the output format, which pandoc does not change.
_SEPARATOR = "//@@formula@@"

# The version of pandoc's document tree that every pandoc 3 reads.
_TREE = [1, 23]
_ENVIRONMENT = re.compile(r"\s*\\begin\s*\{")
_BLANK_LINE = re.compile(r"\n\s*\n")
_ARROW = re.compile(r"^\s*\^\s*$")  # below the position of an error
_ELEMENT = re.compile(r"<(math\b.*</math>)", re.DOTALL)

_STYLE = re.compile(r"""(<m[a-z]+\b[^<>]*?) style="[^"]*\"""")


@dataclass(frozen=True, slots=True)
class Formula:
    latex: str
    is_block: bool  # a block of its own, not part of a line


@dataclass(frozen=True, slots=True)
class Drawn:
    """A formula in the two output formats."""

    mathml: str  # one <math> element (MathML Core)
    typst: str  # a Typst equation with its dollar signs


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str


def draw(formulas: Sequence[Formula]) -> list[Drawn | Refusal]:
    """Convert formulas, in order.  Pandoc must be installed."""
    pages, complaints = _run(formulas, "html")
    prints, _ = _run(formulas, "typst")
    reasons = _reasons(complaints)
    return [
        Drawn(mathml, printed.strip())
        if (mathml := _math(page, formula))
        else Refusal(next(reasons, "pandoc cannot read it"))
        for formula, page, printed in zip(formulas, pages, prints, strict=True)
    ]


def _run(formulas: Sequence[Formula], form: str) -> tuple[list[str], str]:
    """Return pandoc's output for each formula in one format, and its error messages."""
    pandoc = _pandoc()
    assert pandoc is not None
    done = subprocess.run(
        [pandoc, "--from=json", f"--to={form}", "--mathml", "--wrap=none"],
        input=json.dumps(_tree(formulas, form)), capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return re.split(rf"(?m)^{_SEPARATOR}$", done.stdout)[1:], done.stderr


def _pandoc() -> str | None:
    """Return the path of the pandoc in pypandoc-binary; None if it is not installed."""
    try:
        path: str = import_module("pypandoc").get_pandoc_path()
    except (ImportError, OSError):
        return None
    return path


def _tree(formulas: Sequence[Formula], form: str) -> dict[str, object]:
    """Return a pandoc document with one paragraph for each formula."""
    blocks: list[dict[str, object]] = []
    for formula in formulas:
        kind = {"t": "DisplayMath" if formula.is_block else "InlineMath"}
        math = {"t": "Math", "c": [kind, _latex(formula)]}
        blocks.append({"t": "RawBlock", "c": [form, _SEPARATOR]})
        blocks.append({"t": "Para", "c": [math]})
    return {"pandoc-api-version": _TREE, "meta": {}, "blocks": blocks}


def _latex(formula: Formula) -> str:
    """Return the LaTeX of a formula, with several equations of one block aligned in lines."""
    latex = formula.latex.strip()
    parts = [part.strip() for part in _BLANK_LINE.split(latex)] if formula.is_block else [latex]
    lines = formula.is_block and r"\\" in latex and not _ENVIRONMENT.match(latex)
    if len(parts) > 1 or lines:
        return r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"
    return latex


def _math(page: str, formula: Formula) -> str:
    """Return the <math> element with the LaTeX as its ``alttext``; empty if there is none.

    Pages may have no styles: columns are aligned by the style sheet, which reads ``columnalign``.
    """
    found = _ELEMENT.search(page)
    if found is None:
        return ""
    latex = quoteattr(" ".join(formula.latex.split()))
    return _STYLE.sub(r"\1", found[1]).replace("math", f"<math alttext={latex}", 1)


def _reasons(complaints: str) -> Iterator[str]:
    """Yield, for each formula that pandoc rejects, the line that follows the marked position."""
    for complaint in complaints.split("Could not convert TeX math")[1:]:
        lines = complaint.splitlines()
        marked = [number for number, line in enumerate(lines) if _ARROW.match(line)]
        told = lines[marked[-1] + 1 :] if marked else []
        yield " ".join(told[0].split()) if told else "pandoc cannot read it"
