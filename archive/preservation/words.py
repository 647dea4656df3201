"""What each anchored block of a page or of a MyST copy says, as its fingerprint counts it.

Readers also see marks within a block that are no words of it: its label, citations, footnote marks,
and links that show the spoken name of another anchor.  They are kept apart, as print has them too.

A page is read by the classes that the engine gives to these marks; a MyST copy by the tokens of
markdown-it, so that nothing in it is run: no directive is carried out, and no file included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise

from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.field_list import fieldlist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from archive.model.passage import FOOTNOTE, SIGNATORY, Anchor, fingerprint, normalise
from archive.preservation.ledger import is_anchor
from archive.preservation.pages import Element

# A mark within the words, as readers see it, stands between the first two; a formula, which no two
# forms show alike, between the first and the third.
_BEGIN, _END, _FORMULA_END = "\ue000", "\ue001", "\ue002"
_OWN = {ord(each): "\ufffd" for each in "\ue000\ue001\ue002\ue003"}  # in the words of a stranger
_MARK = re.compile(f"{_BEGIN}([^{_BEGIN}]*?)({_END}|{_FORMULA_END})")


@dataclass(frozen=True)
class Said:
    """What one block says."""

    text: str  # with its marks
    # Why the words could not be read, where they could not: a directive that only a build runs.
    unread: str = ""
    hidden: bool = False  # whether an attribute keeps it from readers
    label: str = ""  # of its permalink, in a page; in a MyST copy its locator

    @cached_property
    def words(self) -> str:
        """The words that the fingerprint is of: formulas as LaTeX, marks left out."""
        return _MARK.sub(lambda mark: mark[1] if mark[2] == _FORMULA_END else "", self.text)

    @cached_property
    def sha256(self) -> str:
        return fingerprint(self.words)

    def pieces(self) -> Iterator[tuple[str, str | None]]:
        """The words between the marks, each with the mark before it; None stands for a formula."""
        at = 0
        shown: str | None = ""
        for mark in _MARK.finditer(self.text):
            yield self.text[at : mark.start()], shown
            shown = None if mark[2] == _FORMULA_END else mark[1]
            at = mark.end()
        yield self.text[at:], shown


@dataclass(frozen=True, slots=True)
class Words:
    """The anchored blocks of one document in their order."""

    said: Mapping[str, Said]  # by anchor
    withdrawn: frozenset[str] = field(default_factory=frozenset)  # anchors of tombstones
    repeated: tuple[str, ...] = ()  # anchors that stand more than once

    def out_of_order(self, other: Words) -> tuple[str, str] | None:
        """Two anchors that stand in another order than in ``other``."""
        place = {anchor: number for number, anchor in enumerate(in_text(other.said))}
        shared = [anchor for anchor in in_text(self.said) if anchor in place]
        return next((pair for pair in pairwise(shared) if place[pair[0]] > place[pair[1]]), None)


def in_text(anchors: Iterable[str]) -> Iterator[str]:
    """The anchors whose order a reader sees.

    Footnotes stand where each form has them, signatories in columns.
    """
    return (each for each in anchors if Anchor.parse(each).letter not in (FOOTNOTE, SIGNATORY))


# Pages, of the site and of the EPUB

_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd",
    "mark", "math", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u",
    "var",
})  # fmt: skip
_MARKS = frozenset({"bibtex-citation", "footnote-reference", "spoken"})
_NO_WORDS = frozenset({
    "backrefs", "colon", "eqno", "headerlink", "item-mark", "label", "passage-label",
    "signatory-heading", "taken-up", "to-cite",
})  # fmt: skip
_UNSHOWN = frozenset({"script", "style", "template"})
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_NAMED_BY_KIND = re.compile(r"admonition [a-z]+")  # its title is no words of the document


def words_of_page(tree: Element) -> Words:
    """What each anchored element of a page says; of a section, what its heading says."""
    said: dict[str, Said] = {}
    withdrawn: set[str] = set()
    repeated: list[str] = []
    labels = {
        link.get("href", ""): " ".join("".join(link.itertext()).split())
        for link in tree.iter("{*}a") if "passage-label" in classes_of(link)
    }  # fmt: skip
    for element in tree.iter():
        anchor = element.get("id") if isinstance(element.tag, str) else None
        if anchor is None or not is_anchor(anchor):
            continue
        if anchor in said:
            repeated.append(anchor)
            continue
        block = _block(element)
        label = labels.get(f"#{anchor}", "")
        said[anchor] = Said(_text(block), hidden=is_hidden(block), label=label)
        if "tombstone" in classes_of(block):
            withdrawn.add(anchor)
    return Words(said, frozenset(withdrawn), tuple(repeated))


def _block(element: Element) -> Element:
    """The element that says what an anchor names; a former anchor is an empty element within it."""
    while name_of(element) == "span" and not len(element) and not element.text:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    if name_of(element) == "section":
        return next((child for child in element if name_of(child) in _HEADINGS), element)
    return element


def is_hidden(block: Element) -> bool:
    """Whether an attribute hides a block: of its own, or of an element around it."""
    line = (block, *block.iterancestors())
    return any("hidden" in each.attrib or "style" in each.attrib for each in line)


def name_of(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def classes_of(element: Element) -> list[str]:
    return str(element.get("class", "")).split()


def _text(root: Element) -> str:
    """The text of an element.  Walked without recursion, as a stranger may nest without end."""
    found: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            mark = _mark(element, root)
            if element is not root and is_anchor(element.get("id", "")):
                mark = _passage_within(element)
            if mark is None:
                found.append(_before(element))
                found.append(_opening(element))
            else:
                found.append(mark)
                walker.skip_subtree()
        else:
            if event == "end" and name_of(element) not in _INLINE:
                found.append(" ")
            if element is not root:
                found.append((element.tail or "").translate(_OWN))
    return "".join(found)


def words_beside(cell: Element) -> str:
    """What a passage says on the page that has the versions of a text side by side.

    The marks of its notes are links there, as the notes stand in the page of its document.
    """
    copy = deepcopy(cell)
    for mark in copy.iter("{*}sup"):
        if len(mark) == 1 and not mark.text and _NOTED.fullmatch(mark[0].get("href", "")):
            mark.set("class", "footnote-reference")
    shown = [part for each in copy if name_of(each) == "div" for part in each]
    parts = (each for each in shown if "version-heading" not in classes_of(each))
    return Said(" ".join(map(_text, parts))).words


_NOTED = re.compile(r"[a-z0-9-]+\.html#[\w-]+")


def _passage_within(element: Element) -> str:
    """What stands for a passage within another one, whose words do not hold its."""
    inner = _MARK.sub(lambda mark: mark[1], _text(element))
    return f" {_BEGIN}{inner}{_END} "


def _opening(element: Element) -> str:
    """The text before the first child; docutils writes a dash before who said a quotation."""
    text = (element.text or "").translate(_OWN)
    return text.removeprefix("—") if "attribution" in classes_of(element) else text


def _before(element: Element) -> str:
    """What parts an element from the text before it; a colon stands before what classes a term."""
    if "classifier" in classes_of(element):
        return f" {_BEGIN}:{_END} "
    return "" if name_of(element) in _INLINE else " "


def _mark(element: Element, root: Element) -> str | None:
    """What stands for an element that has no words of its own; None for all others."""
    name, classes = name_of(element), classes_of(element)
    if name in _UNSHOWN or not _NO_WORDS.isdisjoint(classes):
        return ""
    if not _MARKS.isdisjoint(classes):
        return f"{_BEGIN}{''.join(map(str, element.itertext())).translate(_OWN)}{_END}"
    if name == "math":
        return f"{_BEGIN}{element.get('alttext', '').translate(_OWN)}{_FORMULA_END}"
    _, is_equation, label = element.get("href", "").partition("#equation-")
    if is_equation and name == "a":
        return f"{_BEGIN}{label.translate(_OWN)}{_FORMULA_END}"
    return _title(element, root) if "admonition-title" in classes else None


def _title(element: Element, root: Element) -> str | None:
    """What stands for the title of an admonition, where its kind alone gives it."""
    parent = element.getparent()
    if parent is None or not _NAMED_BY_KIND.fullmatch(parent.get("class", "")):
        return None
    return "" if parent is root else f" {_BEGIN}{''.join(map(str, element.itertext()))}{_END} "


# MyST copies

_UNREAD = "\ue003"  # before the reason, where words could not be read
_ONLY_BODY = frozenset({
    "attention", "caution", "danger", "error", "figure", "hint", "important", "note", "seealso",
    "tip", "warning",
})  # fmt: skip
_TITLED = frozenset({"admonition", "list-table", "rubric", "sidebar", "table", "topic"})
_CODE = frozenset({"", "code", "code-block", "sourcecode", "math"})
_SILENT = frozenset({"image", "index"})
_EXPLICIT = re.compile(r"(.+?)\s*(?<!\\)<[^<>]*>", re.DOTALL)
_LINKING = frozenset({"doc", "download", "numref", "ref", "term"})
_PLAIN = frozenset({
    "code", "emphasis", "eq", "literal", "redacted", "speaker", "strong", "sub", "sup",
})  # fmt: skip
_OPTION = re.compile(r":[\w-]+:.*")
_CAPTION = re.compile(r"(?:\s*:[\w-]+:.*\n)*?\s*:caption:[ ]*(.*)")
_BRACES = re.compile(r"\{([\w:-]+)\}\s*(.*)")


def words_of_source(text: str) -> Words:
    """What each anchored block of a MyST document says."""
    reader = _SourceReader()
    reader.read(_parsed(text))
    return Words(reader.said, frozenset(reader.withdrawn), tuple(reader.repeated))


def _parsed(text: str) -> list[Token]:
    """The tokens of a document."""
    return _parser().parse(text.translate(_OWN))


@cache
def _parser() -> MarkdownIt:
    """The syntax that archive.defaults enables."""
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    parser.use(front_matter_plugin).use(myst_block_plugin).use(myst_role_plugin)
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    parser.use(amsmath_plugin).use(colon_fence_plugin).use(deflist_plugin).use(fieldlist_plugin)
    parser.use(attrs_plugin, after=("image", "code_inline", "link_close", "span_end"), spans=True)
    return parser.use(attrs_block_plugin)


class _SourceReader:
    """Reads the tokens of a document; an anchor names the block after it."""

    def __init__(self) -> None:
        self.said: dict[str, Said] = {}
        self.withdrawn: set[str] = set()
        self.repeated: list[str] = []

    def read(self, tokens: list[Token]) -> None:
        anchors: list[str] = []
        for at, token in enumerate(tokens):
            if token.type == "myst_target":
                anchors.append(token.content)
                continue
            if token.type.endswith("_close") or token.type in {"inline", "front_matter"}:
                continue
            own = str(token.attrs.get("id", ""))
            if token.type == "footnote_reference_open":
                own = str(token.meta["label"])
            named = [name for name in (*anchors, own) if is_anchor(name)]
            if token.type not in {"myst_line_comment", "html_block"}:
                anchors = []
            if named:
                self._note(named, token, _blocks(tokens[at : _end(tokens, at)]))
            if token.type in {"fence", "colon_fence"} and _BRACES.match(token.info):
                self.read(_parser().parse(_body(token.content)))

    def _note(self, names: list[str], token: Token, text: str) -> None:
        text, _, unread = text.partition(_UNREAD)
        for name in names:
            if name in self.said:
                self.repeated.append(name)
                continue
            self.said[name] = Said(text, unread, label=str(token.attrs.get("locator", "")))
            directive = _BRACES.match(token.info)
            if directive and directive[1] == "withdrawn":
                self.withdrawn.add(name)


def _end(tokens: list[Token], start: int) -> int:
    """Where the block ends that begins at a token."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += tokens[at].nesting
        if depth <= 0:
            return at + 1
    return len(tokens)


def _blocks(tokens: list[Token]) -> str:
    """The text of block tokens, and of the tokens within them."""
    found: list[str] = []
    attributions: list[str] = []
    for token in _without_passages(tokens):
        if token.type == "inline":
            found.append(_inline(token.children or []))
        elif token.type in {"fence", "colon_fence"}:
            found.append(_fence(token))
        elif token.type in {"code_block", "amsmath"}:
            found.append(token.content)
        elif token.type == "blockquote_open":
            attributions.append(str(token.attrs.get("attribution", "")))
        elif token.type == "blockquote_close":
            found.append(f" {attributions.pop()}" if attributions else "")
        elif token.type == "html_block" and not token.content.lstrip().startswith("<!--"):
            found.append(f"{_UNREAD}HTML within MyST")
        found.append("" if token.type == "inline" else " ")
    return "".join(found)


def _without_passages(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens of a block, but for those of passages and notes within it."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if at and token.type == "footnote_reference_open":
            at = _end(tokens, at)
            continue
        at += 1
        if token.type == "myst_target" and is_anchor(token.content):
            while at < len(tokens) and tokens[at].type == "myst_target":
                at += 1
            at = _end(tokens, at)
        else:
            yield token


def _fence(token: Token) -> str:
    directive = _BRACES.match(token.info.strip())
    if directive is None:
        return token.content
    name, argument = directive.groups()
    body = _body(token.content, name, argument)
    if name in _CODE:
        caption = _CAPTION.match(token.content)
        return f"{_inlines(caption[1])} {body}" if caption else body
    if name in _SILENT:
        return ""
    if name in _ONLY_BODY | _TITLED | {"withdrawn"}:
        title = _inlines(argument) if name in _TITLED else ""
        return f"{title} {_blocks(_parser().parse(body))}"
    if name == "signatories":
        return _blocks(_parser().parse(body))
    return f"{_UNREAD}the directive {name}"


def _body(content: str, name: str = "", argument: str = "") -> str:
    """A directive's content without its options; with its first line, where it is no argument."""
    lines = content.split("\n")
    while lines and (not lines[0].strip() or _OPTION.fullmatch(lines[0].strip())):
        lines.pop(0)
    first = [argument] if argument and name in _ONLY_BODY - {"figure"} else []
    return "\n".join([*first, *lines])


def _inlines(text: str) -> str:
    return " ".join(_inline(token.children or []) for token in _parser().parseInline(text))


def _inline(tokens: list[Token]) -> str:
    return "".join(map(_one, tokens))


def _one(token: Token) -> str:
    read = _READ.get(token.type)
    return read(token) if read else ""


def _content(token: Token) -> str:
    return token.content


def _role(token: Token) -> str:
    name, content = str(token.meta["name"]), token.content
    if name.startswith("cite") or name == "index":
        return ""
    if name in _LINKING:
        explicit = _EXPLICIT.fullmatch(content)
        return explicit[1] if explicit else content
    if name == "abbr":
        return content.partition(" (")[0]
    if name == "math":
        return content
    return content if name in _PLAIN else f"{_UNREAD}the role {name}"


def _html(token: Token) -> str:
    return "" if token.content.startswith("<!--") else f"{_UNREAD}HTML within MyST"


_READ: Mapping[str, Callable[[Token], str]] = {
    "text": _content,
    "code_inline": _content,
    "math_inline": _content,
    "softbreak": lambda _: "\n",
    "hardbreak": lambda _: "\n",
    "myst_role": _role,
    "html_inline": _html,
}


@dataclass(frozen=True, slots=True)
class Texts:
    """All that a MyST document says anywhere, without its order."""

    # Each paragraph, heading, cell, note and alternative text, without formulas: ``squeezed``.
    said: frozenset[str]
    targets: frozenset[str]  # of links and citations: ``plain_target``
    unread: str = ""  # why some could not be read


def squeezed(text: str) -> str:
    """A text as seals and sources have it alike: without white space, which marks may take."""
    return "".join(normalise(text).split())


def plain_target(target: str) -> str:
    """A target as seals and sources have it alike: a page by its name."""
    return re.sub(r"^(\.\./|/|documents/)*|\.md$|^#", "", target)


def texts_of_source(text: str) -> Texts:
    """What a MyST document says and where it leads, in its blocks, notes and directives."""
    said, targets = set[str](), set[str]()
    waiting = _parsed(text)
    while waiting:
        token = waiting.pop()
        if token.type == "inline":
            children = token.children or []
            said.add("".join(_one(each) for each in children if not _is_formula(each)))
            targets.update(_targets(children))
            said.update(each.content for each in children if each.type == "image")
        elif token.type in {"fence", "colon_fence"}:
            within, own = _within(token)
            waiting += within
            said.add(own)
            said.update(_ALT.findall(token.content))
        elif token.type in {"code_block", "html_block"}:
            said.add(token.content if token.type == "code_block" else _blocks([token]))
        said.update(str(token.attrs.get(name, "")) for name in _TOLD)
        style = str(token.attrs.get("style", ""))
        said.update([style] if _SAMPLE.fullmatch(style) else [])
    unread = next((each.partition(_UNREAD)[2] for each in sorted(said) if _UNREAD in each), "")
    found = frozenset(map(squeezed, said)) - {""}
    return Texts(found, frozenset(map(plain_target, targets)) - {""}, unread)


def _within(fence: Token) -> tuple[list[Token], str]:
    """What stands within a fence: the tokens of a directive, or its words."""
    directive = _BRACES.match(fence.info.strip())
    name, argument = directive.groups() if directive else ("", "")
    if name == "not-held":
        return [], f"Not held: {argument.strip().rstrip('.')}."
    if name in _ONLY_BODY | _TITLED | {"signatories", "withdrawn"}:
        title = _parser().parseInline(argument) if name in {*_TITLED, "signatories"} else []
        return [*title, *_parser().parse(_body(fence.content, name, argument))], ""
    return [], "" if name in _SILENT | {"math"} else _fence(fence)


def _is_formula(token: Token) -> bool:
    return token.type == "math_inline" or token.meta.get("name") in ("eq", "math")


def _targets(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        name = str(token.meta.get("name", "")) if token.type == "myst_role" else ""
        if token.type == "link_open":
            target = str(token.attrs.get("href", ""))
            yield from [] if _FILE.search(target) and ":" not in target else [target]
        elif name.startswith("cite"):
            yield f"{token.content} {name.partition(':')[2] or 'p'}"
        elif name == "eq":
            yield token.content
        elif name in _LINKING - {"download"}:
            named = _TARGET.search(token.content)
            yield named[1] if named else token.content


_TOLD = ("attribution", "locator", "numbering", "within")  # attributes
_SAMPLE = re.compile(r"(?!decimal)\(?([0-9]+|[A-Za-z]+)[.)]?")  # the first mark of a list
_ALT = re.compile(r"^:alt: (.*)$", re.MULTILINE)
_TARGET = re.compile(r"(?<!\\)<([^<>]*)>\s*$")
_FILE = re.compile(r"\.(?!md$)[a-z0-9]{1,5}$")  # a download: the page leads to its bytes
