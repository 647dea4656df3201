"""A small archive in the hands of editors: what they may do to it, each change a valid one.

An archive is drawn up in memory, changed, and written as files; what is published is appended to
the ledger by the engine's own rules.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from archive.fidelity.attestation import CHECKER, SUFFIX, Attestation, AttestedPassage
from archive.fidelity.attestation import serialise as serialise_attestation
from archive.model.ledger import load
from archive.model.passage import fingerprint, normalise
from archive.model.permanence import Standing, Tombstone
from archive.model.publishing import append, keep, pending
from archive.model.wordings import WORDINGS, superseded
from tests.conftest import ROOT

WORDS = ("press", "court", "editor", "source", "library", "island", "report", "winter", "letter")
KINDS = ("letter", "report", "statement")
LANGUAGES = ("en", "de", "fr", "ar")
SHA = "0" * 64

CONF = """\
import runpy

globals().update(runpy.run_path({conf!r}))
project = {title!r}
archive_page_entries = {entries}
"""
HEAD = """\
---
id: {name}
title: {title}
short-title: {short}
issuer: {issuer}
{agents}kind: {kind}
date: {date}
language: {language}
subjects:
  - {subject}
{extent}{relations}{collection}source:
  publisher: {issuer}
  title: unknown
  address: https://example.org/{name}
  sha256: {sha}
  paragraphs: {count}
rights: Free.
status: issued
---
"""
EXTENT = "extent:\n  held: the rest\n  lacking: {}\n  reason: It is lost.\n"


@dataclass
class Passage:
    """A block of a document.  ``anchors`` has its former ones first, its present one last."""

    anchors: list[str]
    words: str
    keys: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    term: str | None = None
    withdrawn: bool = False
    successor: str | None = None

    @property
    def anchor(self):
        return self.anchors[-1]

    @property
    def is_heading(self):
        return "-s" in self.anchor

    def text(self):
        lines = [f"({anchor})=" for anchor in self.anchors]
        if self.withdrawn:
            successor = [f":successor: {self.successor}"] if self.successor else []
            return "\n".join([*lines, ":::{withdrawn}", *successor, ":::", ""])
        if self.is_heading:
            return "\n".join([*lines, f"## {self.words}", ""])
        marks = [f"{{term}}`{self.term}`"] if self.term else []
        marks += [f"{{cite:p}}`{key}`" for key in self.keys]
        marks += [f"[](#{anchor})" for anchor in self.links]
        return "\n".join([*lines, " ".join([self.words, *marks]), ""])

    def said(self):
        return f"{self.words} {self.term or ''}"


@dataclass
class Document:
    """A document, as its file is to be."""

    name: str
    title: str
    short: str
    issuer: str
    date: str
    kind: str = "letter"
    language: str = "en"
    subject: str = "Tests"
    collection: str | None = None
    person: str | None = None  # a further author
    lacking: str | None = None  # what is not held
    relations: list[tuple[str, str]] = field(default_factory=list)  # with ids, anchors, works
    attested: bool = False
    passages: list[Passage] = field(default_factory=list)

    def standing(self):
        return [each for each in self.passages if not each.withdrawn]

    def rendering(self):
        return [each for each in self.standing() if not each.is_heading]

    def text(self):
        collection = f"collection: {self.collection}\n" if self.collection else ""
        person, lacking = self.person, self.lacking
        facts = {
            **vars(self), "collection": collection, "sha": SHA,
            "agents": f"agents:\n  - person: {person}\n    role: author\n" if person else "",
            "extent": EXTENT.format(lacking) if lacking else "",
            "relations": "relations:\n" * bool(self.relations)
            + "".join(f"  - {kind}: {target}\n" for kind, target in self.relations),
        }  # fmt: skip
        head = HEAD.format(**facts, count=len(self.rendering()))
        return "\n".join([head, *(each.text() for each in self.passages)])

    def attestation(self):
        return serialise_attestation(Attestation(self.name, CHECKER, SHA, tuple(
            AttestedPassage(each.anchor, fingerprint(each.said()), number, SHA)
            for number, each in enumerate(self.rendering(), start=1)
        )))  # fmt: skip


@dataclass
class Work:
    """An entry of the bibliography."""

    author: str
    title: str
    year: int = 2001

    def text(self, key):
        return (
            f"@book{{{key},\n  author = {{{self.author}}},\n  title = {{{self.title}}},\n"
            f"  publisher = {{Press}},\n  date = {{{self.year}}}\n}}\n"
        )


class Archive:
    """An archive and its editors.  Each method of ``CHANGES`` is given a source of chance."""

    def __init__(self, folder: Path, seed: int, documents: int = 12, entries: int = 200):
        self.folder, self.entries = folder, entries
        self.count, self.day = 0, 0
        self.said: dict[str, str] = {}  # what was ever published, by fingerprint
        self.name = "Edited archive"
        self.documents: list[Document] = []
        self.works = {f"work{n}": Work(f"Writer{n}, A.", f"Book {n}") for n in range(8)}
        self.terms = {f"Term {n}": f"What it is, {n}." for n in range(6)}
        self.events: list[tuple[str, str, str]] = []
        self.aside: str | None = None  # a page that is no document
        chance = random.Random(seed)
        for _ in range(documents):
            self.add_document(chance)
        for _ in range(3):
            self.add_event(chance)
        self._begin()
        self.publish(chance)
        self.write()

    # --- Files

    def _begin(self):
        (self.folder / "documents").mkdir(parents=True)
        (self.folder / "ledger.jsonl").write_bytes(b"")
        for name, own in (("static/archive.css", "_static"), ("made.html", "_templates")):
            (self.folder / own).mkdir()
            shutil.copy(ROOT / "archive" / "theme" / name, self.folder / own)

    def write(self):
        """Bring the files up to what the archive is; those that say it already stay untouched."""
        self._keep_relations()
        wanted = {f"documents/{each.name}.md": each.text() for each in self.documents}
        wanted |= {
            f"documents/{each.name}{SUFFIX}": each.attestation()
            for each in self.documents
            if each.attested
        }
        conf = CONF.format(conf=str(ROOT / "conf.py"), title=self.name, entries=self.entries)
        wanted |= {"conf.py": conf, **self._pages()}
        standing = [*self.folder.glob("documents/*"), *self.folder.glob("aside.md")]
        for path in standing:
            if path.relative_to(self.folder).as_posix() not in wanted:
                path.unlink()
        for name, text in wanted.items():
            path = self.folder / name
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")

    def _keep_relations(self):
        """Drop the relations to what is gone, and to what a move brought into the document."""
        owners = {each.name: each for each in self.documents} | dict.fromkeys(self.works)
        owners |= {
            anchor: document
            for document in self.documents
            for each in document.passages for anchor in each.anchors
        }  # fmt: skip
        for document in self.documents:
            document.relations = [
                each for each in document.relations
                if each[1] in owners and owners[each[1]] is not document
            ]  # fmt: skip

    def _pages(self):
        terms = "".join(f"{name}\n  {said}\n\n" for name, said in self.terms.items())
        events = "".join(
            f":::{{event}} {date}\n:passages: {anchor}\n{said}\n:::\n\n"
            for date, anchor, said in self.events
        )
        works = "\n".join(work.text(key) for key, work in self.works.items())
        pages = {
            "documents/index.md": "# Documents\n\n```{catalogue}\n```\n",
            "glossary.md": f"# Glossary\n\n```{{glossary}}\n{terms}```\n",
            "chronology.md": f"# Chronology\n\n{events}",
            "references.md": "# References\n\n```{bibliography}\n:all:\n```\n",
            "permanence.md": "# Permanence\n\n```{ledger}\n```\n",
            "references.bib": works,
        }
        listed = [name.removesuffix(".md") for name in pages if name.endswith(".md")]
        if self.aside is not None:
            pages["aside.md"] = self.aside
            listed.append("aside")
        toctree = "```{toctree}\n" + "\n".join(listed) + "\n```\n"
        return {**pages, "index.md": f"# Front\n\n{toctree}"}

    # --- What the ledger knows

    def ledger(self):
        data = (self.folder / "ledger.jsonl").read_bytes()
        ledger, problems = load(data, "ledger.jsonl")
        assert not problems, problems
        return ledger

    def published(self, anchor):
        return anchor in self.ledger()

    def publish(self, chance):
        """Append what the engine's own rules say is due."""
        self.day += 1
        standings, tombstones = [], []
        for document in self.documents:
            path = f"documents/{document.name}.md"
            for line, each in enumerate(document.passages):
                if each.withdrawn:
                    tombstones.append(Tombstone(each.anchor, each.successor, path, line))
                else:
                    said = each.words if each.is_heading else each.said()
                    former = tuple(each.anchors[:-1])
                    sha256 = fingerprint(said)
                    self.said[sha256] = normalise(said)
                    standings.append(Standing(each.anchor, sha256, path, line, former))
        day = f"2026-{1 + self.day // 28:02d}-{1 + self.day % 28:02d}"
        events = pending(self.ledger(), standings, tombstones, day)
        append(self.folder / "ledger.jsonl", events)
        earlier = superseded(self.ledger())
        keep(self.folder / WORDINGS, {sha256: self.said[sha256] for sha256 in earlier})

    # --- Choosing

    def _document(self, chance):
        return chance.choice(self.documents)

    def _passage(self, chance):
        """A passage that stands, and its document."""
        pairs = [(one, each) for one in self.documents for each in one.rendering()]
        return chance.choice(pairs)

    def _words(self, chance):
        return " ".join(chance.choices(WORDS, k=5)).capitalize() + f" {self._number()}."

    def _number(self):
        self.count += 1
        return self.count

    def _anchors(self):
        return [each.anchor for one in self.documents for each in one.rendering()]

    # --- Documents

    def add_document(self, chance):
        number = self._number()
        name = f"{chance.choice(WORDS)}-{number}"
        document = Document(
            name, f"The {chance.choice(WORDS)} {number}", f"Short {number}",
            f"{chance.choice(WORDS).capitalize()} Institute", f"{chance.randint(2018, 2022)}-01",
            collection=chance.choice((None, None, "Letters")), attested=chance.random() < 0.3,
        )  # fmt: skip
        document.passages.append(Passage([f"{name}-s1"], f"Heading {number}"))
        for at in range(chance.randint(1, 3)):
            document.passages.append(self._new_passage(chance, f"{name}-p{at + 1}"))
        self.documents.append(document)

    def _new_passage(self, chance, anchor):
        others = self._anchors()
        return Passage(
            [anchor], self._words(chance),
            chance.sample(sorted(self.works), k=min(len(self.works), chance.choice((0, 1, 2)))),
            [chance.choice(others)] if others and chance.random() < 0.6 else [],
            chance.choice(sorted(self.terms)) if self.terms and chance.random() < 0.4 else None,
        )  # fmt: skip

    def add_passage(self, chance):
        document = self._document(chance)
        at = chance.randint(1, len(document.passages))
        anchor = f"{document.name}-p{100 + self._number()}"
        document.passages.insert(at, self._new_passage(chance, anchor))

    def edit_passage(self, chance):
        _document, passage = self._passage(chance)
        passage.words = self._words(chance)
        if self.published(passage.anchor):
            self.publish(chance)

    def edit_heading(self, chance):
        document = self._document(chance)
        heading = next((each for each in document.passages if each.is_heading), None)
        if heading is not None:
            heading.words = f"Heading {self._number()}"
            if self.published(heading.anchor):
                self.publish(chance)

    def cite(self, chance):
        _document, passage = self._passage(chance)
        passage.keys = chance.sample(sorted(self.works), k=min(2, len(self.works)))

    def refer(self, chance):
        _document, passage = self._passage(chance)
        passage.links = [chance.choice(self._anchors())]

    def relate(self, chance):
        """A document is related to another document, a passage of one, a work, or to nothing."""
        document = self._document(chance)
        others = [each for each in self.documents if each is not document]
        targets = [each.name for each in others]
        targets += [each.rendering()[0].anchor for each in others] + sorted(self.works)
        kinds = ("replies-to", "quotes", "amends", "announces")  # the others never lead round
        document.relations = [] if document.relations and chance.random() < 0.3 else [
            *dict.fromkeys((chance.choice(kinds), chance.choice(targets)) for _ in range(2))
        ]  # fmt: skip

    def change_agents(self, chance):
        number = self._number()
        self._document(chance).person = chance.choice((None, f"Writer {number}, Ann"))

    def change_extent(self, chance):
        self._document(chance).lacking = chance.choice((None, f"leaf {self._number()}"))

    def swap_passages(self, chance):
        document = self._document(chance)
        heading, *others = document.passages
        chance.shuffle(others)
        document.passages = [heading, *others]

    def change_title(self, chance):
        self._document(chance).title = f"Another {self._number()}"

    def change_short_title(self, chance):
        self._document(chance).short = f"Brief {self._number()}"

    def change_date(self, chance):
        self._document(chance).date = f"{chance.randint(2015, 2024)}-0{chance.randint(1, 9)}"

    def change_language(self, chance):
        self._document(chance).language = chance.choice(LANGUAGES)

    def change_kind(self, chance):
        self._document(chance).kind = chance.choice(KINDS)

    def move_passage(self, chance):
        """Take a passage into another document, where its old anchor stands above its new one."""
        document, passage = self._passage(chance)
        target = self._document(chance)
        if (
            target is document
            or len(document.rendering()) < 2
            or not self.published(passage.anchor)
        ):
            return
        document.passages.remove(passage)
        passage.anchors.append(f"{target.name}-p{100 + self._number()}")
        target.passages.append(passage)
        document.attested = target.attested = False
        self.publish(chance)

    def change_issuer(self, chance):
        document = self._document(chance)
        document.issuer, document.kind = f"Body {self._number()}", chance.choice(KINDS)

    def change_collection(self, chance):
        self._document(chance).collection = chance.choice((None, "Letters", "Rulings"))

    def remove_document(self, chance):
        """One that nothing of was published simply goes; of another one its passages move."""
        if len(self.documents) < 4:
            return
        document = self._document(chance)
        ledger = self.ledger()
        known = [each for each in document.passages if set(each.anchors) & set(ledger)]
        if any(each.withdrawn for each in known):
            return
        self.documents.remove(document)
        gone = {each.anchor for each in document.passages if each not in known}
        self._unlink(gone)
        target = self._document(chance)
        for each in known:
            letter = "s" if each.is_heading else "p"
            each.anchors.append(f"{target.name}-{letter}{100 + self._number()}")
            target.passages.append(each)
        if known:
            self.publish(chance)

    def _unlink(self, gone):
        left = [anchor for anchor in self._anchors() if anchor not in gone]
        for document in self.documents:
            for each in document.passages:
                each.links = [link for link in each.links if link not in gone]
        self.events = [
            (date, left[0] if anchor in gone else anchor, said)
            for date, anchor, said in self.events
        ]

    def rename_document(self, chance):
        document = self._document(chance)
        if any(each.withdrawn for each in document.passages):
            return
        document.name = f"{chance.choice(WORDS)}-{self._number()}"
        ledger, gone = self.ledger(), set()
        for each in document.passages:
            letter = "s" if each.is_heading else "p"
            former = each.anchor
            each.anchors.append(f"{document.name}-{letter}{100 + self._number()}")
            if former not in ledger:
                each.anchors.remove(former)
                gone.add(former)
        self._unlink(gone)
        self.publish(chance)

    def withdraw(self, chance):
        document, passage = self._passage(chance)
        if len(document.rendering()) < 2 or not self.published(passage.anchor):
            return
        if len(passage.anchors) > 1:
            return
        others = [each.anchor for each in document.rendering() if each is not passage]
        passage.withdrawn = True
        passage.successor = chance.choice((None, others[0]))
        self._unlink({passage.anchor})
        self.publish(chance)

    def change_attestation(self, chance):
        document = self._document(chance)
        document.attested = not document.attested

    # --- What documents share

    def change_author(self, chance):
        if self.works:
            work = self.works[chance.choice(sorted(self.works))]
            work.author = f"{chance.choice('ABCXYZ')}riter{self._number()}, B."

    def change_work(self, chance):
        if self.works:
            work = self.works[chance.choice(sorted(self.works))]
            work.title, work.year = f"Other book {self._number()}", chance.randint(1990, 2010)

    def add_work(self, chance):
        number = self._number()
        self.works[f"work{number}"] = Work(f"{chance.choice('ABC')}uthor{number}, C.", "New book")

    def remove_work(self, chance):
        if len(self.works) > 1:
            key = chance.choice(sorted(self.works))
            del self.works[key]
            for document in self.documents:
                for each in document.passages:
                    each.keys = [other for other in each.keys if other != key]

    def add_term(self, chance):
        self.terms[f"Term {self._number()}"] = "New."

    def define_term(self, chance):
        if self.terms:
            self.terms[chance.choice(sorted(self.terms))] = f"Defined anew, {self._number()}."

    def rename_term(self, chance):
        if self.terms:
            name = chance.choice(sorted(self.terms))
            new = f"Word {self._number()}"
            self.terms = {new if one == name else one: said for one, said in self.terms.items()}
            self._reword(name, new)
            self.publish(chance)

    def remove_term(self, chance):
        if len(self.terms) > 1:
            name = chance.choice(sorted(self.terms))
            del self.terms[name]
            self._reword(name, None)
            self.publish(chance)

    def _reword(self, name, new):
        for document in self.documents:
            for each in document.passages:
                if each.term == name:
                    each.term = new

    def add_event(self, chance):
        anchor = chance.choice(self._anchors())
        self.events.append((f"20{chance.randint(10, 20)}", anchor, f"Event {self._number()}."))

    def edit_event(self, chance):
        if self.events:
            at = chance.randrange(len(self.events))
            anchor = chance.choice(self._anchors())
            self.events[at] = (f"20{chance.randint(10, 20)}", anchor, f"Told {self._number()}.")

    def remove_event(self, chance):
        self.events = self.events[1:]

    def change_aside(self, chance):
        link = f"[](#{chance.choice(self._anchors())})"
        text = f"# Aside {self._number()}\n\nSee {link}.\n"
        self.aside = None if self.aside is not None and chance.random() < 0.5 else text

    # --- How it looks

    def change_style(self, chance):
        with (self.folder / "_static/archive.css").open("a", encoding="utf-8") as style:
            style.write(f"/* {self._number()} */\n")

    def change_template(self, chance):
        with (self.folder / "_templates/made.html").open("a", encoding="utf-8") as template:
            template.write(f"{{#- {self._number()} -#}}\n")

    def change_entries(self, chance):
        """More or fewer entries on a page of a list: lists become pages, and one page again."""
        self.entries = chance.choice((3, 12, 200))

    def change_name(self, chance):
        self.name = f"Archive {self._number()}"


CHANGES = (
    Archive.edit_passage, Archive.edit_heading, Archive.add_passage, Archive.cite, Archive.refer,
    Archive.relate, Archive.change_agents, Archive.change_extent,
    Archive.swap_passages, Archive.change_title, Archive.change_short_title, Archive.change_date,
    Archive.change_language, Archive.change_kind, Archive.move_passage,
    Archive.change_issuer, Archive.change_collection, Archive.add_document,
    Archive.remove_document, Archive.rename_document, Archive.withdraw, Archive.publish,
    Archive.change_attestation, Archive.change_author, Archive.change_work, Archive.add_work,
    Archive.remove_work, Archive.add_term, Archive.define_term, Archive.rename_term,
    Archive.remove_term, Archive.add_event, Archive.edit_event, Archive.remove_event,
    Archive.change_aside, Archive.change_style, Archive.change_template, Archive.change_entries,
    Archive.change_name,
)  # fmt: skip
