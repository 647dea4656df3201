"""The files on the whole archive: its passages and its texts in one file each, and the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import chain
from pathlib import Path

from archive.citation.links import PASSAGES as BESIDE
from archive.citation.links import TEXT
from archive.files import replacing

PASSAGES, WORKS = "passages.jsonl", "works.jsonl"
FULL_TEXT = "llms-full.txt"
SCHEMAS = "schema"  # a folder

BETWEEN = b"\n---\n\n"  # two documents of the full text


def schemas(base: str) -> Mapping[str, str]:
    """Return each schema by its path in the site, with its address there."""
    folder = files("archive.data") / "schemas"
    named = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
    own = '"$id": "'
    return {
        f"{SCHEMAS}/{name}": text.replace(own, f"{own}{base}{SCHEMAS}/", 1)
        for name, text in sorted(named.items())
    }


def held(site: Path, documents: Iterable[str]) -> list[str]:
    """Return the ids of the documents that have data, in order; others want a record."""
    return [each for each in sorted(documents) if _beside(site, each, BESIDE.suffix).is_file()]


def write_dumps(site: Path, documents: Iterable[str], head: str) -> None:
    """Write the dump of all passages, and the full text behind ``head``.

    ``documents`` are ids.  Raises OSError.
    """
    found = held(site, documents)
    _write(site / PASSAGES, (passages_of(site, each) for each in found))
    texts = (text_of(site, each) for each in found)
    _write(site / FULL_TEXT, chain([head.encode("utf-8")], (BETWEEN + each for each in texts)))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with replacing(path) as draft, draft.open("wb") as file:
        file.writelines(pieces)


def passages_of(site: Path, document: str) -> bytes:
    """Return what the dump of passages has of a document."""
    return lines_of(_beside(site, document, BESIDE.suffix).read_bytes())


def lines_of(data: bytes) -> bytes:
    """Return the passages of a document's data, one a line."""
    begin, end = b'\n"passages":[\n', b'\n],\n"gone":['
    _head, found, rest = data.partition(begin)
    # A line feed stands between two passages and in none of them.
    return rest.partition(end)[0].replace(b",\n", b"\n") + b"\n" if found else b""


def text_of(site: Path, document: str) -> bytes:
    """Return what the full text has of a document."""
    return _beside(site, document, TEXT.suffix).read_bytes()


def _beside(site: Path, document: str, suffix: str) -> Path:
    return site / "documents" / f"{document}.{suffix}"
