"""EPUB 3.3, read by pandoc."""

from __future__ import annotations

import re
from dataclasses import replace

from archive.importing import RefusedError, container, pandoc
from archive.importing.text import Text

_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read(data: bytes) -> Text:
    """The text of a book in the order of its spine."""
    for name, part in container.checked(data).items():
        if _ENTITIES.search(part.replace(b"\0", b"")):
            raise RefusedError(
                "import-doctype", f"The part {name!r} declares entities.", "do not trust it."
            )
    text = pandoc.text(data, "epub")
    raw = (*(block.text for block in text.blocks), *(note.text for note in text.notes))
    return replace(text, raw=raw)  # pandoc tells no more of the file
