"""The readers, one for each format."""

from __future__ import annotations

from archive.importing.readers import markdown, odt, pdf, plain, web, word
from archive.importing.text import Text

_READERS = {
    "docx": word.read, "odt": odt.read, "html": web.read, "txt": plain.read,
    "md": markdown.read, "pdf": pdf.read,
}  # fmt: skip


def read(data: bytes, form: str) -> Text:
    """The text of a file of the format ``form``.  Raises RefusedError where it cannot be taken."""
    return _READERS[form](data)
