"""Footnotes and formulas: both are made once, as a page is read, for every form."""

from __future__ import annotations

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain, count
from xml.sax.saxutils import quoteattr

from docutils import nodes
from docutils.transforms.references import Footnotes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import get_node_line
from sphinx.writers.html5 import HTML5Translator

from archive.model.passage import FOOTNOTE
from archive.site import passage_label
from archive.site.know.domain import archive_domain, document_being_read, report
from archive.site.know.facts import anchor_of
from archive.site.read.forbidden import line_of

# --- Numbers the footnotes of a page once, as it is read, for every form.
#
# A footnote whose label is an anchor (``[^ruling-f12]``) is a passage and has the anchor's number.
# Every other one is part of what refers to it.  These are numbered in the order in which they are
# first referred to, without the numbers of passages: the marks in a note come right after the first
# mark of that note, as they do at the foot of a printed page.
#
# What writers rely on: the notes stand at the end of the page in the order of their numbers, the
# first child of each is a ``label`` with its number.  A mark has the number as its text and the id
# of its note as ``refid``; ``backrefs`` of a note are its marks in the order of the text.

_COUNTED = re.compile(r"(?:footnote-reference-|id)\d+")  # ids that docutils makes by counting

Marks = dict[nodes.footnote, list[nodes.footnote_reference]]


class NumberFootnotes(SphinxTransform):
    """Gives notes and marks their numbers and ids, and leaves docutils nothing to number."""

    default_priority = Footnotes.default_priority - 3  # before MyST sorts them by label
    needs = (nodes.footnote, nodes.footnote_reference)

    def apply(self, **kwargs: object) -> None:
        document = self.document
        notes = list(document.findall(nodes.footnote))
        for note in notes:
            self._take_former(note)
        if document_being_read(self.env) is not None:
            self._check(notes)
        marks = _marks(document, notes)
        numbers = _numbers(marks)
        for note in sorted(notes, key=numbers.__getitem__):
            self._number(note, str(numbers[note]), marks[note])
        # What docutils, Sphinx and MyST still do: tell notes without marks, move notes to the end.
        lists = (document.footnotes, document.autofootnotes, document.symbol_footnotes)
        document.footnotes = sorted(chain(*lists), key=numbers.__getitem__)
        document.autofootnotes, document.symbol_footnotes = [], []
        document.autofootnote_refs, document.symbol_footnote_refs = [], []
        document.footnote_refs = {}

    def _number(
        self, note: nodes.footnote, number: str, marks: list[nodes.footnote_reference]
    ) -> None:
        if isinstance(note.next_node(descend=True), nodes.label):
            note.pop(0)
        note.insert(0, nodes.label("", number))
        self._name(note, f"note-{number}")
        for place, mark in enumerate(marks, start=1):
            self._name(mark, f"{note['ids'][0]}-mark{f'-{place}' if place > 1 else ''}")
            mark.attributes.pop("refname", None)
            mark[:] = [nodes.Text(number)]
            mark["refid"] = note["ids"][0]
            mark.resolved = 1
            note.add_backref(mark["ids"][0])

    def _name(self, node: nodes.Element, id_: str) -> None:
        """Give a node an id that no other note or mark changes, unless its author named it."""
        counted = [each for each in node["ids"] if _COUNTED.fullmatch(each)]
        if not counted and node["ids"]:
            return
        free = id_ if id_ not in self.document.ids else f"{id_}-of-{counted[0]}"
        node["ids"] = [free, *(each for each in node["ids"] if each not in counted)]
        self.document.ids[free] = node
        for name in node["names"]:
            self.document.nameids[name] = free

    def _take_former(self, note: nodes.footnote) -> None:
        """Give a note the anchors above it, which docutils gives to no footnote."""
        place = note.parent.index(note)
        while place and isinstance(target := note.parent[place - 1], nodes.target):
            place -= 1
            former = [each for each in target["ids"] if anchor_of(each) is not None]
            for id_ in former:
                note["ids"].append(id_)
                self.document.ids[id_] = note
            target["ids"] = [each for each in target["ids"] if each not in former]

    def _check(self, notes: list[nodes.footnote]) -> None:
        """Tell notes in a place where nothing else stands, and anchors that are not their label."""
        for note in notes:
            if isinstance(note.parent, nodes.list_item) and len(note.parent) == 1:
                report(
                    self.env, line_of(note), "footnote-place",
                    "An item of a list holds nothing but the text of a footnote.",
                    "write the footnote outside the list, on a line that begins with [^.",
                )  # fmt: skip
            label, *above = map(anchor_of, note["ids"] or [""])
            if label is None and any(above):
                report(
                    self.env, line_of(note), "footnote-anchor",
                    "The anchor above a footnote is not its own: a footnote has the anchor that is "
                    "its label.",
                    f"write [^{next(filter(None, above))}] as its label, also where it is marked.",
                )  # fmt: skip
            elif label is not None and label.letter != FOOTNOTE:
                report(
                    self.env, line_of(note), "footnote-letter",
                    f"The anchor “{label}” of a footnote has the letter {label.letter}.",
                    f"write [^{label.document}-{FOOTNOTE}{label.number}], or a label that is no "
                    "anchor.",
                )  # fmt: skip


def _marks(document: nodes.document, notes: list[nodes.footnote]) -> Marks:
    """Return the marks of each note in the order in which a reader meets them.

    Whoever comes to the first mark of a note reads the note, with the marks in it, before going on.
    Notes without marks come last.
    """
    leads = _leads(document, notes)
    within: defaultdict[nodes.footnote | None, list[nodes.footnote_reference]] = defaultdict(list)
    for mark in leads:
        within[_note_around(mark)].append(mark)
    found: Marks = {}
    for start in (None, *notes):  # the text, and then each note to which it does not lead
        if start in found:
            continue
        if start is not None:
            found[start] = []
        reading = [iter(within[start])]  # the marks that are still to be met, of all open notes
        while reading:
            met = next(reading[-1], None)
            if met is None:
                reading.pop()
                continue
            note = leads[met]
            if note not in found:
                reading.append(iter(within[note]))
            found.setdefault(note, []).append(met)
    return found


def _leads(
    document: nodes.document, notes: list[nodes.footnote]
) -> dict[nodes.footnote_reference, nodes.footnote]:
    """Return the note to which each mark leads, in the order of the text."""
    named = {name: note for note in notes for name in note["names"]}
    # The notes of reStructuredText that have no label belong to its marks without one, in turn.
    nameless = iter([note for note in notes if not note["names"]])
    found: dict[nodes.footnote_reference, nodes.footnote] = {}
    for mark in document.findall(nodes.footnote_reference):
        name = mark.get("refname")
        note = next(nameless, None) if name is None else named.get(name)
        if note is not None:
            found[mark] = note
    return found


def _note_around(node: nodes.Node) -> nodes.footnote | None:
    above: nodes.Node | None = node.parent
    while above is not None and not isinstance(above, nodes.footnote):
        above = above.parent
    return above


def _numbers(marks: Marks) -> dict[nodes.footnote, int]:
    """Return the number of each note."""
    own = {note: number for note in marks if (number := _own_number(note)) is not None}
    taken = set(own.values())
    free = (number for number in count(1) if number not in taken)
    return {note: own[note] if note in own else next(free) for note in marks}


def _own_number(note: nodes.footnote) -> int | None:
    """Return the number of a note that is a passage."""
    anchor = anchor_of(note["ids"][0]) if note["ids"] else None
    return anchor.number if anchor is not None and anchor.letter == FOOTNOTE else None


# --- Converts formulas from LaTeX to MathML and Typst when a page is read; pages need no script.
#
# Pandoc converts all formulas of a page in one run for each format.

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
