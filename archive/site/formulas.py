"""Formulas: pandoc makes MathML for pages and Typst for print of the LaTeX that authors write."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
