"""Corrects furo's pages (named landmarks, unique ids), and says Sphinx's words in each language.

Replaces: parts of the HTML of furo's ``page.html``, and the ids that furo's post-transform copies.
Why: furo's two ``aside`` elements have no accessible name, so a screen reader cannot tell them
apart; its switches of drawers stand in no landmark, and before the link that skips them; an id must
be unique in a page (HTML, 3.2.6); and furo writes the release of Sphinx into each page, which was
the only difference between Python 3.11, 3.12 and 3.13.  Its blanks before lines are 0.6 KB, and its
icons 2 KB of each page.
Upstream: none reported yet; pradyunsg/furo#93, on missing labels, was closed without these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from archive.model.showing import KINDS, PERMALINK, class_of, heading_of
from archive.model.words import N_, Words, direction, words

_log = logging.getLogger(__name__)
FOLDER = Path(__file__).parents[1] / "theme"  # the engine's own theme, which inherits from furo

# The beginning of a tag in furo's template, and the attributes to add.
_LANDMARKS = (
    ('<aside class="sidebar-drawer"', ' aria-label="The archive"'),
    ('<div class="sidebar-tree"', ' role="navigation" aria-label="Pages of the archive"'),
)  # fmt: skip

_ASIDE = ('<aside class="toc-drawer', ' aria-label="This page"')
_OUTLINE = ('<div class="toc-tree"', ' role="navigation" aria-label="Outline of this page"')

_FRAMES = 64  # of folders and languages, which are kept


# What furo's templates say by way of gettext, and the names of landmarks.
SAID = (
    N_("Back to top"), N_("Menus"), N_("On this page"), N_("Outline of this page"),
    N_("Pages of the archive"), N_("Quick search"), N_("Search"), N_("Skip to content"),
    N_("The archive"), N_("This page"),
)  # fmt: skip

# What furo says and does not translate.
_SAID = (
    N_("Toggle site navigation sidebar"), N_("Toggle table of contents sidebar"),
    N_("Toggle Light / Dark / Auto color theme"),
)  # fmt: skip


def named(body: str, *, has_outline: bool, words: Words, around: str = "") -> str:
    """Return furo's body of a page with named landmarks; log an error for each missing tag.

    ``words`` says what is said in the language of the page; ``around`` are attributes of what is in
    the language of the archive.
    """
    before, article, inside = body.partition("<article")
    text, closing, behind = inside.rpartition("</article>")
    before = _before(before, has_outline, words, around)
    landmarks = [_ASIDE, *([_OUTLINE] if has_outline else [])]
    return f"{before}{article}{text}{closing}{_frame(behind, landmarks, words)}"


@lru_cache(maxsize=_FRAMES)
def _before(frame: str, has_outline: bool, words: Words, around: str) -> str:
    """Return what stands before the text of a page, and is the same for all pages of a folder."""
    if around:
        for own in _OWN:
            frame = frame.replace(own, f"{own}{around}")
    script, ended, frame = frame.partition("</script>")
    frame = _DRAWN.sub("", _frame(frame, _LANDMARKS, words))
    frame = _with_switches(frame, words("Menus"), has_outline=has_outline)
    return f"{script}{ended}{frame}"


def _frame(frame: str, landmarks: Iterable[tuple[str, str]], words: Words) -> str:
    """Return a part of furo's frame in the language of the page, without blanks before lines."""
    for said in _SAID:
        frame = frame.replace(f'"{said}"', f'"{words(said)}"')
    for beginning, attributes in landmarks:
        tag = beginning.partition(" ")[0]
        if beginning not in frame:
            _log.error(
                "furo's pages have no tag that begins with %s.  To mend: adapt _LANDMARKS in "
                "archive/upstream/theme.py to this version of furo.", beginning,
            )  # fmt: skip
        label = _LABEL.sub(lambda name: f'aria-label="{words(name[1])}"', attributes)
        frame = frame.replace(beginning, f"{tag}{label}{beginning.removeprefix(tag)}", 1)
    return _INDENT.sub("\n", frame.replace(_ICON, f'{_ICON} aria-hidden="true"'))


_INDENT = re.compile(r"\n\s+")
_ICON = '<span class="icon"'
# What furo draws in each page: signs that the style sheet has once, and a button that it hides.
_DRAWN = re.compile(
    r'\s*<svg[^>]*><use[^>]*></use></svg>|<a href="#" class="back-to-top .*?</a>\s*', re.DOTALL
)
_SWITCHES = re.compile(
    r'(?P<switches>(?:<input type="checkbox" class="sidebar-toggle"[^>]*>\s*)+)'
    r'(?P<between>.*?)(?P<skip><a class="skip-to-content.*?</a>)', re.DOTALL
)  # fmt: skip


def _with_switches(body: str, name: str, *, has_outline: bool) -> str:
    """Return the body with the switches of its drawers in a landmark, behind the skip link."""
    found = _SWITCHES.search(body)
    if found is None:
        _log.error(
            "furo's pages have no switches of drawers before a skip link.  To mend: adapt "
            "_SWITCHES in archive/upstream/theme.py to this version of furo.",
        )
        return body
    switches = found["switches"].strip().splitlines()
    shown = "".join(
        each if has_outline or "__toc" not in each else each.replace(">", " hidden>", 1)
        for each in switches
    )
    landmark = f'<nav class="drawer-switches" aria-label="{name}">{shown}</nav>'
    arranged = f"{found['skip']}\n{landmark}\n{found['between'].rstrip()}"
    return f"{body[: found.start()]}{arranged}{body[found.end() :]}"


_LABEL = re.compile('aria-label="([^"]*)"')
# The names of the archive and of its pages.
_OWN = ('<div class="brand"', '<span class="sidebar-brand-text"', '<div class="sidebar-tree"')


_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')


def complete_frame(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Give templates ``named_landmarks``, and the major version of Sphinx in place of the release.

    The release depends on the Python; the pages are the same.
    """
    context["named_landmarks"] = named
    # docutils tells browsers the width of the page, and so does furo.
    context["metatags"] = _VIEWPORT.sub("", context.get("metatags", ""))
    own = direction(app.config.language or "en")
    if "direction" not in context and own == "rtl":
        context["direction"] = own
    if "direction" in context:
        # furo's template has the attribute lang alone, and its value is written as it is.
        context["language"] = f'{context["language"]}" dir="{context["direction"]}'
    context["sphinx_version"] = context["sphinx_version"].partition(".")[0]


class UniqueIds(SphinxPostTransform):
    """Removes the ids that furo copies from tables and formulas to the containers around them."""

    default_priority = 510  # after furo's own, at 500
    needs = (nodes.table, nodes.math_block)  # in a container
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for container in self.document.findall(nodes.container):
            inside = container.children
            if len(inside) == 1 and isinstance(inside[0], (nodes.table, nodes.math_block)):
                container["ids"] = []


def _open_table(self: HTML5Translator, node: nodes.Element) -> None:
    name = escape(node["name"], quote=True)
    tag = self.starttag(node, "div", CLASS="docutils container", role="region", tabindex="0")
    self.body.append(tag.replace(">", f' aria-label="{name}">', 1))


class table_box(nodes.General, nodes.Element):
    """What a wide table scrolls in, also by keyboard.  Attribute: ``name``, for screen readers."""

    html = _open_table, lambda self, _node: self.body.append("</div>\n")


class TableBoxes(SphinxPostTransform):
    """Lets the keyboard reach the boxes in which furo's tables scroll (WCAG 2.1.1)."""

    default_priority = 511  # after ``UniqueIds``, at 510
    needs = (nodes.table,)  # in a container
    builders = ("html",)

    def run(self, **kwargs: object) -> None:
        found = [each for each in self.document.findall(nodes.container) if _is_table_box(each)]
        table = words(self.document.get(LANGUAGE))(TABLE)
        for number, wrapper in enumerate(found, start=1):
            caption = wrapper[0].next_node(nodes.title)
            name = caption.astext() if caption is not None else table
            shown = name if caption is not None or len(found) == 1 else f"{table} {number}"
            box = table_box("", *wrapper.children, ids=wrapper["ids"], name=shown)
            box["classes"] = wrapper["classes"]
            wrapper.replace_self(box)
        for cell in self.document.findall(nodes.entry):
            if any(len(word) > _LONG_WORD for word in cell.astext().split()):
                cell["classes"].append("long-word")


_LONG_WORD = 24  # letters; cells with a longer one may break it


def _is_table_box(node: nodes.Element) -> bool:
    return "table-wrapper" in node["classes"] and isinstance(node[0], nodes.table)


class NoInlineStyles(SphinxPostTransform):
    """Removes the sizes that docutils would write as ``style``, which no page may have.

    An image keeps those in pixels, as its attributes.  A width in percent becomes a class.
    """

    default_priority = 510
    needs = (nodes.image, nodes.figure, nodes.table)
    builders = ("html",)

    def run(self, **kwargs: object) -> None:
        for node in self.document.findall(nodes.Element):
            if isinstance(node, (nodes.image, nodes.figure, nodes.table)):
                node["classes"] += filter(None, [class_of(str(node.get("width", "")))])
            if isinstance(node, nodes.image):
                _keep_pixels(node)
            elif isinstance(node, (nodes.figure, nodes.table)):
                node.attributes.pop("width", None)
                node["classes"] = [each for each in node["classes"] if each != _COLUMN_WIDTHS]


_COLUMN_WIDTHS = "colwidths-given"


def _keep_pixels(image: nodes.image) -> None:
    for name in ("width", "height"):
        number = str(image.attributes.pop(name, "")).strip().removesuffix("px")
        if number.isdecimal():
            image[name] = number


# --- Says Sphinx's own words in the language of each page.
#
# What: mixes into Sphinx's ``HTML5Translator``, for the site and the EPUB.
# Why: Sphinx says the titles of admonitions, and of links to headings, in one language for all
# pages.
# Upstream: none reported; Sphinx builds a site in one language.

TABLE = N_("Table")

# Attributes of a page's tree and of an admonition.
LANGUAGE, HEADING = "spoken-in", "heading"


def mark(tree: nodes.Element, language: str) -> None:
    """Note the language of a page or of a part, and what its admonitions are headed by in it."""
    tree[LANGUAGE] = language
    for node in tree.findall(nodes.Element):
        if node.tagname in KINDS:
            node[HEADING] = heading_of(node.tagname, language)


class OwnWords(HTML5Translator):
    """Heads admonitions, and names links to headings, in the language of the page."""

    def visit_admonition(self, node: nodes.Element, name: str = "") -> None:
        super().visit_admonition(node, name)
        if name and HEADING in node:
            title = node[0]
            assert isinstance(title, nodes.title)
            title.children = [nodes.Text(node[HEADING])]

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        spoken = self.document.get(LANGUAGE)
        super().add_permalink_ref(node, words(spoken)(PERMALINK) if spoken else title)
