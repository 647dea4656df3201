"""The files on the whole archive: its passages and its texts in one file each, and the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
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


def write_dumps(site: Path, documents: Iterable[str], head: str) -> None:
    """Write the dump of all passages, and the full text behind ``head``.

    ``documents`` are ids; those that have no data, for want of a record, are left out.  Raises
    OSError.
    """
    held = [each for each in sorted(documents) if _beside(site, each, BESIDE.suffix).is_file()]
    _write(site / PASSAGES, _lines(site, held))
    _write(site / FULL_TEXT, _texts(site, held, head))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with replacing(path) as draft, draft.open("wb") as file:
        file.writelines(pieces)


def _lines(site: Path, documents: Iterable[str]) -> Iterator[bytes]:
    for each in documents:
        yield lines_of(_beside(site, each, BESIDE.suffix).read_bytes())


def lines_of(data: bytes) -> bytes:
    """Return the passages of a document's data, one a line."""
    begin, end = b'\n"passages":[\n', b'\n],\n"gone":['
    _head, found, rest = data.partition(begin)
    # A line feed stands between two passages and in none of them.
    return rest.partition(end)[0].replace(b",\n", b"\n") + b"\n" if found else b""


def _texts(site: Path, documents: Iterable[str], head: str) -> Iterator[bytes]:
    yield head.encode("utf-8")
    for each in documents:
        yield BETWEEN + _beside(site, each, TEXT.suffix).read_bytes()


def _beside(site: Path, document: str, suffix: str) -> Path:
    return site / "documents" / f"{document}.{suffix}"
