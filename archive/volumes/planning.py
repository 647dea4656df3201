"""Divides an archive by collection into volumes, each a source folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.fidelity.attestation import SUFFIX
from archive.files import write_if_changed
from archive.model.problem import Problem
from archive.model.record import Record, parse_record
from archive.model.settings import Settings
from archive.volumes.layout import FOLDER, ROOT, Volume, places, remember
from archive.volumes.stubs import stub, with_anchors
from archive.volumes.works import Works, read_works

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
