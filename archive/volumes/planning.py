"""Divides an archive into volumes: whole collections, each with a source folder of its own.

A volume has its documents, the works they cite, its slice of the ledger, and stubs of the pages
that list everything.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from pybtex.database import BibliographyData, parse_string

from archive.citation.style import label
from archive.fidelity.attestation import SUFFIX
from archive.files import write_if_changed
from archive.model.ledger import Ledger, State, fold, read
from archive.model.passage import Anchor
from archive.model.problem import Problem
from archive.model.record import Record, parse_record
from archive.model.settings import Settings
from archive.volumes.layout import FOLDER, ROOT, Volume, places, remember

_HEADING = re.compile(r"^# .+$", re.MULTILINE)

# Directives that decide about every page: the sidebar's trees, and where references stand.
_KEPT = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?:toctree|bibliography)\}.*?^(?P=fence)\s*$",
    re.MULTILINE | re.DOTALL,
)

_LINK = re.compile(r"\]\((?:\./)?(?:documents/)?(?P<id>[a-z0-9-]+)\.md\)")


def stub(page: str) -> str:
    """A page with its title and what other pages show of it, for volumes that link to it."""
    title = _HEADING.search(page)
    kept = (match[0].rstrip() for match in _KEPT.finditer(page))
    return "\n\n".join([title[0] if title else "# Untitled", *kept]) + "\n"


def with_anchors(page: str, ids: Set[str]) -> str:
    """A page whose links to the files of documents are links to their ids."""
    return _LINK.sub(lambda found: f"](#{found['id']})" if found["id"] in ids else found[0], page)


_ENTRY = re.compile(r"^@\w+\s*[{(]\s*(?P<key>[^,\s]+)\s*,", re.MULTILINE)

_SHARED = re.compile(r"^\s*@(?:string|preamble)\b", re.MULTILINE | re.IGNORECASE)

_WORD = re.compile(r"[^\s`,;{}\[\]()]+")


@dataclass(frozen=True, slots=True)
class Works:
    """Every entry as it is written, and those that are told apart by a letter alone."""

    texts: Mapping[str, str]  # by key, in their order
    alike: Mapping[str, tuple[str, ...]]  # by key: all keys whose label is the same
    whole: str | None = None  # the file, where it cannot be cut into entries

    def cited_in(self, texts: Iterable[str]) -> str:
        """A bibliography of the works whose keys stand in ``texts``, each with those alike."""
        if self.whole is not None:
            return self.whole
        words = {word for text in texts for word in _WORD.findall(text)}
        cited = {other for key in words & self.texts.keys() for other in self.alike[key]}
        return "".join(text for key, text in self.texts.items() if key in cited)


def read_works(path: Path) -> Works:
    """The works of a bibliography; one with abbreviations or a preamble is never cut.

    Raises ValueError where it cannot be read.
    """
    text = path.read_text("utf-8") if path.exists() else ""
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except Exception as error:
        raise ValueError(f"references.bib cannot be read: {error}") from error
    begins = list(_ENTRY.finditer(text))
    if _SHARED.search(text) or [found["key"] for found in begins] != list(data.entries):
        return Works({}, {}, text)
    ends = [*(found.start() for found in begins[1:]), len(text)]
    texts = {found["key"]: text[found.start() : end] for found, end in zip(begins, ends)}
    labelled: defaultdict[str, list[str]] = defaultdict(list)
    for key, entry in data.entries.items():
        labelled[label(entry)].append(key)
    alike = {key: tuple(keys) for keys in labelled.values() for key in keys}
    return Works(texts, alike)


@dataclass(frozen=True, slots=True)
class Slice:
    """Some lines of a ledger, unchanged and in their order."""

    data: bytes
    lines: tuple[int, ...]  # their numbers in the whole, counted from 1


class Account:
    """The whole ledger, from which slices are cut."""

    def __init__(self, data: bytes, path: str) -> None:
        """Read it.  Raises ValueError where it breaks a rule: check tells all of them."""
        events, misread = read(data, path)
        self.ledger, misfolded = fold(events, path)
        if misread or misfolded:
            raise ValueError(f"{path} cannot be divided: run make check, which tells what is wrong")
        self._lines = data.splitlines(keepends=True)
        self._anchors = [event.anchor for event in events]

    def of(self, documents: Set[str], mentioned: Iterable[str]) -> Slice:
        """All that tells of the anchors of documents and of those that are mentioned.

        Those that moved to or from the documents are among them, and every anchor that is moved
        to or that takes the place of one.
        """
        wanted = {anchor for anchor in self.ledger if self._concerns(anchor, documents)}
        wanted |= self.ledger.histories.keys() & set(mentioned)
        todo = list(wanted)
        while todo:
            target = self.ledger[todo.pop()].target
            if target is not None and target not in wanted:
                wanted.add(target)
                todo.append(target)
        numbers = [at for at, anchor in enumerate(self._anchors) if anchor in wanted]
        data = b"".join(self._lines[at] for at in numbers)
        return Slice(data, tuple(at + 1 for at in numbers))

    def named(self, cut: Slice) -> set[str]:
        """The anchors of a slice."""
        return {self._anchors[line - 1] for line in cut.lines}

    def _concerns(self, anchor: str, documents: Set[str]) -> bool:
        if Anchor.parse(anchor).document in documents:
            return True
        return final(self.ledger, anchor).document in documents


def final(ledger: Ledger, anchor: str) -> Anchor:
    """Where an anchor leads today; itself where it never moved."""
    if ledger[anchor].state is State.LIVE:
        return Anchor.parse(anchor)
    return Anchor.parse(ledger.resolve(anchor).final)


_DOCUMENTS = "documents"

_CATALOGUE = "index.md"

LEDGER = "ledger.jsonl"

# What of the archive's root is no page and no data of pages.
_LEFT_OUT = {"_build", "_static", "_templates", "archive", "benchmarks", "conf.py", "documents",
             LEDGER, "references.bib", "tests"}  # fmt: skip

_CONF = """\
\"\"\"The archive's own settings, for one of its volumes.\"\"\"

import runpy

globals().update(runpy.run_path({conf!r}))

templates_path = [{root!r} + "/" + name for name in templates_path]
html_static_path = [{root!r} + "/" + name for name in html_static_path]
html_extra_path = [{root!r} + "/" + name for name in html_extra_path] if {is_root} else []
archive_home = {root!r}
archive_stubs = not {is_root}
archive_facts = {facts!r}
archive_elsewhere = {elsewhere!r}
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the archive, as far as its record tells."""

    path: Path
    record: Record


def read_records(archive: Path, settings: Settings) -> tuple[list[Held], list[Problem]]:
    """The documents in the order of the catalogue, and what is wrong with their records."""
    held, problems = [], []
    for path in sorted((archive / _DOCUMENTS).glob("*.md")):
        if path.name != _CATALOGUE:
            name = path.relative_to(archive).as_posix()
            record, found = parse_record(path.read_text("utf-8"), name, path.stem, settings)
            problems += found
            if record is not None:
                held.append(Held(path, record))
    return sorted(held, key=lambda each: (each.record.date.sort_key, each.record.id)), problems


def divide(held: Sequence[Held], count: int) -> tuple[Volume, ...]:
    """At most ``count`` volumes of about equal size.  A collection is never divided.

    Raises ValueError for fewer than one volume.
    """
    if count < 1:
        raise ValueError("an archive has at least one volume")
    collections: dict[str, list[str]] = {}
    for each in held:
        collections.setdefault(each.record.collection_name, []).append(each.record.id)
    shares: list[dict[str, list[str]]] = [{} for _ in range(count)]
    begun = 0
    for name, ids in collections.items():
        middle = begun + len(ids) // 2
        shares[min(count - 1, middle * count // max(1, len(held)))][name] = ids
        begun += len(ids)
    filled = [share for share in shares if share]
    return tuple(
        Volume(
            f"volume-{number}", tuple(share), tuple(id_ for ids in share.values() for id_ in ids)
        )
        for number, share in enumerate(filled, start=1)
    )


def write_plan(archive: Path, held: Sequence[Held], count: int) -> tuple[Volume, ...]:
    """Write the source folders of all volumes and of the root; return the volumes.

    Raises ValueError for a number of volumes or a bibliography that cannot be divided.
    """
    volumes = divide(held, count)
    works, pages = read_works(archive / "references.bib"), _pages(archive)
    ids = {each.record.id for each in held}
    _forget_others(archive, volumes)
    for volume in volumes:
        _write_volume(archive, volume, pages, works)
    _write_root(archive, pages, ids)
    remember(archive, volumes)
    return volumes


def _forget_others(archive: Path, volumes: Sequence[Volume]) -> None:
    """Remove what is left of volumes that were planned before."""
    planned = {places(archive, volume.slug).folder for volume in volumes}
    for folder in (archive / FOLDER).glob("volume-*"):
        if folder not in planned:
            shutil.rmtree(folder)


def _pages(archive: Path) -> dict[str, str]:
    """The text of each page that is no document, by its path."""
    found = [*archive.glob("*.md"), archive / _DOCUMENTS / _CATALOGUE]
    return {path.relative_to(archive).as_posix(): path.read_text("utf-8") for path in found}


def _write_volume(archive: Path, volume: Volume, pages: dict[str, str], works: Works) -> None:
    source = _begun(archive, volume.slug)
    texts = {name: stub(text) for name, text in pages.items()}
    said = []
    links = list(_beside_documents(archive))
    for id_ in volume.documents:
        document = archive / _DOCUMENTS / f"{id_}.md"
        links += [path for path in (document, document.with_suffix(SUFFIX)) if path.exists()]
        said.append(document.read_text("utf-8"))
    texts["references.bib"] = works.cited_in(said)
    _fill(source, archive, texts, links)


def _write_root(archive: Path, pages: dict[str, str], ids: set[str]) -> None:
    source = _begun(archive, ROOT)
    texts = {name: with_anchors(text, ids) for name, text in pages.items()}
    others = (path for path in archive.iterdir() if path.suffix != ".md")
    _fill(source, archive, texts, [
        *(path for path in others if path.name not in _LEFT_OUT and path.name[0] != "."),
        *(archive / name for name in ("references.bib",) if (archive / name).exists()),
        *_beside_documents(archive),
    ])  # fmt: skip


def _beside_documents(archive: Path) -> Iterator[Path]:
    """Pictures and the like, which any page may show."""
    for path in (archive / _DOCUMENTS).iterdir():
        if path.suffix != ".md" and not path.name.endswith(SUFFIX):
            yield path


def _begun(archive: Path, slug: str) -> Path:
    """The source folder of a volume, with its settings."""
    where = places(archive, slug)
    source = where.source
    (source / _DOCUMENTS).mkdir(parents=True, exist_ok=True)
    conf = _CONF.format(
        conf=str(archive / "conf.py"), root=str(archive), is_root=slug == ROOT,
        facts=str(where.facts), elsewhere=str(where.elsewhere),
    )  # fmt: skip
    _write(source, {"conf.py": conf})
    return source


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Write files that do not say so already, so that their times tell of changes."""
    for name, text in texts.items():
        write_if_changed(folder / name, text)


def _fill(source: Path, archive: Path, texts: dict[str, str], links: Iterable[Path]) -> None:
    """Have exactly these pages, and these of the archive's files, in a volume."""
    linked = {source / path.relative_to(archive): path for path in _files(links)}
    kept = {*linked, *(source / name for name in (*texts, "conf.py", LEDGER))}
    for path in list(source.rglob("*")):
        if path.is_file() and path not in kept:
            path.unlink()
    _write(source, texts)
    for path, target in linked.items():
        if not (path.exists() and path.samefile(target)):
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.hardlink_to(target)  # the archive takes no symbolic links


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, and all files of folders."""
    for path in paths:
        yield from (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
