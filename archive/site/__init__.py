"""The site: reading pages, keeping and checking their facts, showing them, files beside pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any, TypeVar

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.model.verifying import counted
from archive.model.words import N_, words

# --- The archive's own node types, with their HTML visitors.
#
# ``html`` of each type are the functions that visit and depart its nodes, in pages and in the EPUB.

Found = TypeVar("Found", bound=nodes.Node)


def below(root: nodes.Node, *kinds: type[Found]) -> list[Found]:
    """Return a node and all below it that are of some kinds, in order.

    As ``Node.findall``, in half of its time, for several kinds at once.
    """
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, kinds):
            found.append(node)
        if node.children:
            waiting.extend(node.children[::-1])
    return found


Visitor = Callable[[HTML5Translator, Any], None]


Markup = Callable[[HTML5Translator, Any], str]


def around(opening: Markup, closing: str | Markup) -> tuple[Visitor, Visitor]:
    """Return visitors that write markup before the content of a node and after it."""

    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(opening(self, node))

    def depart(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(closing if isinstance(closing, str) else closing(self, node))

    return visit, depart


# Characters that the margin of a page has room for, and that it has room for where it is made
# wider; a longer label stands above its block.
SHORT, LONG = 8, 16


PERMALINK = N_("Permalink to {passage}")  # explains a label


def _permalink(_self: HTML5Translator, node: nodes.Element) -> str:
    """Begin a permalink: its name is what is seen (WCAG 2.2, 2.5.3), its title explains it.

    Scripts take the spoken name from the title, in other languages than English from ``data-name``.
    """
    explained = escape(node["explained"], quote=True)
    is_english = node["explained"] == PERMALINK.format(passage=node["spoken"])
    name = "" if is_english else f' data-name="{escape(node["spoken"], quote=True)}"'
    level = node.get("level")
    heading = f'<span class="passage-name" role="heading" aria-level="{level}">' if level else ""
    long = " long" if len(node["label"]) > LONG else ""
    number = node.get("number", "")
    full = f' data-number="{escape(number, quote=True)}"' if number else ""
    link = f'<a class="passage-label{long}" href="#{node["anchor"]}"{full}{name}'
    return f'{heading}{link} title="{explained}">{escape(node["label"])}'


class passage_label(nodes.Inline, nodes.Element):
    """The permalink in the margin of an anchored block.

    Attributes: ``anchor``, ``label`` (``W3``), ``spoken`` (``ALA resolution, whereas 3``),
    ``explained``, which its title says, ``number``, the document's own number behind that of its
    annex, where it has one, and in pages ``level``, where it is a heading for those who go from
    heading to heading by ear.
    It has no text child, so that it is not part of the passage's text.
    """

    html = around(_permalink, lambda _, node: f"</a>{'</span>' if node.get('level') else ''}")


def _open_clauses(self: HTML5Translator, node: nodes.Element) -> str:
    return self.starttag(node, "div", CLASS="clauses", role="group", **{"aria-label": node["name"]})


class clauses(nodes.General, nodes.Element):
    """The passages that are parts of the one before it.

    Attributes: ``of``, the anchor of that passage; ``name``, for screen readers: "Parts of art. 5".
    """

    html = around(_open_clauses, "</div>\n")


def _open_record(self: HTML5Translator, node: nodes.Element) -> str:
    opened = f"<details>\n<summary>{escape(node['brief'])}</summary>\n" if on_site(self) else ""
    return f'<aside class="record" aria-label="{escape(node["name"])}">{opened}'


def _close_record(self: HTML5Translator, _node: nodes.Element) -> str:
    return f"{'</details>' if on_site(self) else ''}</aside>\n"


def on_site(self: HTML5Translator) -> bool:
    """Whether a page of the site is written, and not a chapter of the book, where all is open."""
    return bool(self.builder.name == "html")


class record_card(nodes.General, nodes.Element):
    """A document's record as a field list, below its title; a page shows ``brief`` until opened.

    ``name`` is what screen readers call it.
    """

    html = around(_open_record, _close_record)


class placeholder(nodes.General, nodes.Element):
    """The place of a part that is generated when the page is written.

    Attribute: ``of``, the name of its directive.
    """


class quotation(nodes.Inline, nodes.TextElement):
    """A literal quotation.  Attribute: ``anchor``, of its block."""

    html = around(lambda _, node: f'<q class="quotation" data-passage="{node["anchor"]}">', "</q>")


class tombstone(nodes.Admonition, nodes.Element):
    """A withdrawn passage.  Attribute: ``successor``, an anchor or None.

    The first child is the notice; the others are the editor's reason.
    """

    html = around(lambda self, node: self.starttag(node, "div", CLASS="tombstone"), "</div>\n")


# More signatories than this are folded away behind their number.
FOLDED = 12


def _open_signatories(self: HTML5Translator, node: nodes.Element) -> str:
    """Begin a group, which a page folds if it is long; a book has nothing to unfold it with."""
    count = len(list(node.findall(nodes.list_item)))
    shown = counted(count, node["heading"], words(node["language"]))
    name = escape(node["heading"])
    count_shown = f'<span class="signatory-count">{escape(shown)}</span>'
    if self.builder.name == "epub":
        return self.starttag(node, "div", CLASS="signatories") + (
            f'<p class="signatory-heading">{name}{count_shown}</p>\n'
        )
    group = self.starttag(node, "details", CLASS="signatories")
    if count <= FOLDED:
        group = group.replace(">", " open>", 1)
    return f'{group}<summary class="signatory-heading">{name}{count_shown}</summary>\n'


def _close_signatories(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</div>\n" if self.builder.name == "epub" else "</details>\n")


class signatories(nodes.General, nodes.Element):
    """A group of signatories, a list of which each item is a passage.

    Attributes: ``heading``, the name of the group, which may be empty; ``language``, of the
    document.
    """

    html = around(_open_signatories, "")[0], _close_signatories


class redacted(nodes.Inline, nodes.TextElement):
    """What a source hides.  Its text is the extent of that, such as “two lines”."""

    html = around(lambda *_: '<span class="redacted">', "</span>")


class speaker(nodes.Inline, nodes.TextElement):
    """Who speaks, at the beginning of a passage of a transcript."""

    html = around(lambda *_: '<span class="speaker">', "</span>")


class item_mark(nodes.Inline, nodes.TextElement):
    """The mark of an item as the source shows it, such as ``(a)``; no part of what it says."""

    html = around(lambda *_: '<span class="item-mark">', "</span> ")


def signatories_around(node: nodes.Node) -> nodes.Element | None:
    """Return the group of signatories that a node stands in, if any."""
    above: nodes.Node | None = node.parent
    while above is not None and not isinstance(above, signatories):
        above = above.parent
    return above


class held_in_part(nodes.General, nodes.TextElement):
    """The notice below a title that the archive has not all of the original, from the record."""

    html = around(lambda *_: '<p class="held-in-part" role="note">', "</p>\n")


class not_held(nodes.General, nodes.TextElement):
    """What is not held at this place of a document, between two passages.

    Attribute: ``what``.  Its text is English, as seals have it, until it is shown.
    """

    html = around(lambda *_: '<p class="not-held" role="note">', "</p>\n")


def joined(parts: Iterable[nodes.Node], separator: str) -> list[nodes.Node]:
    """Return nodes with a text between each two of them."""
    found: list[nodes.Node] = []
    for part in parts:
        found += [nodes.Text(separator), part] if found else [part]
    return found
