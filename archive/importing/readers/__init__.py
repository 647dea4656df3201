"""Recognises the format of a file by its content, and reads it.

The extension of the file has to agree with its content.  There is one reader for each format.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from archive.fidelity.source import read_source
from archive.importing import Finding, RefusedError, Remark, Text, container, pandoc
from archive.importing.readers import converted, mail, office, pdf, rtf, web
from archive.importing.source_text import text_of

FORMATS = {
    "docx": "a Word document", "odt": "an OpenDocument text", "html": "a web page",
    "txt": "plain text", "md": "Markdown", "pdf": "a PDF", "rtf": "RTF", "epub": "an EPUB",
    "eml": "a message or a page saved as one file", "doc": "a Word document of before 2007",
    "wpd": "a WordPerfect document", "msg": "a message of Outlook", "pages": "a Pages document",
}  # fmt: skip
_EXTENSIONS = {
    **{f".{form}": form for form in FORMATS},
    ".htm": "html", ".xhtml": "html", ".text": "txt", ".markdown": "md", ".mht": "eml",
    ".mhtml": "eml", ".dot": "doc",
}  # fmt: skip
NAMED = ".docx, .odt, .rtf, .html, .mhtml, .eml, .msg, .epub, .txt, .md or .pdf"

# ISO 29500-2 names the part that lists the content types; ODF 1.3 part 2, 3.3, the mimetype.
_CONTENT_TYPES, _MIMETYPE = "[Content_Types].xml", "mimetype"
# What Pages packs since 2013, and what it packed before; what Office programs and Java pack.
_OF_PAGES = frozenset(("Index/Document.iwa", "Index.zip", "buildVersionHistory.plist"))
_OF_PACKAGES = frozenset(
    (_CONTENT_TYPES, _MIMETYPE, "META-INF/manifest.xml", "META-INF/MANIFEST.MF")
)
_ODT = b"application/vnd.oasis.opendocument.text"
_EPUB = b"application/epub+zip"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # that no text of ours has
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip


def format_of(name: str, data: bytes) -> str:
    """The format of a file, a key of FORMATS.

    Raises RefusedError for a format that is not read, and for an extension of another format.
    """
    named = _EXTENSIONS.get(PurePath(name).suffix.lower())
    found = _by_content(data)
    if not name:  # what came through standard input or from an address
        return "txt" if found == "text" else found
    if found == "text" and named not in {"txt", "md", "html"} and _is_no_text(data):
        raise RefusedError(
            "import-format", f"“{PurePath(name).name}” is of no format that is read.",
            f"open it in its own program and save its text as {NAMED}.",
        )  # fmt: skip
    if found == "eml" and named in {"txt", "md"}:  # a memorandum begins as messages do
        found = "text"
    if found == "text":  # text, Markdown and fragments of HTML are told apart by their names alone
        found = named if named in {"txt", "md", "html"} else "txt"
    if named is None:
        raise RefusedError(
            "import-format", f"The name “{PurePath(name).name}” tells no format that is read.",
            f"name it with its extension; by its content it is {FORMATS[found]} (.{found}).",
        )  # fmt: skip
    if named != found:
        raise RefusedError(
            "import-extension", f"The file is named .{named}, but it is {FORMATS[found]}.",
            f"if that is right, rename it to end in .{found}.",
        )  # fmt: skip
    return found


def _is_no_text(data: bytes) -> bool:
    """Whether bytes are of a program, or are XML, whose words only its own program tells."""
    return _CONTROL.search(data[:1024]) is not None or data.lstrip()[:5] == b"<?xml"


# How formats other than packed ones begin.
_BEGINNINGS = ((b"\xffWPC", "wpd"), (b"{\\rtf", "rtf"))


def _by_content(data: bytes) -> str:
    if not data.strip():
        raise RefusedError("import-empty", "The file is empty.", "give the file with its text.")
    if data.startswith(b"PK"):
        return _zip_format(data)
    if data.startswith(_COMPOUND):
        return _compound_format(data)
    told = (
        *((form, data.startswith(beginning)) for beginning, form in _BEGINNINGS),
        ("eml", mail.is_mail(data)),
        ("pdf", b"%PDF-" in data[:1024]),  # ISO 32000-2, annex I.2
        ("html", bool(_HTML.match(data[:100_000].removeprefix(b"\xef\xbb\xbf")))),
    )
    return next((form for form, is_so in told if is_so), "text")


def _compound_format(data: bytes) -> str:
    """What a compound file holds, by the names in its directory ([MS-CFB] 2.6.1)."""
    folded = data.lower()  # names have no case ([MS-CFB] 2.6.4)

    def has(stream: str) -> bool:
        return stream.lower().encode("utf-16-le") in folded

    if has("EncryptedPackage"):
        raise RefusedError(
            "import-encrypted", "The file is protected by a password.",
            "open it in a word processor and save it without a password.",
        )  # fmt: skip
    if has("__nameid_version1.0") or has("__properties_version1.0"):
        return "msg"
    if has("WordDocument"):
        return "doc"
    raise RefusedError(
        "import-format", "The file is of an Office program before 2007, and no Word document.",
        f"open it in its own program and save its text as {NAMED}.",
    )  # fmt: skip


def is_archive(data: bytes) -> bool:
    """Whether bytes are a ZIP archive and no document that is packed as one."""
    return data.startswith(b"PK") and _zip_kind(data) == "zip"


def _zip_kind(data: bytes) -> str:
    with container.opened(data) as archive:
        names = set(archive.namelist())
        if _CONTENT_TYPES in names and any(name.startswith("word/") for name in names):
            return "docx"
        short = _MIMETYPE in names and archive.getinfo(_MIMETYPE).file_size < 200
        kind = archive.read(_MIMETYPE).strip() if short else b""
        if kind in {_ODT, _EPUB}:
            return "odt" if kind == _ODT else "epub"
        if names & _OF_PAGES:
            return "pages"
        return "package" if names & _OF_PACKAGES else "zip"


def _zip_format(data: bytes) -> str:
    kind = _zip_kind(data)
    if kind == "package":
        raise RefusedError(
            "import-format", "The file is of an Office program, and no text document.",
            f"open it in its own program and save its text as {NAMED}.",
        )  # fmt: skip
    if kind == "zip":
        raise RefusedError(
            "import-format", "The file is a ZIP archive within another.",
            "unpack it and import what is in it.",
        )  # fmt: skip
    return kind


# --- Plain text and Markdown
#
# Plain text is read as the archive reads every source, so that both count the same paragraphs.
# Markdown is read by pandoc, unless its notes are written as in plain text.


def read_plain(data: bytes) -> Text:
    """The paragraphs and endnotes of a text in UTF-8."""
    source, problems = read_source(data, "")
    if source is None:
        problem = problems[0]
        mend = problem.mend.partition(", then pin")[0]
        raise RefusedError(f"import-{problem.rule}", problem.message, mend)
    text = text_of(source)
    flags = tuple(Remark(Finding.FLAG, f"Line {each.line}: {each.message}.") for each in problems)
    raw = data.decode("utf-8-sig")
    return replace(text, remarks=(*text.remarks, *flags), raw=(raw,))


# Pandoc's Markdown without extensions that would change words or run TeX.
_FORM = (
    "markdown-smart-citations-raw_tex-latex_macros-tex_math_dollars+autolink_bare_uris+footnotes"
)
_OTHER_NOTES = re.compile(r"\[(?:end|foot)noteRef:|^#*[ \t]*(?:end|foot)?notes[ \t]*:?[ \t]*$",
                          re.IGNORECASE | re.MULTILINE)  # fmt: skip


def read_markdown(data: bytes) -> Text:
    """The text of a Markdown file in UTF-8."""
    as_plain = read_plain(data)  # raises for other encodings and an empty text
    raw = as_plain.raw[0]
    source, _ = read_source(data, "")
    if _OTHER_NOTES.search(raw) and source is not None and source.endnotes:
        return as_plain
    text = pandoc.text(raw.encode(), _FORM)
    return replace(text, raw=(raw,)) if text.blocks else as_plain


# Each raises RefusedError where the file cannot be read.
READERS: dict[str, Callable[..., Text]] = {
    "docx": office.read_word, "odt": office.read_odt, "html": web.read, "txt": read_plain,
    "md": read_markdown, "pdf": pdf.read, "rtf": rtf.read, "epub": converted.read_epub,
    "eml": mail.read, "msg": mail.read_outlook, "doc": partial(converted.read, form="doc"),
    "wpd": partial(converted.read, form="wpd"), "pages": partial(converted.read, form="pages"),
}  # fmt: skip
