"""A document as plain text, ``<id>.txt``, which is Markdown as well.

The title, whose text it is, and where it stands; each passage behind its label, with its address
below; the notes; the works cited.  It says what the page says, in the marks of a typewriter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.citation.metadata import brief
from archive.data import INLINE, Around, Close, Note, Open, address_of, pieces
from archive.data import Piece as TextPiece
from archive.data.passages import Contents, Piece
from archive.model.passage import Anchor
from archive.model.seal import PASSAGE, WITHDRAWN, Part
from archive.model.verifying import NOT_HELD, REPLACED, not_held
from archive.model.verifying import WITHDRAWN as WITHDRAWN_SAID
from archive.model.words import Words


def serialise(contents: Contents) -> str:
    """Return the file."""
    writer = _Writer(contents)
    return "\n\n".join([*_head(contents), *writer.body(), *_works(contents)]) + "\n"


def _head(contents: Contents) -> Iterator[str]:
    reference, record = contents.reference, contents.reference.record
    yield f"# {record.title}"
    yield brief(record)
    yield reference.note
    yield reference.page


def _works(contents: Contents) -> Iterator[str]:
    if not contents.keys:
        return
    label = contents.around.label
    yield f"## {contents.reference.words('References')}"
    entries = sorted((label(key).casefold(), key) for key in contents.keys)
    yield "\n".join(f"- {label(key)}: {contents.around.entry(key)}" for _label, key in entries)


class _Writer:
    def __init__(self, contents: Contents) -> None:
        self._contents, self._around = contents, contents.around
        self._pieces = {each.anchor: each for each in contents.pieces}
        self._notes: list[str] = []
        self._done: set[str] = set()

    def body(self) -> Iterator[str]:
        """Yield the blocks of the text."""
        yield from self._between(self._contents.order)
        rest = (each for each in self._contents.pieces if each.anchor not in self._done)
        for each in rest:  # footnotes with an anchor
            yield from self._piece(each)
        yield from (f"[^{place}]: {said}" for place, said in enumerate(self._notes, start=1))

    def _between(self, order: Sequence[str | Part]) -> Iterator[str]:
        """Yield what stands in a document, in its order."""
        for each in order:
            if isinstance(each, str):
                yield each
            elif each[0] == PASSAGE and each[1]["anchor"] in self._pieces:
                yield from self._piece(self._pieces[each[1]["anchor"]])
            elif each[0] == WITHDRAWN:
                yield self._withdrawn(each)
            elif each[0] != PASSAGE:
                part = in_language(each, self._contents.reference.words)
                yield from filter(None, [_lines([part], self._around, self._notes)])
                yield from self._within(each)

    def _piece(self, piece: Piece) -> Iterator[str]:
        self._done.add(piece.anchor)
        part, label = piece.part, piece.locator or Anchor.parse(piece.anchor).label
        said = _written(self._contents.walked(piece), self._around, self._notes)
        address = f"{self._contents.reference.page}#{piece.anchor}"
        if part[0] == "heading":
            yield f"{'#' * int(part[1]['level'])} {said}\n{address}"
        elif said and part[0] in _RUNNING and "\n" not in said:
            yield f"[{label}] {said}\n{address}"
        elif said:
            gap = " " if part[0] in _RUNNING else "\n\n"
            yield f"[{label}]{gap}{said}\n\n{address}"
        yield from self._within(part)

    def _within(self, part: Part) -> Iterator[str]:
        """Yield the passages that stand within a part."""
        for anchor in _inside(part):
            if anchor in self._pieces and anchor not in self._done:
                yield from self._piece(self._pieces[anchor])

    def _withdrawn(self, part: Part) -> str:
        _role, facts, _notice, *reason = part
        _ = self._contents.reference.words
        # One without an anchor is no withdrawal of a passage; the checks tell of it.
        label = f"[{Anchor.parse(facts['anchor']).label}] " if "anchor" in facts else ""
        said = label + _(WITHDRAWN_SAID)
        if successor := facts.get("successor"):
            named = self._around.named(successor)
            said += f"{_(REPLACED)}{named.name if named else successor}."
        return f"{said} {_lines(reason, self._around, self._notes)}".strip()


def in_language(each: Part, _: Words) -> Part:
    """Say in a language what is not held, of which a seal has the English."""
    before, after = NOT_HELD.split("{what}")[0], "."
    if each[:2] == ["part", {}] and len(each) == 3:
        said = each[2]
        if isinstance(said, str) and said.startswith(before) and said.endswith(after):
            return ["part", {}, not_held(said[len(before) : -len(after)], _)]
    return each


def _inside(part: Part) -> Iterator[str]:
    """Yield the anchors of the passages that stand within a part."""
    for each in part[2:]:
        if not isinstance(each, str) and each[0] == PASSAGE:
            yield each[1]["anchor"]
        elif not isinstance(each, str) and each[0] != "footnote":
            yield from _inside(each)


def _lines(held: Sequence[str | Part], around: Around, notes: list[str]) -> str:
    """Return parts as text; what their footnotes say is added to ``notes``."""
    return _written(pieces(held, around), around, notes)


def _written(held: Iterable[TextPiece], around: Around, notes: list[str]) -> str:
    sheet = _Sheet()
    for each in held:
        if isinstance(each, str):
            sheet.say(each)
        elif isinstance(each, Note):
            sheet.say(_note(each, around, notes))
        elif isinstance(each, Open):
            sheet.open(each)
        else:
            sheet.close(each)
            if each.role == "link":
                address = address_of(each.facts, lambda _target: None)
                sheet.say(f" ({address})" if address and not sheet.ends(address) else "")
    return sheet.text()


def _note(note: Note, around: Around, notes: list[str]) -> str:
    parts = (each for each in note.content if not isinstance(each, str))
    named = next((each for each in parts if each[0] == PASSAGE), None)
    if named is not None:
        return f"[{Anchor.parse(named[1]['anchor']).label}]"
    place = len(notes)
    notes.append("")  # a note within it follows
    notes[place] = _lines(note.content, around, notes)
    return f"[^{place + 1}]"


# What begins with a line of text, behind a label.
_RUNNING = frozenset({"footnote", "notice", "paragraph", "part", "rubric"})

# What stands before the first line of a block of a role, and before the others.
_MARGINS = {
    "quotation": ("> ", "> "), "code": ("    ", "    "), "description": (": ", "  "),
    "attribution": ("— ", "  "),
}  # fmt: skip
_AROUND = {"struck": ("~~", "~~"), "sup": ("^", ""), "redacted": ("[", "]")}
_TIGHT = frozenset({"item", "line", "row", "head", "term", "name", "classifier", "description"})


@dataclass
class _Sheet:
    """Text as it is written, block after block."""

    _blocks: list[str] = field(default_factory=list)
    _now: list[str] = field(default_factory=list)
    _margins: list[list[str]] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)  # of the lists around; 0 without numbers
    _cells: list[str] = field(default_factory=list)  # of the row around
    _in_cells: int = 0  # the number of cells around
    _columns: int = 0
    _is_tight: bool = False  # whether no empty line stands before the next block

    def say(self, text: str) -> None:
        self._now.append(text)

    def ends(self, text: str) -> bool:
        return "".join(self._now).endswith(text)

    def open(self, opened: Open) -> None:
        role, facts = opened.role, opened.facts
        if role in INLINE:
            self.say(_AROUND.get(role, ("", ""))[0])
            self.say({"break": "\n", "image": f"[{facts.get('text', '')}]"}.get(role, ""))
            return
        self._in_cells += role == "cell"
        if self._in_cells:
            self.say(" ")
            return
        self._flush()
        if role == "list":
            self._is_tight = bool(self._numbers)
            self._numbers.append(int(facts.get("start", "1")) if facts.get("numbers") else 0)
        self.say(
            "* * *" if role == "rule" else facts.get("text", "") if role == "signatories" else ""
        )
        margin = self._marker(opened) or _MARGINS.get(role)
        self._margins.append([*margin] if margin else ["", ""])

    def _marker(self, opened: Open) -> tuple[str, str] | None:
        """What stands before an item of a list that is not one of terms."""
        first = next(iter(opened.content), "")
        if opened.role != "item" or not self._numbers or first[:1] in (["term"], ["name"]):
            return None
        number = self._numbers[-1]
        if number:
            self._numbers[-1] += 1
        mark = f"{number}. " if number else "- "
        return mark, " " * len(mark)

    def close(self, closed: Close) -> None:
        role = closed.role
        if role in INLINE:
            self.say(_AROUND.get(role, ("", ""))[1])
        elif role == "cell" and self._in_cells == 1:
            self._cells.append(" ".join("".join(self._now).split()))
            self._now.clear()
        elif not self._in_cells:
            self._end(role)
        self._in_cells -= role == "cell"

    def _end(self, role: str) -> None:
        if role == "row":
            self.say(f"| {' | '.join(self._cells)} |")
            self._columns = len(self._cells)
            self._cells.clear()
        self._flush()
        if role == "head":
            self._is_tight = True
            self.say(f"|{'---|' * self._columns}")
            self._flush()
        elif role == "list":
            self._numbers.pop()
        self._margins.pop()
        self._is_tight = role in _TIGHT

    def _flush(self) -> None:
        said = "".join(self._now).strip("\n ")
        self._now.clear()
        if not said:
            return
        first = "".join(margin[0] for margin in self._margins)
        rest = "".join(margin[1] for margin in self._margins)
        for margin in self._margins:
            margin[0] = margin[1]
        block = first + said.replace("\n", f"\n{rest}")
        if self._blocks:
            self._blocks.append("\n" if self._is_tight else f"\n{rest.rstrip()}\n")
        self._blocks.append(block)
        self._is_tight = False

    def text(self) -> str:
        self._flush()
        return "".join(self._blocks)
