"""Recognises the format of a file by its content, and reads it.

The extension of the file has to agree with its content.  There is one reader for each format.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from archive.fidelity.source import read_source
from archive.importing import RefusedError, container, pandoc
from archive.importing.readers import office, pdf, web
from archive.importing.source_text import text_of
from archive.importing.text import Finding, Remark, Text

FORMATS = {
    "docx": "a Word document", "odt": "an OpenDocument text", "html": "a web page",
    "txt": "plain text", "md": "Markdown", "pdf": "a PDF",
}  # fmt: skip
_EXTENSIONS = {
    ".docx": "docx", ".odt": "odt", ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".pdf": "pdf",
}  # fmt: skip

# ISO 29500-2 names the part that lists the content types; ODF 1.3 part 2, 3.3, the mimetype.
_CONTENT_TYPES, _MIMETYPE = "[Content_Types].xml", "mimetype"
_ODT = b"application/vnd.oasis.opendocument.text"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip


def format_of(name: str, data: bytes) -> str:
    """The format of a file, a key of FORMATS.

    Raises RefusedError for a format that is not read, and for an extension of another format.
    """
    named = _EXTENSIONS.get(PurePath(name).suffix.lower())
    found = _by_content(data)
    if named is None and found == "text" and b"\0" in data[:1024]:
        raise RefusedError(
            "import-format", f"“{PurePath(name).name}” is of no format that is read.",
            "save its text as .docx, .odt, .html, .txt or .md.",
        )  # fmt: skip
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


def _by_content(data: bytes) -> str:
    if not data.strip():
        raise RefusedError("import-empty", "The file is empty.", "give the file with its text.")
    if data.startswith(b"PK"):
        return _zip_format(data)
    if data.startswith(_COMPOUND):
        raise RefusedError(
            "import-encrypted", "The file is protected by a password, or of Word before 2007.",
            "open it in a word processor and save it as .docx without a password.",
        )  # fmt: skip
    if b"%PDF-" in data[:1024]:  # ISO 32000-2, annex I.2
        return "pdf"
    if data.startswith(b"{\\rtf"):
        raise RefusedError(
            "import-format", "The file is RTF, which is not read.",
            "open it in a word processor and save it as .docx or .odt.",
        )  # fmt: skip
    if _HTML.match(data[:100_000].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return "text"


def _zip_format(data: bytes) -> str:
    with container.opened(data) as archive:
        names = set(archive.namelist())
        if _CONTENT_TYPES in names and any(name.startswith("word/") for name in names):
            return "docx"
        short = _MIMETYPE in names and archive.getinfo(_MIMETYPE).file_size < 200
        if short and archive.read(_MIMETYPE).strip() == _ODT:
            return "odt"
    raise RefusedError(
        "import-format", "The file is a ZIP archive, but no Word or OpenDocument text.",
        "unpack it and import what is in it.",
    )  # fmt: skip


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
READERS = {
    "docx": office.read_word, "odt": office.read_odt, "html": web.read, "txt": read_plain,
    "md": read_markdown, "pdf": pdf.read,
}  # fmt: skip
