"""Import of a file, or of a folder of files, as drafts."""

from __future__ import annotations

import re
import sys
import unicodedata
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from archive.commands import argument, command
from archive.commands.workspace import read_settings
from archive.importing import RefusedError, container, importer
from archive.importing.outline import Told
from archive.importing.placing import (
    DOUBTED,
    File,
    Outcome,
    Places,
    Received,
    Wishes,
    place,
    receive,
    write,
)
from archive.importing.readers import NAMED, is_archive
from archive.model.dates import ArchiveDate
from archive.model.passage import is_document_id


def _path(words: str) -> Path:
    """A path as typed; ``~``, which no shell expands after ``FILE=``, is the home folder."""
    return Path(words).expanduser()


@command(
    argument("--file", required=True, help=f"a file ({NAMED}), a folder or ZIP archive of "
             "them, - for standard input, or an address"),
    argument("--fetch", action="store_true", help="fetch the address"),
    argument("--id", required=True, help="the document id, such as rsf-press-index; of "
             "several files, what their ids begin with"),
    argument("--kind", help="its kind, where the import guesses wrong"),
    argument("--against", type=_path, metavar="FILE",
             help="the earlier file, for a revised source"),
    argument("--title", default="", help="its title, where the import guesses wrong"),
    argument("--issuer", default="", help="who issued it"),
    argument("--date", default="", help="its date, such as 2019-05-03"),
    argument("--main", default="", metavar="SELECTOR",
             help="the element of a web page that holds the text, as CSS names it"),
    argument("--ocr", metavar="LANGUAGES",
             help="have tesseract read pages of a PDF that are pictures: 1, or languages such as "
             "deu+fra"),
    argument("--accept", action="store_true", help="write a draft whatever is in doubt"),
    argument("--look", action="store_true", help="open the page that shows what was taken"),
    argument("--keep-images", action="store_true", help="keep its pictures, in the work folder"),
    epilog="Exit codes: 0 imported, or nothing to do; 1 refused, nothing was written; "
    "3 the source was revised: what changed is in the work folder; 4 no draft was written, because "
    "something is to be confirmed.",
    failed="Nothing was written",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Turn a file into a draft, with its endnotes as references."""
    if not is_document_id(arguments.id):
        print(
            f"“{arguments.id}” cannot name a document. [record-id] To mend: use lower-case words "
            "and numbers joined by hyphens, beginning with a letter.", file=sys.stderr,
        )  # fmt: skip
        return 1
    try:
        settings = read_settings(root)
        if arguments.kind not in (None, *settings.kinds):
            raise RefusedError(
                "record-kind", f"“{arguments.kind}” is none of the archive’s kinds.",
                f"use one of: {', '.join(settings.kinds)}.",
            )  # fmt: skip
        places = Places(root, arguments.id, settings)
        outcome = _imported(places, str(arguments.file), arguments)
    except RefusedError as refused:
        print(f"Nothing was written. {refused.problem(str(arguments.file))}", file=sys.stderr)
        return 1
    print(outcome.told)
    if arguments.look and places.look.exists():
        webbrowser.open(places.look.absolute().as_uri())
    return outcome.code


def _imported(places: Places, named: str, arguments: Namespace) -> Outcome:
    """Import what is named: a folder or a ZIP archive as several documents, else one."""
    wishes, path = _wishes(arguments), _path(named)
    if path.is_dir():
        return place_all(places, path, None, wishes)
    received = receive(named, fetch=arguments.fetch)
    if is_archive(received.data):
        return place_all(places, path, received.data, wishes)
    return place(places, received, wishes)


def _languages(ocr: str | None) -> str | None:
    """The languages that ``OCR=`` names; none for 1.  Raises RefusedError for other words."""
    if ocr is None or not ocr.strip():
        return None
    if not re.fullmatch(r"1|[a-z]{3}(?:_[a-z]+)?(?:\+[a-z]{3}(?:_[a-z]+)?)*", ocr):
        raise RefusedError(
            "import-ocr", f"OCR={ocr} names no languages.", "write OCR=1, OCR=deu or OCR=deu+fra."
        )
    return "" if ocr == "1" else ocr


def _wishes(arguments: Namespace) -> Wishes:
    """What the editor asks for.  Raises RefusedError for a date that is none."""
    try:
        date = ArchiveDate.parse(arguments.date).edtf if arguments.date else ""
    except ValueError as error:
        raise RefusedError(
            "import-date", f"DATE={arguments.date} is no date.",
            "write it as 2019-05-03, 2019-05 or 2019 (EDTF).",
        ) from error  # fmt: skip
    return Wishes(
        against=arguments.against, keep_images=arguments.keep_images,
        main=arguments.main, accept=arguments.accept, recognise=_languages(arguments.ocr),
        told=Told(arguments.kind or "", arguments.title, arguments.issuer, date),
    )  # fmt: skip


# --- A folder or a ZIP archive of files: one draft each, and one summary of all.

MOST = 500  # files
_IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_LONGEST = 40  # characters of an id that come from a file’s name


def place_all(places: Places, named: Path, data: bytes | None, wishes: Wishes) -> Outcome:
    """Import each file of a folder, or of the ZIP archive ``data``.

    The document ids begin with that of ``places``.  A file that is refused stops no other.  Raises
    RefusedError where there is none, or there are too many.
    """
    rows: list[str] = []
    codes: list[int] = []
    taken: set[str] = set()
    for path, content in _files(named, data):
        name, id_ = _shown(path), _id(places.id, path, taken)
        try:
            found = place(Places(places.root, id_, places.settings),
                          Received(content(), PurePosixPath(name).name), wishes)  # fmt: skip
        except RefusedError as refused:
            rows.append(f"- {name}: nothing was written. {refused.message} [{refused.rule}] "
                        f"To mend: {refused.mend}")  # fmt: skip
            codes.append(1)
            continue
        first = found.told.partition("\n")[0].removeprefix("- words: ")
        what = "to be confirmed" if found.code == DOUBTED else f"documents/{id_}.md"
        rows.append(f"- {name}: {first if first.startswith(what) else f'{what}. {first}'}")
        codes.append(found.code)
    if not rows:
        raise RefusedError("import-empty", "It holds no file.", "name one with files in it.")
    summary = places.work("summary.txt")
    text = "\n".join([f"# Import of {len(rows)} files as {places.id}", "", *rows, ""])
    write([File(summary.with_name(".gitignore"), b"*\n", replace=True),
           File(summary, text.encode(), replace=True)])  # fmt: skip
    told = "\n".join([*rows, f"This summary is in {places.shown(summary)}."])
    return Outcome(told, max(codes, key=lambda code: (code == 1, code)))


def _files(named: Path, data: bytes | None) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The names of the files in their order, each with what reads it."""
    if data is not None:
        yield from container.members(data, MOST, importer.MAX_FILE)
        return
    found = sorted(each for each in named.rglob("*") if each.is_file() and not each.is_symlink())
    shown = [each for each in found if not _ignored(each.relative_to(named).parts)]
    if len(shown) > MOST:
        raise RefusedError(
            "import-too-much", f"The folder holds {len(shown):,} files; at most {MOST} are read.",
            "import its parts one after the other.",
        )  # fmt: skip
    for each in shown:
        yield each.relative_to(named).as_posix(), partial(importer.load, each)


def _shown(name: str) -> str:
    """A file’s name for one line of a terminal: no controls, no bytes that are no letters."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


def _ignored(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part in _IGNORED for part in parts)


def _id(base: str, name: str, taken: set[str]) -> str:
    """A document id from a file’s name, that no other file of this import has."""
    stem = unicodedata.normalize("NFKD", PurePosixPath(name).stem.lower())
    words = re.sub(r"[^a-z0-9]+", "-", stem.encode("ascii", "ignore").decode()).strip("-")
    first = f"{base}-{words[:_LONGEST].strip('-')}" if words else base
    made, again = first, 1
    while made in taken:
        again += 1
        made = f"{first}-{again}"
    taken.add(made)
    return made
