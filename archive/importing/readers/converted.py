"""Files that other programs convert: EPUB by pandoc, old office formats by LibreOffice."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from archive.importing import Finding, RefusedError, Remark, Text, apart, container, library, pandoc
from archive.importing.container import local, parse_xml
from archive.importing.readers import office

# --- Files that LibreOffice reads, where it is installed: old Word, WordPerfect, Pages.
#
# LibreOffice runs without a window, in a folder of its own, with bounded memory and time, and its
# macros are off by default for a file that is converted.

SECONDS = 120
# What each form is, and the program that saves it otherwise.
_FORMS = {
    "doc": ("a Word document of before 2007", "a word processor"),
    "wpd": ("a WordPerfect document", "a word processor"),
    "pages": ("a Pages document", "Pages"),
}


def read(data: bytes, form: str) -> Text:
    """The text of a file with the extension ``form``.  Raises RefusedError without LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        what, other = _FORMS[form]
        raise RefusedError(
            "import-format", f"The file is {what}, which only LibreOffice reads, and it is not "
            "installed.", f"open it in {other} and save it as .docx, or install LibreOffice.",
        )  # fmt: skip
    if form == "pages":
        container.checked(data)  # raises for what unpacks to too much
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / f"in.{form}").write_bytes(data)
        _convert(program, place, form)
        made = place / "in.docx"
        if not made.is_file():
            raise RefusedError(
                "import-unreadable", "LibreOffice cannot read the file.",
                "open it in the program it was made with, and save it as .docx.",
            )  # fmt: skip
        text = office.read_word(made.read_bytes())
    told = Remark(Finding.DECIDED, "LibreOffice converted the file to .docx, which was read.")
    return replace(text, remarks=(told, *text.remarks))


def _convert(program: str, place: Path, form: str) -> None:
    """Have LibreOffice write in.docx beside the file."""
    command = apart.bounded([
        program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless",
        "--norestore", "--convert-to", "docx", "--outdir", str(place), str(place / f"in.{form}"),
    ])  # fmt: skip
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place)},
        start_new_session=True,
    )  # fmt: skip
    try:
        running.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise RefusedError(
            "import-too-much", f"The file takes LibreOffice more than {SECONDS} seconds.",
            "save it as .docx and import that.",
        ) from error  # fmt: skip
    finally:
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End the program with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


# --- EPUB 3.3, read by pandoc.

_BLOCKS = (
    "blockquote", "br", "dd", "div", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li",
    "p", "pre", "section", "td", "th", "tr",
)  # fmt: skip
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read_epub(data: bytes) -> Text:
    """The text of a book in the order of its spine."""
    parts = container.checked(data)
    for name, part in parts.items():
        if _ENTITIES.search(part.replace(b"\0", b"")):
            raise RefusedError(
                "import-doctype", f"The part {name!r} declares entities.", "do not trust it."
            )
    text = pandoc.text(data, "epub")
    return replace(text, raw=tuple(_words(parts)))


def _words(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The words of each block of the pages in the spine, as far as they can be parsed."""
    html = library("lxml.html")
    for name in _spine(parts):
        container.bounded(parts[name], name)
        with suppress(library("lxml.etree").LxmlError):  # of a page without anything
            root = html.document_fromstring(parts[name], parser=html.HTMLParser(encoding="utf-8"))
            yield from ("".join(_said(body)) for body in root.iter("body"))


def _said(body: Any) -> Iterator[str]:
    """The pieces of text in a page, blocks apart; of comments and scripts nothing."""
    for event, each in library("lxml.etree").iterwalk(body, events=("start", "end", "comment")):
        if each.tag in _BLOCKS:
            yield " "
        if event == "start" and each.tag not in {"script", "style"}:
            yield each.text or ""
        elif event != "start" and each is not body:
            yield each.tail or ""


def _spine(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The names of the pages that are read, in their order (EPUB 3.3, 5.7)."""
    root = parse_xml(parts.get("META-INF/container.xml", b"<none/>"), "META-INF/container.xml")
    book = next(
        (each.get("full-path", "") for each in root.iter() if local(each) == "rootfile"), ""
    )
    package = parse_xml(parts.get(book, b"<none/>"), book)
    items = {
        each.get("id"): each.get("href", "") for each in package.iter() if local(each) == "item"
    }
    for each in package.iter():
        href = unquote(items.get(each.get("idref"), "")) if local(each) == "itemref" else ""
        name = posixpath.normpath(posixpath.join(posixpath.dirname(book), href))
        if href and name in parts and parts[name].strip():
            yield name
