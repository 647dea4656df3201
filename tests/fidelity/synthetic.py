"""A holding made for the tests: a source of four paragraphs, and a faithful rewriting of it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from archive.commands.verify_sources import passage_texts, works_and_names
from archive.commands.workspace import read_archive
from archive.fidelity.holding import Holding, NoteText, PassageText, Work
from archive.fidelity.source import Sources
from archive.fidelity.words import Names
from archive.model.record import parse_record
from archive.site.read.sources import states
from tests.settings import SETTINGS

DOCUMENT = "harbour-press-letter"
PATH = f"documents/{DOCUMENT}.md"

SOURCE = """\
 The Harbour Press Council, founded on March 3, 2014, speaks for more than 40 newspapers in
Norland. On its behalf Marta Quill wrote that the new seal law “puts every archive under the thumb
of a minister” and asked for its repeal.[endnoteRef:1] [1:  Harbour Press Council. "Letter on the
Seal Law". https://press.example/letters/seal-law]\x20

Whereas in May 2016 the parliament of Norland voted 61 to 12 for the law, although the National
Library Board (NLB) had warned that it would close seven reading rooms to the
public;[endnoteRef:2] [2:  National Library Board. "Warning [first version]: Seven Rooms".
https://nlb.example/seven]

Reporters depend on those rooms because court papers, harbour registers and the minutes of local
councils can be read nowhere else. No editor can print what nobody is allowed to see, and the
Council fears that smaller papers will stop looking altogether.


For these reasons Marta Quill calls on President Olsen to keep the rooms open until 1 June 2017,
and to publish "the names of all [persons] who sealed a file".
"""

RECORD = """\
---
id: harbour-press-letter
title: A letter on the seal law
short-title: Harbour letter
issuer: Harbour Press Council
kind: letter
date: 2017/..
language: en
subjects:
  - Press freedom
source:
  publisher: Harbour Press Council
  title: unknown
  address: unknown
  sha256: {sha256}
  paragraphs: 4
{more}rights: Free.
status: issued
---
"""

PASSAGES = (
    "The text says that the Harbour Press Council, which dates from 3 March 2014, represents over "
    "40 newspapers of Norland. It quotes Marta Quill, in whose words the new law “puts every "
    "archive under the thumb of a minister,” and who wants the law repealed.",
    "It recalls a vote of May 2016, when Norland’s parliament passed the law by 61 votes against "
    "12. The National Library Board had cautioned beforehand that 7 “reading rooms” would be shut.",
    "What journalists need, it goes on, lies in these rooms alone: the registers of harbours, what "
    "courts have on paper, what local councils minuted. “[N]o editor can print what nobody is "
    "allowed to see”, and small papers, the Council is afraid, may give up their search.",
    "It ends with an appeal by Marta Quill: that President Olsen leave the rooms open until June "
    "1, 2017, and make public “the names of all … who sealed a file”.",
)

WORKS = (
    Work("quill-letter", "Letter on the Seal Law", "https://press.example/letters/seal-law"),
    Work("nlb-warning", "Warning [first version]: Seven Rooms", "https://nlb.example/seven"),
)

NOTES = (
    NoteText(f"{DOCUMENT}-s1", "What the letter asks", PATH, 20),
    NoteText(f"{DOCUMENT}-n1", "Endnotes 1 and 2 are as the letter has them.", PATH, 40),
)

NAMES = Names((("Marta Quill",), ("National Library Board", "NLB"), ("Norland",)))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def record(data: bytes, more: str = ""):
    found, problems = parse_record(
        RECORD.format(sha256=sha256(data), more=more), PATH, DOCUMENT, SETTINGS
    )
    assert problems == []
    return found


def holding(source: str = SOURCE, more: str = "") -> Holding:
    """The faithful holding; ``source`` is pinned as it is, ``more`` are lines for the record."""
    data = source.encode()
    cites = (("quill-letter",), ("nlb-warning",), (), ())
    return Holding(
        record=record(data, more),
        passages=tuple(
            PassageText(f"{DOCUMENT}-p{number}", text, PATH, 20 + number, keys)
            for number, (text, keys) in enumerate(zip(PASSAGES, cites), start=1)
        ),
        source=data,
        source_path=f"{DOCUMENT}.txt",
        notes=NOTES,
        works={work.key: work for work in WORKS},
        names=NAMES,
    )


def holdings(root: Path, sources: Path) -> dict[str, Holding]:
    """Each document of an archive whose source is at hand."""
    domain, _ = read_archive(root, quiet=True)
    works, names = works_and_names(domain.env)
    of_all = states(domain)
    found, folder = {}, Sources(sources)
    for document in domain.documents.values():
        with suppress(OSError):
            path, data = folder.find(document.record)
            passages, notes = passage_texts(domain, document, of_all.places(document.id))
            found[document.id] = Holding(
                document.record, passages, data, path.name, notes, works, names
            )
    return found


def with_text(held: Holding, place: int, text: str) -> Holding:
    """The holding with another text of one passage."""
    passages = list(held.passages)
    passages[place] = replace(passages[place], text=text)
    return replace(held, passages=tuple(passages))


def with_cites(held: Holding, cites: dict[int, tuple[str, ...]]) -> Holding:
    """The holding with other references cited at some passages."""
    passages = list(held.passages)
    for place, keys in cites.items():
        passages[place] = replace(passages[place], cites=keys)
    return replace(held, passages=tuple(passages))
