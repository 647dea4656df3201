"""What the archive answers: to whoever checks a text, and to programs that read for people."""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from archive.checking.copy import Copy, NoCopyError
from archive.checking.engine import check_blocks
from archive.checking.reading import FORMS, Block, Link, read
from archive.checking.telling import WRONG, Finding, data, report, summary
from archive.checking.words import spaced
from archive.commands import argument, command

# --- The check of texts against the archive, for the terminal, a hook and other programs.

MOST = 50_000_000  # bytes of a file
_SITES = ("_build/html", ".")  # where a site is looked for
_SUFFIXES = {
    ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".ris": "txt", ".bib": "txt", ".json": "txt", ".tex": "txt", ".rst": "txt",
}  # fmt: skip


@command(
    argument("files", nargs="+", metavar="FILE",
             help="a text: .txt, .md, .html, .docx, .odt, .pdf, .epub, .rtf, .eml, .ris, .bib or "
             "another that make import reads; - for standard input"),
    argument("--site", type=Path, metavar="DIR",
             help="a built site or a downloaded copy of one; default: _build/html"),
    argument("--date", default="", metavar="DAY",
             help="the day for which states are told, such as 2026-11-22; default: today"),
    argument("--form", choices=FORMS, help="what standard input, or a file of another name, is"),
    argument("--json", action="store_true", help="print the result as JSON"),
    argument("--all", action="store_true", help="tell what stands, and what is of others, too"),
    argument("--language", default="en", metavar="TAG", help="of the report, such as fr"),
    epilog="Exit codes: 0 nothing has to be changed; 1 something was reworded, moved, withdrawn or "
    "misquoted; 2 wrong arguments, or a text or a copy that cannot be read.",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Say of what texts cite and quote whether it stands, and whether the words are right.

    It works on a copy of the site alone, without a network.  Each anchor, address, citation in
    words and quotation is found; it stands, or was reworded, moved, withdrawn or misquoted, or is
    of nothing in the archive.
    """
    if arguments.date and not _is_day(arguments.date):
        print(f"--date: “{arguments.date}” is no day; write it like 2026-11-22.", file=sys.stderr)
        return 2
    try:
        copy = _copy(arguments.site, root)
        checked = [
            (name, check_blocks(_blocks(name, root, arguments.form), copy, day=arguments.date))
            for name in arguments.files
        ]
    except (NoCopyError, _UnreadableError) as error:
        print(f"Nothing was checked. {error}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(data(checked, copy, arguments.date), ensure_ascii=False, indent=2))
    else:
        print(*_told(checked, copy, arguments), sep="\n")
    wrong = any(_is_wrong(each) for _name, findings in checked for each in findings)
    return 1 if wrong else 0


def _is_wrong(finding: Finding) -> bool:
    return finding.state in WRONG


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _told(
    checked: Sequence[tuple[str, Sequence[Finding]]], copy: Copy, arguments: Namespace
) -> Iterator[str]:
    language = arguments.language
    for name, findings in checked:
        yield from report(name, findings, copy, language, whole=arguments.all)
    yield f"{copy.name}, {arguments.date or copy.day}: " + summary(
        [each for _name, findings in checked for each in findings], language
    )


# --- The copy


def _copy(site: Path | None, root: Path) -> Copy:
    """The copy to check with.  Raises NoCopyError."""
    if site is not None:
        return Copy(root / site)
    for name in _SITES:
        if (root / name / "check-index").is_dir():
            return Copy(root / name)
    raise NoCopyError(
        "There is no copy of the archive here. [check-copy] To mend: run make, or name the folder "
        "of a copy with --site"
    )


# --- The texts


class _UnreadableError(Exception):
    """A text that cannot be read; says why, and what to do."""


def _blocks(name: str, root: Path, form: str | None) -> list[Block]:
    """The blocks of a file, or of standard input.  Raises _UnreadableError."""
    try:
        content = sys.stdin.buffer.read(MOST + 1) if name == "-" else _bytes(root / name)
    except OSError as error:
        raise _UnreadableError(
            f"{name}: {error.strerror or error}. [check-file] To mend: name a file that can be read"
        ) from error
    if len(content) > MOST:
        raise _UnreadableError(
            f"{name}: it has more than {MOST // 1_000_000} MB. [check-size] To mend: divide it"
        )
    form = form or ("txt" if name == "-" else _SUFFIXES.get(Path(name).suffix.lower()))
    return _imported(name, content) if form is None else read(_text(name, content), form)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST + 1)


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16", "replace")
        raise _UnreadableError(
            f"{name}: byte {error.start + 1} is not UTF-8. [check-encoding] To mend: save it as "
            "UTF-8"
        ) from error


def _imported(name: str, content: bytes) -> list[Block]:
    """The blocks of a file that an import reads."""
    from archive.importing import RefusedError  # noqa: PLC0415 - loads readers of all formats
    from archive.importing.readers import READERS, format_of  # noqa: PLC0415

    try:
        text = READERS[format_of(Path(name).name, content)](content)
    except RefusedError as refused:
        raise _UnreadableError(str(refused.problem(name)).rstrip(".")) from refused
    noted = [(note.runs, False, note.id) for note in text.notes]
    return [
        _block(number, runs, is_quotation=is_quotation, note=note)
        for number, (runs, is_quotation, note) in enumerate(
            [*((each.runs, each.form == "quotation", "") for each in text.blocks), *noted], start=1
        )
    ]


def _block(number: int, runs: Sequence[object], *, is_quotation: bool, note: str) -> Block:
    """A block of an imported text; its line is its number among the paragraphs."""
    said, apart = "", False
    links: list[Link] = []
    marks: list[tuple[int, str]] = []
    for run in runs:
        text = getattr(run, "text", "")
        part = spaced(text)
        if part and said and (apart or text[:1].isspace()):
            said += " "
        begin = len(said)
        said += part
        if mark := getattr(run, "note", None):
            marks.append((begin, mark))
        if link := getattr(run, "link", None):
            links.append(Link(begin, len(said), link))
        apart = text[-1:].isspace() if text else apart
    return Block(said, ((0, number),), is_quotation, tuple(links), tuple(marks), note)


# --- The archive for programs that read for people.


@command(
    argument("--site", type=Path, default=Path("_build/html"), metavar="DIR",
             help="the folder of the built site, or of a copy; default: _build/html"),
    epilog="Exit codes: 0 the client ended it, 1 it cannot answer.",
    failed="Nothing can be answered",
)  # fmt: skip
def mcp(arguments: Namespace, root: Path) -> int:
    """Answer a client of the Model Context Protocol on standard input and output.

    It searches passages, tells one, cites it and checks a text.  It reads the site, writes nothing
    and asks no other machine.
    """
    if find_spec("mcp") is None:
        print("The package mcp is not installed. To mend: make .venv/.mcp", file=sys.stderr)
        return 1
    from archive.answering import Holdings  # noqa: PLC0415 - a check of texts needs neither
    from archive.answering.answers import Answers, server  # noqa: PLC0415

    site = root / arguments.site
    server(Answers(site, Holdings(site)), "archive").run("stdio")
    return 0
