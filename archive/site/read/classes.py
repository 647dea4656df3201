"""Refuses classes that mean something to the style sheet, the scripts or the engine itself.

With such a class a passage could be hidden from readers, or from search, while its words and so its
fingerprint stay what they were.  Other classes mean nothing and do no harm.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from archive.model import Problem
from archive.model.frontmatter import CLASS as TO_REWRITE
from archive.site.know.domain import archive_domain, path_being_read
from archive.site.nodes import below, tombstone
from archive.site.read.forbidden import line_of
from archive.upstream.theme import FOLDER

_EDITORS_NOTE = "editors-note"
_FOR_AUTHORS = f"{TO_REWRITE}, and {_EDITORS_NOTE} on an admonition"

# What parsers, roles and directives write themselves; none of it hides anything.
_PARSED = frozenset([
    "code", "contents", "deprecated", "epigraph", "field-list", "glossary", "guilabel",
    "highlights", "literal-block-wrapper", "pull-quote", "simple", "std-term", "text-center",
    "text-left", "text-right", "title", "toctree-wrapper", "versionadded", "versionchanged",
    "versionmodified", "versionremoved", "xref",
])  # fmt: skip

# Classes that no style sheet names, and those of the engine's directives.
_UNSTYLED = frozenset(["record-fields", "record-fingerprint", "tombstone-notice"])
_OF_DIRECTIVES = frozenset(["chronology", "stated-in", "tombstone-notice"])

_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


@cache
def _meant() -> frozenset[str]:
    """The classes with a meaning."""
    furo = Path(str(files("furo")), "theme/furo/static/styles")
    sheets = (*FOLDER.glob("static/*.css"), *furo.glob("*.css"))
    named: set[str] = {
        name for sheet in sheets for name in _CLASS.findall(sheet.read_text("utf-8"))
    }
    return frozenset(named | _UNSTYLED) - _PARSED


class RefuseClasses(SphinxTransform):
    """Reports and removes classes that an author may not use."""

    default_priority = 215  # after ClassAttribute of docutils, before the engine adds its own

    def apply(self, **kwargs: object) -> None:
        path, problems = path_being_read(self.env), []
        for node in below(self.document, nodes.Element):
            for name in _refused(node):
                node["classes"].remove(name)
                problems.append(Problem(
                    path, line_of(node), "class-refused",
                    f"The class “{name}” is the engine's own.",
                    f"remove it; classes for authors are {_FOR_AUTHORS}.",
                ))  # fmt: skip
        archive_domain(self.env).add_faults(self.env.current_document.docname, problems)


def _refused(node: nodes.Element) -> list[str]:
    meant = _meant().intersection(node.get("classes", ()))
    if not meant:
        return []
    allowed = {TO_REWRITE} | (_OF_DIRECTIVES if _is_of_directive(node) else set())
    if isinstance(node, nodes.Admonition):
        allowed.add(_EDITORS_NOTE)
    return sorted(meant - allowed)


def _is_of_directive(node: nodes.Element) -> bool:
    """Whether one of the engine's own directives made a node: an event, or a notice."""
    inside = node.parent
    if isinstance(inside, nodes.definition):  # in an item of a list
        inside = inside.parent.parent
    return "edtf" in node or isinstance(inside, tombstone) or "edtf" in (inside or ())
