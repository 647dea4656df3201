"""Measures the import of Word files of up to 200 pages, in CPU seconds.

Run from the archive's root: ``python -m benchmarks.importing``.  A page has 500 words in five
paragraphs, two footnotes and a heading on every fifth; pandoc's time is counted.
"""

from __future__ import annotations

import io
import os
import random
import resource
import sys
import tempfile
import zipfile
from argparse import Namespace
from contextlib import redirect_stdout
from pathlib import Path

from archive.commands import import_document

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


def cpu() -> float:
    """CPU seconds of this process and of the children that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def measure(pages: int) -> float:
    """CPU seconds of one import, from the file to the written draft."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "documents").mkdir()
        (root / "source.docx").write_bytes(document(pages))
        arguments = Namespace(
            file=root / "source.docx", id="large", kind=None, against=None, keep_images=False
        )
        start = cpu()
        with redirect_stdout(io.StringIO()):
            code = import_document.run(arguments, root)
        spent = cpu() - start
        entries = (root / "references.bib").read_text("utf-8").count("@article")
        if code or entries != 2 * pages:
            raise AssertionError(f"code {code}, {entries} entries of {2 * pages}")
    return spent


def main() -> int:
    reached = True
    for pages in PAGES:
        spent = measure(pages)
        print(f"{pages:4} pages  {spent:5.2f} s CPU  {1000 * spent / pages:5.1f} ms a page")
        reached = reached and (pages != GOAL_PAGES or spent < GOAL)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"memory at most {peak} MiB, pandoc {children} MiB")
    print(f"goal: {GOAL_PAGES} pages in under {GOAL:g} s: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
