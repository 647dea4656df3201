"""Twenty PDFs in the layouts that courts, newsrooms and presses have, whose right text is known.

``python -m tests.importing.pdfs`` makes them with Typst, imports each, and prints what share of its
words came in the right order, how many of its paragraphs are whole, and how many notes stand at
their marks.  All texts are our own.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from importlib.resources import files

import pikepdf
import typst
from PIL import Image, ImageDraw

from archive.importing import Finding, Text, importer, words
from tests.importing.pages import _AND, _DID, _OTHER, _WHAT, _WHO

GOAL = 0.98  # share of words in the right order, of all files together


@dataclass(frozen=True)
class Right:
    """What a file says, and what has to be told of it."""

    blocks: tuple[str, ...]  # paragraphs and headings, in the order of reading
    notes: tuple[str, ...] = ()
    told: str = ""  # words that a remark has to have


Made = tuple[bytes, Right]


def compiled(source: str) -> bytes:
    fonts = str(files("fontpkg_amiri") / "files")
    return typst.compile(source.encode(), format="pdf", font_paths=[fonts],
                         ignore_system_fonts=True, timestamp=1_767_225_600)  # fmt: skip


def sentences(seed: int, count: int) -> str:
    chance = random.Random(seed)
    said = []
    for _ in range(count):
        parts = (chance.choice(each) for each in (_WHO, _DID, _WHAT, _AND))
        said.append("{} {} {}, {}".format(*parts))
    return " ".join(said)


def texts(seed: int, count: int, long: int = 4) -> tuple[str, ...]:
    """Paragraphs of our own, each with a number that no other has."""
    return tuple(
        f"On day {100 * seed + n} the efficient office was affected by the flood. "
        + sentences(100 * seed + n, 1 + (n * 7 + seed) % long)
        for n in range(count)
    )


PAGE = '#set page("a5", margin: 2cm{})\n#set text(10pt, lang: "{}")\n#set par(justify: true{})\n'


def head(page: str = "", language: str = "en", par: str = "") -> str:
    return PAGE.format(page, language, par)


def plain(seed: int = 1) -> Made:
    """One column, justified and hyphenated, with ligatures."""
    said = texts(seed, 9)
    return compiled(head() + "#set par(spacing: 1.2em)\n" + "\n\n".join(said)), Right(said)


def indented(seed: int = 2) -> Made:
    """Paragraphs told apart by their first lines alone."""
    said = texts(seed, 10)
    source = head(par=", first-line-indent: 1.5em, spacing: 0.65em") + "\n\n".join(said)
    return compiled(source), Right(said)


def ragged(seed: int = 3) -> Made:
    said = texts(seed, 9)
    return compiled(head() + "#set par(justify: false)\n" + "\n\n".join(said)), Right(said)


def columns(seed: int = 4, count: int = 2, paper: str = "a4") -> Made:
    """A title over two columns, as newspapers and journals have."""
    said = texts(seed, 14)
    title = "The sealed orders of the harbour court"
    source = (
        f'#set page("{paper}", margin: 2cm, columns: {count})\n#set text(10pt)\n'
        "#set par(justify: true)\n"
        f'#place(top + center, float: true, scope: "parent", text(16pt)[{title}])\n'
        + "\n\n".join(said)
    )
    return compiled(source), Right((title, *said))


def spanning(seed: int = 5) -> Made:
    """Two columns, broken in the middle of the page by a heading over both."""
    one, two = texts(seed, 6, 3), texts(seed + 50, 6, 3)
    middle = "What the witnesses said of the flood in the harbour"
    source = (
        '#set page("a4", margin: 2cm)\n#set text(10pt)\n#set par(justify: true)\n'
        + "#columns(2)[" + "\n\n".join([*one[:3], "#colbreak()", *one[3:]]) + "]\n#v(1em)\n"
        + f"#align(center, text(14pt)[{middle}])\n#v(1em)\n"
        + "#columns(2)[" + "\n\n".join([*two[:3], "#colbreak()", *two[3:]]) + "]"
    )  # fmt: skip
    return compiled(source), Right((*one, middle, *two))


def heads(seed: int = 6) -> Made:
    """Heads of left and right pages, and numbered feet."""
    said = texts(seed, 14)
    page = (
        ", header: context if calc.odd(here().page()) [Union of Reporters #h(1fr) Annual Report]"
        " else [Chapter Two #h(1fr) 2021], footer: align(center)[Page #context here().page() of 5]"
    )
    return compiled(head(page) + "\n\n".join(said)), Right(said)


def _with_notes(said: tuple[str, ...], notes: tuple[str, ...]) -> str:
    marked = (f"{text}#footnote[{note}]" for text, note in zip(said, notes))
    return "\n\n".join([*marked, *said[len(notes) :]])


def footnotes(seed: int = 7) -> Made:
    said = texts(seed, 9)
    notes = tuple(
        f"Register of the court, volume {n + 3}, page {10 * n + 7}, as the chair read it out."
        for n in range(8)
    )
    return compiled(head() + _with_notes(said, notes)), Right(said, notes)


def notes_anew(seed: int = 8) -> Made:
    """Notes that are alike and are numbered anew on each page, as some courts do."""
    said = texts(seed, 8, 3)
    notes = tuple(f"Ibid., page {n + 40}." for n in range(8))
    parts = [_with_notes(said[n : n + 2], notes[n : n + 2]) for n in range(0, 8, 2)]
    source = head() + "#pagebreak()\n#counter(footnote).update(0)\n".join(
        f"{part}\n" for part in parts
    )
    return compiled(source), Right(said, notes)


def notes_in_columns(seed: int = 9) -> Made:
    said = texts(seed, 12)
    notes = tuple(f"Letter of the ministry, {n + 1} May, second sheet." for n in range(6))
    source = '#set page("a4", margin: 2cm, columns: 2)\n#set text(10pt)\n#set par(justify: true)\n'
    return compiled(source + _with_notes(said, notes)), Right(said, notes)


def judgment(seed: int = 10) -> Made:
    """Numbers of paragraphs in the margin."""
    said = texts(seed, 10, 3)
    rows = "\n".join(f"#block[#place(dx: -1.1cm)[{n}] {text}]" for n, text in enumerate(said, 1))
    right = tuple(f"{n} {text}" for n, text in enumerate(said, 1))
    return compiled(head() + rows), Right(right)


def transcript(seed: int = 11) -> Made:
    """Numbered lines and speakers."""
    said = tuple(f"{who}. {text}" for who, text in zip(("Q", "A") * 6, texts(seed, 12, 2)))
    page = ", numbering: none"
    source = (
        head(page).replace("justify: true", "justify: false")
        + '#set par.line(numbering: "1", numbering-scope: "page")\n'
        + "\n\n".join(said)
    )
    return compiled(source), Right(said, told="Numbers of lines")


def stamped(seed: int = 12) -> Made:
    """A filing: a stamp at the head of each page, one along its margin, numbered paragraphs."""
    said = tuple(f"{n}. {text}" for n, text in enumerate(texts(seed, 10, 3), 1))
    page = (
        ", header: text(8pt, blue)[Case 1:20-cv-00123 Document 4 Filed 05/06/20 Page "
        "#context here().page() of 4], background: place(left + horizon, dx: 5mm, "
        "rotate(-90deg, reflow: true, text(8pt)[Received by the registry 2020]))"
    )
    escaped = (text.replace(". ", "\\. ", 1) for text in said)
    return compiled(head(page) + "\n\n".join(escaped)), Right(said, told="set sideways")


def sideways(seed: int = 13) -> Made:
    """A page that is turned, among others."""
    said = texts(seed, 9)
    data = compiled(head() + "\n\n".join(said))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[1]
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        page.contents_add(f"q 0 1 -1 0 {height} 0 cm\n".encode(), prepend=True)
        page.contents_add(b"Q")
        page.mediabox = [0, 0, height, width]
        pdf.save(out)
    return out.getvalue(), Right(said)


def scanned(seed: int = 14) -> Made:
    """A page that is a picture, among others."""
    said = texts(seed, 8)
    picture = Image.new("L", (600, 850), 255)
    ImageDraw.Draw(picture).text((60, 60), "This page is a picture.", fill=0)
    held = io.BytesIO()
    picture.save(held, "PDF", resolution=100)
    out = io.BytesIO()
    written = io.BytesIO(compiled(head() + "\n\n".join(said)))
    with pikepdf.open(written) as pdf, pikepdf.open(io.BytesIO(held.getvalue())) as scan:
        pdf.pages.append(scan.pages[0])
        pdf.save(out)
    return out.getvalue(), Right(said, told="is a picture")


def arabic(seed: int = 15) -> Made:
    said = tuple(
        f"{n + 1} " + " ".join(_OTHER["ar"][(n + k) % 5] for k in range(1 + n % 3))
        + " (Lantern League 2021)." for n in range(8)
    )  # fmt: skip
    source = (
        '#set page("a5", margin: 2cm)\n#set text(11pt, font: "Amiri", lang: "ar")\n'
        "#set par(spacing: 1.4em)\n" + "\n\n".join(said)
    )
    return compiled(source), Right(said)


def quoted(seed: int = 16) -> Made:
    """Quotations that are set in, and verse."""
    said = texts(seed, 6, 3)
    quotation = sentences(seed, 2)
    verse = ("The lamp is out, the oil is gone,", "the reader sits at home till dawn,",
             "and no one asks who put it out,", "and no one tells what it was about.")  # fmt: skip
    blocks = (*said[:3], quotation, said[3], "\n".join(verse), *said[4:])
    source = head() + "\n\n".join([
        *said[:3], f"#pad(x: 1.2cm)[{quotation}]", said[3],
        "#pad(left: 1cm)[" + " \\ ".join(verse) + "]", *said[4:],
    ])  # fmt: skip
    return compiled(source), Right(blocks)


def sections(seed: int = 17) -> Made:
    """Headings of two ranks, items, and a small table."""
    said = texts(seed, 6, 3)
    items = ("the orders and their dates;", "the names of those who signed them;",
             "the letters of the ministry, and what was answered to each of them in the year "
             "after the flood.")  # fmt: skip
    rows = ("Room | Orders", "North | 12", "South | 7", "Harbour | 31")
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row.split(" | "))
    source = head() + "\n\n".join([
        "= 1 What was found", said[0], said[1], "== 1.1 In the harbour", said[2],
        *(f"- {item}" for item in items), said[3],
        f"#table(columns: 2, column-gutter: 2em, stroke: none, {cells})",
        "= 2 What follows", *said[4:],
    ])  # fmt: skip
    blocks = ("1 What was found", said[0], said[1], "1.1 In the harbour", said[2],
              *(f"• {item}" for item in items), said[3], "\n".join(rows), "2 What follows",
              *said[4:])  # fmt: skip
    return compiled(source), Right(blocks)


def letter(seed: int = 18) -> Made:
    said = texts(seed, 4, 3)
    top = ("Lantern League", "4 April 2022", "Mayor Ellen Tallow\nTown Hall\n1 Harbour Street",
           "Dear Mayor Tallow,")  # fmt: skip
    end = ("Respectfully,", "Ada Wick, for the league")
    parts = [each.replace("\n", " \\ ") for each in (*top, *said, *end)]
    return compiled(head() + "#set par(spacing: 1.5em)\n" + "\n\n".join(parts)), Right(
        (*top, *said, *end)
    )


def watermarked(seed: int = 19) -> Made:
    said = texts(seed, 9)
    page = ", foreground: rotate(-35deg, text(60pt, gray.transparentize(60%))[DRAFT])"
    return compiled(head(page) + "\n\n".join(said)), Right(said, told="set sideways")


def article(seed: int = 20) -> Made:
    """As LaTeX sets articles: an abstract, sections in two columns, notes, page numbers."""
    said = texts(seed, 12)
    abstract = sentences(seed, 3)
    notes = tuple(f"Minutes of the {n + 4}th meeting, item {n + 1}." for n in range(4))
    title = "Sealed orders and those who read them"
    source = (
        '#set page("a4", margin: 2.2cm, columns: 2, numbering: "1")\n'
        '#set text(10pt, font: "New Computer Modern")\n'
        "#set par(justify: true, first-line-indent: 1em, spacing: 0.6em)\n"
        f'#place(top + center, float: true, scope: "parent", [#text(17pt)[{title}]\n\n'
        f"#pad(x: 2cm, text(9pt)[{abstract}])])\n"
        f"= Introduction\n{_with_notes(said[:6], notes)}\n= Findings\n" + "\n\n".join(said[6:])
    )
    return compiled(source), Right(
        (title, abstract, "Introduction", *said[:6], "Findings", *said[6:]), notes
    )


def persian(seed: int = 21) -> Made:
    """Two columns that are read from the right."""
    said = tuple(" ".join(_OTHER["ar"][(n + k) % 5] for k in range(2 + n % 3)) for n in range(12))
    source = (
        '#set page("a4", margin: 2cm, columns: 2)\n'
        '#set text(12pt, font: "Amiri", lang: "fa", dir: rtl)\n#set par(spacing: 1.4em)\n'
        + "\n\n".join(said)
    )
    return compiled(source), Right(said)


LAYOUTS = (
    plain, indented, ragged, columns, partial(columns, 24, 3), spanning, heads, footnotes,
    notes_anew, notes_in_columns, judgment, transcript, stamped, sideways, scanned, arabic, quoted,
    sections, letter, watermarked, article, persian,
)  # fmt: skip


def pdfs() -> Iterator[tuple[str, bytes, Right]]:
    """The files: their names, their bytes and what they say."""
    for layout in LAYOUTS:
        made = getattr(layout, "func", layout)
        data, right = layout()
        yield made.__name__ + ("-3" if made is not layout else ""), data, right


@dataclass(frozen=True)
class Score:
    """How well a file was read: shares of 1."""

    order: float  # of the words, found in the order in which they are read
    whole: float  # of the paragraphs
    notes: float  # of the notes: whole, and at their marks
    told: bool


def in_order(got: list[str], want: list[str]) -> float:
    """The share of words that both have in one order, of the mean of their lengths."""
    matcher = SequenceMatcher(None, got, want, autojunk=False)
    common = sum(block.size for block in matcher.get_matching_blocks())
    return 2 * common / max(1, len(got) + len(want))


def score(text: Text, right: Right) -> Score:
    """The score of a text that was read."""
    blocks = [each.text for each in text.blocks]
    notes = {note.id: words(note.text) for note in text.notes}
    got = [*words("\n".join(blocks)), *(word for said in notes.values() for word in said)]
    want = words("\n".join([*right.blocks, *right.notes]))
    read = [words(each) for each in blocks]
    whole = sum(words(each) in read for each in right.blocks) / len(right.blocks)
    placed = [
        notes[note] for block in text.blocks for note in block.notes if note in notes
    ]  # in the order of their marks
    held = sum(a == words(b) for a, b in zip(placed, right.notes))
    told = any(right.told in remark.what for remark in text.remarks)
    return Score(in_order(got, want), whole, held / len(right.notes) if right.notes else 1.0, told)


def main() -> int:
    """Import all files; 0 where the goal is reached."""
    found = []
    for name, data, right in pdfs():
        text = importer.read(data, "file.pdf")
        each = score(text, right)
        found.append(each)
        doubt = any(remark.finding is Finding.DOUBT for remark in text.remarks)
        print(f"{name:18} order {each.order:.3f}  whole {each.whole:.2f}  notes {each.notes:.2f}"
              f"{'' if each.told else '  NOT TOLD'}{'  to confirm' if doubt else ''}")  # fmt: skip
    order = sum(each.order for each in found) / len(found)
    whole = sum(each.whole for each in found) / len(found)
    notes = sum(each.notes for each in found) / len(found)
    print(f"{len(found)} files: {order:.3f} of words in order (goal {GOAL}), {whole:.2f} of "
          f"paragraphs whole, {notes:.2f} of notes at their marks")  # fmt: skip
    return 0 if order >= GOAL and all(each.told for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
