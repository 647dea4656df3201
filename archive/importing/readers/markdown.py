"""Markdown: pandoc reads its layout; notes that are written as in plain text are lifted first."""

from __future__ import annotations

import re
from dataclasses import replace

from archive.fidelity.source import read_source
from archive.importing import pandoc, tree
from archive.importing.readers import plain
from archive.importing.text import Text

# Pandoc's Markdown without what would change words or reach outside.
_FORM = (
    "markdown-smart-citations-raw_tex-latex_macros-tex_math_dollars+autolink_bare_uris+footnotes"
)
_OTHER_NOTES = re.compile(r"\[(?:end|foot)noteRef:|^#*[ \t]*(?:end|foot)?notes[ \t]*:?[ \t]*$",
                          re.IGNORECASE | re.MULTILINE)  # fmt: skip


def read(data: bytes) -> Text:
    """The text of a Markdown file in UTF-8."""
    as_plain = plain.read(data)  # refuses other encodings and an empty text
    raw = as_plain.raw[0]
    source, _ = read_source(data, "")
    if _OTHER_NOTES.search(raw) and source is not None and source.endnotes:
        return as_plain
    text = tree.text_of(pandoc.read(raw.encode(), _FORM))
    return replace(text, raw=(raw,)) if text.blocks else as_plain
