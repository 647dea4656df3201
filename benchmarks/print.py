"""What printing costs: PDFs a CPU second, how that grows with the archive, and peak memory.

Run from the archive's root: ``python -m benchmarks.print``; ``SIZES="100 1000"`` names the numbers
of documents, ``JOBS=2`` the processes at a time.  Each document has ten passages on two pages, with
citations, references to other documents and a term.

It measures the whole of ``archive.pdf``: node trees become Typst, Typst becomes PDF, PDFs get their
destinations and metadata.  CPU seconds are those of this process and its children; memory is the
largest resident size of one process, shared pages included.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from docutils import nodes

from archive.model.dates import ArchiveDate
from archive.model.kinds import KINDS
from archive.model.record import Record, Source
from archive.pdf.edition import TEMPLATE, Edition, Settings
from archive.pdf.pages import Addresses, Page, Subject, draw_page
from archive.pdf.plan import DrawnArchive, DrawnDocument, Plan, index_edition, plan
from archive.pdf.press import Outcome, Press, Store
from archive.site import passage_label, record_card
from archive.site.know.facts import Document
from archive.site.read.records import field_list

SIZES = (100, 300, 1_000, 3_000)
VOLUME_PAGES = 150  # as archive_pdf_volume_pages is by itself

PDFS_A_SECOND = 30  # goals, from here on
GROWTH = 1.2  # time of a PDF in the largest archive, by that in the smallest
MEMORY = 1_000  # MB

SETTINGS = Settings(
    "Archive", "rewritten by the Archive", "The editors", "https://archive.example/", "en", "a4",
    1_767_225_600, "benchmark",
)  # fmt: skip
WORDS = 72  # of a passage
_SYLLABLES = (
    "al", "ba", "con", "de", "fi", "gra", "ing", "lo", "ment", "mi", "no", "per", "qui", "ra",
    "so", "tion", "tra", "ver",
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What printing an archive of some size took."""

    documents: int
    pages: int  # of the documents' own PDFs
    drawing: float  # CPU seconds
    printing: float  # CPU seconds, of the documents' own PDFs
    volumes: int
    binding: float  # CPU seconds, of the volumes and their index
    memory: float  # MB, of the largest process

    @property
    def each(self) -> float:
        """CPU seconds of a document's own PDF."""
        return (self.drawing + self.printing) / self.documents


class Corpus:
    """Documents of one length and shape, each with words of its own."""

    def __init__(self, size: int) -> None:
        self.size = size
        chance = random.Random(1)
        self._words = [
            "".join(chance.choices(_SYLLABLES, k=chance.choice((1, 2, 2, 3)))) for _ in range(8_000)
        ]
        names = [f"documents/document-{number}" for number in range(size)]
        self._docnames = {*names, "references", "glossary"}
        self.addresses = Addresses(SETTINGS.base, self.has_page)

    def has_page(self, docname: str) -> bool:
        """Whether a page of this docname is in the corpus."""
        return docname in self._docnames

    def drawn(self) -> DrawnArchive:
        """All documents, drawn."""
        documents = tuple(self._document(number) for number in range(self.size))
        return DrawnArchive(Page("index", (), {}), documents, (), (), (), ())

    def _document(self, number: int) -> DrawnDocument:
        chance = random.Random(number)
        record = self._record(number, chance)
        document = Document(f"documents/{record.id}", f"documents/{record.id}.md", record)
        doctree = nodes.document(None, None)  # type: ignore[arg-type]
        section = nodes.section("", nodes.title("", record.title), ids=[record.id])
        section += record_card("", field_list(record))
        section += [self._passage(record, place, chance) for place in range(1, 11)]
        doctree += section
        subject = Subject(document.docname, document.path, self.addresses, "en", has_record=True)
        page = draw_page(doctree, subject)
        return DrawnDocument(document, record, page, None, ())

    def _record(self, number: int, chance: random.Random) -> Record:
        id_ = f"document-{number}"
        return Record(
            id=id_, title=f"{id_} on {self._said(chance, 5)}", short_title=id_,
            issuer=f"Institute of {self._said(chance, 2)}", kind=KINDS["report"],
            date=ArchiveDate(f"{1800 + number % 200}"), language="en",
            subjects=tuple(chance.choices(self._words, k=3)),
            source=Source("Publisher", None, None, 10, sha256(id_.encode()).hexdigest()),
            rights="The source is its publisher’s; this rewriting is free.", status="issued",
        )  # fmt: skip

    def _passage(self, record: Record, place: int, chance: random.Random) -> nodes.paragraph:
        anchor = f"{record.id}-p{place}"
        label = passage_label("", anchor=anchor, label=f"P{place}", spoken=anchor)
        passage = nodes.paragraph("", "", label, ids=[anchor])
        passage += nodes.Text(f"{self._said(chance, WORDS)} ")
        if place % 2:
            work = nodes.reference("", "[AB 2001]", refuri=f"references.html#cite-{place}")
            passage += nodes.inline("", "", work, classes=["bibtex-citation"])
        if place % 3 == 0:
            other = f"document-{chance.randrange(self.size)}"
            passage += nodes.reference(
                "", f"{other}-p2", refuri=f"documents/{other}.html#{other}-p2"
            )
        if place % 5 == 0:
            term = nodes.inline("", "anchor", classes=["std-term"])
            passage += nodes.reference("", "", term, refuri="glossary.html#term-anchor")
        passage += nodes.Text(f" {self._said(chance, 8)}.")
        return passage

    def _said(self, chance: random.Random, count: int) -> str:
        return " ".join(chance.choices(self._words, k=count))


def measure(size: int, jobs: int) -> Cost:
    """Print an archive of ``size`` documents, cold, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        store = Store(Path(folder, "typst"), site)
        begin = _cpu()
        corpus = Corpus(size)
        drawn = corpus.drawn()
        planned = plan(drawn, VOLUME_PAGES, corpus.addresses, SETTINGS)
        store.prepare([Path(str(files("archive.pdf") / TEMPLATE))], planned.editions)
        drawing = _cpu()
        small = [edition for edition in planned.editions if not edition.is_large]
        pages = sum(_printed(store, small, jobs))
        printing = _cpu()
        large = [edition for edition in planned.editions if edition.is_large]
        sum(_printed(store, large, jobs))
        if planned.volumes:
            sum(_printed(store, [_index(planned, drawn, store)], jobs))
        binding = _cpu()
    return Cost(
        size, pages, drawing - begin, printing - drawing,
        max(1, len(planned.volumes)), binding - printing, _memory(),
    )  # fmt: skip


def _index(planned: Plan, drawn: DrawnArchive, store: Store) -> Edition:
    starts = {volume.path: store.starts(volume.path) for volume in planned.volumes}
    return index_edition(drawn.introduction, planned.volumes, starts, (), SETTINGS)


def _printed(store: Store, editions: list[Edition], jobs: int) -> Iterator[int]:
    """Print editions; yield the number of pages of each."""
    outcomes: list[Outcome] = []

    def keep(edition: Edition, outcome: Outcome) -> None:
        if outcome.pdf is None:
            sys.exit(f"{edition.path}: {outcome.complaints}")
        store.keep(edition, outcome)
        outcomes.append(replace(outcome, pdf=None))

    Press(store.folder, SETTINGS.timestamp, jobs).print(editions, keep)
    return (outcome.pages for outcome in outcomes)


def _cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _memory() -> float:
    """The peak resident size of this process or of the largest child, in MB."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(usage.ru_maxrss for usage in usages) / 1024


def _measured(size: int, jobs: int) -> Cost:
    """Measure in a new process, so that one size does not affect the next."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(measure, size, jobs).result()


def problems(costs: list[Cost], growth: float) -> Iterator[str]:
    """Each goal that is missed."""
    for cost in costs:
        if 1 / cost.each < PDFS_A_SECOND:
            yield f"{1 / cost.each:.1f} PDFs a CPU second at {cost.documents:,}"
        if cost.memory > MEMORY:
            yield f"{cost.memory:.0f} MB at {cost.documents:,}"
    if growth > GROWTH:
        yield f"growth {growth:.2f}"


def shown(cost: Cost) -> str:
    """A line of the table."""
    return (
        f"{cost.documents:>9,} {cost.pages:>6,} {cost.drawing:>7.2f} {cost.printing:>7.2f} "
        f"{1 / cost.each:>7.1f} {cost.volumes:>7} {cost.binding:>7.2f} {cost.memory:>6.0f}"
    )


def main() -> int:
    sizes = [int(size) for size in os.environ.get("SIZES", "").split()] or SIZES
    jobs = int(os.environ.get("JOBS", os.cpu_count() or 1))
    print(f"{'documents':>9} {'pages':>6} {'draw':>7} {'print':>7} {'PDFs/s':>7} "
          f"{'volumes':>7} {'bind':>7} {'MB':>6}")  # fmt: skip
    costs = []
    # The smallest again at the end: a machine that others use is not the same all the while.
    for size in (*sizes, sizes[0]):
        costs.append(_measured(size, jobs))
        print(shown(costs[-1]), flush=True)
    first, last, again = costs[0], costs[-2], costs[-1]
    growth = last.each / ((first.each + again.each) / 2)
    missed = list(problems(costs, growth))
    verdict = "missed: " + "; ".join(missed) if missed else "every goal is met"
    print(f"at {last.documents:,} documents a PDF takes {growth:.2f} of its time at "
          f"{first.documents:,}; {verdict}")  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
