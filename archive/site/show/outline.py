"""The lists at the end of a document, as headings that its page's outline leads to."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.upstream.access import builder_of

OTHER_FORMS = "other-forms-name", "In other forms"  # which the template has


def closing_heading(words: str, env: BuildEnvironment, **attributes: list[str]) -> nodes.rubric:
    """Return the heading of a list that is added to the end of a document.

    Only a page's is a heading of its outline: it is no part of what the document says.
    """
    if builder_of(env).name != "html":
        return nodes.rubric("", words, **attributes)
    id_ = f"list-{words.lower().replace(' ', '-')}"
    return nodes.rubric("", words, ids=[id_], **{"heading-level": 2}, **attributes)


def complete_outline(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add these headings to the outline of a document's page."""
    if "record" not in context or "hide-toc" in (context.get("meta") or {}):
        return
    added = [
        (heading["ids"][0], heading.astext())
        for heading in doctree.findall(nodes.rubric) if "heading-level" in heading
    ]  # fmt: skip
    links = "".join(
        f'<li><a class="reference internal" href="#{id_}">{escape(words)}</a></li>\n'
        for id_, words in (*added, OTHER_FORMS)
    )
    above, _, below = context["toc"].rpartition("</li>")  # of the title
    sections = above.rstrip().removesuffix("</ul>")
    opening = "" if sections != above.rstrip() else "<ul>\n"
    context["toc"] = f"{sections}{opening}{links}</ul>\n</li>{below}"
    context["furo_hide_toc"] = False
