"""Markdown as the archive writes it: MyST with attributes that reach every block.

Replaces: MyST's parser for ``markdown``, its rule for attributes that have no block, and these
methods of its renderer: ``render_children`` and ``_render_tokens`` by way of ``rules``,
``setup_render``, ``render_ordered_list``, ``render_hardbreak``, ``render_s``.
Why: MyST copies the attributes of a line ``{name="value"}`` to some blocks only, never to what a
directive makes, and drops all others without a word; it knows no marks of enumerations such as
``(a)``; and it writes line breaks and struck text as raw HTML and LaTeX, which other forms than
pages do not show.  It builds its parser anew for each page, and an option parser of docutils for
nothing.
Upstream: upstream/myst-document-once.patch; none for the rest: the parser takes no renderer as an
argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping
from functools import partial
from typing import Any, TypeGuard

from docutils import nodes
from docutils.parsers.rst.languages import get_language
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from myst_parser.config.main import (
    MdParserConfig,
    TopmatterReadError,
    merge_file_level,
    read_topmatter,
)
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.sphinx_ import MystParser
from myst_parser.warnings_ import MystWarnings, create_warning
from sphinx.writers.html5 import HTML5Translator

# Attributes of a block that its node keeps under the same names, as texts:
# the source's own number, the passage that it is a part of, and whether numbers start anew.
ATTRIBUTES = ("locator", "within", "numbering")

# Further attributes, by the type of the token that takes them.
_TAKEN = {
    "blockquote": {"attribution"},
    "code_block": {"emphasize-lines", "lineno-start"},
    "fence": {"emphasize-lines", "lineno-start"},
    "ordered_list": {"start", "style"},
}
# The types of tokens for which MyST takes a class and an id, directives excepted.
_CLASSED = {
    "blockquote", "bullet_list", "code_block", "colon_fence", "dl", "fence", "field_list",
    "heading", "list_item", "ordered_list", "paragraph", "table",
}  # fmt: skip
_LOST = "lost_attributes"  # the type of the token of a line of attributes with nothing below it

# The mark of an item as the source shows it: what is before, its counter, what is after.
_MARK = re.compile(r"(\(?)([0-9]+|[A-Za-z]+)([.)]?)")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def _visit_break(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("<br />\n")
    raise nodes.SkipNode


def _visit_struck(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "s", ""))


def _depart_struck(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</s>")


class line_break(nodes.Inline, nodes.Element):
    """The end of a line that the author set; in the words of a passage it is a space."""

    html = (_visit_break, None)  # the functions that visit and depart it in pages and in the EPUB

    def astext(self) -> str:
        return "\n"


class struck(nodes.Inline, nodes.TextElement):
    """Text that the source shows as deleted, with a line through it."""

    html = (_visit_struck, _depart_struck)


class lost_attributes(nodes.comment):
    """Attributes that nothing took: ``names``, and whether there ``is_block`` below their line."""


class ArchiveRenderer(SphinxRenderer):
    """Renders tokens of markdown-it as docutils nodes."""

    def __init__(self, parser: MarkdownIt) -> None:
        super().__init__(parser)
        rules: dict[str, Any] = {
            name: partial(self._render, rule) for name, rule in self.rules.items()
        }
        self.rules = rules

    def setup_render(self, options: dict[str, Any], env: MutableMapping[str, Any]) -> None:
        """Prepare for one page; differs from MyST's own in that it makes no document for nothing.

        MyST gives ``dict.get`` a new document as the default, with an option parser of docutils.
        """
        self.md_env = env
        self.md_options = options
        self.md_config = options["myst_config"]
        self.document = options["document"]
        self.current_node = options.get("current_node", self.document)
        self.reporter = self.document.reporter
        language: Any = get_language(self.document.settings.language_code)
        self.language_module_rst = language
        self._heading_offset = 0
        self._level_to_section = {0: self.document}
        self._heading_slugs = {}

    def _render(self, rule: Callable[[SyntaxTreeNode], None], token: SyntaxTreeNode) -> None:
        """Render a token, and give the block that it makes the token's attributes."""
        given = token.attrs
        kept = {name: str(given[name]) for name in ATTRIBUTES if name in given} if given else {}
        around, before = self.current_node, len(self.current_node.children)
        rule(token)
        if not given:
            return
        above = set(token.meta.get("attributes", ()))
        if not kept and not above:
            return
        made = [self.current_node] if self.current_node is not around else around[before:]
        node = next(filter(_is_block, made), None)
        if node is not None:
            node.attributes.update(kept)
            above -= _taken_by(token)
        if above:
            self._lose(token, above, is_block=node is not None)

    def _lose(self, token: SyntaxTreeNode, names: Iterable[str], *, is_block: bool) -> None:
        """Leave a node that tells the attributes that have no effect."""
        node = lost_attributes("", names=sorted(names), is_block=is_block)
        self.add_line_and_source_path(node, token)
        self.current_node.append(node)

    def render_lost_attributes(self, token: SyntaxTreeNode) -> None:
        self._lose(token, token.attrs, is_block=False)

    def render_ordered_list(self, token: SyntaxTreeNode) -> None:
        """Render an enumeration; its attribute ``style`` may be its first mark, such as ``(a)``."""
        super().render_ordered_list(token)
        made = self.current_node[-1]
        assert isinstance(made, nodes.enumerated_list)
        sample = str(token.attrs.get("style", ""))
        if (mark := enumeration(sample)) is not None:
            made["prefix"], made["enumtype"], first, made["suffix"] = mark
            made["marks"] = sample
            if "start" not in made and first != 1:
                made["start"] = first
        elif sample and sample not in _STYLES:
            self.create_warning(
                f"Invalid 'style' attribute value: {sample!r}",
                MystWarnings.INVALID_ATTRIBUTE,
                line=made.line,
            )

    def render_hardbreak(self, token: SyntaxTreeNode) -> None:
        self.current_node.append(line_break())

    def render_s(self, token: SyntaxTreeNode) -> None:
        node = struck()
        self.add_line_and_source_path(node, token)
        with self.current_node_context(node, append=True):
            self.render_children(token)


# The styles that MyST knows by name.
_STYLES = ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")


def _is_block(node: nodes.Node) -> TypeGuard[nodes.Element]:
    """Whether a node is what an anchor above it would name."""
    silent = (nodes.Invisible, nodes.system_message, nodes.target, nodes.Text)
    return isinstance(node, nodes.Element) and not isinstance(node, silent)


def _taken_by(token: SyntaxTreeNode) -> set[str]:
    """Return the names of the attributes that a block of this kind takes."""
    taken = {*ATTRIBUTES, *_TAKEN.get(token.type, ())}
    is_directive = token.type in ("fence", "colon_fence") and token.info.strip().startswith("{")
    if is_directive:
        return set(ATTRIBUTES)
    return taken | {"class", "id"} if token.type in _CLASSED else taken


def _note_attributes(state: StateCore) -> None:
    """Note of each block which attributes a line above it has, before they are moved to it.

    A line of attributes with no block below it becomes a token of its own.
    """
    below: Token | None = None
    for token in reversed(state.tokens):
        if token.type != "attrs_block":
            below = token if token.nesting >= 0 else None
        elif below is None:
            token.type = _LOST
        else:
            names = {*below.meta.get("attributes", ()), *token.attrs}
            below.meta["attributes"] = sorted(names)


def enumeration(sample: str) -> tuple[str, str, int, str] | None:
    """Read the first mark of an enumeration: its prefix, docutils' enumtype, number and suffix.

    A single letter is a letter, except ``i`` and ``I``, which are Roman numbers, as are several
    letters: the mark of an enumeration that begins at 5 in Roman numbers is written ``(i)``, and
    its first item ``5.``.  None if the sample is no mark.
    """
    match = _MARK.fullmatch(sample)
    if match is None or (match[1] and match[3] != ")"):
        return None
    prefix, counter, suffix = match.groups()
    if counter.isdigit():
        return prefix, "arabic", int(counter), suffix
    case = "lower" if counter.islower() else "upper"
    letters = counter.lower()
    if len(letters) == 1 and letters != "i":
        return prefix, f"{case}alpha", ord(letters) - ord("a") + 1, suffix
    number = _roman(letters)
    return None if number is None else (prefix, f"{case}roman", number, suffix)


def _roman(letters: str) -> int | None:
    """Return the value of a Roman number; None if the letters are none."""
    if not _ROMAN.keys() >= set(letters):
        return None
    values = [_ROMAN[letter] for letter in letters]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


class ArchiveParser(MystParser):
    """MyST's parser with the archive's renderer, for any number of pages."""

    def __init__(self) -> None:
        super().__init__()
        self._made: tuple[MdParserConfig, MarkdownIt] | None = None

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a page into ``document``; differs from MyST's own only in the renderer."""
        parser = self._parser(_config_of(inputstring, document))
        parser.options["document"] = document
        parser.render(inputstring)

    def _parser(self, config: MdParserConfig) -> MarkdownIt:
        """Return a parser with these settings: the last one, unless the page has its own."""
        if self._made is None or self._made[0] is not config:
            parser = create_md_parser(config, ArchiveRenderer)
            if "attr" in parser.get_all_rules()["core"]:
                parser.core.ruler.before("attr", "note_attributes", _note_attributes)
            self._made = config, parser
        return self._made[1]


# What the head of a page may set for this page (MyST: “Frontmatter”).
_SET_IN_PAGES = ("myst", "html_meta", "substitutions")


def _config_of(text: str, document: nodes.document) -> MdParserConfig:
    """Return the settings for a page: those of ``conf.py``, unless its head has its own."""
    config: MdParserConfig = document.settings.env.myst_config
    if not any(each in text for each in _SET_IN_PAGES):
        return config
    try:
        head = read_topmatter(text)
    except TopmatterReadError:
        return config  # told during rendering
    if not head or head.keys().isdisjoint(_SET_IN_PAGES):
        return config
    return merge_file_level(config, head, partial(_warn, document))


def _warn(document: nodes.document, kind: MystWarnings, message: str) -> None:
    create_warning(document, message, kind, line=1, append_to=document)
