"""The legend of the signs of a document, as each form of output has them."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from archive.model.words import N_
from archive.site.nodes import placeholder

# By the name of the builder; “paper” is a page that a browser prints.  A sign stands in the legend
# only where it stands in the text.
SIGNS = {
    "html": N_(
        "Below a document’s title a line says who issued it, its kind and date; it opens to all "
        "that is known of the document, its record. Each passage and each editor’s note has a "
        "label in the margin, which is its address, and “Cite” below it, which shows how to cite "
        "it and what became of it. Words between double quotation marks and two bars are "
        "exact; an arrow behind them leads to the work they are from, with ≠ beside it if they "
        "stand otherwise there, and with ? if they were not found there. A line of dots below a "
        "word leads to the glossary, a name and a year in square brackets to the work cited. What "
        "stands in sans-serif type beside a double rule, under a heading that says so, is the "
        "editor’s. Pointing at a link, or reaching it with the keyboard, shows what it leads to; "
        "the Escape key puts that away again. None of this depends on colour, and all of it can "
        "be read without script."
    ),
    "pdf": N_(
        "Below a document’s title stands all that is known of it, its record. Each passage and "
        "each editor’s note has a label in the margin, which ends its address on the web. Words "
        "between double quotation marks are exact. A small arrow behind them says that they were "
        "found in the work they are from, one that is struck through that they stand otherwise "
        "there, a dotted one that they were not found there. A name and a year in square brackets "
        "lead to the work cited. What stands beside a rule, under a heading that says so, is the "
        "editor’s."
    ),
    "paper": N_(
        "Below a document’s title stands all that is known of it, its record. Each passage and "
        "each editor’s note has a label in the margin, which ends its address on the web. Words "
        "between double quotation marks are exact; an arrow behind them says that they were found "
        "in the work they are from, with ≠ beside it that they stand otherwise there, and with ? "
        "that they were not found there. A name and a year in square brackets lead to the work "
        "cited. What stands beside a double rule, under a heading that says so, is the editor’s."
    ),
    "epub": N_(
        "Below a document’s title stands all that is known of it, its record. Each passage and "
        "each editor’s note begins with its label, which ends its address on the web. Words "
        "between double quotation marks are exact; an arrow behind them leads to the work they "
        "are from, with ≠ beside it if they stand otherwise there, and with ? if they were not "
        "found there. Links lead to the glossary, and from a name and a year in square brackets "
        "to the work cited. What stands beside a double rule, under a heading that says so, is "
        "the editor’s. At the end of a document stand the works it cites, who refers to it, and "
        "how it was made."
    ),
}


class SignsDirective(SphinxDirective):
    """Marks the place of the legend.  Takes no argument; search knows the legend of pages."""

    def run(self) -> list[nodes.Node]:
        return [placeholder("", nodes.paragraph("", SIGNS["html"]), of=self.name)]
