"""Sorts the glossaries that ask for it by the custom of the archive's language.

Sphinx sorts them by the numbers of their letters; in English, whose letters are in that order, this
is left as it is.
"""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import GlossarySorter, SphinxTransform
from sphinx.util import logging

from archive.model.words import PROJECT, folded, is_at_hand, key_of

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
