"""Builds a large archive in volumes: each a Sphinx project of its own, joined to one site.

A volume has whole collections; ``root`` is the volume of the pages that belong to no document.
(The volumes into which a long ``archive.pdf`` is split are another thing: ``archive.pdf``.)

``planning`` writes a source folder for each volume, ``exchange`` gives each the facts it shows of
the others, ``joining`` makes one site of the pages of all.  ``features`` is a Sphinx extension that
only the ``conf.py`` of a volume names; an archive that is built as one loads nothing of this.

Two facts of the archive's domain are kept apart for ``features`` to override, and nothing else
outside this room knows of volumes: ``ArchiveDomain.size``, the number of documents in the whole
archive, and ``ArchiveDomain.checks_ledger``, since a volume has a slice of the ledger that cannot
be held against its documents alone.  To drop the first, a volume would need a placeholder for each
document of the archive, which costs memory for what it never shows; to drop the second, each
check would have to take the documents and anchors it is about as arguments.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path

from pybtex.database import BibliographyData, parse_string

from archive.citation.biblatex import read as read_works
from archive.citation.style import label
from archive.fidelity.attestation import SUFFIX
from archive.files import write, write_if_changed
from archive.model import Problem
from archive.model.ledger import Ledger, State, load, read
from archive.model.passage import Anchor
from archive.model.record import Record, parse_record
from archive.model.relations import VERSIONS, versions
from archive.model.settings import Settings
from archive.model.wordings import WORDINGS
from archive.site.know.ledger import LEDGER
from archive.site.read.forbidden import is_inside, unreadable

# --- Divides an archive into volumes of whole collections, and writes a source folder for each.
#
# A volume of documents has its documents, the works they cite, and stubs of all other pages, so
# that links to these and the sidebar are the same.  The root volume has those pages in full and no
# document.  Files that stay as they are become hard links to those of the archive.

FOLDER = "_build/volumes"
ROOT = "root"  # the volume of the pages that belong to no document


@dataclass(frozen=True, slots=True)
class Volume:
    """A part of the archive that is built by itself."""

    slug: str
    collections: tuple[str, ...]
    documents: tuple[str, ...]  # their ids, in the order of the catalogue


class Places:
    """The files and folders of the volume in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_root = folder.name == ROOT
        self.source = folder / "source"  # of Sphinx, with a conf.py of its own
        self.facts = folder / "facts.pickle"  # VolumeFacts: what was read of the volume
        self.inventory = folder / "objects.inv"  # the labels and terms that it defines
        self.outside_facts = folder / "outside.pickle"  # OutsideFacts: what it shows of the others
        self.trees = folder / "doctrees"
        self.shelf = self.trees / "search-entries"
        self.search = folder / "pagefind"  # Pagefind's index of it
        self.site = folder / "html"  # its pages


def places(archive: Path, slug: str) -> Places:
    """The places of the volume ``slug`` of an archive."""
    return Places(archive / FOLDER / slug)


def write_volumes(archive: Path, volumes: tuple[Volume, ...]) -> None:
    """Write into which volumes the archive is divided, for the steps that follow."""
    path = archive / FOLDER / "plan.json"
    write(path, json.dumps([asdict(each) for each in volumes], indent=1) + "\n")


def read_volumes(archive: Path) -> tuple[Volume, ...]:
    """The volumes that were planned.  Raises OSError where there is no plan."""
    rows = json.loads((archive / FOLDER / "plan.json").read_text("utf-8"))
    return tuple(
        Volume(row["slug"], tuple(row["collections"]), tuple(row["documents"])) for row in rows
    )


# --- Pages

_HEADING = re.compile(r"^# .+$", re.MULTILINE)

# Directives that decide about every page: the sidebar's trees, and where references stand.
_KEPT = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?:toctree|bibliography)\}.*?^(?P=fence)\s*$",
    re.MULTILINE | re.DOTALL,
)

_LINK = re.compile(r"\]\((?:\./)?(?:documents/)?(?P<id>[a-z0-9-]+)\.md\)")


def stub(page: str) -> str:
    """A page reduced to its title and to the directives that decide about other pages."""
    title = _HEADING.search(page)
    kept = (match[0].rstrip() for match in _KEPT.finditer(page))
    return "\n\n".join([title[0] if title else "# Untitled", *kept]) + "\n"


def with_links_by_id(page: str, ids: Set[str]) -> str:
    """A page whose links to the files of documents, which root lacks, are links to their ids."""
    return _LINK.sub(lambda found: f"](#{found['id']})" if found["id"] in ids else found[0], page)


# --- References

_ENTRY = re.compile(r"^@\w+\s*[{(]\s*(?P<key>[^,\s]+)\s*,", re.MULTILINE)
_SHARED = re.compile(
    r"^\s*@(?:string|preamble|xdata)\b|^.*\bcrossref\s*=", re.MULTILINE | re.IGNORECASE
)
_WORD = re.compile(r"[^\s`,;{}\[\]()]+")


@dataclass(frozen=True, slots=True)
class BibliographySlicer:
    """The entries of a bibliography as they are written, from which slices are cut."""

    texts: Mapping[str, str]  # by key, in their order
    alike: Mapping[str, tuple[str, ...]]  # by key: all keys whose label differs by a letter alone
    whole: str | None = None  # the file, where it cannot be cut into entries

    @classmethod
    def read(cls, path: Path) -> BibliographySlicer:
        """Read a BibTeX file; one with abbreviations or a preamble stays whole.

        Raises ValueError where it cannot be read.
        """
        text = path.read_text("utf-8") if path.exists() else ""
        try:
            data: BibliographyData = parse_string(text, "bibtex")
        except Exception as error:
            raise ValueError(f"references.bib cannot be read: {error}") from error
        begins = list(_ENTRY.finditer(text))
        if _SHARED.search(text) or [found["key"] for found in begins] != list(data.entries):
            return cls({}, {}, text)
        ends = [*(found.start() for found in begins[1:]), len(text)]
        texts = {found["key"]: text[found.start() : end] for found, end in zip(begins, ends)}
        labelled: defaultdict[str, list[str]] = defaultdict(list)
        for key, work in read_works(data.entries).works.items():
            labelled[label(work)].append(key)
        return cls(texts, {key: tuple(keys) for keys in labelled.values() for key in keys})

    def cited_in(self, texts: Iterable[str]) -> str:
        """A bibliography of the works whose keys occur in ``texts``, each with those alike."""
        if self.whole is not None:
            return self.whole
        words = {word for text in texts for word in _WORD.findall(text)}
        cited = {other for key in words & self.texts.keys() for other in self.alike[key]}
        return "".join(text for key, text in self.texts.items() if key in cited)


# --- Ledger


@dataclass(frozen=True, slots=True)
class Slice:
    """Some lines of a ledger in their order, with the days that corrections give them."""

    data: bytes
    lines: tuple[int, ...]  # their numbers in the whole ledger, counted from 1
    anchors: Set[str]  # that the lines are about


_DATE = re.compile(rb'("date": ")[^"]*')


class LedgerSlicer:
    def __init__(self, data: bytes, path: str) -> None:
        """Read the ledger.  Raises ValueError where it breaks a rule."""
        self.ledger, problems = load(data, path)
        events, _ = read(data, path)
        if problems:
            raise ValueError(f"{path} cannot be divided: run make check, which says what is wrong")
        self._lines = data.splitlines(keepends=True)
        for line, day in (event.corrects for event in events if event.corrects is not None):
            dated = rb"\g<1>" + day.encode()
            self._lines[line - 1] = _DATE.sub(dated, self._lines[line - 1], count=1)
        self._anchors = [event.anchor for event in events]

    @property
    def whole(self) -> Slice:
        return self._slice(set(self._anchors))

    def about(self, documents: Set[str], mentioned: Iterable[str]) -> Slice:
        """All events of the anchors of some documents and of anchors that they mention.

        Included are anchors that moved to or from the documents, and each anchor that another one
        of the slice moved to or was succeeded by.
        """
        wanted = {anchor for anchor in self.ledger if self._concerns(anchor, documents)}
        wanted |= self.ledger.histories.keys() & set(mentioned)
        todo = list(wanted)
        while todo:
            target = self.ledger[todo.pop()].target
            if target is not None and target not in wanted:
                wanted.add(target)
                todo.append(target)
        return self._slice(wanted, documents)

    def _slice(self, anchors: Set[str], documents: Set[str] = frozenset()) -> Slice:
        named = anchors | documents  # which have events of their own
        numbers = [at for at, anchor in enumerate(self._anchors) if anchor in named]
        data = b"".join(self._lines[at] for at in numbers)
        return Slice(data, tuple(at + 1 for at in numbers), anchors)

    def _concerns(self, anchor: str, documents: Set[str]) -> bool:
        named = Anchor.parse(anchor).document
        return named in documents or final(self.ledger, anchor).document in documents


def final(ledger: Ledger, anchor: str) -> Anchor:
    """Where an anchor leads today; itself where it never moved."""
    if ledger[anchor].state is State.LIVE:
        return Anchor.parse(anchor)
    return Anchor.parse(ledger.resolve(anchor).final)


# --- Volumes

_DOCUMENTS = "documents"
_CATALOGUE = "index.md"
_REFERENCES = "references.bib"

# Entries of the archive's root that are neither pages nor data of pages.
_LEFT_OUT = {"_build", "_static", "_templates", "archive", "benchmarks", "conf.py", _DOCUMENTS,
             LEDGER, _REFERENCES, "tests"}  # fmt: skip

_CONF = """\
\"\"\"The archive's own settings, for one of its volumes.\"\"\"

import runpy

globals().update(runpy.run_path({conf!r}))

extensions = [*extensions, "archive.volumes.features"]
templates_path = [{root!r} + "/" + name for name in templates_path]
html_static_path = [{root!r} + "/" + name for name in html_static_path]
html_extra_path = [{root!r} + "/" + name for name in html_extra_path] if {is_root} else []
"""


def read_records(archive: Path, settings: Settings) -> tuple[list[Record], list[Problem]]:
    """The records in the order of the catalogue, and what is wrong with files and records."""
    pages = _page_files(archive)
    documents = sorted(set((archive / _DOCUMENTS).glob("*.md")).difference(pages))
    problems = [found for path in (*pages, *documents) for found in unreadable(path, archive)]
    records = []
    for path in () if problems else documents:
        name = path.relative_to(archive).as_posix()
        record, wrong = parse_record(path.read_text("utf-8"), name, path.stem, settings)
        problems += wrong
        if record is not None:
            records.append(record)
    return sorted(records, key=lambda each: (each.date.sort_key, each.id)), problems


def divide(records: Sequence[Record], count: int) -> tuple[Volume, ...]:
    """At most ``count`` volumes of about equal size.

    A collection is never divided, nor are those that have versions of one text.  Raises ValueError
    for fewer than one volume.
    """
    if count < 1:
        raise ValueError("an archive has at least one volume")
    collections: dict[str, list[str]] = {}
    for record in records:
        collections.setdefault(record.collection_name, []).append(record.id)
    shares: list[dict[str, list[str]]] = [{} for _ in range(count)]
    begun = 0
    for names in _together(records, collections):
        together = {name: collections[name] for name in names}
        size = sum(map(len, together.values()))
        middle = begun + size // 2
        shares[min(count - 1, middle * count // max(1, len(records)))].update(together)
        begun += size
    filled = [share for share in shares if share]
    return tuple(
        Volume(
            f"volume-{number}", tuple(share), tuple(id_ for ids in share.values() for id_ in ids)
        )
        for number, share in enumerate(filled, start=1)
    )


def _together(
    records: Sequence[Record], collections: Mapping[str, Sequence[str]]
) -> Iterator[list[str]]:
    """The collections, those together that have versions of one text, in the order of the first."""
    holding = {id_: name for name, ids in collections.items() for id_ in ids}
    joined = versions(
        (record.collection_name, other)
        for record in records
        for relation in record.relations
        if relation.kind in VERSIONS
        and (other := holding.get(_document_of(relation.target))) is not None
    )
    order = list(collections)
    done = set[str]()
    for name in order:
        if name not in done:
            group = sorted({name, *joined.get(name, ())}, key=order.index)
            done.update(group)
            yield group


def _document_of(target: str) -> str:
    """The id of the document that a relation names, by itself or by an anchor."""
    try:
        return Anchor.parse(target).document
    except ValueError:
        return target


def write_plan(archive: Path, records: Sequence[Record], count: int) -> tuple[Volume, ...]:
    """Write the source folders of all volumes and of the root; return the volumes.

    Raises ValueError for a number of volumes or a bibliography that cannot be divided.
    """
    volumes = divide(records, count)
    works = BibliographySlicer.read(archive / _REFERENCES)
    pages = {
        path.relative_to(archive).as_posix(): path.read_text("utf-8")
        for path in _page_files(archive)
    }
    _remove_former(archive, volumes)
    for volume in volumes:
        _write_volume(archive, volume, pages, works)
    _write_root(archive, pages, {record.id for record in records})
    write_volumes(archive, volumes)
    return volumes


def _remove_former(archive: Path, volumes: Sequence[Volume]) -> None:
    planned = {places(archive, volume.slug).folder for volume in volumes}
    for folder in (archive / FOLDER).glob("volume-*"):
        if folder not in planned:
            shutil.rmtree(folder)


def _page_files(archive: Path) -> list[Path]:
    """The files of the pages that are no documents."""
    return [*archive.glob("*.md"), archive / _DOCUMENTS / _CATALOGUE]


def _write_volume(
    archive: Path, volume: Volume, pages: Mapping[str, str], works: BibliographySlicer
) -> None:
    documents = [archive / _DOCUMENTS / f"{id_}.md" for id_ in volume.documents]
    others = (*(path.with_suffix(SUFFIX) for path in documents), archive / WORDINGS)
    texts = {name: stub(text) for name, text in pages.items()}
    texts[_REFERENCES] = works.cited_in(path.read_text("utf-8") for path in documents)
    _write_source(archive, volume.slug, texts, [
        *_shared_files(archive), *documents, *(path for path in others if path.exists()),
    ])  # fmt: skip


def _write_root(archive: Path, pages: Mapping[str, str], ids: Set[str]) -> None:
    texts = {name: with_links_by_id(text, ids) for name, text in pages.items()}
    others = (path for path in archive.iterdir() if path.suffix != ".md")
    references = archive / _REFERENCES
    _write_source(archive, ROOT, texts, [
        *(path for path in others if path.name not in _LEFT_OUT and path.name[0] != "."),
        *([references] if references.exists() else []),
        *_shared_files(archive),
    ])  # fmt: skip


def _shared_files(archive: Path) -> Iterator[Path]:
    """Pictures and other files beside the documents, which any page may show.

    An attestation is among them only where its document stands no more.
    """
    for path in (archive / _DOCUMENTS).iterdir():
        attests = path.name.endswith(SUFFIX)
        document = path.with_name(path.name.removesuffix(SUFFIX) + ".md")
        if path.suffix != ".md" and not (attests and document.exists()):
            yield path


def _write_source(
    archive: Path, slug: str, texts: Mapping[str, str], linked: Iterable[Path]
) -> None:
    """Have exactly these texts, and links to these files, in the source folder of a volume.

    What is unchanged is not touched, so that Sphinx reads only what changed.
    """
    source = places(archive, slug).source
    conf = _CONF.format(conf=str(archive / "conf.py"), root=str(archive), is_root=slug == ROOT)
    texts = {"conf.py": conf, **texts}
    links = {source / path.relative_to(archive): path for path in _files(linked)}
    kept = {*links, *(source / name for name in (*texts, LEDGER))}
    for path in list(source.rglob("*")):
        if path.is_file() and path not in kept:
            path.unlink()
    for name, text in texts.items():
        write_if_changed(source / name, text)
    for path, target in links.items():
        if not (path.exists() and path.samefile(target)):
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            # A symbolic link that leads out of the archive stays one, which the build refuses.
            path.hardlink_to(target.resolve() if is_inside(target, archive) else target)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
