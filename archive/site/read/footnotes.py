"""Numbers the footnotes of a page once, as it is read, for every form.

A footnote whose label is an anchor (``[^ruling-f12]``) is a passage and has the anchor's number.
Every other one is part of what refers to it.  These are numbered in the order in which they are
first referred to, without the numbers of passages: the marks in a note come right after the first
mark of that note, as they do at the foot of a printed page.

What writers rely on: the notes stand at the end of the page in the order of their numbers, the
first child of each is a ``label`` with its number.  A mark has the number as its text and the id of
its note as ``refid``; ``backrefs`` of a note are its marks in the order of the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain, count

from docutils import nodes
from docutils.transforms.references import Footnotes
from sphinx.transforms import SphinxTransform

from archive.model.passage import FOOTNOTE
from archive.site.know.domain import document_being_read, report
from archive.site.know.facts import anchor_of
from archive.site.read.forbidden import line_of

_COUNTED = re.compile(r"(?:footnote-reference-|id)\d+")  # ids that docutils makes by counting

Marks = dict[nodes.footnote, list[nodes.footnote_reference]]


class NumberFootnotes(SphinxTransform):
    """Gives notes and marks their numbers and ids, and leaves docutils nothing to number."""

    default_priority = Footnotes.default_priority - 3  # before MyST sorts them by label
    needs = (nodes.footnote, nodes.footnote_reference)

    def apply(self, **kwargs: object) -> None:
        document = self.document
        notes = list(document.findall(nodes.footnote))
        for note in notes:
            self._take_former(note)
        if document_being_read(self.env) is not None:
            self._check(notes)
        marks = _marks(document, notes)
        numbers = _numbers(marks)
        for note in sorted(notes, key=numbers.__getitem__):
            self._number(note, str(numbers[note]), marks[note])
        # What docutils, Sphinx and MyST still do: tell notes without marks, move notes to the end.
        lists = (document.footnotes, document.autofootnotes, document.symbol_footnotes)
        document.footnotes = sorted(chain(*lists), key=numbers.__getitem__)
        document.autofootnotes, document.symbol_footnotes = [], []
        document.autofootnote_refs, document.symbol_footnote_refs = [], []
        document.footnote_refs = {}

    def _number(
        self, note: nodes.footnote, number: str, marks: list[nodes.footnote_reference]
    ) -> None:
        if isinstance(note.next_node(descend=True), nodes.label):
            note.pop(0)
        note.insert(0, nodes.label("", number))
        self._name(note, f"note-{number}")
        for place, mark in enumerate(marks, start=1):
            self._name(mark, f"{note['ids'][0]}-mark{f'-{place}' if place > 1 else ''}")
            mark.attributes.pop("refname", None)
            mark[:] = [nodes.Text(number)]
            mark["refid"] = note["ids"][0]
            mark.resolved = 1
            note.add_backref(mark["ids"][0])

    def _name(self, node: nodes.Element, id_: str) -> None:
        """Give a node an id that no other note or mark changes, unless its author named it."""
        counted = [each for each in node["ids"] if _COUNTED.fullmatch(each)]
        if not counted and node["ids"]:
            return
        free = id_ if id_ not in self.document.ids else f"{id_}-of-{counted[0]}"
        node["ids"] = [free, *(each for each in node["ids"] if each not in counted)]
        self.document.ids[free] = node
        for name in node["names"]:
            self.document.nameids[name] = free

    def _take_former(self, note: nodes.footnote) -> None:
        """Give a note the anchors above it, which docutils gives to no footnote."""
        place = note.parent.index(note)
        while place and isinstance(target := note.parent[place - 1], nodes.target):
            place -= 1
            former = [each for each in target["ids"] if anchor_of(each) is not None]
            for id_ in former:
                note["ids"].append(id_)
                self.document.ids[id_] = note
            target["ids"] = [each for each in target["ids"] if each not in former]

    def _check(self, notes: list[nodes.footnote]) -> None:
        """Tell notes in a place where nothing else stands, and anchors that are not their label."""
        for note in notes:
            if isinstance(note.parent, nodes.list_item) and len(note.parent) == 1:
                report(
                    self.env, line_of(note), "footnote-place",
                    "An item of a list holds nothing but the text of a footnote.",
                    "write the footnote outside the list, on a line that begins with [^.",
                )  # fmt: skip
            label, *above = map(anchor_of, note["ids"] or [""])
            if label is None and any(above):
                report(
                    self.env, line_of(note), "footnote-anchor",
                    "The anchor above a footnote is not its own: a footnote has the anchor that is "
                    "its label.",
                    f"write [^{next(filter(None, above))}] as its label, also where it is marked.",
                )  # fmt: skip
            elif label is not None and label.letter != FOOTNOTE:
                report(
                    self.env, line_of(note), "footnote-letter",
                    f"The anchor “{label}” of a footnote has the letter {label.letter}.",
                    f"write [^{label.document}-{FOOTNOTE}{label.number}], or a label that is no "
                    "anchor.",
                )  # fmt: skip


def _marks(document: nodes.document, notes: list[nodes.footnote]) -> Marks:
    """Return the marks of each note in the order in which a reader meets them.

    Whoever comes to the first mark of a note reads the note, with the marks in it, before going on.
    Notes without marks come last.
    """
    leads = _leads(document, notes)
    within: defaultdict[nodes.footnote | None, list[nodes.footnote_reference]] = defaultdict(list)
    for mark in leads:
        within[_note_around(mark)].append(mark)
    found: Marks = {}
    for start in (None, *notes):  # the text, and then each note to which it does not lead
        if start in found:
            continue
        if start is not None:
            found[start] = []
        reading = [iter(within[start])]  # the marks that are still to be met, of all open notes
        while reading:
            met = next(reading[-1], None)
            if met is None:
                reading.pop()
                continue
            note = leads[met]
            if note not in found:
                reading.append(iter(within[note]))
            found.setdefault(note, []).append(met)
    return found


def _leads(
    document: nodes.document, notes: list[nodes.footnote]
) -> dict[nodes.footnote_reference, nodes.footnote]:
    """Return the note to which each mark leads, in the order of the text."""
    named = {name: note for note in notes for name in note["names"]}
    # The notes of reStructuredText that have no label belong to its marks without one, in turn.
    nameless = iter([note for note in notes if not note["names"]])
    found: dict[nodes.footnote_reference, nodes.footnote] = {}
    for mark in document.findall(nodes.footnote_reference):
        name = mark.get("refname")
        note = next(nameless, None) if name is None else named.get(name)
        if note is not None:
            found[mark] = note
    return found


def _note_around(node: nodes.Node) -> nodes.footnote | None:
    above: nodes.Node | None = node.parent
    while above is not None and not isinstance(above, nodes.footnote):
        above = above.parent
    return above


def _numbers(marks: Marks) -> dict[nodes.footnote, int]:
    """Return the number of each note."""
    own = {note: number for note in marks if (number := _own_number(note)) is not None}
    taken = set(own.values())
    free = (number for number in count(1) if number not in taken)
    return {note: own[note] if note in own else next(free) for note in marks}


def _own_number(note: nodes.footnote) -> int | None:
    """Return the number of a note that is a passage."""
    anchor = anchor_of(note["ids"][0]) if note["ids"] else None
    return anchor.number if anchor is not None and anchor.letter == FOOTNOTE else None
