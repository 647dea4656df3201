"""Reads a page as the parts of a seal, and compares them with what is sealed.

Pages of the site and of the EPUB are read alike, by the elements and classes that docutils, Sphinx
and the engine write.  What the reader does not know becomes a part of its own, which no seal has;
so nothing stands in a document unseen.  Left out is what the archive generates: labels, links to
cite, the card, the lists of works and backlinks; ``around`` has it, to be compared by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from lxml import etree

from archive.citation.companion import Version, address, cite_name
from archive.citation.companion import beside as beside_others
from archive.citation.metadata import brief
from archive.citation.works_export import BESIDE, CITED, TAKE, to_take
from archive.model import showing
from archive.model.dates import ArchiveDate
from archive.model.passage import normalise
from archive.model.record import STATUSES
from archive.model.relations import BONDS, TAKEN_UP
from archive.model.seal import PASSAGE, Part, part, texts
from archive.model.showing import KINDS, PERMALINK, heading_of, marks
from archive.model.verifying import (
    REPLACED,
    WITHDRAWN,
    WITHDRAWN_ON,
    counted,
    origins_told,
    taken_up,
)
from archive.model.words import Words as Say
from archive.model.words import words as say_in
from archive.preservation.known import LETTERS, Known, slug
from archive.preservation.ledger import Fates, is_anchor, is_anchor_of, page_of
from archive.preservation.pages import Element
from archive.preservation.sealed import Sealed, Tie, is_named, words
from archive.preservation.words import name_of, squeezed

Held = list[str | Part]

_TAGS = {
    "p": "paragraph", "blockquote": "quotation", "ul": "list", "ol": "list", "dl": "list",
    "li": "item", "dt": "term", "dd": "description", "table": "table", "thead": "head",
    "tr": "row", "td": "cell", "th": "cell", "caption": "title", "figure": "figure",
    "img": "image", "math": "formula", "em": "emphasis", "cite": "emphasis", "strong": "strong",
    "code": "literal", "sub": "sub", "sup": "sup", "abbr": "abbreviation", "hr": "rule",
    "span": "span", "s": "struck", "br": "break", "a": "link", "div": "part", "aside": "part",
    "pre": "code",
}  # fmt: skip
_BY_CLASS = {
    "admonition-title": "title", "topic-title": "title", "sidebar-title": "title",
    "attribution": "attribution", "rubric": "rubric", "line-block": "lines", "line": "line",
    "legend": "legend", "classifier": "classifier", "caption-text": "caption",
    "code-block-caption": "caption",
    "admonition": "notice", "tombstone": "withdrawn", "bibtex-citation": "citation",
    "footnote-reference": "mark", "footnote": "footnote", "download": "download",
    "signatories": "signatories", "redacted": "redacted", "speaker": "speaker", "not-held": "part",
}  # fmt: skip
_PLAIN = frozenset({"tbody", "figcaption", "q"})
_SPANS = ("bibtex-citation", "classifier", "redacted", "speaker")  # that say something
_GENERATED = {
    "Moved from here": "moved-anchors", "References": "reference-list",
    "Referred to by": "backlinks",
}  # fmt: skip
_TO_TAKE = "works-to-take"  # the line of files with the works that a document cites
_NUMBERS = ("arabic", "loweralpha", "upperalpha", "lowerroman", "upperroman")
# The classes that docutils, Sphinx, MyST and the engine give.
_GIVEN = frozenset({
    *_BY_CLASS, *_NUMBERS, "ahead", "amsmath", "brackets", "clauses", "code-block-caption",
    "compound", "container", "display", "displayed", "doc", "docutils", "download", "eq",
    "external", "field-list", "figure", "formula", "head", "highlight", "image-reference",
    "internal", "literal", "literal-block", "long-word", "mailto", "marked", "math",
    "math-wrapper", "mathjax_ignore", "myst", "notranslate", "option-list", "passage", "pre",
    "quotation", "ref", "reference", "row-even", "row-odd", "sidebar", "simple", "spoken", "std",
    "std-doc", "std-numref", "std-ref", "std-term", "stub", "table-wrapper", "term",
    "tex2jax_ignore", "tombstone-notice", "topic", "xref",
})  # fmt: skip
_OF_LABELS = ("class", "data-name", "data-number", "href", "title")
_OF_ORIGINS = {"aria-label", "class", "href", "title"}
_OF_LISTS = frozenset({
    "works-to-take",
    "anchor-mark", "backlinks", "colon", "moved-anchors", "record", "record-fields",
    "record-fingerprint", "record-note", "reference-list", "referred-to-by", "signatory-count",
    "signatory-heading", "taken-up",
})  # fmt: skip
_GIVEN_BEGINNINGS = (
    "admonition-", "align-", "colwidths-", "depth-", "field-", "highlight-", "text-",
    showing.BEGINNING,
)  # fmt: skip
_ROLES = frozenset({
    "doc-backlink", "doc-footnote", "doc-noteref", "group", "list", "listitem", "note", "region",
})  # fmt: skip
_SHOWN_ATTRIBUTES = frozenset({
    "alt", "alttext", "aria-label", "class", "colspan", "data-passage", "dir", "display",
    "download", "height", "href", "id", "lang", "open", "role", "rowspan", "src", "start",
    "tabindex", "title", "width", "xmlns",
})  # fmt: skip
_SIZE = re.compile(r"((width|height): [1-9][0-9.]*(px|pt|%|em|cm|mm|in);? ?)+")  # of a book's image
_HEADING = re.compile(r"h([1-6])")
_BACK = re.compile(r"[(), 0-9]*")  # links back to the marks of a footnote
_NUMBER = re.compile("[1-9][0-9]{0,6}")
_TO_HERE = re.compile(r"(Link|Permalink) to this [a-z]+")  # as Sphinx explains ¶
_EQUATION = re.compile(r"\([0-9.]+\)")


def _has(element: Element, name: str) -> bool:
    return name in str(element.get("class", "")).split()


def _is_former(element: Element) -> bool:
    """Whether an element only has an id: a former anchor, or a label."""
    return name_of(element) == "span" and not len(element) and not element.text


@dataclass
class Page:
    """One page of a document, as it is read."""

    tree: Element
    path: str  # of the page in the site, which the links of its form in a book lead from, too
    digests: Callable[[str], str | None]  # of the files beside it, by their path
    is_book: bool = False  # which has no files to download, but their names
    say: Say = field(default_factory=lambda: say_in(None))  # the words of its language
    strange: list[str] = field(default_factory=list)  # what no page of the engine has
    generated: list[Element] = field(default_factory=list)
    # Of each label its anchor, what it shows and which number it leads from.
    labels: list[tuple[str, str, str]] = field(default_factory=list)
    # Of each link “Cite” what it stands beside, where it leads, its name and its words.
    cited: list[tuple[str, str, str, str]] = field(default_factory=list)
    # Of each link from a quotation to where its words are from where it leads, and its title.
    followed: list[tuple[str, str]] = field(default_factory=list)
    # Of each list of what takes up a passage: the passage, what it says, where its links lead.
    taken_up: list[tuple[str, str, list[str]]] = field(default_factory=list)
    # Each name for screen readers, with its anchor.
    names: list[tuple[str, str]] = field(default_factory=list)
    held_in_part: str = ""  # the notice above the record
    card: Element | None = None  # the record below the title
    to_take: Element | None = None  # the line of files with the works cited
    _open: list[str] = field(default_factory=list)  # footnotes around the place that is read

    @cached_property
    def _by_id(self) -> Mapping[str, Element]:
        return {str(each.get("id")): each for each in self.tree.iter() if each.get("id")}

    def order(self, document: str) -> Held:
        """What stands in the document, as ``Sealing.outline`` has it; its title comes first."""
        root = self._by_id.get(document)
        if root is None or name_of(root) != "section":
            return []
        around = root.getparent()
        held: Held = [*self._between(root, top=True)]
        for each in around if around is not None else ():
            empty = (_has(each, "footnotes") or _has(each, "clearer")) and not _text(each)
            if _has(each, "footnote-list"):
                held += self._unmarked(each)
            elif each is not root and not empty:
                held += self._parts(each)
        for text in (around.text, *(each.tail for each in around)) if around is not None else ():
            held.append(text or "")
        return texts(held)

    def _unmarked(self, notes: Element) -> Iterator[str | Part]:
        """Footnotes that are passages, and what those say that nothing refers to."""
        marked = {
            str(each.get("href", ""))[1:] for each in self.tree.iter()
            if _has(each, "footnote-reference")
        }  # fmt: skip
        for note in notes:
            if not _has(note, "footnote") or is_anchor_of(str(note.get("id", "")), self.path):
                yield from self._parts(note)
            elif note.get("id") not in marked:
                yield from self._note(note)
            if (note.tail or "").strip():
                yield str(note.tail)

    def _between(self, section: Element, *, top: bool = False) -> Iterator[str | Part]:
        """What stands in a section, and in those within it; at the ``top`` with its title."""
        if not top:
            yield from self._parts(section)
        yield section.text or ""
        for child in section:
            if name_of(child) == "section":
                yield from self._between(child)
            elif not self._is_known(child, top=top):
                yield from self._parts(child)
            yield child.tail or ""

    def _is_known(self, child: Element, *, top: bool) -> bool:
        """Whether an element is read elsewhere: a heading with its section, card and lists."""
        before = child.itersiblings(preceding=True)  # former anchors are empty elements
        if _HEADING.fullmatch(name_of(child)) and not any(map(_text, before)):
            return not top
        if top and self.card is None and _has(child, "record"):
            self.card = child
            return True
        if top and not self.held_in_part and _has(child, "held-in-part"):
            self._facts(child)
            self.held_in_part = _text(child)
            return self.card is None and not len(child)
        return self._is_generated(child)

    @cached_property
    def _lists(self) -> Mapping[str, str]:
        return {self.say(words): kind for words, kind in _GENERATED.items()}

    def _is_generated(self, element: Element) -> bool:
        """Whether an element belongs to the lists at the end of the page."""
        after, before = element.getnext(), element.getprevious()
        kind = self._lists.get(_text(element)) if _has(element, "rubric") else None
        found = kind is not None and after is not None and _has(after, kind)
        if before is not None and _has(before, "rubric") and not found:
            kind = self._lists.get(_text(before))
            found = kind is not None and _has(element, kind)
            self.generated += [element] if found else []
        if before is not None and _has(before, "reference-list") and _has(element, _TO_TAKE):
            self.to_take, found = element, True
        return found

    def stands(self, anchor: str) -> Part | None:
        """What stands at an anchor."""
        element = self._by_id.get(anchor)
        if element is None:
            return None
        while _is_former(element) and element.getparent() is not None:
            element = element.getparent()
        if name_of(element) == "section":
            title = next((each for each in element if _HEADING.fullmatch(name_of(each))), None)
            return None if title is None else self._part(title, element)
        if _has(element, "math"):  # the frame of a formula
            held = texts(self._content(element))
            return held[0] if len(held) == 1 and not isinstance(held[0], str) else None
        return self._part(element)

    def _parts(self, element: Element) -> Iterator[str | Part]:
        name, anchor = name_of(element), str(element.get("id", ""))
        if not name or _is_former(element) or self._is_mark(element):
            return
        if is_anchor_of(anchor, self.path) and not _has(element, "tombstone"):
            yield [PASSAGE, {"anchor": anchor}]
        elif name == "kbd":  # the names of an option
            yield re.sub(r"[\s,=]", "", _text(element))
        elif self._is_plain(element, name):
            yield from self._content(element)
        elif found := self.stands(anchor) if name == "section" and anchor else self._part(element):
            yield found

    def _is_plain(self, element: Element, name: str) -> bool:
        """Whether an element says nothing itself."""
        own, inside = self._facts(element), [name_of(each) for each in element]
        if own or name in _PLAIN:
            return name in _PLAIN and not own
        if name == "code" and _has(element, "xref"):
            return True
        if name == "span":
            return not any(_has(element, each) for each in _SPANS)
        if name == "p" and len(element) and _has(element[0], "caption-text"):
            return False
        if name == "a" and _has(element, "image-reference"):
            return inside == ["img"] and element.get("href") == element[0].get("src")
        wraps = ("clauses", "table-wrapper", "math-wrapper", "passage", "math")
        return name == "div" and (
            not element.get("class") or any(_has(element, each) for each in wraps)
        )

    def _content(self, element: Element) -> Held:
        held: Held = [element.text or ""]
        for child in element:
            if isinstance(child.tag, str):
                held += [] if _is_empty_line(element, child) else self._parts(child)
            held.append(child.tail or "")
        return held

    def _facts(self, element: Element) -> dict[str, str]:
        """What the attributes of an element say to readers: classes, language, what hides it."""
        own = {
            each for each in str(element.get("class", "")).split()
            if each not in _GIVEN and not each.startswith(_GIVEN_BEGINNINGS)
        }  # fmt: skip
        if element.get("lang"):
            own.add(f"language-{element.get('lang')}")
        for each in element.attrib:
            key = str(each).rpartition("}")[2]
            if key == "data-passage" and element.get(each) not in self._by_id:
                self.strange.append(f"a quotation is of {element.get(each)}")
            if key == "aria-label" and not _has(element, "record"):
                self._note_name(element)
            if key == "style" and _SIZE.fullmatch(str(element.get("style"))):
                continue
            if key == "role" and element.get(each) not in _ROLES:
                self.strange.append(f"an element {name_of(element)} has a role {element.get(each)}")
            if key not in _SHOWN_ATTRIBUTES:
                self.strange.append(f"an element {name_of(element)} has an attribute {key}")
        return {"class": " ".join(sorted(own))} if own else {}

    def _note_name(self, element: Element) -> None:
        """Note the name of an element for screen readers, with the first anchor in it."""
        name = str(element.get("aria-label"))
        caption = next(element.iter("{*}caption", "caption"), None)
        said = _text(caption).removesuffix("¶") if caption is not None else self.say("Table")
        numbered = caption is None and re.fullmatch(f"{self.say('Table')} [0-9]+", name)
        is_table = _has(element, "table-wrapper") and (numbered or _bag(said) == _bag(name))
        if not is_table:
            inside = (str(each.get("id", "")) for each in element.iter(etree.Element))
            anchor = next((each for each in inside if is_anchor_of(each, self.path)), "")
            self.names.append((anchor, name))

    def unknown(self, generated: Element) -> Iterator[str]:
        """Classes within a card or a list that the engine does not give there."""
        for each in generated.iter(etree.Element):
            own = self._facts(each).get("class", "").split()
            extra = {name for name in own if not name.startswith("language-")} - _OF_LISTS
            if extra:
                yield f"an element {name_of(each)} has the class {min(extra)}"

    def _part(self, element: Element, section: Element | None = None) -> Part | None:
        name = name_of(element)
        heading = _HEADING.fullmatch(name)
        classes = self._facts(section if section is not None else element)
        if heading:
            facts = {"level": heading[1], **classes}
            return part("heading", facts, self._content(element))
        if name == "p" and len(element) and _has(element[0], "caption-text"):
            return part("caption", classes, self._content(element))
        if "highlight" in str(element.get("class", "")) and name == "div":
            return self._code(element, classes)
        role = next((role for each, role in _BY_CLASS.items() if _has(element, each)), None)
        role = role or ("fields" if _has(element, "field-list") else _TAGS.get(name, f"<{name}>"))
        read = self._readers.get(role)
        facts, content = read(element) if read else ({}, self._content(element))
        if "kind" in facts:  # which is a class, too
            classes["class"] = " ".join(set(classes.pop("class", "").split()) - {facts["kind"]})
        return part("footnote" if role == "mark" else role, {**facts, **classes}, content)

    @property
    def _readers(self) -> Mapping[str, Callable[[Element], tuple[dict[str, str], Held]]]:
        return {
            "abbreviation": lambda each: ({"text": each.get("title", "")}, self._content(each)),
            "attribution": self._attribution, "cell": self._cell, "citation": self._citation,
            "break": lambda _: ({}, []),
            "download": self._link, "footnote": lambda each: ({}, self._note(each)),
            "formula": self._formula, "mark": self._footnote, "signatories": self._signatories,
            "image": self._image, "link": self._link, "list": self._list, "fields": self._list,
            "notice": self._notice, "withdrawn": self._withdrawn, "rule": lambda _: ({}, []),
        }  # fmt: skip

    def _attribution(self, element: Element) -> tuple[dict[str, str], Held]:
        content = self._content(element)
        first = content[0] if content and isinstance(content[0], str) else ""
        return {}, [first.removeprefix("—"), *content[1:]]

    def _cell(self, element: Element) -> tuple[dict[str, str], Held]:
        columns, rows = element.get("colspan", ""), element.get("rowspan", "")
        return {"columns": columns, "rows": rows}, self._content(element)

    def _citation(self, element: Element) -> tuple[dict[str, str], Held]:
        self.strange += [each for inside in element for each in self.unknown(inside)]
        works = [each for each in element if name_of(each) == "a"]
        if len(works) != len(element):
            return {"target": "?"}, self._content(element)
        works = [element] if name_of(element) == "a" else works  # of one work
        targets = " ".join(str(each.get("href", "")) for each in works)
        titles = "\n".join(str(each.get("title", "")) for each in works)
        return {"target": targets, "titles": titles}, [_text(element)]

    def _footnote(self, element: Element) -> tuple[dict[str, str], Held]:
        id_ = str(element.get("href", "")).removeprefix("#")
        note = self._by_id.get(id_)
        if note is None or not _has(note, "footnote"):
            return {"target": id_}, self._content(element)
        if id_ in self._open:
            return {}, []
        if is_anchor_of(id_, self.path):
            content: Held = [[PASSAGE, {"anchor": id_}]]
        else:
            self._open.append(id_)
            content = self._note(note)
            self._open.pop()
        number = _text(element).strip("[]")
        labels = [_text(each).strip("[]") for each in note if _has(each, "label")]
        return {}, [*content, *(each for each in labels if each != number)]

    def _note(self, note: Element) -> Held:
        """What a footnote says, without its number and the links back to its marks."""
        self._facts(note)
        content: Held = [note.text or ""]
        for each in note:
            if not (_has(each, "label") or _has(each, "backrefs")):
                content += self._parts(each)
            elif not _BACK.fullmatch(_text(each).strip("[]")):
                content.append(_text(each))
            else:
                for link in each.iter("{*}a"):
                    to = str(link.get("href", ""))[1:]
                    self.strange += [f"a note leads to {to}"] if to not in self._by_id else []
                    self._facts(link)
            content.append(each.tail or "")
        return content

    def _signatories(self, element: Element) -> tuple[dict[str, str], Held]:
        """A group by its heading, behind which stands how many it has."""
        heading = next(iter(element), None)
        if heading is None or not _has(heading, "signatory-heading"):
            return {}, self._content(element)
        count, name = sum(name_of(each) == "li" for each in element.iter()), heading.text or ""
        shown = f"{normalise(name)}{counted(count, name, self.say)}"
        if _text(heading) != shown:
            self.strange.append(f"a group of signatories is headed {_quoted(_text(heading))}")
        self.strange += self.unknown(heading)
        content = [heading.tail or "", *self._content(element)]
        return {"text": name}, content

    def _formula(self, element: Element) -> tuple[dict[str, str], Held]:
        return {}, [str(element.get("alttext", ""))]

    def _image(self, element: Element) -> tuple[dict[str, str], Held]:
        sizes = {name: str(element.get(name, "")) for name in ("width", "height")}
        classes = str(element.get("class", "")).split()
        sizes["share"] = next((each for each in classes if each.startswith(showing.BEGINNING)), "")
        source = self.resolve(str(element.get("src", "")))[0]
        return {"sha256": self.digests(source) or "?", "text": element.get("alt", ""), **sizes}, []

    def _link(self, element: Element) -> tuple[dict[str, str], Held]:
        target, parent = str(element.get("href", "")), element.getparent()
        if _has(element, "spoken") or (parent is not None and _has(parent, "spoken")):
            return {"target": target, "name": _text(element)}, []
        return {"target": target}, self._content(element)

    def _list(self, element: Element) -> tuple[dict[str, str], Held]:
        content = self._content(element)
        if name_of(element) == "ol":
            numbers = next((each for each in _NUMBERS if _has(element, each)), "")
            shown = [_text(mark) for item in element for mark in _marks(item)]
            facts = {"numbers": numbers, "start": str(element.get("start", 1))}
            return facts | {"marks": " ".join(shown)}, content
        return {}, content

    def _notice(self, element: Element) -> tuple[dict[str, str], Held]:
        kinds = [each for each in element.get("class", "").split() if each != "admonition"]
        content = self._content(element)
        if len(kinds) != 1 or kinds[0].startswith("admonition-") or kinds[0] not in _KINDS:
            return {}, content
        title = next((each for each in element if _has(each, "admonition-title")), None)
        if title is not None and self._is_heading_of(kinds[0], _text(title)):
            del content[next(at for at, each in enumerate(content) if not isinstance(each, str))]
        return {"kind": kinds[0]}, content

    def _is_heading_of(self, kind: str, said: str) -> bool:
        """Whether a title is that of a kind of notice, in English or the page's language."""
        return re.sub(r"\s", "", said).lower() == kind or (
            kind in KINDS and said == heading_of(kind, self.say.language)
        )

    def _withdrawn(self, element: Element) -> tuple[dict[str, str], Held]:
        return {"anchor": str(element.get("id", ""))}, self._content(element)

    def _code(self, element: Element, classes: dict[str, str]) -> Part | None:
        language = next(
            each.removeprefix("highlight-") for each in [*element.get("class", "").split(), ""]
            if each.startswith("highlight-") or not each
        )  # fmt: skip
        text = "".join(
            "".join(each.itertext()) for each in element.iter() if name_of(each) == "pre"
        )
        others = _text(element) != " ".join(text.split())
        return part("code", {"language": language, **classes}, [f"{text}{'?' if others else ''}"])

    def _is_mark(self, element: Element) -> bool:  # noqa: C901, PLR0912 - a row for each sign
        """Whether an element is no part: a label, a sign, a number.  Notes one that says more."""
        said = _text(element)
        if _has(element, "passage-label"):
            anchor = str(element.get("href", "")).removeprefix("#")
            self.names.append((anchor, str(element.get("title", ""))))
            self.strange += [
                f"a label has an attribute {each}"
                for each in sorted(set(map(str, element.attrib)) - set(_OF_LABELS))
            ]
            self.labels.append((anchor, said, str(element.get("data-number", ""))))
            known = is_anchor_of(anchor, self.path)
            if (name := element.get("data-name")) is not None:
                explained = self.say("Permalink to {passage}").format(passage=name)
                known = known and explained == element.get("title")
        elif _has(element, "passage-name"):
            attributes = {name: str(value) for name, value in element.attrib.items()}
            level = attributes.pop("aria-level", "")
            known = (
                attributes == {"class": "passage-name", "role": "heading"}
                and level in set("123456") and len(element) == 1
                and _has(element[0], "passage-label") and self._is_mark(element[0])
                and not (element.text or element[0].tail or "").strip()
            )  # fmt: skip
        elif _has(element, "to-cite"):
            href, name = (str(element.get(each, "")) for each in ("href", "aria-label"))
            self.cited.append((self._beside(element), href, name, said))
            known = set(map(str, element.attrib)) <= {"aria-label", "class", "data-at", "href"}
            if (at := element.get("data-at")) is not None:
                known = known and name == cite_name(said, str(at), self.say)
        elif _has(element, "origin"):
            title, named = str(element.get("title", "")), element.get("aria-label")
            self.followed.append((str(element.get("href", "")), title))
            known = (
                not said and named in {None, title} and set(map(str, element.attrib)) <= _OF_ORIGINS
            )
        elif _has(element, "taken-up"):
            before = element.getprevious()
            links = [address for address, _ in self.links(element, "")]
            self.taken_up.append((self._beside(before) if before is not None else "", said, links))
            self.strange += self.unknown(element)
            known = before is not None and _has(before, "to-cite")
        elif _has(element, "item-mark"):
            item = next(element.iterancestors("{*}li"), None)
            known = item is not None and element in _marks(item)
        elif _has(element, "signatory-heading"):
            above = element.getparent()
            known = above is not None and above[0] is element and _has(above, "signatories")
        elif _has(element, "eqno"):
            known = _EQUATION.fullmatch(said.removesuffix("¶")) is not None
        elif _has(element, "headerlink"):
            known = said == "¶" and str(element.get("href", ""))[1:] in self._by_id
            title = str(element.get("title", ""))
            is_told = title == self.say(PERMALINK) or _TO_HERE.fullmatch(title) is not None
            known = known and is_told
        elif _has(element, "colon"):
            known = said == ":"
        else:
            return name_of(element) == "colgroup" and not said
        if not known:
            self.strange.append(f"a {element.get('class')} says {_quoted(said)}")
        return True

    def _beside(self, link: Element) -> str:
        """The anchor, or the document's id, of what a link “Cite” stands beside."""
        around, before = link.getparent(), link.getprevious()
        if name_of(around) == "section":
            return str(around.get("id", ""))
        block = around if _has(around, "footnote") or before is None else before
        ids = (str(each.get("id", "")) for each in block.iter(etree.Element))
        return next((each for each in ids if is_anchor_of(each, self.path)), "")

    def record(self) -> Element:
        """The card, or all of the page where it has none."""
        cards = (each for each in self.tree.iter("{*}aside", "aside") if _has(each, "record"))
        return next(cards, self.tree)

    def links(self, element: Element, base: str) -> Iterator[tuple[str, str]]:
        """The address of each link within an element, and its text; of the site at its base."""
        for link in element.iter("{*}a"):
            href = str(link.get("href", ""))
            path, place = self.resolve(href)
            own = f"{base}{path}{f'#{place}' if place else ''}"
            yield href if path == href and ":" in href else own, _text(link)

    def resolve(self, href: str) -> tuple[str, str]:
        """Where a link leads: the path of a page or file in the site, and what in it."""
        try:
            place = urlsplit(urljoin(f"https://copy.invalid/{self.path}", href.strip()))
        except ValueError:
            return href, ""
        if place.netloc != "copy.invalid":
            return href, ""
        path = unquote(place.path).removeprefix("/")
        return re.sub(r"\.xhtml$", ".html", path), unquote(place.fragment)


_CATALOGUES = ("documents/index.html", "index.html")  # pages that may list all documents
_KINDS = frozenset({
    "attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip",
    "warning",
})  # fmt: skip


def _marks(item: Element) -> list[Element]:
    """The mark of an item of an enumeration that has its own."""
    above = item.getparent()
    shown = (each for each in item.iter() if _has(each, "item-mark"))
    return [*islice(shown, 1)] if above is not None and _has(above, "marked") else []


def _is_empty_line(element: Element, child: Element) -> bool:
    return name_of(child) == "br" and _has(element, "line") and not _text(element)


def _text(element: Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


# Comparing


@dataclass(frozen=True)
class Judge:
    """Compares a page with what is sealed."""

    sealed: Sealed
    fates: Fates
    known: Known
    page: Page
    ties: Sequence[Tie]  # what the document is related to

    def all(self, anchors: Sequence[str]) -> Iterator[str]:
        """What the page shows otherwise than it is sealed."""
        document, record = self.sealed.record.id, self.sealed.record
        title: Part = ["heading", {"level": "1"}, normalise(record.title)]
        difference = self._differ([title, *self.sealed.shown_order], self.page.order(document))
        if difference:
            yield difference
        for anchor in anchors:
            wanted, shown = self.sealed.stands.get(anchor), self.page.stands(anchor)
            if wanted is not None and shown is not None:
                difference = self._differ([wanted], [shown])
                if difference:
                    yield f"{anchor}: {difference}"
        yield from self._around()
        yield from dict.fromkeys(self.page.strange)

    def _around(self) -> Iterator[str]:
        """What the archive generates in a document otherwise than it follows from what is known."""
        yield from self._named()
        if self.page.to_take is not None:
            wanted = to_take(f"{self.sealed.reference.document}.{CITED}", BESIDE)
            links = [(_text(each), each.get("href")) for each in self.page.to_take.iter("{*}a")]
            said = f"{self.sealed.say(TAKE)}{', '.join(name for name, _address in wanted)}."
            if links != wanted or squeezed(_text(self.page.to_take)) != squeezed(said):
                yield f"files with the works are named {_quoted(_text(self.page.to_take))}"
            yield from self.page.unknown(self.page.to_take)
        for element in self.page.generated:
            yield from self._generated(element)
            yield from self.page.unknown(element.getprevious())
            yield from self.page.unknown(element)

    def _named(self) -> Iterator[str]:
        """Labels, names for screen readers and the notice above the record."""
        labelled = self.sealed.labelled
        for anchor, *shown in self.page.labels:
            wanted = (labelled[anchor].label, labelled[anchor].where) if anchor in labelled else ()
            if tuple(shown) != wanted:
                yield f"the label of {anchor} is {_quoted(' '.join(shown))}"
        for anchor, name in self.page.names:
            if name not in self._names(anchor):
                yield f"{anchor or 'an element'} is explained by {_quoted(name)}"
        yield from self._citing()
        yield from self._following()
        yield from self._taken_up()
        extent = self.sealed.record.extent
        said = extent.told(self.sealed.say) if extent else ""
        if self.page.held_in_part != normalise(said):
            yield f"what is held is told as {_quoted(self.page.held_in_part)}"

    def _citing(self) -> Iterator[str]:
        """The links “Cite”: each leads to the section of what it stands beside, and says so."""
        wanted = dict(self.sealed.cite_links(self.fates))
        for beside, href, *said in self.page.cited:
            if beside not in wanted or href != address(self.sealed.record.id, beside):
                yield f"a link to cite {beside} leads to {href}"
            elif tuple(said) != wanted[beside]:
                yield f"the link to cite {beside} says {_quoted(' '.join(said))}"
        lacking = wanted.keys() - {beside for beside, *_ in self.page.cited}
        if lacking and not self.page.is_book:
            yield f"{min(lacking)} has no link to cite it"

    def _following(self) -> Iterator[str]:
        """The links from quotations: each leads to what the record says, and names it."""
        base, quotes = self.sealed.settings.base, BONDS["quotes"].there
        ties = {each.address: each.name for each in self.ties if each.direction is quotes}
        for href, title in self.page.followed:
            path, place = self.page.resolve(href)
            name = ties.get(f"{base}{path}{f'#{place}' if place else ''}", "")
            if not name or title not in origins_told(name, self.sealed.say):
                yield f"a quotation leads to {href}, which is explained by {_quoted(title)}"

    def _taken_up(self) -> Iterator[str]:
        """What a passage repeats and what quotes or repeats it, below it: as the records say."""
        base, found = self.sealed.settings.base, dict[str, dict[str, dict[str, str]]]()
        for each in self.ties:
            if each.at and each.direction in TAKEN_UP:
                names = found.setdefault(each.at, {}).setdefault(each.direction.words, {})
                names.setdefault(each.name, each.address.removeprefix(base))
        standing = self.sealed.standing
        for anchor, said, links in self.page.taken_up:
            wanted = found.get(standing[anchor].spoken, {}) if anchor in standing else {}
            said_of = {words: list(names) for words, names in wanted.items()}
            counted, named = taken_up(said_of, self.sealed.say)
            addresses = [each for names in wanted.values() for each in names.values()]
            if squeezed(said) != squeezed(f"{counted}{named}") or links != addresses:
                yield f"{anchor} is said to be taken up: {_quoted(said)}"

    def card(self) -> Iterator[str]:
        """What the card says otherwise than the record, and than the relations that are known."""
        if self.page.card is not None:
            yield from self.page.unknown(self.page.card)
        card = list(self._card(self.page.card)) if self.page.card is not None else []
        fields = list(self._fields())
        if card != fields:
            wrong = next((each for each in card if each not in fields), ("not", "all of it"))
            yield f"the record says {_quoted(' '.join(wrong))}"

    def _names(self, anchor: str) -> tuple[str, ...]:
        """What screen readers are told: of a label, and of the group of parts that it begins."""
        labelled = self.sealed.labelled
        if anchor not in labelled:
            return ()
        around = labelled.get(labelled[anchor].parent or "")
        _, spoken = self.sealed.say, labelled[anchor].spoken
        parts = (_("Parts of {passage}").format(passage=around.spoken),) if around else ()
        return _("Permalink to {passage}").format(passage=spoken), *parts

    def _fields(self) -> Iterator[tuple[str, str]]:
        """What the card of the record says: each label, with each paragraph or address."""
        for label, line in self.sealed.card(self.ties):
            yield label, squeezed(line.words)
            if line.address:
                yield label, line.address
            if label == self.sealed.say("Subjects") and not self.page.is_book:
                yield from ((label, each) for each in self.sealed.pages_of_subjects())

    def _card(self, card: Element) -> Iterator[tuple[str, str]]:
        label, counts = "", 0
        if not self.page.is_book:
            card = yield from self._folded(card)
        fields = [each for each in card if name_of(each) == "dl"]
        if len(fields) != len(card) or len(fields) != 1 or _bare(card):
            yield "", _text(card)
        for element in (each for one in fields for each in one):
            if name_of(element) == "dt":
                label = _text(element).removesuffix(":")
                continue
            said = [each for paragraph in element for each in self._said(paragraph)]
            count = [each for each in said if self._is_count(each)][: 1 - counts]
            counts += len(count)  # of the source's paragraphs, which no seal has
            yield from ((label, each) for each in said if each not in count)
            yield from [(label, _bare(element))] if _bare(element) else []

    def _is_count(self, said: str) -> bool:
        """Whether a text is the number of the source's paragraphs, as the card words it."""
        number = _NUMBER.search(said)
        counted = self.sealed.say.plural
        return number is not None and said == squeezed(
            counted("{} paragraph", "{} paragraphs", int(number[0]))
        )

    def _folded(self, card: Element) -> Generator[tuple[str, str], None, Element]:
        """Read the line that stands for the card of a page, and return what it opens to."""
        line = card[0][0] if len(card) == 1 and len(card[0]) else card
        if name_of(line) != "summary" or name_of(card[0]) != "details" or _bare(card) or len(line):
            yield "", _text(card)
            return card
        if squeezed(_text(line)) != squeezed(brief(self.sealed.record)):
            yield "", _text(line)
        folded = card[0]
        folded.remove(line)
        return folded

    def _said(self, paragraph: Element) -> Iterator[str]:
        """The text of a paragraph, and where its links lead, but for issuers to the catalogue."""
        yield squeezed(_text(paragraph))
        base = self.sealed.settings.base
        own = {base + page for page in _CATALOGUES}
        issuers = {squeezed(agent.name) for agent in self.sealed.record.cited}
        links = zip(self.page.links(paragraph, base), paragraph.iter("{*}a"), strict=True)
        yield from (
            address for (address, said), link in links
            if address not in own or squeezed(said) not in issuers or not _asks_for(link, said)
        )  # fmt: skip

    def _differ(self, wanted: Held, shown: Held) -> str:
        """How what is shown differs; an empty text where it does not."""
        wanted, shown = _flat(wanted), _flat(shown)
        if self.page.is_book and any(
            not isinstance(each, str) and each[0] == "download" for each in wanted
        ):
            wanted, shown = _without_downloads(wanted), _without_downloads(shown)
        for one, two in zip(wanted, shown, strict=False):
            if isinstance(one, str) or isinstance(two, str):
                if one != two:
                    return f"{_quoted(two)} stands where {_quoted(one)} is sealed"
                continue
            found = self._part(one, two)
            if found:
                return found
        if len(wanted) != len(shown):
            longer, what = (
                (wanted, "is missing") if len(wanted) > len(shown) else (shown, "is extra")
            )
            return f"{_quoted(longer[min(len(wanted), len(shown))])} {what}"
        return ""

    def _part(self, wanted: Part, shown: Part) -> str:
        role = wanted[0]
        if role != shown[0]:
            return f"{_quoted(shown)} stands where {_quoted(wanted)} is sealed"
        if wanted[1].get("class") != shown[1].get("class"):
            return f"a {role} has the classes {shown[1].get('class')}"
        judged = _JUDGED.get(role)
        if judged is not None:
            return judged(self, wanted, shown)
        if role == "formula":  # attributes have no line breaks
            one, two = (" ".join(" ".join(words(each)).split()) for each in (wanted, shown))
            return (
                "" if one == two else f"a formula is {_quoted(two)}, where {_quoted(one)} is sealed"
            )
        ours, theirs = ({}, {}) if role == "code" else (_seen(wanted), shown[1])
        if ours != theirs:
            return f"a {role} has {theirs or 'nothing'} where {ours or 'nothing'} is sealed"
        return self._differ(wanted[2:], shown[2:])

    def _image(self, wanted: Part, shown: Part) -> str:
        ours, theirs = wanted[1], shown[1]
        if theirs["sha256"] not in ours["sha256"].split():
            return f"an image has the SHA-256 {theirs['sha256'][:12]}…, which is not sealed"
        if theirs.get("text", "") != ours.get("text", ""):
            return f"an image is described as {_quoted(theirs.get('text', ''))}"
        for name in ("width", "height"):
            size = ours.get(name, "").removesuffix("px")
            if name in theirs and "scale" not in ours and theirs[name] != size:
                return f"an image has the {name} {theirs[name]}"
        share = theirs.get("share", "")
        if share and share != showing.class_of(ours.get("width", "")):
            return f"an image has the {share}"
        return ""

    def _link(self, wanted: Part, shown: Part) -> str:
        target, href = wanted[1].get("target", ""), shown[1].get("target", "")
        if not self._leads(target, wanted[1].get("kind", ""), href):
            return f"a link leads to {href}, where {target} is sealed"
        name = shown[1].get("name")
        anchor = target.rpartition("/")[2].rpartition("#")[2]
        # A link shows a heading's words, within its page its spoken name.
        known = {squeezed(each) for each in self.known.called(anchor)}
        if is_named(wanted) and len(wanted) > 2:
            here = " ".join(words(shown))
            if _is_outside(target):
                right = squeezed("".join(words(shown))) == squeezed("".join(words(wanted)))
            else:
                right = not known or here in words(wanted) or squeezed(here) in known
            return "" if right else f"a link to {target} says {_quoted(here)}"
        if name is None:
            if wanted[1].get("kind") == "eq":
                return (
                    "" if _EQUATION.fullmatch("".join(words(shown))) else "a number of an equation"
                )
            return self._differ(wanted[2:], shown[2:])
        if known and not any(each in squeezed(name) for each in known):
            return f"a link to {target} says {_quoted(name)}"
        return self._differ(wanted[2:], [])

    def _leads(self, target: str, kind: str, href: str) -> bool:
        path, place = self.page.resolve(href)
        if _is_outside(target):
            return unquote(href) == unquote(target)
        final = self.fates.final.get(target, target)
        if is_anchor(target):
            return place in (target, final) and path in (page_of(target), page_of(final))
        ends = (place, path.removesuffix(".html"), f"{path.removesuffix('.html')}#{place}", path)
        if self.page.digests(path) is None:
            return False
        if kind == "term":
            return place.startswith("term-") and (
                slug(place[5:]) == slug(target) or _is_foreign(target)
            )
        if kind == "eq":
            return slug(place) == slug(f"equation-{target}")
        return any(slug(each) == slug(target) for each in ends) or _is_foreign(target)

    def _download(self, wanted: Part, shown: Part) -> str:
        if "sha256" not in wanted[1]:
            return self._link(wanted, shown)
        path, _ = self.page.resolve(shown[1].get("target", ""))
        if self.page.digests(path) != wanted[1]["sha256"]:
            return f"a download leads to {path}, which is not the file that is sealed"
        return self._differ(wanted[2:], shown[2:])

    def _citation(self, wanted: Part, shown: Part) -> str:
        """Hold a citation's mark against its works: whom it names, and where it leads."""
        target = wanted[1].get("target", "")
        notes = re.findall(r"\{([^{}]*)\}", target)
        keys = [
            each.strip() for each in re.sub(r"\{[^{}]*\}", "", target).split(",") if each.strip()
        ]
        works = {key: self.sealed.worded(key) for key in keys if key in self.sealed.works}
        places = [self.page.resolve(each) for each in shown[1].get("target", "").split()]
        there = all(self.page.digests(path) for path, _ in places)
        leads = [place if there else path for path, place in places]
        known = {slug(f"cite-{key}"): key for key in keys}
        if {known.get(slug(each)) for each in leads} != set(keys):
            return f"a citation leads to {', '.join(leads)}, where {target} is sealed"
        told = {normalise(text) for _, text in works.values()}
        if not told >= {normalise(each) for each in shown[1].get("titles", "").split("\n") if each}:
            return f"a citation of {target} is explained by another work"
        people = [self._person(self.sealed.works[key]) for key in works]
        allowed = _bag(" ".join([*(label for label, _ in works.values()), *notes, *people]))
        said = _bag(" ".join(words(shown)))
        missing = _bag(" ".join(label for label, _ in works.values())) - said
        extra = {each for each in said - allowed - {"and", "et", "al"} if len(each) > 1}
        extra -= {each for each in extra if re.fullmatch(r"\d{4}[a-z]", each)}
        missing -= {each for each in missing if any(one.startswith(each) for one in said)}
        if missing or extra:
            return f"a citation of {target} says {_quoted(' '.join(words(shown)))}"
        return ""

    def _person(self, work: Mapping[str, str]) -> str:
        return f"{work.get('shortauthor', '')} {work.get('author', '')}"

    def _withdrawn(self, wanted: Part, shown: Part) -> str:
        """Hold a tombstone against its seal: its notice names the day, which the ledger has."""
        anchor, successor = wanted[1]["anchor"], wanted[1].get("successor", "")
        day = self.fates.last_day(anchor)
        _ = self.sealed.say
        when = _(WITHDRAWN_ON) if day else _(WITHDRAWN)
        notice = normalise(when.format(date=ArchiveDate(day).said(_) if day else ""))
        taken = _(REPLACED).lstrip()
        said = normalise("".join(words(shown[2]))) if len(shown) > 2 else ""
        others = said.removeprefix(notice).strip()
        named = self.known.shown(successor) or others.removeprefix(taken).rstrip(".")
        if shown[1].get("anchor") != anchor or not said.startswith(notice):
            return f"{shown[1].get('anchor')} is shown as withdrawn: {_quoted(said)}"
        if squeezed(others) != squeezed(f"{taken}{named}." if successor else ""):
            return f"the successor of {anchor} is {_quoted(others)}"
        return self._differ(wanted[3:], shown[3:])

    # What the archive generates

    def _generated(self, element: Element) -> Iterator[str]:
        """Hold a list at the end of the page against names and works that are known."""
        if _has(element, "backlinks"):
            yield from self._marks(element)
        elif _has(element, "moved-anchors"):
            yield from (
                f"an anchor {_quoted(_text(item))}" for item in element if not self._moved(item)
            )
        else:
            yield from self._works(element)
        if not _has(element, "backlinks") and _bare(element):
            yield f"{_quoted(_bare(element))} stands in a list"

    def _moved(self, item: Element) -> bool:
        anchor = str(item.get("id", ""))
        final, day = self.fates.final.get(anchor, ""), self.fates.last_day(anchor)
        name = self.known.shown(final)
        _ = self.sealed.say
        said = _(" moved on {date} to {place}.")
        wanted = (
            f"{anchor}{said.format(date=ArchiveDate(day).said(_), place=name)}"
            if day and name else None
        )  # fmt: skip
        leads = [self.page.resolve(str(each.get("href", "")))[1] for each in item.iter("{*}a")]
        return wanted is None or (squeezed(_text(item)), leads) == (squeezed(wanted), [final])

    def _works(self, element: Element) -> Iterator[str]:
        """Hold the works that a document cites against what is sealed of them."""
        for item in element:
            said = normalise(_text(item[0])) if len(item) else ""
            leads = [
                str(each.get("href", "")) for each in (item[0].iter("{*}a") if len(item) else ())
            ]
            if _bare(item) or not any(self._is_work(key, said, leads) for key in self.sealed.works):
                yield f"a work is listed as {_quoted(said)}"
            for each in item[1:]:
                yield from self._marks(each)

    def _is_work(self, key: str, said: str, leads: Sequence[str]) -> bool:
        label, text = map(normalise, self.sealed.worded(key))
        between = said[len(label) : -len(text)]  # a letter that tells two labels apart
        url = self.sealed.works[key].get("url")
        path, place = self.page.resolve(leads[0] if leads else "")
        return (
            said.startswith(label) and said.endswith(text)
            and re.fullmatch("[a-z]? |-[0-9]+ ", between) is not None
            and self.page.digests(path) is not None
            and slug(place) == slug(f"cite-{key}")
            and leads[1:] == ([url] if url else [])
        )  # fmt: skip

    def _marks(self, element: Element) -> Iterator[str]:
        """Hold links to passages, which show their labels, against the names of these."""
        before = (element.text or "").removeprefix(self.sealed.say("Cited in "))
        for link in element:
            path, anchor = self.page.resolve(str(link.get("href", "")))
            name = self.known.names.get(anchor, str(link.get("title", "")))
            between = before.strip(" ,;.\n")
            if (
                name_of(link) != "a" or anchor not in self.fates.final or path != page_of(anchor)
                or _text(link) != self.known.ways.get(anchor, _text(link))
                or link.get("title") != name or not name.startswith(between)
            ):  # fmt: skip
                yield f"a mark of {anchor} says {_quoted(f'{between} {_text(link)}'.strip())}"
            before = link.tail or ""
        if before.strip(" .\n"):
            yield f"{_quoted(before)} stands behind marks"


def _bare(element: Element) -> str:
    """The text of an element that stands in none within it."""
    return " ".join([element.text or "", *(each.tail or "" for each in element)]).strip()


_JUDGED: Mapping[str, Callable[[Judge, Part, Part], str]] = {
    "image": Judge._image, "link": Judge._link, "download": Judge._download,
    "citation": Judge._citation, "withdrawn": Judge._withdrawn,
}  # fmt: skip


def _seen(wanted: Part) -> dict[str, str]:
    """The facts of a part as its element shows them; labels show the source's own numbers."""
    facts = {name: value for name, value in wanted[1].items() if name not in _NUMBERING}
    if "marks" in facts:
        numbers = marks(facts["marks"], facts["numbers"], int(facts["start"]))
        facts["marks"] = " ".join(islice(numbers, len(wanted) - 2))
    return facts


_NUMBERING = ("locator", "within", "numbering")


def _flat(held: Held) -> Held:
    """Take the items of lists that no page has apart out of their parts."""
    found: Held = []
    for each in held:
        if isinstance(each, str):
            found.append(each)
            continue
        inside = [one[0] for one in each[2:] if not isinstance(one, str)]
        if each[0] == "item" and inside and inside[0] in ("term", "name"):
            found += _flat(each[2:])
        elif each[0] in ("term", "name"):
            classifiers = [one for one in each[2:] if one[0] == "classifier"]
            content = [one for one in each[2:] if one not in classifiers]
            if all(not isinstance(one, str) and one[0] == "part" for one in content) and content:
                content = ["".join(words(each))]
            found += [["term", each[1], *content], *classifiers]
        else:
            found.append(each)
    return found


def _without_downloads(held: Held) -> Held:
    """Texts with the names of downloads among them, without white space."""
    found: Held = []
    for each in held:
        if isinstance(each, str) or each[0] == "download":
            text = each if isinstance(each, str) else "".join(words(each))
            before = found.pop() if found and isinstance(found[-1], str) else ""
            found.append(f"{before}{''.join(text.split())}")
        else:
            found.append(each)
    return found


def _is_outside(target: str) -> bool:
    """Whether a link leads out of the archive."""
    return "://" in target or target.startswith("mailto:")


def _bag(text: str) -> set[str]:
    return set(LETTERS.findall(text.lower()))


def _is_foreign(text: str) -> bool:
    """Whether a text has letters of which Sphinx makes another id than its slug."""
    return any(
        each.isalpha() and not each.isascii() for each in unicodedata.normalize("NFKD", text)
    )


def _quoted(each: str | Part) -> str:
    if isinstance(each, str):
        return f"“{each[:60]}”"
    return f"a {each[0]} “{' '.join(words(each))[:60]}”"


# The head of a page

# What every page has; a policy is told by what runs, see ``scripts``.
_OF_PAGES = frozenset({"viewport", "color-scheme", "referrer", "generator"})
_OF_METAS = frozenset({"content", "lang", "name", "property"})
_OF_LINKS = frozenset({"href", "hreflang", "rel", "title", "type"})
_OF_FRAMES = frozenset({"icon", "stylesheet", "next", "prev", "search", "index", "author"})


def head(tree: Element, sealed: Sealed) -> Iterator[str]:
    """What the metadata of a page and its title say otherwise than the record."""
    wanted = [(f"{each.key} {each.opened}".strip(), each.content) for each in sealed.metas()]
    shown = [
        (" ".join(filter(None, map(each.get, ("name", "property")))), str(each.get("content", "")))
        for each in tree.iter("{*}meta", "meta")
    ]  # fmt: skip
    shown = [each for each in shown if each[0] and each[0] not in _OF_PAGES]
    yield from (
        f"an element of its head has the attribute {each}"
        for meta in tree.iter("{*}meta", "meta") if _is_described(meta)
        for each in {*map(str, meta.attrib)} - _OF_METAS
    )  # fmt: skip
    if shown != wanted:
        yield _first(shown, wanted, "the metadata")
    title = next((_text(each) for each in tree.iter("{*}title", "title")), "")
    if not normalise(title).startswith(normalise(sealed.record.title)):
        yield f"the title in its head is {_quoted(title)}"


def relations(tree: Element, sealed: Sealed, fates: Fates, ties: Sequence[Tie]) -> Iterator[str]:
    """What links and JSON-LD in the head of a page say otherwise than records."""
    links, said = sealed.related(fates, [each.related for each in ties])
    shown = [
        tuple(str(each.get(name, "")) for name in ("rel", "href", "type", "hreflang"))
        for each in tree.iter("{*}link", "link")
    ]  # fmt: skip
    own = [each for each in shown if each in links or each[0] not in _OF_FRAMES]
    strange = {str(key) for each in tree.iter("{*}link", "link") for key in each.attrib} - _OF_LINKS
    if strange:
        yield f"a link in its head has an attribute {min(strange)}"
    feeds = [("alternate", href.format(id=sealed.record.id), kind, "") for href, kind in _FEEDS]
    # That in JSON is there where something happened to the document.
    if own not in ([*links, *feeds], [*links, *feeds[:-1]]):
        yield _first(own, links, "a link")
    scripts = tree.iter("{*}script", "script")
    data = [each.text for each in scripts if each.get("type") == "application/ld+json"]
    if data != [said]:
        yield "the description for search engines (JSON-LD) is another"


def _first(shown: Sequence[object], wanted: Sequence[object], what: str) -> str:
    wrong = next((each for each in shown if each not in wanted), "lacking or in another order")
    return f"{what} in its head is {wrong}"


# What stands around a document in its page

_FEEDS = (
    ("../atom.xml", "application/atom+xml"), ("../archive.feed.json", "application/feed+json"),
    ("{id}.atom", "application/atom+xml"), ("{id}.feed.json", "application/feed+json"),
)  # fmt: skip
_OUTLINE = {
    ("class", "toc-drawer"), ("class", "toc-drawer no-toc"), ("aria-label", "This page"),
}  # fmt: skip
_NEARBY = {"class": "neighbours", "aria-label": "Before and after"}
_JUMP = re.compile(r"_static/(jump|locate)\.js\?")
_OF_FRAME = frozenset({"icon", "index", "search", "stylesheet"})


def frame(
    tree: Element, sealed: Sealed, names: Mapping[str, str], versions: Sequence[Version] = ()
) -> tuple[list[tuple[str, ...]], list[str]]:
    """What stands around a document in its page, and what of that is not as it follows.

    The first is the same in all documents, as what differs among them is taken out: the document's
    own id and names, its outline, its neighbours.
    """
    own_id = re.compile(
        rf"(?<![\w.-])(?<!//){re.escape(sealed.record.id)}(?=\.[a-z])"
    )  # in addresses
    own = {sealed.record.short_title: "{short}", sealed.record.collection_name: "{collection}"}
    say = _around(tree, sealed)
    own |= {say(STATUSES[sealed.record.status]): "{status}"}
    own_words = (*map(sealed.say, _GENERATED), *map(say, ("In other forms", "On this page")))
    titles = (*dict(sealed.headings()).values(), sealed.record.title, *own_words)
    headings = {squeezed(each): _bag(each) for each in (*titles, *_headings(sealed.order))}
    labels = {each for key in sealed.works for each in _bag(sealed.worded(key)[0])}
    found: list[tuple[str, ...]] = []
    wrong: list[str] = []
    walker = etree.iterwalk(tree, events=("start",))
    for _, element in walker:
        name, kinds = name_of(element), str(element.get("class", "")).split()
        if kinds[:1] == ["document"] or (name == "head"):
            walker.skip_subtree()
        elif name == "script" and _JUMP.search(str(element.get("src"))):
            continue  # which long pages have
        elif "toc-drawer" in kinds:
            walker.skip_subtree()
            outline = {*_OUTLINE, ("aria-label", say("This page"))}
            wrong += [str(each) for each in set(element.attrib.items()) - outline]
            said = {("role", "navigation"), ("aria-label", say("Outline of this page"))}
            wrong += [
                str(each)
                for inside in element.iterdescendants()
                for each in inside.attrib.items()
                if each[0] not in ("class", "href") and each not in said
            ]
            wrong += [each for each in _links(element) if not _is_heading(each, headings, labels)]
            wrong += _astray(element, tree)
        elif "neighbours" in kinds:
            walker.skip_subtree()
            nearby = {**_NEARBY, "aria-label": say("Before and after")}
            wrong += [str(element.get("aria-label"))] if dict(element.attrib) != nearby else []
            wrong += _neighbours(element, names, say)
        elif name == "nav" and kinds == ["versions"]:
            walker.skip_subtree()
            wrong += _versions(element, sealed, versions, say)
        else:
            texts_of = ((element.text or "").strip(), (element.tail or "").strip(" \n›"))
            facts = (f"{key}={value}" for key, value in sorted(element.attrib.items()))
            shown = [name, *facts, *(own.get(each, each) for each in texts_of)]
            shown = [own_id.sub("{id}", each).replace(" no-toc", "") for each in shown]
            found.append(tuple(_COLLECTION.sub("", each) for each in shown))
    # The next one is not named in the head: browsers would load it, which the policy forbids.
    if not _next(tree, "a", names) >= _next(tree, "link", names):
        wrong.append("other neighbours than those in its head")
    titles_of = (normalise(_text(each)) for each in tree.iter("{*}title", "title"))
    found += [("title", next(titles_of, "").removeprefix(normalise(sealed.record.title)))]
    found += [
        tuple(f"{key}={value}" for key, value in sorted(each.attrib.items()))
        for each in tree.iter("{*}link", "{*}meta")
        if (each.get("rel", "stylesheet") in _OF_FRAME or each.get("href") == _FEEDS[0][0])
        and not _is_described(each)
    ]  # fmt: skip
    return found, wrong


def _around(tree: Element, sealed: Sealed) -> Say:
    """The words around a document: its own, or the archive's where no catalogue has them."""
    return say_in(tree.get("lang")) if sealed.say.is_english else sealed.say


def _versions(
    element: Element, sealed: Sealed, versions: Sequence[Version], _: Say
) -> Iterator[str]:
    """The links to other versions of the text that are not what relations give."""
    own = sealed.record.id
    wanted = [
        (f"{each.id}.html", each.language, each.title, each.own_name)
        for each in versions if each.id != own
    ]  # fmt: skip
    if versions:
        wanted.append((beside_others(versions, own, own), "", "", _("Side by side")))
    shown = [
        (*(str(each.get(name, "")) for name in ("href", "hreflang", "title")), _text(each))
        for each in element.iter("{*}a", "a")
    ]  # fmt: skip
    said = f"{_('This text in')} {' · '.join(name for *_facts, name in wanted)}"
    if shown != wanted or _text(element) != said or element.get("aria-label") != _("Versions"):
        yield _text(element)


def _is_described(element: Element) -> bool:
    """Whether an element of a head follows from the record, see ``head``."""
    named = element.get("name", element.get("property"))
    return named is not None and named not in _OF_PAGES


def _asks_for(link: Element, issuer: str) -> bool:
    """Whether a link to the catalogue asks for an issuer, or for all."""
    query = urlsplit(str(link.get("href", ""))).query
    asked = parse_qs(query)
    return not query or squeezed(asked.get("issuer", [""])[0]) == squeezed(issuer)


_COLLECTION = re.compile(r"(?<=collections/)[\w.-]+")


def _headings(held: Sequence[str | Part]) -> Iterator[str]:
    for each in held:
        if not isinstance(each, str):
            yield from [" ".join(words(each))] if each[0] == "heading" else _headings(each[2:])


def _is_heading(text: str, headings: Mapping[str, set[str]], labels: set[str]) -> bool:
    """Whether a text is one of the headings, which may have citations of works with these words."""
    said = _bag(text)
    return squeezed(text) in headings or (
        not labels.isdisjoint(said)
        and any(said - labels == each - labels for each in headings.values())
    )


def _links(element: Element) -> Iterator[str]:
    """The texts of an outline: of each link, and of what is none."""
    for each in element.iter():
        if name_of(each) == "a":
            yield normalise(_text(each))
        elif _bare(each) and not any(name_of(above) == "a" for above in each.iterancestors()):
            yield _bare(each)


def _astray(element: Element, tree: Element) -> Iterator[str]:
    """The links of an outline that lead to no place of its page."""
    places = {"#", *(f"#{each}" for each in tree.xpath("//@id"))}
    for each in element.iter("{*}a", "a"):
        if each.get("href") not in places:
            yield _text(each)


def _next(tree: Element, name: str, names: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """The neighbours that links of a page name, or those in its head: relation, address, title."""
    found = set[tuple[str, str, str]]()
    for each in tree.iter(f"{{*}}{name}", name):
        if each.get("rel") in ("next", "prev"):
            href = str(each.get("href"))
            title = each.get("title", names.get(href.removesuffix(".html"), ""))
            found.add((str(each.get("rel")), href, normalise(str(title))))
    return found


def _neighbours(element: Element, names: Mapping[str, str], _: Say) -> Iterator[str]:
    for link in element:
        document = str(link.get("href", "")).removesuffix(".html")
        kind = {"prev": _("Previous"), "next": _("Next")}.get(str(link.get("rel", "")))
        if _text(link) != " ".join(f"{kind} {names.get(document, '')}".split()):
            yield _text(link)
