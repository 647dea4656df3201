"""Measures the import of Word files of up to 200 pages, in CPU seconds.

Run from the archive's root: ``python -m benchmarks.importing``.  A page has 500 words in five
paragraphs, two footnotes and a heading on every fifth; the start of the command and pandoc count.
"""

from __future__ import annotations

import io
import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks.archives import ROOT
from benchmarks.process import Cost, measure

PAGES = (50, 100, 200, 400)
GOAL_PAGES, GOAL = 200, 5.0  # CPU seconds
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LETTERS = "abcdefghijklmnoprstuvwy"


def word(chance: random.Random) -> str:
    made = "".join(chance.choice(LETTERS) for _ in range(chance.randint(2, 9)))
    return made.capitalize() if chance.random() < 0.1 else made


def paragraph(chance: random.Random, note: int) -> str:
    words = " ".join(word(chance) for _ in range(100))
    mark = f'<w:r><w:footnoteReference w:id="{note}"/></w:r>' if note else ""
    return f"<w:p><w:r><w:t>{words}.</w:t></w:r>{mark}</w:p>"


def heading(number: int) -> str:
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    return f"<w:p>{style}<w:r><w:t>Section {number}</w:t></w:r></w:p>"


def footnote(chance: random.Random, number: int) -> str:
    title = " ".join(word(chance) for _ in range(6))
    text = (
        f"{word(chance).capitalize()} {word(chance).capitalize()}, “{title},” The Page, "
        f"{chance.randint(1, 28)} March 2020, https://page.example/{number}."
    )
    return f'<w:footnote w:id="{number}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'


def document(pages: int) -> bytes:
    """A Word file, the same at every run."""
    chance = random.Random(pages)
    body, notes = [], []
    for page in range(pages):
        body += [heading(page // 5 + 1)] if page % 5 == 0 else []
        for place in range(5):
            number = 2 * page + place + 1 if place < 2 else 0
            body.append(paragraph(chance, number))
            notes += [footnote(chance, number)] if number else []
    relation = f'<Relationship Id="r1" Type="{OFFICE}'
    start, end = f'<Relationships xmlns="{PACKAGE}/relationships">', "</Relationships>"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default '
        'Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{start}{relation}/officeDocument" Target="word/document.xml"/>{end}',
        "word/_rels/document.xml.rels":
            f'{start}{relation}/footnotes" Target="footnotes.xml"/>{end}',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body>'
        "</w:document>",
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}">{"".join(notes)}</w:footnotes>',
    }  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def imported(pages: int) -> Cost:
    """What ``archive import`` takes, from the file to the written draft.

    Raises CommandError where it fails, AssertionError where it read another number of notes.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "documents").mkdir()
        shutil.copy(ROOT / "conf.py", root)
        shutil.copytree(ROOT / "archive", root / "archive")
        (root / "source.docx").write_bytes(document(pages))
        command = (sys.executable, "-m", "archive", "import", "--id", "large", "--file")
        cost = measure([*command, "source.docx"], root)
        entries = (root / "references.bib").read_text("utf-8").count("@article")
        if entries != 2 * pages:
            raise AssertionError(f"{entries} entries of {2 * pages}")
    return cost


def main() -> int:
    """Print a row for each number of pages; return 1 where the goal was missed."""
    reached = True
    for pages in PAGES:
        cost = imported(pages)
        print(
            f"{pages:4} pages  {cost.cpu:5.2f} s CPU  {1000 * cost.cpu / pages:5.1f} ms a page  "
            f"{cost.largest:4.0f} MB"
        )
        reached = reached and (pages != GOAL_PAGES or cost.cpu < GOAL)
    print(f"goal: {GOAL_PAGES} pages in under {GOAL:g} s: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
