"""The files on the whole archive: all passages, works and texts, and what describes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from archive.citation.metadata import PASSAGES as BESIDE
from archive.citation.metadata import TEXT
from archive.files import replacing
from archive.model.settings import Settings
from archive.model.wordings import WORDINGS

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


# What programs read first of the archive: ``llms.txt``, and the works cited, one a line.
#
# ``llms.txt`` has the form of llmstxt.org: a title, a summary, and lists of links.

PAGE = "data"  # the name of the page on all of this

_as_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A document or a page of the catalogue in a list of links."""

    name: str
    path: str  # in the site
    about: str


def llms(settings: Settings, entries: Iterable[Entry]) -> str:
    """Return ``llms.txt``; ``entries`` are the documents, or the pages that list them."""
    base = settings.base
    own = (
        Entry("All passages", PASSAGES, "one JSON object a line, with words, names and history"),
        Entry("All works cited", WORKS, "one JSON object a line"),
        Entry("The data in words", f"{PAGE}.html", "what there is, and how it is checked"),
    )
    full = Entry("All texts in one file", FULL_TEXT, "every document, whole")
    return "\n\n".join((
        full_text_head(settings).rstrip("\n"),
        "## Documents", _links(entries, base),
        "## Data", _links(own, base),
        "## Optional", _links([full], base),
    )) + "\n"  # fmt: skip


def full_text_head(settings: Settings) -> str:
    """Return what ``llms.txt`` and the full text begin with."""
    licence = settings.licence
    return (
        f"# {settings.name}\n\n> {settings.description}\n\n"
        "Each passage has a permanent address, which stands below it; cite it by that. Only words "
        "within quotation marks are those of the sources. The archive’s own words are under "
        f"{licence.name}, {licence.address}.\n"
    )


def _links(entries: Iterable[Entry], base: str) -> str:
    return "\n".join(
        f"- [{_plain(each.name)}]({base}{each.path}): {each.about}" for each in entries
    )


def _plain(name: str) -> str:
    """A name in Markdown, where a bracket would end the link."""
    return name.replace("[", r"\[").replace("]", r"\]")


def works(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return ``works.jsonl``."""
    return "".join(f"{_as_line(each)}\n" for each in rows)


# The data of the archive as a data package (datapackage.org, version 2), for clients that know it.
#
# Its resources are files and no tables: their rows have lists and objects, and members that others
# lack, which a client of tables refuses (frictionless 5.21).  Hashes are those of the manifest.

PACKAGE = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_LINES, _TEXT = ("jsonl", "application/jsonl"), ("txt", "text/plain")
# Each file with its form, what it is, and the schema that each of its lines follows.
_FILES = (
    (PASSAGES, _LINES, "All passages", "passage-1"),
    (WORKS, _LINES, "All works cited", "work-1"),
    (FULL_TEXT, _TEXT, "All texts", ""),
    ("ledger.jsonl", _LINES, "What was published when", ""),
    (WORDINGS, _LINES, "Words that were superseded, by their fingerprints", ""),
)


def package(settings: Settings, digests: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    """Return the description; ``digests`` and ``sizes`` (bytes) are those of the site's files."""
    base, licence = settings.base, settings.licence
    resources = [
        {
            "name": path.partition(".")[0], "path": path, "type": "file", "title": title,
            **({"description": f"Each line follows {base}{_schema(schema)}."} if schema else {}),
            "format": form, "mediatype": media_type, "encoding": "utf-8",
            "bytes": sizes[path], "hash": f"sha256:{digests[path]}",
        }
        for path, (form, media_type), title, schema in _FILES
        if path in digests and path in sizes
    ]  # fmt: skip
    about = {
        "$schema": _PROFILE, "name": settings.short_name, "title": settings.name,
        "description": settings.description, "homepage": f"{base}index.html",
        "licenses": [{"title": licence.name, "path": licence.address}], "resources": resources,
    }  # fmt: skip
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _schema(name: str) -> str:
    return f"{SCHEMAS}/{name}.schema.json"
