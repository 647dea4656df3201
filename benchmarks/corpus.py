"""A seeded generator of archives in the archive's own format, of any size.

``python -m benchmarks.corpus FOLDER DOCUMENTS`` writes one.  Document i depends on the seed and i
alone: 10 passages of about 80 words, 5 citations, 3 cross references and 2 glossary terms.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PASSAGES, WORDS, CITATIONS, LINKS, TERMS = 10, 80, 5, 3, 2

_SYLLABLES = [c + v for c in "bcdfgklmnprstvz" for v in "aeiou"]
_RECORD = """\
---
id: {id}
title: "{title}"
short-title: {title}
issuer: {issuer}
kind: {kind}
date: {date}
language: en
subjects:
  - Press freedom
source:
  publisher: {issuer}
  title: unknown
  address: https://example.org/{id}
  sha256: {sha256}
  paragraphs: {passages}
rights: Its publisher’s.
status: issued
---
"""


def generate(folder: Path, documents: int, seed: int = 1) -> None:
    """Write an archive of so many documents, with its references, glossary and settings."""
    (folder / "documents").mkdir(parents=True)
    vocabulary = _vocabulary(seed)
    terms = [f"Term {number}" for number in range(max(50, documents // 5))]
    keys = [f"work-{number}" for number in range(max(20, documents // 2))]
    for number in range(documents):
        text = _document(number, documents, random.Random(f"{seed}:{number}"), vocabulary)
        (folder / "documents" / f"{_name(number)}.md").write_text(text, "utf-8")
    (folder / "references.bib").write_text("".join(map(_entry, keys)), "utf-8")
    _write_pages(folder, terms)


def _name(number: int) -> str:
    return f"document-{number:05d}"


def _vocabulary(seed: int) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices(_SYLLABLES, k=source.choice((1, 2, 3)))) for _ in range(20_000)]


def _document(number: int, documents: int, source: random.Random, vocabulary: list[str]) -> str:
    passages = [" ".join(source.choices(vocabulary, k=WORDS)) for _ in range(PASSAGES)]
    additions = [
        *(
            f"{{cite:p}}`work-{source.randrange(max(20, documents // 2))}`"
            for _ in range(CITATIONS)
        ),
        *(
            f"[](#{_name(source.randrange(documents))}-p{source.randint(1, PASSAGES)})"
            for _ in range(LINKS)
        ),
        *(f"{{term}}`Term {source.randrange(max(50, documents // 5))}`" for _ in range(TERMS)),
    ]
    for addition in additions:
        passages[source.randrange(PASSAGES)] += f" {addition}"
    record = _RECORD.format(
        id=_name(number),
        title=f"Document {number}",
        issuer=f"Issuer {number % 97}",
        kind=source.choice(("letter", "report", "statement")),
        date=f"{1900 + number % 120}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        sha256=f"{number:064x}",
        passages=PASSAGES,
    )
    anchored = (
        f"({_name(number)}-p{place})=\n{text}.\n" for place, text in enumerate(passages, start=1)
    )
    return "\n".join([record, *anchored])


def _entry(key: str) -> str:
    return (
        f"@online{{{key}, author={{{{Institute of {key}}}}}, title={{On {key}}}, "
        f"date={{2020-01-02}}, url={{https://example.org/{key}}}}}\n"
    )


def _write_pages(folder: Path, terms: list[str]) -> None:
    definitions = "".join(f"{term}\n  What it means.\n\n" for term in terms)
    pages = {
        "index.md": "# Archive\n\n```{toctree}\ndocuments/index\nglossary\nreferences\n```\n",
        "documents/index.md": "# Documents\n\n```{catalogue}\n```\n",
        "glossary.md": f"# Glossary\n\n```{{glossary}}\n{definitions}```\n",
        "references.md": "# References\n\n```{bibliography}\n:all:\n```\n",
        "ledger.jsonl": "",
        "conf.py": (
            "import runpy, sys\n"
            f"sys.path.insert(0, {str(ROOT)!r})\n"
            f"globals().update(runpy.run_path({str(ROOT / 'conf.py')!r}))\n"
            f"templates_path = [{str(ROOT / '_templates')!r}]\n"
            f"html_static_path = [{str(ROOT / '_static')!r}]\n"
        ),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
