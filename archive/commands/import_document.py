"""Import of a file as a draft."""

from __future__ import annotations

import re
import sys
import webbrowser
from argparse import Namespace
from pathlib import Path

from archive.commands import argument, command
from archive.commands.workspace import read_settings
from archive.importing import RefusedError, several
from archive.importing.outline import Told
from archive.importing.placing import Outcome, Places, Wishes, place, receive
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


def _imported(places: Places, named: str, arguments: Namespace) -> Outcome | several.Outcome:
    """Import what is named: a folder or a ZIP archive as several documents, else one."""
    wishes, path = _wishes(arguments), _path(named)
    if path.is_dir():
        return several.place_all(places, path, None, wishes)
    received = receive(named, fetch=arguments.fetch)
    if is_archive(received.data):
        return several.place_all(places, path, received.data, wishes)
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
