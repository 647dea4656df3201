"""Traces of sources in a site: runs of a source's words in any file of it, quotations apart."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from bs4 import BeautifulSoup
from pybtex.database import parse_file

from tests.conftest import Built, pdftotext

RUN = 8  # words of a source that nothing but a quotation may have in a row
QUOTED = 26  # words that not even a quotation may have


def traces(archive: Built, sources: list[str]) -> tuple[list[Path], int]:
    """The files of a site that hold a run of one of the sources; how many texts were looked at."""
    short, long = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for text in sources:
        told = re.sub(r"https?://\S+", " ", re.sub(r"\[\d+: .*?\]\s*\n", "\n", text))
        short |= _runs(_words(told), RUN)
        long |= _runs(_words(told), QUOTED)
    entries = parse_file(archive.source / "references.bib", "bibtex").entries.values()
    titles = [" ".join(_words(entry.fields["title"])) for entry in entries]
    found, looked_at = [], 0
    for path in sorted(archive.site.rglob("*")):
        if "_static" in path.parts or not path.is_file():
            continue
        for text in _texts(path):
            said = re.sub(r"https?://\S+", " ", text)
            told = _outside_quotations(said, titles)
            if _runs(_words(said), QUOTED) & long or _runs(told, RUN) & short:
                found.append(path)
            looked_at += 1
    return found, looked_at


def _words(text: str) -> list[str]:
    folded = text.lower().replace("’", "'").replace("‘", "'")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", folded)


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def _outside_quotations(text: str, titles: list[str]) -> list[str]:
    told = " ".join(_words(re.sub(r"[“\"][^“”\"]{1,260}[”\"]", " zqx ", text)))
    for title in titles:  # a whole title is a name, part of one is not
        told = told.replace(title, "zqx")
    return told.split()


def _texts(path: Path) -> Iterator[str]:
    """What a file of the site says, its PDF's words and attachments included."""
    if path.suffix == ".pdf":
        yield pdftotext(path)
        with pikepdf.open(path) as pdf:
            for file in pdf.attachments.values():
                yield file.get_file().read_bytes().decode("utf-8")
    elif path.suffix == ".html":
        yield BeautifulSoup(path.read_text("utf-8"), "lxml").get_text(" ")
    elif path.suffix == ".jsonl" or path.name.endswith((".passages.json", ".passages.js")):
        text = path.read_text("utf-8")
        for line in text.splitlines() if path.suffix == ".jsonl" else [text[text.index("{") :]]:
            yield from _strings(json.JSONDecoder().raw_decode(line)[0])
    elif path.suffix == ".json":
        yield " ".join(_strings(json.loads(path.read_text("utf-8"))))
    elif path.suffix != ".inv":
        data = path.read_bytes()
        packed = data.startswith(b"\x1f\x8b")  # the index of the search
        yield (gzip.decompress(data) if packed else data).decode("utf-8", "ignore")


def _strings(value: object, key: str = "") -> Iterator[str]:
    """The strings of a JSON value, whose own quotation marks are none of its words."""
    if isinstance(value, str):
        in_html = key == "html"
        said = BeautifulSoup(value, "lxml").get_text(" ") if in_html else value
        yield f"“{said}”" if key == "words" else said  # of a quotation
    elif isinstance(value, dict):
        yield from (text for name, each in value.items() for text in _strings(each, name))
    elif isinstance(value, list):
        yield from (text for each in value for text in _strings(each, key))
