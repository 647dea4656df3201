"""From the notes of a text to the references that its passages cite."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from archive.importing import csl_entries, note_entries
from archive.importing.bibliography import Bibliography
from archive.importing.entry import Entry, fields_of
from archive.importing.text import Finding, Note, Remark, Text

# "Ibid.", "Id. at 4", "Supra note 3", "See note 3 above": what an earlier note named.
_AGAIN = re.compile(
    r"(?:See )?(?:Ibid|Id|Idem)\b\.?,?(?: (?:at |pp?\. ?)?[\d–-]+\.?)?", re.IGNORECASE
)
_EARLIER = re.compile(
    r"(?:[^\W\d_][^,“”\"]{0,60},? )?(?:see )?(?:(?:supra|above),? (?:note|n\.) ?(\d+)|note (\d+) "
    r"(?:above|supra)),?(?: (?:at |pp?\. ?)?[\d–-]+)?\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class References:
    """What the notes came to."""

    of_note: dict[str, tuple[str, ...]] = field(default_factory=dict)  # keys by note id
    of_work: dict[str, str] = field(default_factory=dict)  # key by the citation manager's id
    added: tuple[tuple[str, Entry], ...] = ()  # by key, in the order of the notes
    reused: tuple[str, ...] = ()  # keys
    remarks: tuple[Remark, ...] = ()

    @property
    def bibtex(self) -> str:
        """The added entries as text."""
        return "\n".join(entry.written(key) for key, entry in self.added)


def references(text: Text, existing: Bibliography, document: str) -> References:
    """The references of a text's notes and fields; ``existing`` grows by those added."""
    clerk = _Clerk(existing, document)
    of_work = {
        id_: clerk.take(csl_entries.entry(item), f"citation {id_}")
        for id_, item in text.works.items()
    }
    of_note: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for note in text.notes:
        before = of_note[note.id] = _of_note(note, of_note, before, of_work, clerk)
    return References(
        of_note, of_work, tuple(clerk.added.items()), tuple(clerk.reused), tuple(clerk.remarks)
    )


def _of_note(
    note: Note, earlier: dict[str, tuple[str, ...]], before: tuple[str, ...],
    of_work: dict[str, str], clerk: _Clerk,
) -> tuple[str, ...]:  # fmt: skip
    if note.works:
        return _unique(of_work[work] for work in note.works if work in of_work)
    if before and _AGAIN.fullmatch(note.text):
        return before
    match = _EARLIER.fullmatch(note.text)
    if match and (match[1] or match[2]) in earlier:
        return earlier[match[1] or match[2]]
    found = note_entries.entries(note)
    return _unique(clerk.take(entry, f"endnote {note.id}") for entry in found)


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


class _Clerk:
    """Gives each work its entry: the one that exists, or a new one."""

    def __init__(self, existing: Bibliography, document: str) -> None:
        self.existing = existing
        self.document = document
        self.added: dict[str, Entry] = {}
        self.reused: dict[str, None] = {}
        self.remarks: list[Remark] = []

    def take(self, entry: Entry, where: str) -> str:
        """The key of a work that ``where`` names."""
        entry = self._titled(entry, where)
        match = self.existing.match(entry)
        if match is not None:
            return self._reuse(match.key, match.by, where, same_title=match.same_title)
        key = self.existing.new_key(entry)
        if not entry.get("note"):
            given = f"As given in {where} of {self.document}; to confirm"
            entry = replace(entry, fields=(*entry.fields, *fields_of((("note", given),))))
        self.existing.add(key, entry)
        self.added[key] = entry
        self._tell(Finding.FOUND, f"{where} became the new entry {key} (@{entry.type}).")
        for doubt in entry.doubts:
            self._tell(Finding.FLAG, f"{where}, entry {key}: {doubt}.")
        return key

    def _titled(self, entry: Entry, where: str) -> Entry:
        """An entry without a title gets a supplied one, in square brackets."""
        if entry.get("title"):
            return entry
        title = f"[{where[:1].upper()}{where[1:]} of {self.document}]"
        return replace(entry, fields=fields_of((("title", title), *entry.fields)))

    def _reuse(self, key: str, by: str, where: str, *, same_title: bool) -> str:
        if key not in self.added:
            self.reused[key] = None
        self._tell(Finding.FOUND, f"{where} is the entry {key}, which has the same {by}.")
        if not same_title:
            self._tell(
                Finding.FLAG, f"{where} has the address of the entry {key}, but another title."
            )
        return key

    def _tell(self, finding: Finding, what: str) -> None:
        self.remarks.append(Remark(finding, what[:1].upper() + what[1:]))
