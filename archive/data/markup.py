"""Parts of a seal as HTML: what stands in a passage, without anything of the page around it.

It has no ids, no scripts and no addresses but those of links; what the page generates, the terms of
the glossary, and where an image lies are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape

from archive.data.parts import Around, Close, Named, Note, Open, Piece, citations, pieces
from archive.model.seal import PASSAGE

# The element of each role; others are a ``div``.  Roles without an element give their content.
_ELEMENTS = {
    "paragraph": "p", "title": "p", "rubric": "p", "quotation": "blockquote", "attribution": "p",
    "lines": "div", "line": "div", "item": "li", "term": "dt", "name": "dt", "description": "dd",
    "fields": "dl", "table": "table", "head": "thead", "row": "tr", "cell": "td",
    "figure": "figure", "caption": "figcaption", "legend": "div", "code": "pre", "notice": "aside",
    "emphasis": "em", "strong": "strong", "literal": "code", "sub": "sub", "sup": "sup",
    "struck": "s", "span": "span", "abbreviation": "abbr", "redacted": "span", "speaker": "span",
    "formula": "code", "download": "span", "classifier": "dd", "image": "span",
    "citation": "cite",
}  # fmt: skip
_EMPTY = {"rule": "hr", "break": "br"}
_SAID = frozenset({  # roles that HTML has no element of its own for, which stand as a class
    "attribution", "classifier", "formula", "image", "legend", "line", "lines", "redacted",
    "rubric", "signatories", "speaker", "title",
})  # fmt: skip


def html(held: Iterable[Piece], around: Around) -> tuple[str, tuple[str, ...]]:
    """Return pieces as HTML, and what their footnotes say, each as HTML, in order."""
    writer = _Writer(around)
    return writer.write(held), tuple(writer.notes)


class _Writer:
    def __init__(self, around: Around) -> None:
        self._around = around
        self.notes: list[str] = []
        self._closing: list[str] = []
        self._within: list[str] = []  # the elements that are open

    def write(self, held: Iterable[Piece]) -> str:
        return "".join(self._write(held))

    def _write(self, held: Iterable[Piece]) -> Iterator[str]:
        for piece in held:
            if isinstance(piece, str):
                yield escape(piece, quote=False)
            elif isinstance(piece, Note):
                yield self._note(piece)
            elif isinstance(piece, Open):
                yield self._open(piece)
            elif self._within:
                yield self._close(piece)

    def _note(self, note: Note) -> str:
        named = next((each[1]["anchor"] for each in note.content
                      if not isinstance(each, str) and each[0] == PASSAGE), None)  # fmt: skip
        if named is not None:
            return f"<sup>{_passage(named, 'span')}</sup>"
        place = len(self.notes)
        self.notes.append("")  # a note within it follows
        writer = _Writer(self._around)
        writer.notes = self.notes
        self.notes[place] = writer.write(pieces(note.content, self._around))
        return f'<sup class="note">{place + 1}</sup>'

    def _open(self, opened: Open) -> str:
        role, facts = opened.role, opened.facts
        if role == PASSAGE:
            tag = "li" if self._around_it() in ("ul", "ol") else "div"
            self._within.append("")
            return _passage(facts["anchor"], tag)
        if role in _EMPTY:
            self._within.append("")
            return f"<{_EMPTY[role]}>"
        tag, attributes = self._tag(opened), _attributes(role, facts)
        if role == "link":
            tag, attributes = self._link(facts)
        self._within.append(tag)
        return f"<{tag}{attributes}>" if tag else ""

    def _close(self, closed: Close) -> str:
        tag = self._within.pop()
        return f"</{tag}>" if tag else ""

    def _tag(self, opened: Open) -> str:
        role, facts, around_it = opened.role, opened.facts, self._around_it()
        tag = _ELEMENTS.get(role, "div")
        if role == "heading":
            tag = f"h{min(int(facts.get('level', '2')), 6)}"
        elif role == "list":
            tag = _list(opened)
        elif role == "generated" or (role == "item" and around_it == "dl"):
            tag = ""
        elif role == "cell" and "thead" in self._within:
            tag = "th"
        elif role in ("caption", "title"):
            tag = {"table": "caption", "figure": "figcaption"}.get(around_it, "p")
        elif role == "formula" and around_it not in _LINES:
            tag = "pre"
        return tag

    def _around_it(self) -> str:
        return next((tag for tag in reversed(self._within) if tag), "")

    def _link(self, facts: Mapping[str, str]) -> tuple[str, str]:
        address = address_of(facts, self._around.named)
        return ("a", f' href="{escape(address)}"') if address else ("", "")


_LINES = frozenset({"p", "em", "strong", "td", "th", "li", "dd", "dt", "a", "span"})


def address_of(facts: Mapping[str, str], named: Callable[[str], Named | None]) -> str:
    """Return where a link leads: an address of its own, or that of an anchor or a document."""
    target = facts.get("target", "")
    if facts.get("kind") == "term":
        return ""
    if target.startswith(("https://", "http://", "mailto:")):
        return target
    found = named(target)
    return found.address if found is not None else ""


def _passage(anchor: str, tag: str) -> str:
    """Return the place of a passage that stands within another one."""
    return f'<{tag} data-passage="{anchor}"></{tag}>'


def _list(opened: Open) -> str:
    first = next((each for each in opened.content if not isinstance(each, str)), None)
    inside = first[2] if first is not None and len(first) > 2 else None
    if isinstance(inside, list) and inside[0] == "term":
        return "dl"
    return "ol" if opened.facts.get("numbers") else "ul"


def _attributes(role: str, facts: Mapping[str, str]) -> str:
    classes = " ".join(filter(None, (role if role in _SAID else "", facts.get("class", ""))))
    found = {"class": classes}
    if role == "abbreviation":
        found["title"] = facts.get("text", "")
    elif role == "cell":
        found |= {"colspan": facts.get("columns", ""), "rowspan": facts.get("rows", "")}
    elif role == "list":
        start = facts.get("start", "1")
        kind = _TYPES.get(facts.get("numbers", ""), "")
        found |= {"start": start if start != "1" else "", "type": kind}
    elif role == "image":
        found |= {"role": "img", "aria-label": facts.get("text", "")}
    elif role == "signatories":
        found["aria-label"] = facts.get("text", "")
    elif role == "citation":
        keys = (key for _before, key, _after in citations(facts.get("target", "")))
        found["data-works"] = " ".join(keys)
    return "".join(f' {name}="{escape(value)}"' for name, value in found.items() if value)


_TYPES = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
