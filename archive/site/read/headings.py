"""Completes a page as it is read: works named in headings, the legend of signs, sorted terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import GlossarySorter, SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib.bibtex.citation_target import parse_citation_targets

from archive.citation.style import ArchiveStyle
from archive.model.words import N_, PROJECT, folded, is_at_hand, key_of
from archive.site.know.domain import archive_domain
from archive.site.nodes import placeholder
from archive.upstream.domains import entries_of

# --- Names works in headings as readers see them, before the bibliography is made.
#
# Sphinx takes the name of a heading for its contents, its breadcrumbs, its inventory and its search
# as a page is read.  Citations have their labels only after all pages are read, so that their keys
# would stand in these names.


class CitationsInHeadings(SphinxTransform):
    """Gives citations in titles the labels of their works as their text."""

    default_priority = 500
    needs = (addnodes.pending_xref,)

    def apply(self, **kwargs: object) -> None:
        cited: dict[str, str] = {}
        for title in self.document.findall(nodes.title):
            for citation in title.findall(addnodes.pending_xref):
                if citation.get("refdomain") == "cite":
                    targets = list(parse_citation_targets(citation["reftarget"]))
                    labels = _labels(self.env, [each.key for each in targets])
                    cited |= labels
                    shown = "; ".join(
                        f"{each.pre}{' ' * bool(each.pre)}{labels[each.key]}"
                        f"{', ' * bool(each.post)}{each.post}"
                        for each in targets
                    )  # fmt: skip
                    citation[:] = [nodes.inline("", f"[{shown}]")]
        if cited:
            docname = self.env.current_document.docname
            archive_domain(self.env).named_works[docname] = cited


def _labels(env: BuildEnvironment, keys: Iterable[str]) -> dict[str, str]:
    """Return the labels of works by key; of a work that is unknown, its key."""
    known = archive_domain(env).work_labels
    if known is None:
        style, entries = ArchiveStyle(language=env.config.language), entries_of(env).values()
        ordered = style.sort(entries)
        known = {each.key: label for each, label in zip(ordered, style.format_labels(ordered))}
        archive_domain(env).work_labels = known
    return {key: known.get(key, key) for key in keys}


def renamed_headings(app: Sphinx, env: BuildEnvironment, *_changes: Set[str]) -> Iterator[str]:
    """Yield the pages whose headings cite a work that has another label now."""
    named: Mapping[str, Mapping[str, str]] = archive_domain(env).named_works
    for docname, labels in named.items():
        if docname in env.found_docs and _labels(env, labels) != labels:
            yield docname


# --- The legend of the signs of a document, as each form of output has them.

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


# --- Sorts the glossaries that ask for it by the custom of the archive's language.
#
# Sphinx sorts them by the numbers of their letters; in English, whose letters are in that order,
# this is left as it is.

_log = logging.getLogger(__name__)


class SortedGlossaries(SphinxTransform):
    """Sorts the terms of a glossary with the option ``sorted``."""

    default_priority = GlossarySorter.default_priority + 1
    needs = (addnodes.glossary,)

    def apply(self, **kwargs: object) -> None:
        key = key_of(self.config.language)
        if key is folded:
            return
        for glossary in self.document.findall(addnodes.glossary):
            if glossary["sorted"]:
                for terms in glossary.findall(nodes.definition_list):
                    terms.children.sort(key=lambda item: key(item[0].astext()))  # type: ignore[index]


def tell_of_order(app: Sphinx) -> None:
    """Tell where words cannot be sorted as the archive's language sorts them."""
    language = app.config.language
    if not is_at_hand(language):
        _log.info(
            "notice: the order of words in “%s” is not at hand: works and terms stand in that of "
            "English. To mend: run make, or install %s", language, PROJECT,
        )  # fmt: skip
