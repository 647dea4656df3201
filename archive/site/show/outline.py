"""A page's frame: its outline, with the lists at the end of a document, and its description."""

from __future__ import annotations

from html import escape
from textwrap import shorten
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.citation.metadata import Meta
from archive.model.words import N_, Words
from archive.upstream.access import builder_of

_HEADINGS = N_("Moved from here"), N_("References"), N_("Referred to by")
_OTHER_FORMS = "other-forms-name", N_("In other forms")  # which the template has


def closing_heading(heading: str, say: Words, env: BuildEnvironment) -> nodes.rubric:
    """Return one of ``_HEADINGS``, of a list that is added to the end of a document.

    Only a page's is a heading of its outline: it is no part of what the document says.
    """
    if builder_of(env).name != "html":
        return nodes.rubric("", say(heading), is_closing=True)
    id_ = f"list-{heading.lower().replace(' ', '-')}"
    return nodes.rubric("", say(heading), ids=[id_], **{"heading-level": 2})


def describe_page(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add what a page without a record is about, in the words that it begins with."""
    first = doctree.next_node(nodes.paragraph) if doctree and "record" not in context else None
    if first is not None and "page_metadata" in context:
        said = shorten(first.astext(), 200, placeholder=" …")
        context["page_metadata"] = (*context["page_metadata"], Meta("name", "description", said))


def complete_outline(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add these headings to the outline of a document's page."""
    if "record" not in context or "hide-toc" in (context.get("meta") or {}):
        return
    id_of_forms, forms = _OTHER_FORMS
    links = "".join(
        f'<li><a class="reference" href="#{id_}">{escape(heading)}</a></li>\n'
        for id_, heading in (
            *((each["ids"][0], each.astext()) for each in doctree.findall(nodes.rubric)
              if "heading-level" in each),
            (id_of_forms, context["words"](forms)),
        )
    )  # fmt: skip
    above, _, below = context["toc"].rpartition("</li>")  # of the title
    sections = above.rstrip().removesuffix("</ul>")
    opening = "" if sections != above.rstrip() else "<ul>\n"
    context["toc"] = f"{sections}{opening}{links}</ul>\n</li>{below}"
    context["furo_hide_toc"] = False
